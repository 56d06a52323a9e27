import CurlTransport
import Documents
import Foundation
import HTTP
import SandboxPetstoreService
import Testing

@testable import Sandbox

/// Serves in this process; the listeners stay open until it ends, with nobody behind them.
@Suite("The sandbox as a process of its own", .serialized, .timeLimit(.minutes(5)))
struct DaemonTests {
    /// Serves in a folder of its own while a body runs.
    private static func serving(
        _ body: @Sendable (SandboxDaemon, SandboxStatus) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "petstore-sandbox-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let daemon = SandboxDaemon(directory: folder + "/sandbox", executable: "/bin/false")
        let (started, continuation) = AsyncStream.makeStream(of: SandboxStatus.self)
        let work = Task {
            defer { continuation.finish() }
            try await daemon.serve(port: 0) { continuation.yield($0) }
        }
        var iterator = started.makeAsyncIterator()
        if let status = await iterator.next() { try await body(daemon, status) }
        work.cancel()
        try await work.value
        #expect(await daemon.status() == nil)
        #expect(!FileManager.default.fileExists(atPath: daemon.kubeconfigPath))
    }

    @Test("its files are its user's alone, and tell where it is")
    func files() async throws {
        try await Self.serving { daemon, status in
            #expect(await daemon.status() == status)
            let folder = URL(filePath: daemon.kubeconfigPath).deletingLastPathComponent().path
            for (path, mode) in [
                (folder, 0o700), (daemon.kubeconfigPath, 0o600), (folder + "/daemon.json", 0o600),
            ] {
                let found = try FileManager.default.attributesOfItem(atPath: path)
                #expect((found[.posixPermissions] as? NSNumber)?.intValue == mode, "\(path)")
            }
            let text = try String(contentsOfFile: daemon.kubeconfigPath, encoding: .utf8)
            #expect(text.contains(status.server))
            #expect(try YAML.parse(text)[0]["current-context"] == "petstore-sandbox")
        }
    }

    @Test("faults reach the instance, clearing them heals it")
    func faults() async throws {
        try await Self.serving { daemon, status in
            let transport = CurlTransport(TransportConfiguration())
            func fluffy(_ instance: Int) async throws -> (Int, JSONValue?) {
                let answer = try await transport.send(
                    HTTPRequest(
                        .get, "http://\(status.services[instance])/api/v3/pet/123"))
                let body = try await answer.body.collect()
                return (answer.status, try? JSONValue(parsing: body)["status"])
            }
            try await daemon.fault(FaultOrder(instance: 1, .drift("pet/123:status=sold")))
            #expect(try await fluffy(1) == (200, "sold"))
            #expect(try await fluffy(0) == (200, "available"))
            try await daemon.fault(FaultOrder(instance: 1, .fail))
            #expect(try await fluffy(1).0 == 500)
            try await daemon.fault(FaultOrder(instance: nil, .clear))
            #expect(try await fluffy(1) == (200, "available"))
            let error = await #expect(throws: SandboxError.self) {
                try await daemon.fault(FaultOrder(instance: 7, .fail))
            }
            #expect(error?.message == "there is no instance 7, only 0 to 2")
            await transport.shutDown()
        }
    }

    @Test("the API server's faults are scripted, listed and cleared; the operator works on")
    func scripts() async throws {
        try await Self.serving { daemon, status in
            let transport = CurlTransport(TransportConfiguration())
            let pets = "\(status.server)/apis/petstore.example.com/v1alpha1/namespaces/default/pets"
            func code() async throws -> Int {
                try await transport.send(HTTPRequest(.get, pets)).status
            }
            try await daemon.scriptAPI(
                ["effect": "refuse", "code": 503, "resource": "pet", "verb": "list", "count": 2])
            try await daemon.scriptAPI(["effect": "refuse", "code": 500, "count": "all"])
            let listed = try await daemon.apiFaults()
            #expect(listed.map { $0["code"] } == [503, 500] && listed[0]["resource"] == "pets")
            let codes = [try await code(), try await code(), try await code()]
            #expect(codes == [503, 503, 500])
            try await daemon.clearAPIFaults()
            #expect(try await daemon.apiFaults().isEmpty)
            #expect(try await code() == 200)
            let error = await #expect(throws: SandboxError.self) {
                try await daemon.scriptAPI(["effect": "drop-after", "resource": "toys"])
            }
            #expect(error?.message == #"the server has no resource "toys""#)
            try await daemon.scriptAPI(["effect": "refuse", "code": 500, "count": "all"])
            try await daemon.fault(FaultOrder(instance: 1, .fail))
            try await daemon.fault(FaultOrder(instance: 0, .latency(milliseconds: 5)))
            #expect(
                try await daemon.serviceFaults() == [
                    FaultOrder(instance: 0, .latency(milliseconds: 5)),
                    FaultOrder(instance: 1, .fail),
                ])
            // Making a new cluster takes the operator and many requests of our own.
            try await daemon.reset()
            #expect(try await daemon.apiFaults().isEmpty)
            #expect(try await daemon.serviceFaults().isEmpty)
            #expect(try await code() == 200)
            await transport.shutDown()
        }
    }

    @Test("a reset brings the first state back, at the same port")
    func reset() async throws {
        try await Self.serving { daemon, status in
            let transport = CurlTransport(TransportConfiguration())
            let url = "\(status.server)/apis/petstore.example.com/v1alpha1/namespaces/default/pets/"
            let gone = try await transport.send(HTTPRequest(.delete, url + "fluffy"))
            #expect([200, 202].contains(gone.status))
            try await daemon.reset()
            let back = try await transport.send(HTTPRequest(.get, url + "fluffy"))
            #expect(back.status == 200)
            #expect(await daemon.status()?.server == status.server)
            await transport.shutDown()
        }
    }

    @Test("a watch sees an orderly end when the sandbox is reset, and 410 where it resumes")
    func watchAcrossReset() async throws {
        try await Self.serving { daemon, status in
            let transport = CurlTransport(TransportConfiguration())
            let pets = "\(status.server)/apis/petstore.example.com/v1alpha1/namespaces/default/pets"
            func list() async throws -> (names: [String], revision: String) {
                let answer = try await transport.send(HTTPRequest(.get, pets))
                let json = try JSONValue(parsing: await answer.body.collect())
                let items = json["items"]?.arrayValue ?? []
                return (
                    items.compactMap { $0["metadata", "name"]?.stringValue },
                    json["metadata", "resourceVersion"]?.stringValue ?? ""
                )
            }
            let before = try await list()
            let resume = pets + "?watch=true&resourceVersion=\(before.revision)"
            let watch = try await transport.send(HTTPRequest(.get, resume))
            let reading = Task { try await watch.body.collect() }
            try await daemon.reset()
            _ = try await reading.value
            let after = try await list()
            #expect(after.names == before.names)
            let late = try await transport.send(HTTPRequest(.get, resume))
            let events = String(decoding: try await late.body.collect(), as: UTF8.self)
            #expect(events.contains(#""code":410"#), "\(events)")
            let fresh = try await transport.send(
                HTTPRequest(.get, pets + "?watch=true&resourceVersion=\(after.revision)"))
            let gone = try await transport.send(HTTPRequest(.delete, pets + "/max"))
            #expect([200, 202].contains(gone.status))
            var seen = ""
            for try await piece in fresh.body {
                seen = String(decoding: piece, as: UTF8.self)
                if seen.contains(#"{"type":"DELETED""#) { break }
            }
            #expect(seen.contains(#""name":"max""#), "\(seen)")
            await transport.shutDown()
        }
    }

    @Test("connections to an instance that is down are reset, and answered when it is back")
    func down() async throws {
        try await Self.serving { daemon, status in
            let transport = CurlTransport(TransportConfiguration())
            func inventory(_ instance: Int) async throws -> Int {
                let url = "http://\(status.services[instance])/api/v3/store/inventory"
                return try await transport.send(HTTPRequest(.get, url)).status
            }
            #expect(try await inventory(2) == 200)
            try await daemon.fault(FaultOrder(instance: 2, .down))
            await #expect(throws: TransportError.self) { try await inventory(2) }
            #expect(try await inventory(1) == 200)
            try await daemon.fault(FaultOrder(instance: 2, .clear))
            #expect(try await inventory(2) == 200)
            try await daemon.fault(FaultOrder(instance: 0, .down))
            try await daemon.reset()
            #expect(try await inventory(0) == 200)
            await transport.shutDown()
        }
    }

    @Test("nobody without the token is listened to, and the same port is not had twice")
    func guarded() async throws {
        try await Self.serving { daemon, status in
            let transport = CurlTransport(TransportConfiguration())
            let answer = try await transport.send(
                HTTPRequest(.post, "\(status.server)/sandbox/petstore/stop", body: []))
            #expect(answer.status == 403)
            #expect(await daemon.status() != nil)
            let port = try #require(status.server.split(separator: ":").last.flatMap { Int($0) })
            let second = SandboxDaemon(
                directory: daemon.kubeconfigPath + "-second", executable: "/bin/false")
            let error = await #expect(throws: SandboxError.self) {
                try await second.serve(port: port) { _ in }
            }
            #expect(error?.message == "port \(port) of 127.0.0.1 cannot be listened on")
            try? FileManager.default.removeItem(atPath: daemon.kubeconfigPath + "-second")
            await transport.shutDown()
        }
    }

    @Test("a program that ends at once is told with a hint; what does not run cannot be stopped")
    func failures() async throws {
        let folder = NSTemporaryDirectory() + "petstore-sandbox-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let daemon = SandboxDaemon(directory: folder, executable: "/bin/false")
        let error = await #expect(throws: SandboxError.self) {
            _ = try await daemon.start(port: nil)
        }
        #expect(error?.message == "the sandbox ended at once")
        #expect(error?.hint == "its log is \(folder)/log")
        #expect(try await !daemon.stop())
        let idle = await #expect(throws: SandboxError.self) { try await daemon.reset() }
        #expect(idle?.message == "no sandbox is running")
        #expect(await SandboxDaemon.runIfAsked(["get", "pets"]) == nil)
    }

    @Test(
        "an order survives its way to the daemon",
        arguments: [
            FaultOrder(instance: 1, .fail), FaultOrder(instance: nil, .latency(milliseconds: 300)),
            FaultOrder(instance: 0, .drift("pet/1:status=sold")), FaultOrder(instance: 2, .down),
            FaultOrder(instance: nil, .clear),
        ])
    func orders(_ order: FaultOrder) {
        #expect(FaultOrder(order.json) == order)
    }
}
