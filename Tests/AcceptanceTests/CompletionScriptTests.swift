import Foundation
import TestSupport
import Testing

/// Completion of one-shot commands: what `__complete` answers, and what the shells make of it.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct CompletionScriptTests {
    private static let shells = ["bash", "zsh", "fish"].filter { path($0) != nil }

    private static func path(_ program: String) -> String? {
        ["/usr/bin", "/bin", "/usr/local/bin"].map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The machine may be busy: what is offered is tried here, not how soon.
    private static let patient = ["PETSTORE_COMPLETION_TIMEOUT": "30s"]

    @Test func theSameCandidatesAsInTheShell() async throws {
        let binary = try BuiltBinary(settings: Self.patient)
        try await binary.onSandbox { cluster, _ in
            // The first answer fills the cache on disk.
            _ = try await binary.run(["get", "pets"], adding: cluster)
            func complete(_ words: String...) async throws -> [String] {
                let begin = ContinuousClock.now
                let result = try await binary.run(["__complete"] + words, adding: cluster)
                print("__complete \(words.joined(separator: " ")): \(ContinuousClock.now - begin)")
                #expect(result.status == 0 && result.errors == "")
                return result.output.split(separator: "\n").map {
                    String($0.split(separator: "\t")[0])
                }
            }
            #expect(try await complete("desc") == ["describe", ":4"])
            #expect(try await complete("get", "pe").contains("pets"))
            #expect(try await complete("get", "pet", "b") == ["bella", "buddy", ":4"])
            #expect(try await complete("get", "pet/fl") == ["pet/fluffy", ":4"])
            #expect(try await complete("get", "pets", "-o", "ya") == ["yaml", ":4"])
            #expect(try await complete("patch", "pet", "max", "status=s") == ["status=sold", ":4"])
            #expect(try await complete("patch", "pet", "max", "stat") == ["status=", ":6"])
            #expect(
                try await complete("query", "find-")
                    == ["find-by-status", "find-by-tags", ":4"])
            #expect(try await complete("action", "up") == ["upload-image", ":4"])
            #expect(try await complete("query", "find-by-status", "") == ["--status=", ":6"])
            #expect(
                try await complete("query", "find-by-status", "--st") == ["--status=", ":6"])
            #expect(try await complete("action", "upload-image", "--on") == ["--once", ":4"])
            #expect(try await complete("create", "-f", "") == [":0"])
            #expect(try await complete("get", "pets", "--context", "").count > 1)
            #expect(try await complete("nonsense", "") == [":4"])
        }
    }

    @Test func aServerThatIsAwayCostsNoPatience() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { cluster, daemon in
            kill(daemon, SIGSTOP)
            let result = try await binary.run(["__complete", "get", "pet", ""], adding: cluster)
            #expect(result.status == 0 && result.output == ":4\n" && result.errors == "")
            kill(daemon, SIGCONT)
        }
    }

    @Test(arguments: shells)
    func aShellOffersThem(shell: String) async throws {
        let binary = try BuiltBinary(settings: Self.patient)
        try await binary.onSandbox { cluster, _ in
            _ = try await binary.run(["get", "pets"], adding: cluster)
            let script = try await binary.run(["completion", shell]).output
            let file = binary.home.appending(path: "script.\(shell)").path
            try Data(script.utf8).write(to: URL(filePath: file))
            let folder = URL(filePath: binary.path).deletingLastPathComponent().path
            let terminal = try PseudoTerminal(columns: 100, rows: 30)
            var environment = binary.environment.merging(cluster) { _, new in new }
            environment["PATH"] = folder + ":" + (environment["PATH"] ?? "")
            environment["PS1"] = "% "
            environment["PROMPT"] = "% "
            let arguments =
                switch shell {
                case "bash": ["--norc", "-i"]
                case "zsh": ["-f", "-i"]
                default: ["--no-config", "-i"]
                }
            try terminal.start(
                try #require(Self.path(shell)), arguments, environment: environment)
            switch shell {
            case "zsh": terminal.type("autoload -U compinit; compinit -u -D; source \(file)\r")
            case "fish": terminal.type("function fish_prompt; echo '% '; end; source \(file)\r")
            default: terminal.type("source \(file)\r")
            }
            terminal.type("echo rea''dy\r")
            try await terminal.expect("ready\r\n")
            terminal.type("petstore-cli get pet fl\t")
            try await terminal.expectScreen("the name") {
                $0.cursorRow.hasSuffix("petstore-cli get pet fluffy")
            }
            terminal.type("\u{15}petstore-cli patch pet max status=s\t")
            try await terminal.expectScreen("the value") {
                $0.cursorRow.hasSuffix("petstore-cli patch pet max status=sold")
            }
            terminal.type("\u{15}petstore-cli query find-by-s\t")
            try await terminal.expectScreen("the query") {
                $0.cursorRow.hasSuffix("petstore-cli query find-by-status")
            }
            terminal.type("--st\t")
            try await terminal.expectScreen("the parameter") {
                $0.cursorRow.hasSuffix("query find-by-status --status=")
            }
            terminal.type("\u{15}exit\r")
        }
    }
}
