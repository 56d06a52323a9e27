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
        discussion: "For bash, zsh or fish.")

    enum Shell: String, ExpressibleByArgument, CaseIterable, Sendable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    package init() {}

    package func run(in context: VerbContext) async throws {
        let script =
            switch shell {
            case .bash: Root.completionScript(for: .bash)
            case .zsh: Root.completionScript(for: .zsh)
            case .fish: Root.completionScript(for: .fish)
            }
        try context.write(Array(script.utf8) + [UInt8(ascii: "\n")])
    }
}
