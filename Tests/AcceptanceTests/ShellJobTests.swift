import Foundation
import TestSupport
import Testing

/// What runs again and again, and what runs while somebody types (shell.md, habits 7 and 10).
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ShellJobTests {
    @Test func aWatchDrawsTheScreenAnewUntilControlC() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        terminal.type("watch 200ms get pets -o name\r")
        try await terminal.expectScreen("the heading and the names") { screen in
            (screen.rows.first ?? "").hasPrefix("Every 200ms: get pets -o name")
                && screen.rows.contains { $0.hasSuffix("/fluffy") }
        }
        terminal.type("\u{3}")
        try await terminal.expectPrompt()
        #expect(try await terminal.enter("watch delete pet max").contains("only what reads"))
        let counted = try await binary.run([
            "shell", "--sandbox", "-c", "watch 100ms --count 3 get pet max -o name",
        ])
        #expect(counted.output.split(separator: "\n").count == 3)
        #expect(counted.status == 0)
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func aJobTellsAbovePromptAndTypedText() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        terminal.type("watch 200ms get pet fluffy -o name &\r")
        try await terminal.expectScreen("what the job says, and the prompt") { screen in
            screen.rows.contains { $0.hasPrefix("[1] pet.") && $0.hasSuffix("/fluffy") }
                && screen.cursorRow == "petstore>"
        }
        #expect(
            try await terminal.enter("jobs").contains("[1]  watch 200ms get pet fluffy -o name\n"))
        #expect(try await terminal.enter("kill %2").contains("there is no job 2"))
        terminal.type("kill %1\r")
        try await terminal.expectScreen("its end, and the prompt") { screen in
            screen.rows.contains { $0.hasPrefix("[1] ended: watch 200ms") }
                && screen.cursorRow == "petstore>"
        }
        #expect(try await terminal.enter("jobs").contains("nothing runs"))
        // Whatever still runs ends with the shell.
        try await terminal.enter("watch 200ms get pets -o name &")
        terminal.type("half a line")
        try await terminal.expectPrompt("petstore> half a line")
        terminal.type("\u{15}exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }
}
