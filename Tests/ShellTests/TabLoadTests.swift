import Foundation
import HTTP
import KubernetesClient
import Synchronization
import Testing
import Verbs

@testable import Shell
@testable import Terminal

/// Tab over a collection of 10,000 objects.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct TabLoadTests {
    private static let count = 10_000
    private static let span = Duration.seconds(3)

    /// A server with one kind and many objects of it, which counts what it is asked.
    private final class Crowd: Transport {
        private let asked = Mutex(0)
        private let watches = Atomic(false)
        /// Whether whoever asks for metadata waits for ever.
        private let isSlow: Bool

        init(isSlow: Bool = false) { self.isSlow = isSlow }

        var requests: Int { asked.withLock { $0 } }
        /// Whether somebody has read the list, and follows it.
        var isWatched: Bool { watches.load(ordering: .relaxed) }

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            asked.withLock { $0 += 1 }
            let path = request.url.drop { $0 != ":" }.drop { $0 != "/" }
            if path.contains("watch=") {
                watches.store(true, ordering: .relaxed)
                return HTTPResponse(status: 200, body: Self.silence)
            }
            if path.contains("/parcels") {
                if request.headers["Accept"]?.contains("as=Table") ?? false {
                    return Self.json(Self.table)
                }
                return isSlow
                    ? HTTPResponse(status: 200, body: Self.silence) : Self.json(Self.list)
            }
            if path.contains("/apis/post.example.org/v1") { return Self.json(Self.resources) }
            if path.contains("/apis") { return Self.json(Self.groups) }
            return Self.json(#"{"kind":"APIVersions","versions":["v1"]}"#)
        }

        private static func json(_ text: String) -> HTTPResponse {
            HTTPResponse(
                status: 200, headers: ["Content-Type": "application/json"],
                body: HTTPBody(Array(text.utf8)))
        }

        /// A watch in which nothing happens.
        private static var silence: HTTPBody {
            let (stream, sink) = AsyncStream.makeStream(of: [UInt8].self)
            return HTTPBody(
                next: { () async throws(TransportError) in
                    for await chunk in stream { return chunk }
                    return nil
                }, cancel: { sink.finish() })
        }

        private static let groups = """
            {"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"post.example.org",
            "versions":[{"groupVersion":"post.example.org/v1","version":"v1"}],
            "preferredVersion":{"groupVersion":"post.example.org/v1","version":"v1"}}]}
            """
        private static let resources = """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"post.example.org/v1",
            "resources":[{"name":"parcels","singularName":"parcel","namespaced":true,
            "kind":"Parcel","verbs":["get","list","watch"]}]}
            """
        private static let names = (0..<count).map { number in
            "parcel-\(String(number &* 7919 % count, radix: 36))-\(number)"
        }
        private static let table: String = {
            let rows = names.map { #"{"cells":["\#($0)"]}"# }
            return """
                {"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7"},
                "columnDefinitions":[{"name":"Name","type":"string","format":"name"}],
                "rows":[\(rows.joined(separator: ","))]}
                """
        }()
        private static let list: String = {
            let items = names.enumerated().map { number, name in
                #"{"metadata":{"name":"\#(name)","namespace":"default","uid":"u\#(number)","resourceVersion":"1"}}"#
            }
            return """
                {"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1",
                "metadata":{"resourceVersion":"7"},"items":[\(items.joined(separator: ","))]}
                """
        }()
    }

    private struct Nothing: Output, Input {
        func write(_ bytes: [UInt8]) throws(OutputClosed) {}
        func line() async -> String? { nil }
    }

    /// What completes on such a server; ends with its folder.
    private func complete(
        on crowd: Crowd, _ body: (Completer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/tab-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let kubeconfig = """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://crowd.example"}}]
            users: [{name: u, user: {}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
        try Data(kubeconfig.utf8).write(to: URL(filePath: folder + "/config"))
        let environment = ["HOME": folder, "KUBECONFIG": folder + "/config"]
        let world = World(
            environment: environment, directories: Directories(environment: environment),
            output: Nothing(), errors: Nothing(), input: Nothing(), makeTransport: { _ in crowd })
        let completer = Completer(
            places: ShellPlaces(
                ShellState(access: ClusterAccess(world: world)), world: world),
            settings: ShellSettings(), tree: CommandTree(Root.self))
        try await body(completer)
    }

    @Test("the first answer does not wait until a watch knows everything")
    func firstAnswer() async throws {
        try await complete(on: Crowd(isSlow: true)) { completer in
            while completer.completion(beforeCursor: "get parcel ").unlisted < Self.count / 2 {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    @Test("is answered from what is known, and asks the server nothing")
    func manyNames() async throws {
        let crowd = Crowd()
        try await complete(on: crowd) { completer in
            try await press(completer, crowd)
        }
    }

    private func press(_ completer: Completer, _ crowd: Crowd) async throws {
        let lines = [
            "get parcel ", "describe parcel parcel-1", "get parcel/parcel-zz",
            "get parcel parcel-5f",
        ]
        // The first answer comes when it comes, and what was asked for beside it as well.
        while completer.completion(beforeCursor: lines[0]).unlisted < Self.count / 2
            || !crowd.isWatched
        {
            try await Task.sleep(for: .milliseconds(20))
        }
        var before = 0
        while before != crowd.requests {
            before = crowd.requests
            try await Task.sleep(for: .seconds(1))
        }
        var spans: [Duration] = []
        let end = ContinuousClock.now + Self.span
        // Longer than an answer counts as fresh, so that it is renewed meanwhile.
        while ContinuousClock.now < end {
            for line in lines {
                let begin = ContinuousClock.now
                let answer = completer.completion(beforeCursor: line)
                _ = answer.step(typed: "")
                _ = answer.listing(columns: 80, rows: 24)
                spans.append(ContinuousClock.now - begin)
                #expect(!answer.isPending)
            }
        }
        #expect(crowd.requests == before)
        spans.sort()
        print(
            "Tab over \(Self.count) objects, \(spans.count) presses:",
            "p50 \(spans[spans.count / 2]), p99 \(spans[spans.count * 99 / 100])")
    }
}
