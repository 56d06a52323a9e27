import Foundation
import TestSupport
import Testing

/// Contexts and namespaces inside the shell, and care with those that matter (shell.md, habits 3,
/// 5 and 9).
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ShellPlaceTests {
    private static let change = "patch pet fluffy status=pending --rollback-on-exit"

    /// A sandbox that is reached by two contexts, `blue` and `red`.
    private func onTwoContexts(
        _ binary: BuiltBinary, _ body: ([String: String]) async throws -> Void
    ) async throws {
        try await binary.onSandbox { cluster, _ in
            let made = try String(contentsOfFile: cluster["KUBECONFIG"] ?? "", encoding: .utf8)
            let path = binary.home.appending(path: "two-contexts").path
            try Data(try Self.renamed(made).utf8).write(to: URL(filePath: path))
            try await body(["KUBECONFIG": path])
        }
    }

    /// The kubeconfig with its context under two names.
    private static func renamed(_ text: String) throws -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        func value(_ key: String) throws -> Substring {
            let line = try #require(lines.first { $0.hasPrefix("    \(key): ") })
            return line.drop { $0 != ":" }.dropFirst(2)
        }
        let (cluster, user) = (try value("cluster"), try value("user"))
        var out = lines.filter { !$0.hasPrefix("current-context:") }.map(String.init)
        let start = try #require(out.firstIndex { $0.hasPrefix("contexts:") })
        let more = ["blue", "red"].flatMap { name in
            [
                "- name: \(name)", "  context:", "    cluster: \(cluster)", "    user: \(user)",
            ]
        }
        out.insert(contentsOf: more, at: start + 1)
        return (out + ["current-context: blue"]).joined(separator: "\n") + "\n"
    }

    @Test func aChangeStaysInItsContextAndIsUndoneThere() async throws {
        let binary = try BuiltBinary()
        try await onTwoContexts(binary) { cluster in
            let terminal = try await binary.shell([], adding: cluster)
            try await terminal.enter(Self.change, prompt: "petstore[1↺]>")
            let told = try await terminal.enter(
                "use red/default", prompt: "petstore(red/default)[1↺]>")
            #expect(told.contains("1 change in blue stays in place"))
            // The ledger of this place is empty.
            #expect(
                try await terminal.enter("changes", prompt: "petstore(red/default)[1↺]>")
                    .contains("No changes"))
            #expect(
                try await terminal.enter("use nowhere", prompt: "petstore(red/default)[1↺]>")
                    .contains("there is no context \"nowhere\""))
            let words = try await terminal.enter("session", prompt: "petstore(red/default)[1↺]>")
            #expect(words.contains("Context:") && words.contains("1 to be undone"))
            try await terminal.enter("use -", prompt: "petstore[1↺]>")
            #expect(
                try await terminal.enter("changes", prompt: "petstore[1↺]>").contains("pending"))
            try await terminal.enter("ns other", prompt: "petstore(blue/other)[1↺]>")
            #expect(
                try await terminal.enter("get pets", prompt: "petstore(blue/other)[1↺]>")
                    .contains("No resources found in other namespace."))
            // The context's own namespace is no other place.
            try await terminal.enter("ns default", prompt: "petstore[1↺]>")
            try await terminal.enter("-", prompt: "petstore(blue/other)[1↺]>")
            try await terminal.enter("-", prompt: "petstore[1↺]>")
            terminal.type("exit\r")
            #expect(try await terminal.ending() == .exit(0))
            #expect(terminal.output.contains("undone 1, kept 0, failed 0"))
        }
    }

    @Test func aReadOnlyShellChangesNothing() async throws {
        let binary = try BuiltBinary()
        let terminal = try await binary.shell(
            ["--sandbox", "--read-only"], awaitingPrompt: false)
        try await terminal.expectPrompt("petstore[ro]>")
        let refused = try await terminal.enter(Self.change, prompt: "petstore[ro]>")
        #expect(refused.contains("error: nothing may be changed here: this shell is read-only"))
        try await terminal.enter("set read-only off")
        try await terminal.enter(Self.change, prompt: "petstore[1↺]>")
        terminal.type("exit\r")
        #expect(try await terminal.ending() == .exit(0))
        let script = try await binary.run(["shell", "--sandbox", "--read-only", "-c", Self.change])
        #expect(script.status == 2)
    }

    @Test func aProtectedContextIsRedAndWantsItsNameTyped() async throws {
        let binary = try BuiltBinary(settings: ["NO_COLOR": ""])
        let folder = binary.home.appending(path: ".config/petstore-cli")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("protectedContexts: [blu*]\n".utf8)
            .write(to: folder.appending(path: "config.yaml"))
        try await onTwoContexts(binary) { cluster in
            let alone = try await binary.run(
                ["patch", "pet", "fluffy", "status=sold", "--yes"], adding: cluster)
            #expect(alone.status == 2)
            #expect(alone.errors.contains("the context blue is protected"))
            let terminal = try await binary.shell([], adding: cluster, awaitingPrompt: false)
            try await terminal.expectPrompt("petstore(blue)[ro]>")
            #expect(terminal.output.contains("\u{1B}[1;31m(blue)"))
            let refused = try await terminal.enter(Self.change, prompt: "petstore(blue)[ro]>")
            #expect(refused.contains("the context blue is protected"))
            terminal.type("set read-only off\r")
            try await terminal.expect("Type the name of the context")
            terminal.type("red\r")
            try await terminal.expectPrompt("petstore(blue)[ro]>")
            terminal.type("set read-only off\r")
            try await terminal.expect("Type the name of the context")
            terminal.type("blue\r")
            try await terminal.expectPrompt("petstore(blue)>")
            try await terminal.enter(Self.change, prompt: "petstore(blue)[1↺]>")
            terminal.type("\u{4}")
            #expect(try await terminal.ending() == .exit(0))
            #expect(terminal.output.contains("undone 1, kept 0, failed 0"))
        }
    }

    @Test func thePromptSaysThatTheServerIsAwayAndThatTimeRunsOut() async throws {
        let binary = try BuiltBinary()
        try await onTwoContexts(binary) { cluster in
            let terminal = try await binary.shell([], adding: cluster)
            terminal.type(Self.change + " --ttl 10m\r")
            try await terminal.expectScreen("the time left") {
                $0.cursorRow == "petstore[1↺ 9m]>" || $0.cursorRow == "petstore[1↺ 10m]>"
            }
            terminal.type("get pets -o name --server https://127.0.0.1:1\r")
            try await terminal.expectScreen("the mark") { $0.cursorRow.hasSuffix(" ?]>") }
            // A mistake in a line tells nothing of the server, another cluster has its own mark.
            terminal.type("get pets --nonsense\r")
            try await terminal.expect("unknown option")
            try await terminal.expectScreen("still the mark") { $0.cursorRow.hasSuffix(" ?]>") }
            terminal.type("use red\r")
            try await terminal.expectScreen("no mark there") {
                $0.cursorRow == "petstore(red)[1↺]>"
            }
            terminal.type("-\r")
            try await terminal.expectScreen("the mark again") { $0.cursorRow.hasSuffix(" ?]>") }
            terminal.type("get pets -o name\r")
            try await terminal.expectScreen("no mark") { $0.cursorRow.hasSuffix("m]>") }
            terminal.type("exit\r")
            #expect(try await terminal.ending() == .exit(0))
        }
    }
}
