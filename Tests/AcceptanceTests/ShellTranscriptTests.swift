import Foundation
import TestSupport
import Testing

/// What a person sees who opens the shell on the sandbox.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct ShellTranscriptTests {
    @Test func theTranscriptOfTheSpecification() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        let status = try await terminal.enter("status")
        #expect(status.contains("Aggregate: production-health\nHealth: "))
        #expect(status.contains(" synced"))
        let pets = try await terminal.enter("get pets")
        #expect(pets.hasPrefix("NAME "))
        #expect(
            pets.split(separator: "\n").first?.split(separator: " ").map(String.init)
                == ["NAME", "STATE", "EXTERNAL-ID", "AGE"])
        let fluffy = pets.split(separator: "\n").first { $0.hasPrefix("fluffy ") }
        #expect(fluffy?.split(separator: " ").dropFirst().prefix(2) == ["Synced", "123"])
        let described = try await terminal.enter("describe pet fluffy")
        for label in ["Name:         fluffy", "State:        Synced", "External ID:  123"] {
            #expect(described.contains(label + "\n"))
        }
        #expect(described.contains("\nResponse Data:\n  id: 123\n  name: Fluffy\n"))
        #expect(described.contains("  category: { id: 1, name: \"Dogs\" }\n"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func tabKnowsCommandsKindsNamesFlagsAndFields() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        terminal.type("desc\t")
        try await terminal.expectPrompt("petstore> describe")
        terminal.type("pets fl")
        try await terminal.complete("petstore> describe pets fluffy")
        terminal.type("\u{15}get pet b\t\t")
        try await terminal.expectScreen("both names") { screen in
            screen.rows.contains { $0.split(separator: " ") == ["bella", "buddy"] }
        }
        terminal.type("u\t--show-r\t")
        try await terminal.expectPrompt("petstore> get pet buddy --show-response")
        terminal.type("\u{15}patch pet fluffy status=s")
        try await terminal.complete("petstore> patch pet fluffy status=sold")
        terminal.type("\u{15}query find-by-st")
        try await terminal.complete("petstore> query find-by-status")
        terminal.type("--st")
        try await terminal.complete("petstore> query find-by-status --status=")
        terminal.type("\u{15}exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func historyOutlivesTheShellAndHoldsNoSecrets() async throws {
        let binary = try BuiltBinary()
        var terminal = try await binary.shell()
        try await terminal.enter("get pets -o name")
        try await terminal.enter(" get orders")
        try await terminal.enter("patch user john password=hunter2 --dry-run")
        try await terminal.enter("get pets -o name")
        // Not even a crash loses a line that was entered.
        terminal.signal(SIGKILL)
        #expect(try await terminal.ending() == .signal(SIGKILL))
        let file = binary.home.appending(path: ".local/state/petstore-cli/history")
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(
            try String(contentsOf: file, encoding: .utf8) == "get pets -o name\nget pets -o name\n")
        terminal = try await binary.shell()
        #expect(try await terminal.enter("history") == "1  get pets -o name\n2  history\n")
        terminal.type("get\u{1B}[A")
        try await terminal.expectPrompt("petstore> get pets -o name")
        terminal.type("\u{3}")
        try await terminal.expectPrompt()
        terminal.type("\u{4}")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func aLineCanGoOnAndMistakesDoNotEndTheShell() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        terminal.type("get \\\r")
        try await terminal.expectPrompt("...>")
        #expect(try await terminal.enter("pets -o name").contains("/fluffy\n"))
        #expect(try await terminal.enter("gte pets").contains("did you mean \"get\"?"))
        #expect(try await terminal.enter("exti").contains("did you mean \"exit\"?"))
        #expect(try await terminal.enter("get pets || status").contains("no \"||\""))
        #expect(try await terminal.enter("get pet nobody").contains("not found"))
        #expect(try await terminal.enter("get pets; status").contains("Aggregate:"))
        terminal.type("quit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func aPasteWaitsForEnterAndThenRunsLineByLine() async throws {
        let binary = try BuiltBinary(settings: ["LC_ALL": "C"])
        let terminal = try await binary.shell()
        terminal.type("\u{1B}[200~get pets -o name\nget pet 寿司\nstatus\u{1B}[201~")
        let waiting = try await terminal.expectScreen("the pasted text") {
            $0.cursorRow.hasSuffix("status")
        }
        #expect(waiting.contains { $0.hasSuffix("get pet 寿司") })
        #expect(!terminal.output.contains("/fluffy"))
        let shown = try await terminal.enter("")
        #expect(shown.contains("/fluffy\n") && shown.contains("\"寿司\" not found"))
        // What fails ends the text: the rest was meant for a world in which it had not.
        #expect(!shown.contains("Aggregate:"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func twoShellsShareAHistoryAndLoseNoLine() async throws {
        let binary = try BuiltBinary()
        let lines = 40
        try await withThrowingTaskGroup(of: Void.self) { group in
            for shell in ["left", "right"] {
                group.addTask {
                    let terminal = try await binary.shell()
                    for line in 1...lines {
                        try await terminal.enter("alias \(shell)\(line)=status")
                    }
                    terminal.type("exit\r")
                    #expect(try await terminal.ending() == .exit(0))
                }
            }
            try await group.waitForAll()
        }
        let file = binary.home.appending(path: ".local/state/petstore-cli/history")
        let kept = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        for shell in ["left", "right"] {
            let own = kept.filter { $0.hasPrefix("alias \(shell)") }
            #expect(own.map(String.init) == (1...lines).map { "alias \(shell)\($0)=status" })
        }
    }

    @Test func theUsersOwnKeysWinAndANewSizeKeepsTheLine() async throws {
        let binary = try BuiltBinary()
        try Data("bind \"^T\" ed-move-to-beg\n".utf8)
            .write(to: binary.home.appending(path: ".editrc"))
        let terminal = try await binary.shell()
        terminal.type("et pets\u{14}g")
        try await terminal.expectPrompt("petstore> get pets")
        terminal.resize(columns: 60, rows: 20)
        terminal.type("\u{5} -o name")
        try await terminal.expectPrompt("petstore> get pets -o name")
        terminal.type("\r")
        try await terminal.expect("/fluffy")
        try await terminal.expectPrompt()
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func aScriptStopsAtItsFirstErrorAndUndoes() async throws {
        let binary = try BuiltBinary()
        let result = try await binary.run(
            ["shell", "--sandbox"],
            input: "patch pet fluffy status=pending --rollback-on-exit\nget nonsense\nget pets\n")
        #expect(result.status == 4)
        #expect(!result.output.contains("NAME"))
        #expect(result.errors.contains("undone 1, kept 0, failed 0\n"))
        let open = try await binary.run(["shell", "--sandbox"], input: "get 'pets")
        #expect(open.status == 2)
        #expect(open.errors == "error: the input ends before the closing '\n")
    }
}
