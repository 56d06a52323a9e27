// petstore-cli: the executable. It builds the live world (environment, folders, terminal, network,
// sandbox, shell, signals), hands the words of its command line to the Dispatcher, and ends the
// process with the status that comes back. It must never decide anything about a cluster: what is
// said, asked and changed is decided in Verbs and below.

import Sandbox
import Verbs

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@main
enum PetstoreCLI {
    /// Starts the work and waits.
    ///
    /// Nothing here is bound to the main thread. Left to itself it would end and be unwound, for
    /// which 2.7 MB of tables are read.
    static func main() {
        Task.detached { await start() }
        while true { pause() }
    }

    /// Nothing but printing happens for `version`: programs ask for it often, and at once.
    private static func start() async {
        let words = Array(CommandLine.arguments.dropFirst())
        // A reader that goes away is seen as a failed write, and ends us quietly.
        signal(SIGPIPE, SIG_IGN)
        if words == ["version"] {
            // A reader that has gone is a quiet success.
            try? StandardOutput(1).write(Array(Release.line.utf8))
            leave(0)
        }
        if let status = await SandboxDaemon.runIfAsked(words) { leave(status) }
        leave(await run(words).code)
    }

    /// Ends the process without the destructors that `exit` runs: the transport's loop and tasks that
    /// were left behind are still at work on other threads, and what they stand on may not go first.
    private static func leave(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }

    private static func run(_ words: [String]) async -> ExitStatus {
        let face = Face(executable: CommandLine.arguments.first ?? "")
        let world = LiveWorld.make(face)
        let words = face.completes ? ["__complete"] + words : words
        return await Dispatcher(world: world).run(words.isEmpty ? ["--help"] : words)
    }
}
