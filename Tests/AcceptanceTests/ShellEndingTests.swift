import Foundation
import TestSupport
import Testing

/// However a shell ends, what was temporary is undone (undo.md, P12; shell.md, Interrupts).
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ShellEndingTests {
    private static let pending = "petstore[1↺]>"
    private static let change = "patch pet fluffy status=pending --rollback-on-exit"

    /// A shell in which one change waits to be undone.
    private func changed(_ binary: BuiltBinary) async throws -> PseudoTerminal {
        let terminal = try await binary.shell()
        let told = try await terminal.enter(Self.change, prompt: Self.pending)
        #expect(told.contains("pet/fluffy spec.status: available → pending"))
        return terminal
    }

    @Test func controlCNeverLeavesAndSaysHowTo() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        terminal.type("delete everything\u{3}")
        try await terminal.expect("^C")
        try await terminal.expectPrompt()
        terminal.type("\u{3}")
        try await terminal.expect("(\"exit\" or Ctrl-D leaves the shell)")
        try await terminal.expectPrompt()
        for _ in 0..<5 {
            terminal.type("\u{3}")
            try await terminal.expect("^C")
            try await terminal.expectPrompt()
        }
        #expect(try await terminal.enter("get pet fluffy -o name").contains("/fluffy"))
        terminal.type("\u{4}")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test(arguments: ["exit\r", "\u{4}"])
    func leavingUndoes(keys: String) async throws {
        let binary = try BuiltBinary()
        let terminal = try await changed(binary)
        terminal.type(keys)
        #expect(try await terminal.ending() == .exit(0))
        #expect(terminal.output.contains("pet/fluffy spec.status: undone (available)"))
        #expect(terminal.output.contains("undone 1, kept 0, failed 0"))
    }

    @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129), (SIGQUIT, 131)] as [(Int32, Int32)])
    func aSignalUndoesAndTells(signal: Int32, status: Int32) async throws {
        let binary = try BuiltBinary()
        let terminal = try await changed(binary)
        terminal.type("half a line")
        try await terminal.expectPrompt(Self.pending + " half a line")
        terminal.signal(signal)
        #expect(try await terminal.ending() == .exit(status))
        #expect(terminal.output.contains("undone 1, kept 0, failed 0"))
    }

    @Test func controlZTellsWhatStaysAndTheLineComesBack() async throws {
        let binary = try BuiltBinary()
        let terminal = try await changed(binary)
        terminal.type("get pe")
        try await terminal.expectPrompt(Self.pending + " get pe")
        // The leader of a session cannot be stopped by its terminal: it comes back at once.
        terminal.type("\u{1A}")
        try await terminal.expect("1 change stays in place meanwhile")
        try await terminal.expectPrompt(Self.pending + " get pe")
        terminal.type("ts -o name\r")
        try await terminal.expect("/fluffy")
        try await terminal.expectPrompt(Self.pending)
        terminal.type("\u{4}")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func controlZStopsUnderAShellWithJobsAndFgComesBack() async throws {
        let binary = try BuiltBinary()
        let terminal = try PseudoTerminal(columns: 100, rows: 40)
        var environment = binary.environment
        environment["PS1"] = "$ "
        try terminal.start("/bin/bash", ["--norc", "--noediting", "-i"], environment: environment)
        try await terminal.expectScreen("bash") { $0.cursorRow.hasSuffix("$") }
        terminal.type("\(binary.path) shell --sandbox\r")
        try await terminal.expectPrompt()
        try await terminal.enter(Self.change, prompt: Self.pending)
        terminal.type("get pe")
        try await terminal.expectPrompt(Self.pending + " get pe")
        terminal.type("\u{1A}")
        try await terminal.expect("1 change stays in place meanwhile")
        try await terminal.expect("Stopped")
        terminal.type("fg\r")
        try await terminal.expectPrompt(Self.pending + " get pe")
        terminal.type("ts -o name\r")
        try await terminal.expect("/fluffy")
        try await terminal.expectPrompt(Self.pending)
        terminal.type("exit\r")
        try await terminal.expect("undone 1, kept 0, failed 0")
    }

    @Test func aKilledShellIsMadeGoodByTheNext() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, _ in try await killAndRecover(binary, cluster) }
    }

    @Test func whatAnotherMachineLeftIsToldAboveThePrompt() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, _ in
            var elsewhere = cluster
            elsewhere["XDG_STATE_HOME"] = (binary.environment["HOME"] ?? "") + "/elsewhere"
            // Below a member, so that the operator does not undo it by itself.
            let made = try await binary.run(
                ["patch", "pet", "fluffy", "category.name=Left", "--ttl", "1s"], adding: elsewhere)
            #expect(made.status == 0, "\(made.errors)")
            // Until the time of the change is over, its session counts as alive.
            while try await leftBehind(binary, cluster) == 0 { try Task.checkCancellation() }
            let terminal = try await binary.shell([], adding: cluster)
            try await terminal.expect("not of this machine, left 1 change here (pet/fluffy)")
            try await terminal.expectPrompt()
            let told = try await terminal.enter("session recover --yes")
            #expect(told.contains("undone 1, kept 0, failed 0"))
            terminal.type("exit\r")
            #expect(try await terminal.ending() == .exit(0))
        }
    }

    @Test func controlCCutsAReadAndWhatWasTypedMeanwhileIsGone() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, daemon in
            try await cutARead(binary, cluster, daemon)
        }
    }

    private func cutARead(
        _ binary: BuiltBinary, _ cluster: [String: String], _ daemon: pid_t
    ) async throws {
        let terminal = try await binary.shell([], adding: cluster)
        try await terminal.enter("get pets -o name")
        // A server that does not answer: the command runs until somebody has enough of it.
        kill(daemon, SIGSTOP)
        terminal.skipOutput()
        terminal.type("get orders -o name\r")
        try await terminal.expect("\u{1B}[?2004l")
        terminal.type("\u{4}\u{4}exit\r")
        try await terminal.expect("exit")
        terminal.type("\u{3}")
        try await terminal.expectPrompt()
        kill(daemon, SIGCONT)
        #expect(try await terminal.enter("get orders -o name").contains("/order-456\n"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    private func killAndRecover(
        _ binary: BuiltBinary, _ cluster: [String: String]
    ) async throws {
        let before = try await spec(binary, cluster)
        var terminal = try await binary.shell([], adding: cluster)
        try await terminal.enter(Self.change, prompt: Self.pending)
        terminal.signal(SIGKILL)
        #expect(try await terminal.ending() == .signal(SIGKILL))
        #expect(try await spec(binary, cluster) != before)

        let script = try await binary.run(["shell", "-c", "get pets -o name"], adding: cluster)
        #expect(script.errors.contains("session recover "))
        #expect(script.status == 0)

        terminal = try await binary.shell([], adding: cluster, awaitingPrompt: false)
        try await terminal.expect("ended without undoing 1 change:")
        try await terminal.expect("pet/fluffy spec.status: available → pending")
        try await terminal.expectPrompt("Undo now? [Y/n]")
        terminal.type("\r")
        try await terminal.expect("undone 1, kept 0, failed 0")
        try await terminal.expectPrompt()
        #expect(try await spec(binary, cluster) == before)
        // A closed terminal is a hang-up: also then nothing stays.
        try await terminal.enter(Self.change, prompt: Self.pending)
        terminal.hangUp()
        #expect(try await terminal.ending() == .exit(129))
        #expect(try await spec(binary, cluster) == before)
    }

    /// How many changes of dead sessions are in the cluster.
    private func leftBehind(
        _ binary: BuiltBinary, _ cluster: [String: String]
    ) async throws -> Int {
        let result = try await binary.run(["health-check", "--all", "-o", "json"], adding: cluster)
        let health = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let members = try #require(health as? [String: Any])
        return try #require(members["leftBehind"] as? [Any]).count
    }

    private func spec(_ binary: BuiltBinary, _ cluster: [String: String]) async throws -> String {
        let result = try await binary.run(["get", "pet", "fluffy", "-o", "json"], adding: cluster)
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let members = try #require(object as? [String: Any])
        let metadata = try #require(members["metadata"] as? [String: Any])
        let kept = [
            "spec": members["spec"], "annotations": metadata["annotations"],
            "labels": metadata["labels"],
        ].compactMapValues { $0 }
        let text = try JSONSerialization.data(withJSONObject: kept, options: [.sortedKeys])
        return String(decoding: text, as: UTF8.self)
    }
}
