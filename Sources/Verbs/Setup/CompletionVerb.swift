package import ArgumentParser

/// `completion`: the script that makes a shell complete our words.
package struct CompletionVerb: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("completion bash", "For bash: source <(petstore-cli completion bash)"),
        Example("completion zsh", "For zsh: put it into a folder of fpath as _petstore-cli"),
        Example("completion fish", "For fish: pipe it into source"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "completion", abstract: "Print a completion script.",
        discussion: """
            For bash, zsh or fish. The script asks petstore-cli itself for commands, flags, kinds, \
            names and fields; a server that does not answer at once is not waited for.
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: CompletionScript.Shell

    package init() {}

    package func run(in context: VerbContext) async throws {
        try context.write(Array(CompletionScript.text(for: shell).utf8))
    }
}

extension CompletionScript.Shell: ExpressibleByArgument {}
