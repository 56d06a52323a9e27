import CurlTransport
import Documents
import Foundation
import HTTP
import Testing

@testable import Sandbox

/// petstore-cli, where it has been built beside the tests.
private enum BuiltProgram {
    static let path: String? = {
        let beside = URL(filePath: Bundle.main.executablePath ?? "")
            .deletingLastPathComponent().appending(path: "petstore-cli").path
        let given = ProcessInfo.processInfo.environment["PETSTORE_CLI"] ?? beside
        return FileManager.default.isExecutableFile(atPath: given) ? given : nil
    }()
}

/// The daemon as the process that it is.
///
/// Skipped where petstore-cli has not been built beside the tests.
@Suite(
    "The daemon's own process", .serialized,
    .enabled(if: BuiltProgram.path != nil, "there is no petstore-cli beside the tests"),
    .timeLimit(.minutes(10)))
struct DaemonProcessTests {
    @Test("it survives resets under open watches, and ends when it is told to")
    func cycles() async throws {
        let folder = NSTemporaryDirectory() + "petstore-sandbox-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let daemon = SandboxDaemon(directory: folder, executable: BuiltProgram.path)
        for _ in 0..<3 {
            let status = try await daemon.start(port: nil)
            let pets =
                "\(status.server)/apis/petstore.example.com/v1alpha1/namespaces/default/pets"
            let transport = CurlTransport(TransportConfiguration())
            // Connections that are being made all the time.
            let busy = Task {
                while !Task.isCancelled {
                    let other = CurlTransport(TransportConfiguration())
                    let answer = try await other.send(HTTPRequest(.get, pets))
                    #expect(answer.status == 200)
                    await other.shutDown()
                }
            }
            for _ in 0..<3 {
                var watches: [HTTPResponse] = []
                for _ in 0..<4 {
                    watches.append(
                        try await transport.send(HTTPRequest(.get, pets + "?watch=true")))
                }
                try await daemon.reset()
                for watch in watches { #expect(try await !watch.body.collect().isEmpty) }
                let answer = try await transport.send(HTTPRequest(.get, pets))
                let json = try JSONValue(parsing: await answer.body.collect())
                #expect(json["items"]?.arrayValue?.count == 4)
            }
            busy.cancel()
            _ = await busy.result
            #expect(DaemonProcess.isAlive(status.processID))
            #expect(try await daemon.stop())
            #expect(!DaemonProcess.isAlive(status.processID))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left == ["log"])
            #expect(!daemon.directory.logTail(lines: 100).lowercased().contains("fatal"))
            await transport.shutDown()
        }
    }
}
