import Foundation
import TestSupport
import Testing

/// What a line can do besides naming a command (shell.md, habits 2 and 5 to 7).
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ShellLineTests {
    @Test func resultsGoToProgramsAndFiles() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        let count = try await terminal.enter("get pets -o name | grep -c pet")
        #expect(count.contains("4\n"))
        let file = binary.home.appending(path: "pets.txt").path
        try await terminal.enter("get pets > '\(file)'")
        try await terminal.enter("get pet fluffy -o name >> ~/pets.txt")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("NAME ") && text.hasSuffix("/fluffy\n"))
        #expect(!text.contains("\u{1B}"))
        #expect(try await terminal.enter("get pets > /nowhere/x").contains("cannot be written"))
        // A reader that has enough is no mistake, and output without a line end costs no prompt.
        #expect(try await terminal.enter("get pets -o name | head -1").contains("/bella\n"))
        try await terminal.enter("!printf open")
        #expect(try await terminal.enter("!echo $((6*7))").contains("42\n"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func numbersStandForRowsOfTheLastList() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        #expect(try await terminal.enter("2").contains("no list was shown"))
        try await terminal.enter("get pets")
        #expect(try await terminal.enter("2").contains(". is pet/buddy\n"))
        #expect(try await terminal.enter("get . -o name").contains("/buddy\n"))
        let two = try await terminal.enter("get 1,3 -o name")
        #expect(two.contains("/bella\n") && two.contains("/fluffy\n") && !two.contains("/buddy"))
        // That was a list as well.
        #expect(try await terminal.enter("2").contains(". is pet/fluffy\n"))
        try await terminal.enter("get pets -o custom-columns=N:.metadata.name")
        #expect(try await terminal.enter("1..3").contains("pet/bella, pet/buddy, pet/fluffy"))
        #expect(try await terminal.enter("describe 3").contains("Name:         fluffy\n"))
        #expect(try await terminal.enter("9").contains("there is no number 9"))
        try await terminal.enter("get pets -A")
        #expect(try await terminal.enter("get 4 -o name").contains("/max\n"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func whatWentWrongProposesTheNextStep() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        let failed = try await terminal.enter("get pet nobody")
        #expect(failed.contains("hint: next 1: get pets"))
        #expect(try await terminal.enter("next 1").contains("\nfluffy "))
        #expect(try await terminal.enter("gte pets -o name").contains("next 1 runs it"))
        #expect(try await terminal.enter("next 1").contains("/fluffy\n"))
        #expect(try await terminal.enter("next 7").contains("there is no step 7"))
        let diagnosed = try await terminal.enter("diagnose order order-456")
        #expect(
            diagnosed.contains(
                "\nNext steps (next N runs one):\n  1. compare order order-456 --across-pods ("))
        #expect(diagnosed.contains("\n  3. describe order order-456 ("))
        #expect(try await terminal.enter("next 3").contains("\nName:         order-456\n"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func namesSettingsAndFilesOfTheUsers() async throws {
        let binary = try BuiltBinary()
        let folder = binary.home.appending(path: ".config/petstore-cli")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("aliases: {pn: get pets -o name}\n".utf8)
            .write(to: folder.appending(path: "config.yaml"))
        try Data("alias one='get pet fluffy'\nset output name\n".utf8)
            .write(to: folder.appending(path: "shellrc"))
        let script = binary.home.appending(path: "two")
        try Data("one\nget nonsense\nget orders\n".utf8).write(to: script)
        let terminal = try await binary.shell()
        #expect(try await terminal.enter("pn").contains("/fluffy\n"))
        #expect(try await terminal.enter("one").contains("/fluffy\n"))
        #expect(try await terminal.enter("alias").contains("alias one='get pet fluffy'\n"))
        let sourced = try await terminal.enter("source ~/two")
        #expect(sourced.contains("/fluffy\n") && sourced.contains("ended at line 2"))
        #expect(!sourced.contains("/order-456"))
        try await terminal.enter("set output table")
        try await terminal.enter("set timing on")
        let timed = try await terminal.enter("get pets")
        #expect(timed.contains("NAME ") && timed.contains(" ms\n"))
        #expect(try await terminal.enter("set").contains("timing on"))
        #expect(try await terminal.enter("set timig on").contains("did you mean \"timing\"?"))
        try await terminal.enter("unalias one")
        #expect(try await terminal.enter("one").contains("unknown command"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func bracesAskForTheRestOfTheirValue() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        terminal.type("patch pet fluffy --dry-run --spec {\r")
        try await terminal.expectPrompt("...>")
        #expect(try await terminal.enter("\"status\": \"sold\"}").contains("sold"))
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func aTranscriptKeepsWhatWasTypedAndShown() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell()
        try await terminal.enter("transcript ~/said")
        try await terminal.enter("get pets -o name")
        try await terminal.enter("patch user john password=hunter2 --dry-run")
        try await terminal.enter("transcript off")
        try await terminal.enter("status")
        let file = binary.home.appending(path: "said")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains("petstore> get pets -o name\n") && text.contains("/fluffy\n"))
        #expect(!text.contains("hunter2") && !text.contains("Aggregate"))
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
    }

    @Test func aWordOfTheShellSaysWhereItIsKnown() async throws {
        let binary = try BuiltBinary()
        let outside = try await binary.run(["tour"])
        #expect(outside.status == 2)
        #expect(
            outside.errors.hasPrefix(
                "error: tour is a word of the shell\nhint: petstore-cli shell opens one\n"))
    }

    @Test func scriptsGiveTheSameByEveryWay() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, _ in
            let lines = ["get pets -o name", "get order order-456 -o name", "get nonsense"]
            let script = lines.joined(separator: "\n") + "\nget users -o name\n"
            let file = binary.home.appending(path: "script").path
            try Data(script.utf8).write(to: URL(filePath: file))
            var ways = [try await binary.run(["shell"], input: script, adding: cluster)]
            ways.append(try await binary.run(["shell", "-f", file], adding: cluster))
            ways.append(
                try await binary.run(["shell", "-f", "-"], input: script, adding: cluster))
            ways.append(
                try await binary.run(
                    ["shell", "-c", script.replacing("\n", with: ";")], adding: cluster))
            ways.append(try await binary.run(["shell", "-c", "source \(file)"], adding: cluster))
            var output = ""
            var status: Int32 = 0
            for line in lines {
                let one = try await binary.run(
                    line.split(separator: " ").map(String.init), adding: cluster)
                output += one.output
                status = one.status
            }
            #expect(status == 4 && output.contains("/order-456\n"))
            for way in ways {
                #expect(way.output == output)
                #expect(way.status == status, "\(way.errors)")
            }
        }
    }
}
