import Foundation
import TestSupport
import Testing

/// The interrupt table of the design while a command or an undo is under way, on a server that does
/// not answer for as long as the test wants.
///
/// The cells at the prompt are in `ShellEndingTests` and, for editing, in `LineEditorTests`.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ShellInterruptTests {
    private static let pending = "petstore[1↺]>"
    private static let change = "patch pet fluffy status=pending --rollback-on-exit"

    /// Enters a line and waits until it runs.
    private func run(_ line: String, on terminal: PseudoTerminal) async throws {
        terminal.skipOutput()
        terminal.type(line + "\r")
        try await terminal.expect("\u{1B}[?2004l")
    }

    /// Presses Ctrl-Z until the command has begun, and refuses.
    private func untilRefused(_ terminal: PseudoTerminal) async throws {
        for _ in 0..<20 {
            terminal.type("\u{1A}")
            // Too early: the line was entered, and its command had not begun.
            let said = try? await terminal.expect(
                "not suspended: a change is being recorded", within: .seconds(1))
            if said != nil { return }
        }
        try await terminal.expect("not suspended: a change is being recorded")
    }

    @Test func aReadIsSuspendedAndEndedBySignals() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, daemon in
            let terminal = try await binary.shell([], adding: cluster)
            try await terminal.enter(Self.change, prompt: Self.pending)
            kill(daemon, SIGSTOP)
            try await run("get orders -o name", on: terminal)
            // The leader of a session comes back at once.
            terminal.type("\u{1A}")
            try await terminal.expect("1 change stays in place meanwhile")
            terminal.signal(SIGTERM)
            try await terminal.expect("undoing 1 change")
            kill(daemon, SIGCONT)
            #expect(try await terminal.ending() == .exit(143))
            #expect(terminal.output.contains("undone 1, kept 0, failed 0"))
        }
    }

    @Test func aWriteIsFinishedWhateverIsTyped() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, daemon in
            let terminal = try await binary.shell([], adding: cluster)
            // From here on the schema is known, and the first thing that is asked is for the change.
            try await terminal.enter(Self.change + " --dry-run")
            kill(daemon, SIGSTOP)
            try await run(Self.change, on: terminal)
            try await untilRefused(terminal)
            terminal.type("\u{4}")
            terminal.type("\u{3}")
            try await terminal.expect("finishing the change that is under way, then stopping")
            kill(daemon, SIGCONT)
            try await terminal.expect("available → pending")
            // The Ctrl-D that was typed meanwhile does not end the shell now.
            try await terminal.expectPrompt(Self.pending)
            #expect(
                try await terminal.enter("changes", prompt: Self.pending).contains("pet/fluffy"))
            kill(daemon, SIGSTOP)
            try await run("patch pet buddy status=pending --rollback-on-exit", on: terminal)
            terminal.signal(SIGHUP)
            kill(daemon, SIGCONT)
            #expect(try await terminal.ending() == .exit(129))
            #expect(terminal.output.contains("undone 2, kept 0, failed 0"))
        }
    }

    @Test func controlCAtAQuestionMeansNo() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, _ in
            let terminal = try await binary.shell([], adding: cluster)
            try await run("delete pet bella", on: terminal)
            try await terminal.expect("[y/N]")
            terminal.type("\u{3}")
            try await terminal.expectPrompt()
            #expect(!terminal.output.contains("finishing the change"))
            #expect(try await terminal.enter("get pets -o name").contains("bella"))
            terminal.type("exit\r")
            #expect(try await terminal.ending() == .exit(0))
        }
    }

    @Test func anUndoIsLeftAtTheSecondControlC() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, daemon in
            let terminal = try await binary.shell(
                ["--context", "petstore-sandbox"], adding: cluster)
            try await terminal.enter(Self.change, prompt: Self.pending)
            kill(daemon, SIGSTOP)
            try await run("exit", on: terminal)
            try await terminal.expect("undoing 1 change")
            terminal.type("\u{4}\u{1A}")
            try await terminal.expect("not suspended: changes are being undone")
            terminal.type("\u{3}")
            try await terminal.expect("press Ctrl-C again to leave 1 change in place")
            terminal.type("\u{3}")
            try await terminal.expect("left 1 change in place")
            // What to type then leads to where the shell was.
            try await terminal.expect("petstore-cli --context petstore-sandbox session recover ")
            #expect(try await terminal.ending() == .exit(3))
            kill(daemon, SIGCONT)
            let recovered = try await binary.run(["session", "recover", "--yes"], adding: cluster)
            #expect(recovered.status == 0, "\(recovered.errors)")
        }
    }

    @Test func anUndoGoesOnAfterASignalUntilItsTimeIsOver() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, daemon in
            let terminal = try await binary.shell(
                ["--undo-timeout", "3s"], adding: cluster)
            try await terminal.enter(Self.change, prompt: Self.pending)
            kill(daemon, SIGSTOP)
            try await run("exit", on: terminal)
            try await terminal.expect("undoing 1 change")
            terminal.signal(SIGTERM)
            terminal.signal(SIGHUP)
            // Nobody answers: the time of the undo ends it, and what remains is said.
            #expect(try await terminal.ending(within: .seconds(60)) == .exit(3))
            #expect(terminal.output.contains("session recover"))
            kill(daemon, SIGCONT)
            let recovered = try await binary.run(["session", "recover", "--yes"], adding: cluster)
            #expect(recovered.status == 0, "\(recovered.errors)")
        }
    }

    @Test(arguments: ["\u{3}", "\u{4}"])
    func aWatchStopsAndTheShellGoesOn(key: String) async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        terminal.type("watch 300ms get pet fluffy -o name\r")
        try await terminal.expectScreen("the first round") { screen in
            screen.rows.contains { $0.hasSuffix("/fluffy") }
        }
        terminal.type("\u{1A}")
        try await terminal.expect("suspended")
        terminal.type(key)
        try await terminal.expectPrompt()
        // It was an answer, no failure: what stands behind it runs.
        terminal.skipOutput()
        terminal.type("watch 300ms get pet fluffy -o name; get pet max -o name\r")
        try await terminal.expect("/fluffy\r\n")
        terminal.type(key)
        try await terminal.expectScreen("what stands behind it") { screen in
            screen.rows.contains { $0.hasSuffix("/max") } && screen.cursorRow == "petstore>"
        }
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }
}
