package import ArgumentParser

/// `shell`: the interactive mode, also fed by a script.
package struct ShellVerb: ClusterVerb {
    package static let effect = Effect.journaled
    package static let ownsSignals = true
    package static let examples = [
        Example("shell -c 'status; get pets'", "Two commands in one session"),
        Example(
            "shell -c 'patch pet fluffy status=pending --rollback-on-exit; get pet fluffy'",
            "A change that is undone at the end"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "shell", abstract: "Open the interactive shell.",
        discussion: """
            The same commands, one connection, history and completion. Temporary changes are \
            undone when you leave: exit, Ctrl-D, a closed terminal. Commands also come from \
            -c, from a file, or from standard input when that is no terminal; they end at the \
            first error (1 is an answer, not an error). "help" in the shell tells its own words, \
            such as use, ns, next, watch, set and alias.
            """)

    @Option(
        name: [.customShort("c"), .long], help: "Run these commands, separated by ; and leave.")
    var command: String?

    @Option(name: [.customShort("f"), .long], help: "Run the commands of a file; - is stdin.")
    var file: String?

    @Flag(help: "Refuse every command that would change something.")
    var readOnly = false

    @Flag(help: "Do not run the commands of the file shellrc in the configuration folder.")
    var noRc = false

    @OptionGroup var waiting: UndoWaiting

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        if command != nil, file != nil {
            throw Failure(.usage(""), "-c and -f cannot be given together")
        }
        guard let open = context.world.openShell else {
            throw Failure(.mistake, "a shell cannot be opened here")
        }
        let status = await open(
            context.world, ShellState(access: context.access),
            ShellRequest(
                commands: command, file: file, isReadOnly: readOnly, readsOwnFile: !noRc,
                undoLimit: waiting.undoTimeout, waitsForOperator: !waiting.noWait))
        if status != .done { throw Failure(.command(status.code), "") }
    }
}
