import Foundation
import TestSupport
import Testing

/// Keys, and signals to commands that only watch, through the real binary.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ShellKeyTests {
    /// A home whose owner edits as in vi.
    private func viUser() throws -> BuiltBinary {
        let binary = try BuiltBinary()
        try Data("bind -v\n".utf8).write(to: binary.home.appending(path: ".editrc"))
        return binary
    }

    @Test func viKeysOfTheUsersFileEditTheLine() async throws {
        let terminal = try await viUser().shell()
        terminal.type("get petsx")
        try await terminal.expectPrompt("petstore> get petsx")
        // Escape, then x: one character less. A at the end goes on inserting.
        terminal.type("\u{1B}xA -o name")
        try await terminal.expectPrompt("petstore> get pets -o name")
        terminal.type("\r")
        try await terminal.expect("/fluffy\r\n")
        try await terminal.expectPrompt()
        // Older lines and completion are there as well.
        terminal.type("get\u{10}")
        try await terminal.expectPrompt("petstore> get pets -o name")
        terminal.type("\u{1B}cc")
        try await terminal.expectPrompt()
        terminal.type("desc\t")
        try await terminal.expectPrompt("petstore> describe")
        terminal.type("\u{3}")
        try await terminal.expectPrompt()
        terminal.type("\u{4}")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test(arguments: ["", "\u{1B}"])
    func aPasteIsInsertedInBothModesOfVi(mode: String) async throws {
        let terminal = try await viUser().shell()
        let text = (0..<1000).map { "get pet name-\($0)" }.joined(separator: "\n")
        terminal.type(mode + "\u{1B}[200~" + text + "\nget pets -o name\u{1B}[201~")
        try await terminal.expectScreen("the end of the paste") {
            $0.cursorRow.hasSuffix("get pets -o name")
        }
        #expect(!terminal.output.contains("not found") && !terminal.output.contains("/fluffy"))
        terminal.type("\u{3}")
        try await terminal.expectPrompt()
        terminal.type("\u{4}")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func controlUKillsToTheStartOfTheLine() async throws {
        let terminal = try await BuiltBinary().shell()
        terminal.type("get orders; get pets -o name")
        try await terminal.expectPrompt("petstore> get orders; get pets -o name")
        terminal.type(String(repeating: "\u{2}", count: "get pets -o name".count) + "\u{15}")
        try await terminal.expectScreen("the rest") { screen in
            screen.rows.last == "petstore> get pets -o name"
        }
        terminal.type("\r")
        try await terminal.expect("/fluffy\r\n")
        try await terminal.expectPrompt()
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func clearLeavesThePromptAlone() async throws {
        let terminal = try await BuiltBinary().shell()
        try await terminal.enter("get pets")
        terminal.type("clear\r")
        try await terminal.expectScreen("the prompt on top") { $0.rows == ["petstore>"] }
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func aPromptStandsOnALineOfItsOwn() async throws {
        let terminal = try await BuiltBinary().shell()
        terminal.type("get pet fluffy -o jsonpath={.metadata.name}\r")
        try await terminal.expectScreen("the result, then the prompt") { screen in
            screen.rows.suffix(2) == ["fluffy", "petstore>"]
        }
        terminal.type("!printf unfinished\r")
        try await terminal.expectScreen("the program's text, then the prompt") { screen in
            screen.rows.suffix(2) == ["unfinished⏎", "petstore>"]
        }
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test(
        arguments: [
            (["get", "pets", "-w"], "fluffy", 130, SIGINT),
            (["status", "--watch"], "Aggregate: production-health", 130, SIGINT),
            (["get", "pets", "-w"], "fluffy", 143, SIGTERM),
            (["get", "pets", "-w"], "fluffy", 129, SIGHUP),
        ] as [([String], String, Int32, Int32)])
    func aWatchOfItsOwnEndsBySignal(
        words: [String], first: String, status: Int32, signal: Int32
    ) async throws {
        let binary = try BuiltBinary()
        let terminal = try PseudoTerminal(columns: 100, rows: 40)
        try terminal.start(
            binary.path, words + ["--sandbox"], environment: binary.environment)
        try await terminal.expect(first)
        // Ctrl-C goes the way of the keyboard, the others come from elsewhere.
        if signal == SIGINT { terminal.type("\u{3}") } else { terminal.signal(signal) }
        #expect(try await terminal.ending() == .exit(status))
    }

    @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func aSignalEndsAWatchInTheShellAndUndoes(signal: Int32, status: Int32) async throws {
        let terminal = try await BuiltBinary().shell()
        try await terminal.enter(
            "patch pet fluffy status=pending --rollback-on-exit", prompt: "petstore[1↺]>")
        terminal.skipOutput()
        terminal.type("get pets -w\r")
        try await terminal.expect("fluffy")
        terminal.signal(signal)
        #expect(try await terminal.ending() == .exit(status))
        #expect(terminal.output.contains("undone 1, kept 0, failed 0"))
    }
}
