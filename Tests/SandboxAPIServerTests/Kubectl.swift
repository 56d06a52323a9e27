import Foundation
import HTTP
import SandboxAPIServer
import Synchronization

/// The stock kubectl against a server of this process, over a real port.
final class Kubectl: Sendable {
    struct Output: Sendable {
        var status: Int32
        var out: String
        var err: String

        var lines: [String] {
            out.split(separator: "\n").map { line in
                line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
            }
        }
    }

    /// Where kubectl is; nil: nowhere on PATH, and the tests are skipped.
    static let path: String? = {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return folders.split(separator: ":").map { "\($0)/kubectl" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    let server: APIServer
    /// The server's way in, behind which another one can step.
    let front: HummingbirdFront
    private let folder: URL
    private let count = Mutex(0)

    init() async throws {
        server = APIServer()
        front = HummingbirdFront(server)
        let port = try await front.start()
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("petstore-kubectl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let kubeconfig = """
            apiVersion: v1
            kind: Config
            current-context: sandbox
            clusters: [{name: sandbox, cluster: {server: "http://127.0.0.1:\(port)"}}]
            users: [{name: sandbox, user: {}}]
            contexts: [{name: sandbox, context: {cluster: sandbox, user: sandbox}}]
            """
        try Data(kubeconfig.utf8).write(to: folder.appendingPathComponent("kubeconfig"))
    }

    func stop() async {
        await front.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Writes a manifest into a file and returns its path.
    func manifest(_ text: String) throws -> String {
        let file = folder.appendingPathComponent("manifest-\(next()).yaml")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Runs kubectl to its end.
    func run(_ arguments: String...) async throws -> Output {
        try await start(arguments).value
    }

    /// A kubectl that runs.
    struct Running: Sendable {
        fileprivate let task: Task<Output, any Error>
        fileprivate let file: URL

        /// Its output when it has ended.
        var value: Output {
            get async throws { try await task.value }
        }

        /// Waits until so many lines stand in its output.
        func waits(forLines count: Int) async throws {
            while true {
                let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
                if text.split(separator: "\n").count >= count { return }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Starts kubectl, with the editor that `kubectl edit` runs, and does not wait for its end.
    func start(_ arguments: [String], editor: String? = nil) throws -> Running {
        let number = next()
        let files = ["out", "err"].map { folder.appendingPathComponent("\($0)-\(number)") }
        for file in files { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path ?? "/nonexistent")
        process.arguments = arguments
        process.environment = [
            "KUBECONFIG": folder.appendingPathComponent("kubeconfig").path,
            "KUBECACHEDIR": folder.appendingPathComponent("cache").path,
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.path,
            "TMPDIR": folder.path, "KUBE_EDITOR": editor ?? "false",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        let (ends, ended) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            ended.yield(process.terminationStatus)
            ended.finish()
        }
        try process.run()
        let task = Task {
            var status: Int32 = -1
            for await code in ends { status = code }
            let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
            return Output(status: status, out: texts[0], err: texts[1])
        }
        return Running(task: task, file: files[0])
    }

    private func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
