import Foundation
import TestSupport

/// The built petstore-cli in a home of its own, gone afterwards.
final class BuiltBinary: Sendable {
    struct Result: Sendable {
        var output: String
        var errors: String
        var status: Int32
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let path: String
    let home: URL
    /// Settings on top of the empty environment of a new user.
    let settings: [String: String]
    private let ownsHome: Bool

    /// Takes the binary beside the test bundle, or the one that `PETSTORE_CLI` names.
    ///
    /// - Parameters:
    ///   - program: another program, to be run in the same home.
    ///   - settings: on top of the empty environment of a new user.
    ///   - home: an existing one, which is gone with its first owner.
    /// - Throws: `Missing` when there is no such program.
    init(
        path program: String? = nil, settings: [String: String] = [:], home: URL? = nil
    ) throws {
        let variables = ProcessInfo.processInfo.environment
        let beside = URL(filePath: Bundle.main.executablePath ?? "")
            .deletingLastPathComponent().appending(path: "petstore-cli").path
        path = program ?? variables["PETSTORE_CLI"] ?? beside
        ownsHome = home == nil
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "no petstore-cli at \(path): swift build makes it")
        }
        self.settings = settings
        self.home =
            home
            ?? FileManager.default.temporaryDirectory.appending(
                path: "petstore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.home, withIntermediateDirectories: true)
    }

    deinit { if ownsHome { try? FileManager.default.removeItem(at: home) } }

    var environment: [String: String] {
        var all = [
            "HOME": home.path, "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "xterm",
            "LANG": "C.UTF-8", "USER": "tester", "NO_COLOR": "1",
            "PAGER": "cat",
        ]
        all.merge(settings) { _, set in set }
        return all
    }

    /// Runs one command to its end.
    func run(
        _ arguments: [String], input: String = "", adding more: [String: String] = [:]
    ) async throws -> Result {
        let folder = home.appending(path: "run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files, not pipes: a daemon that outlives its parent would keep a pipe open.
        let names = ["in", "out", "err"].map { folder.appending(path: $0) }
        for name in names { try Data().write(to: name) }
        try Data(input.utf8).write(to: names[0])
        let status = try await PlainProgram.run(
            path, arguments,
            environment: environment.merging(more) { _, added in added },
            input: names[0].path, output: names[1].path, errors: names[2].path)
        return Result(
            output: try String(contentsOf: names[1], encoding: .utf8),
            errors: try String(contentsOf: names[2], encoding: .utf8), status: status)
    }

    /// Opens the shell under a terminal and waits for its first prompt.
    func shell(
        _ arguments: [String] = ["--sandbox"], adding more: [String: String] = [:],
        columns: Int = 100, awaitingPrompt: Bool = true
    ) async throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(columns: columns, rows: 40)
        try terminal.start(
            path, ["shell"] + arguments,
            environment: environment.merging(more) { _, added in added })
        if awaitingPrompt { try await terminal.expectPrompt() }
        return terminal
    }
}

extension BuiltBinary {
    /// A sandbox in a process of its own while the body runs: how to reach it, and its process.
    func onSandbox(
        _ body: (_ cluster: [String: String], _ daemon: pid_t) async throws -> Void
    ) async throws {
        let started = try await run(["sandbox", "start"])
        guard started.status == 0 else { throw Missing(description: started.errors) }
        let line = started.output.split(separator: "\n").first { $0.hasPrefix("Process:") }
        guard let daemon = line.flatMap({ pid_t($0.split(separator: " ").last ?? "") }) else {
            throw Missing(description: "no process in: \(started.output)")
        }
        do {
            let kubeconfig = try await run(["sandbox", "kubeconfig"]).output
                .trimmingCharacters(in: .whitespacesAndNewlines)
            try await body(["KUBECONFIG": kubeconfig], daemon)
        } catch {
            // It may have been stopped for the test; nobody else waits for it.
            kill(daemon, SIGKILL)
            throw error
        }
        kill(daemon, SIGCONT)
        let stopped = try await run(["sandbox", "stop"])
        guard stopped.status == 0 else { throw Missing(description: stopped.errors) }
    }
}

extension PseudoTerminal {
    /// Waits for a prompt with nothing typed behind it.
    @discardableResult
    func expectPrompt(_ prompt: String = "petstore>") async throws -> [String] {
        try await expectScreen("the prompt \(prompt)") { $0.cursorRow == prompt }
    }

    /// Presses Tab once: a first answer that takes longer than Tab waits comes by itself.
    func complete(_ line: String) async throws {
        type("\t")
        try await expectPrompt(line)
    }

    /// Types a line and waits for the prompt after it; answers what was printed in between.
    @discardableResult
    func enter(_ line: String, prompt: String = "petstore>") async throws -> String {
        skipOutput()
        type(line + "\r")
        try await expect("\u{1B}[?2004l")
        let shown = try await expect("\u{1B}[?2004h")
        try await expectPrompt(prompt)
        return shown.replacing("\r\n", with: "\n").replacing("\u{1B}[?2004h", with: "")
            .replacing(/\u{1B}\]133;[A-D][;0-9]*\u{7}/, with: "")
    }
}
