import Terminal
import Verbs

/// Where the result of one command goes, for as long as it runs.
enum ResultPlace: Sendable {
    case screen
    case program(LocalProgram)
    case file(ResultFile)

    init(_ destination: Command.Destination, home: String?) throws(TerminalError) {
        switch destination {
        case .screen: self = .screen
        case .program(let text): self = .program(try LocalProgram(text, isFed: true))
        case .file(let path, let appends):
            self = .file(try ResultFile(path: Self.path(path, home: home), appends: appends))
        }
    }

    /// The world as the command sees it: what goes elsewhere has neither colour nor width.
    func world(_ world: World) -> World {
        var world = world
        switch self {
        case .screen: return world
        case .program(let program): world.output = ResultOutput { program.write($0) }
        case .file(let file): world.output = ResultOutput { file.write($0) }
        }
        world.terminal.outputIsTerminal = false
        world.terminal.columns = nil
        return world
    }

    /// Ends it; a program is waited for.
    ///
    /// - Returns: the status of the program, where there is one.
    func close() async -> ExitStatus? {
        guard case .program(let program) = self else { return nil }
        return ExitStatus(await program.finish())
    }

    /// `~/` at the start is the home folder; nothing else is expanded.
    static func path(_ path: String, home: String?) -> String {
        guard let home, path == "~" || path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }
}

private struct ResultOutput: Output {
    let put: @Sendable ([UInt8]) -> Bool

    func write(_ bytes: [UInt8]) throws(OutputClosed) {
        if !put(bytes) { throw OutputClosed() }
    }
}
