import Documents
import HTTP
import SandboxAPIServer
import Testing

/// Reads a watch event by event.
private struct Events {
    private var iterator: HTTPBody.Iterator
    private var buffer: [UInt8] = []

    init(_ response: HTTPResponse) { iterator = response.body.makeAsyncIterator() }

    mutating func next() async throws -> JSONValue? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end])
                buffer.removeFirst(end + 1)
                return try JSONValue(parsing: line)
            }
            guard let chunk = try await iterator.next(isolation: nil) else { return nil }
            buffer += chunk
        }
    }

    /// `ADDED a` and the like.
    mutating func line() async throws -> String? {
        guard let event = try await next() else { return nil }
        let type = event["type"]?.stringValue ?? ""
        let name = event["object", "metadata", "name"]?.stringValue
        return name.map { "\(type) \($0)" } ?? type
    }
}

@Suite(.timeLimit(.minutes(5))) struct WatchTests {
    private func watch(_ cluster: Cluster, _ query: String) async throws -> Events {
        Events(try await cluster.open(.get, Cluster.gizmos + "?watch=true" + query))
    }

    @Test func tellsWhatHappens() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        var events = try await watch(cluster, "&resourceVersion=\(made.revision)")
        try await cluster.make("b")
        _ = try await cluster.merge(Cluster.gizmos + "/a", ["spec": ["colour": "blue"]])
        _ = try await cluster.send(.delete, Cluster.gizmos + "/a")
        #expect(try await events.line() == "ADDED b")
        #expect(try await events.line() == "MODIFIED a")
        let deleted = try await events.next()
        #expect(deleted?["type"] == "DELETED")
        #expect(
            deleted?["object", "metadata", "resourceVersion"]
                == .string(String(cluster.server.revision)))
    }

    @Test func resumesFromThePast() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        try await cluster.make("b")
        try await cluster.make("c")
        var events = try await watch(cluster, "&resourceVersion=\(made.revision)")
        #expect(try await events.line() == "ADDED b")
        #expect(try await events.line() == "ADDED c")
    }

    @Test(arguments: ["", "&resourceVersion=0"])
    func withoutARevisionItBeginsWithTheState(_ query: String) async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        try await cluster.make("b")
        var events = try await watch(cluster, query)
        #expect(try await events.line() == "ADDED a")
        #expect(try await events.line() == "ADDED b")
        _ = try await cluster.send(.delete, Cluster.gizmos + "/b")
        #expect(try await events.line() == "DELETED b")
    }

    @Test func initialEventsEndWithAMarkedBookmark() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        var events = try await watch(
            cluster,
            "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")
        #expect(try await events.line() == "ADDED a")
        let mark = try await events.next()
        #expect(mark?["type"] == "BOOKMARK")
        #expect(
            mark?["object", "metadata", "annotations", "k8s.io/initial-events-end"] == "true")
        let wrong = try await cluster.send(
            .get, Cluster.gizmos + "?watch=true&sendInitialEvents=true")
        #expect(wrong.status == 422)
    }

    @Test func bookmarksComeOnlyWhenWanted() async throws {
        let cluster = try await Cluster()
        let since = cluster.server.revision
        var with = try await watch(
            cluster, "&resourceVersion=\(since)&allowWatchBookmarks=true")
        var without = try await watch(cluster, "&resourceVersion=\(since)")
        cluster.server.sendBookmarks()
        try await cluster.make("a")
        let mark = try await with.next()
        #expect(mark?["type"] == "BOOKMARK" && mark?["object", "kind"] == "Gizmo")
        #expect(mark?["object", "metadata", "resourceVersion"] == .string(String(since)))
        #expect(try await with.line() == "ADDED a")
        #expect(try await without.line() == "ADDED a")
    }

    @Test func aForgottenRevisionIsGone() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        try await cluster.make("b")
        cluster.server.compact()
        var events = try await watch(cluster, "&resourceVersion=\(made.revision)")
        let event = try await events.next()
        #expect(event?["type"] == "ERROR")
        #expect(event?["object", "code"] == 410 && event?["object", "reason"] == "Expired")
        #expect(try await events.next() == nil)
        var former = try await watch(cluster, "&resourceVersion=99999")
        #expect(try await former.next()?["object", "code"] == 410)
    }

    @Test func theWindowIsBounded() async throws {
        let cluster = try await Cluster { $0.changeWindow = 4 }
        let made = try await cluster.make("a")
        for index in 0..<8 { try await cluster.make("b\(index)") }
        var events = try await watch(cluster, "&resourceVersion=\(made.revision)")
        #expect(try await events.next()?["type"] == "ERROR")
    }

    @Test func leavingTheSelectionLooksLikeDeletion() async throws {
        let cluster = try await Cluster()
        let since = cluster.server.revision
        var events = try await watch(
            cluster, "&resourceVersion=\(since)&labelSelector=app%3Dx")
        try await cluster.make("a")
        try await cluster.make("b", labels: ["app": "x"])
        let path = Cluster.gizmos
        _ = try await cluster.merge(path + "/a", ["metadata": ["labels": ["app": "x"]]])
        _ = try await cluster.merge(path + "/b", ["metadata": ["labels": ["app": "y"]]])
        #expect(try await events.line() == "ADDED b")
        #expect(try await events.line() == "ADDED a")
        let left = try await events.next()
        #expect(left?["type"] == "DELETED")
        #expect(left?["object", "metadata", "labels", "app"] == "x")
        #expect(
            left?["object", "metadata", "resourceVersion"]
                == .string(String(cluster.server.revision)))
    }

    @Test func onlyTheNamespacesOwn() async throws {
        let cluster = try await Cluster()
        let since = cluster.server.revision
        var events = try await watch(cluster, "&resourceVersion=\(since)")
        _ = try await cluster.send(
            .post, "/apis/shop.example.com/v1/namespaces/kube-system/gizmos",
            Cluster.gizmo("elsewhere", ["colour": "red"]))
        try await cluster.make("here")
        #expect(try await events.line() == "ADDED here")
    }

    @Test func rowsOfTables() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        try await cluster.make("b")
        let response = try await cluster.open(
            .get, Cluster.gizmos + "?watch=true",
            accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
        var events = Events(response)
        let first = try await events.next()
        #expect(first?["object", "kind"] == "Table")
        #expect(first?["object", "columnDefinitions"]?.arrayValue?.count == 5)
        let second = try await events.next()
        #expect(second?["object", "columnDefinitions"] == .some(.null))
        #expect(second?["object", "rows"]?[0]?["cells"]?[0] == "b")
    }

    @Test func endsInTimeAndIsForgotten() async throws {
        let cluster = try await Cluster()
        var events: Events? = try await watch(cluster, "&timeoutSeconds=1&resourceVersion=2")
        #expect(cluster.server.openWatches == 1)
        let end = try await events?.next()
        #expect(end == nil)
        events = nil
        #expect(cluster.server.openWatches == 0)
    }

    @Test func cancellationEndsIt() async throws {
        let cluster = try await Cluster()
        let response = try await cluster.open(.get, Cluster.gizmos + "?watch=true")
        let reader = Task {
            var events = Events(response)
            return try await events.next()
        }
        reader.cancel()
        #expect(try await reader.value == nil)
    }

    @Test func cuttingEndsAll() async throws {
        let cluster = try await Cluster()
        var first = try await watch(cluster, "")
        var second = try await watch(cluster, "")
        cluster.server.cutWatches()
        #expect(try await first.next() == nil)
        #expect(try await second.next() == nil)
    }
}

/// Lists and watches tell the same story, whatever happens.
@Suite(.timeLimit(.minutes(5))) struct ConsistencyTests {
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 33)
        }
    }

    @Test(arguments: 1...8) func watchersArriveAtTheList(_ seed: Int) async throws {
        let cluster = try await Cluster()
        var dice = Dice(state: UInt64(seed) &* 7919)
        let start = try await cluster.send(.get, Cluster.gizmos)
        for _ in 0..<60 { try await act(cluster, &dice) }
        var events = Events(
            try await cluster.open(
                .get,
                Cluster.gizmos + "?watch=true&resourceVersion=\(start.revision)"
                    + "&labelSelector=app%3Dx"))
        for _ in 0..<60 { try await act(cluster, &dice) }
        let list = try await cluster.send(.get, Cluster.gizmos + "?labelSelector=app%3Dx")
        var wanted: [String: JSONValue] = [:]
        for item in list.json["items"]?.arrayValue ?? [] {
            wanted[item["metadata", "name"]?.stringValue ?? ""] = item
        }
        // The last one of all tells that everything before it has come.
        try await cluster.make("end", labels: ["app": "x"])
        var seen: [String: JSONValue] = [:]
        var revision: Int64 = 0
        while let event = try await events.next() {
            let object = event["object"] ?? .null
            let name = object["metadata", "name"]?.stringValue ?? ""
            if name == "end" { break }
            let next = Int64(object["metadata", "resourceVersion"]?.stringValue ?? "") ?? 0
            #expect(next > revision, "seed \(seed)")
            revision = next
            switch event["type"] {
            case "ADDED": #expect(seen.updateValue(object, forKey: name) == nil, "seed \(seed)")
            case "MODIFIED": #expect(seen.updateValue(object, forKey: name) != nil, "seed \(seed)")
            default: #expect(seen.removeValue(forKey: name) != nil, "seed \(seed)")
            }
        }
        #expect(seen == wanted, "seed \(seed)")
    }

    private func act(_ cluster: Cluster, _ dice: inout Dice) async throws {
        let name = ["a", "b", "c", "d"].randomElement(using: &dice) ?? "a"
        let path = Cluster.gizmos + "/" + name
        let labels: JSONValue = ["app": Bool.random(using: &dice) ? "x" : "y"]
        switch Int.random(in: 0..<5, using: &dice) {
        case 0, 1: _ = try await cluster.make(name, labels: labels)
        case 2: _ = try await cluster.send(.delete, path)
        case 3: _ = try await cluster.merge(path, ["metadata": ["labels": labels]])
        default:
            let count = Int64.random(in: 0...10, using: &dice)
            _ = try await cluster.merge(path, ["spec": ["count": .integer(count)]])
        }
    }

    @Test func writersDoNotLoseEachOthersWork() async throws {
        let cluster = try await Cluster()
        let maps = "/api/v1/namespaces/default/configmaps"
        let made = try await cluster.send(
            .post, maps, ["metadata": ["name": "count"], "data": ["n": "0"]])
        #expect(made.status == 201)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10 { try await increment(cluster, maps + "/count") }
                }
            }
            try await group.waitForAll()
        }
        let end = try await cluster.send(.get, maps + "/count")
        #expect(end.json["data", "n"] == "80")
    }

    private func increment(_ cluster: Cluster, _ path: String) async throws {
        while true {
            var object = try await cluster.send(.get, path).json
            let number = Int(object["data", "n"]?.stringValue ?? "") ?? 0
            object["data"]?["n"] = .string(String(number + 1))
            let reply = try await cluster.send(.put, path, object)
            if reply.status == 200 { return }
            #expect(reply.status == 409)
        }
    }
}
