import Foundation
import TestSupport
import Testing

/// Long results on a small terminal, with a pager as people have one.
@Suite("A pager shows what is longer than the screen", .serialized, .timeLimit(.minutes(5)))
struct PagerScreenTests {
    /// Tells what it reads when it has read all.
    private static let counting = "echo paging; cat >/dev/null; echo at the end"

    private func terminal(
        _ binary: BuiltBinary, _ words: [String], pager: String?, rows: Int = 10
    ) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(columns: 80, rows: rows)
        var environment = binary.environment
        environment["PAGER"] = pager
        try terminal.start(binary.path, words + ["--sandbox"], environment: environment)
        return terminal
    }

    @Test(.enabled(if: Machine.has("less"), "less is not on PATH"))
    func lessShowsAResultInColourUntilItIsLeft() async throws {
        let binary = try BuiltBinary(settings: ["NO_COLOR": ""])
        let terminal = try terminal(binary, ["get", "pets,orders,users"], pager: nil, rows: 8)
        try await terminal.expectScreen("the first screenful") {
            $0.cursorRow == ":" && $0.rows[0].hasPrefix("NAME")
        }
        #expect(terminal.output.contains("\u{1B}["))
        #expect(!terminal.output.contains("ESC["))
        // Ctrl-C is less's own.
        try await interrupt(terminal)
        terminal.type("G")
        try await terminal.expectScreen("the end") { $0.cursorRow.hasPrefix("(END)") }
        terminal.type("q")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test(.enabled(if: Machine.has("less"), "less is not on PATH"))
    func whoLeavesLessEarlyHasSeenEnough() async throws {
        let binary = try BuiltBinary()
        let terminal = try terminal(binary, ["get", "pets,orders", "-A", "-o", "yaml"], pager: nil)
        try await terminal.expectScreen("less") { $0.cursorRow == ":" }
        terminal.type("q")
        #expect(try await terminal.ending() == .exit(0))
        #expect(!terminal.output.contains("error"))
    }

    @Test func theStatusIsThatOfTheCommand() async throws {
        let binary = try BuiltBinary()
        let failing = try terminal(
            binary, ["diagnose", "order", "order-456"], pager: Self.counting + "; exit 9")
        try await failing.expect("paging")
        try await failing.expect("at the end")
        #expect(try await failing.ending() == .exit(1))
        // What went wrong stands on the screen, behind the pager.
        let missing = try terminal(
            binary, ["get", "pet", "bella", "nobody", "-o", "yaml"], pager: Self.counting)
        try await missing.expect("at the end")
        try await missing.expect("\"nobody\" not found")
        #expect(try await missing.ending() == .exit(4))
    }

    @Test func theseComeWithoutAPager() async throws {
        let binary = try BuiltBinary()
        let calls: [(words: [String], pager: String, rows: Int)] = [
            (["get", "pets"], Self.counting, 10),
            (["--no-pager", "get", "pets"], Self.counting, 4),
            (["get", "pets"], "", 4), (["get", "pets"], "cat", 4),
            (["get", "pets"], "no-such-pager -R", 4),
            (["shell", "-c", "get pets"], Self.counting, 4),
        ]
        for (words, pager, rows) in calls {
            let terminal = try terminal(binary, words, pager: pager, rows: rows)
            #expect(try await terminal.ending() == .exit(0))
            #expect(terminal.output.contains("\nfluffy "), "\(words) \(pager)")
            #expect(!terminal.output.contains("paging") && !terminal.output.contains("no-such"))
        }
        let piped = try await binary.run(
            ["get", "pets", "-o", "yaml", "--sandbox"], adding: ["PAGER": Self.counting])
        #expect(piped.status == 0 && piped.output.hasPrefix("apiVersion"))
    }

    @Test func aSignalEndsThePagerToo() async throws {
        let binary = try BuiltBinary()
        let pager = binary.home.appending(path: "pager").path
        try Data("#!/bin/sh\necho paging\nexec sleep 1000\n".utf8).write(
            to: URL(filePath: pager))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: pager)
        let terminal = try terminal(binary, ["get", "pets"], pager: pager, rows: 4)
        try await terminal.expect("paging")
        terminal.signal(SIGTERM)
        #expect(try await terminal.ending() == .exit(143))
    }

    @Test(.enabled(if: Machine.has("less"), "less is not on PATH"))
    func inTheShellKeysAreThePagersAndChangesStay() async throws {
        let binary = try BuiltBinary()
        let pending = "petstore[1↺]>"
        let terminal = try await binary.shell(adding: ["PAGER": "less"])
        try await terminal.enter(
            "patch pet fluffy status=pending --rollback-on-exit", prompt: pending)
        terminal.type("get pets -o yaml\r")
        try await terminal.expectScreen("less") { $0.cursorRow == ":" }
        try await interrupt(terminal)
        terminal.type("/name: fluf\r")
        try await terminal.expectScreen("what was found") {
            $0.rows[0].hasSuffix("name: fluffy")
        }
        terminal.type("q")
        try await terminal.expectPrompt(pending)
        #expect(
            try await terminal.enter("get pet fluffy -o name", prompt: pending).contains(
                "/fluffy\n"))
        terminal.type("help\r")
        try await terminal.expectScreen("less") { $0.cursorRow == ":" }
        terminal.type("q")
        try await terminal.expectPrompt(pending)
        let plain = try await terminal.enter("set pager off; get pets -o yaml", prompt: pending)
        #expect(plain.contains("kind: List\n"))
        terminal.type("exit\r")
        try await terminal.expect("undone 1, kept 0, failed 0")
        #expect(try await terminal.ending() == .exit(0))
    }

    /// Presses Ctrl-C until less writes its prompt anew.
    ///
    /// It does so only while it waits for a key: a Ctrl-C that is there a moment earlier, when the
    /// prompt can be seen already, changes nothing on the screen.
    private func interrupt(_ terminal: PseudoTerminal) async throws {
        let redrawn = "\u{1B}[K"
        for _ in 0..<30 {
            terminal.skipOutput()
            terminal.type("\u{3}")
            // Not answered: pressed again.
            if (try? await terminal.expect(redrawn, within: .seconds(2))) != nil { return }
        }
        terminal.type("\u{3}")
        try await terminal.expect(redrawn)
    }

    @Test func aPagerThatIsNoneReadsNothingAndTheShellGoesOn() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell(adding: ["PAGER": "echo seen enough; exit 3"])
        #expect(try await terminal.enter("get pets,orders -A -o json").contains("seen enough\n"))
        #expect(try await terminal.enter("get pet max -o name").contains("/max\n"))
        #expect(try await terminal.enter("get pets -o json | head -1").contains("{\n"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }
}
