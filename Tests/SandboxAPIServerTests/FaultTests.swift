import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    private let path = Cluster.gizmos + "/a"

    @Test func dropBeforeDoesNothing() async throws {
        let cluster = try await Cluster()
        cluster.server.faults = [Fault(.dropBefore, method: "POST", resource: "gizmos")]
        await #expect(throws: TransportError.self) { try await cluster.make("a") }
        #expect(try await cluster.send(.get, path).status == 404)
        #expect(try await cluster.make("a").status == 201)
    }

    @Test func dropAfterHasDoneIt() async throws {
        let cluster = try await Cluster()
        cluster.server.faults = [Fault(.dropAfter, method: "POST", resource: "gizmos")]
        do {
            try await cluster.make("a")
            Issue.record("the connection should have broken")
        } catch let error as TransportError {
            #expect(error.requestMayHaveBeenSent)
        }
        #expect(try await cluster.send(.get, path).status == 200)
    }

    @Test(arguments: [409, 422, 429, 500, 503, 504])
    func refusalsAreCountedDown(_ code: Int) async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        cluster.server.faults = [
            Fault(.refuse(code: code, retryAfter: 3), resource: "gizmos", skip: 1, count: 2)
        ]
        var codes: [Int] = []
        var retry: [String?] = []
        for _ in 0..<4 {
            let reply = try await cluster.send(.get, path)
            codes.append(reply.status)
            retry.append(reply.headers["Retry-After"])
        }
        #expect(codes == [200, code, code, 200])
        #expect(retry == [nil, "3", "3", nil])
        #expect(cluster.server.faults.isEmpty)
    }

    @Test func errorAfterTheCommit() async throws {
        let cluster = try await Cluster()
        cluster.server.faults = [Fault(.refuseAfter(code: 504), method: "POST")]
        #expect(try await cluster.make("a").status == 504)
        #expect(try await cluster.send(.get, path).status == 200)
    }

    @Test func truncatedBodies() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        cluster.server.faults = [Fault(.truncate(bytes: 10))]
        await #expect(throws: TransportError.self) { try await cluster.send(.get, path) }
    }

    @Test func drippingBodiesAreWhole() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        cluster.server.faults = [Fault(.drip(bytes: 40, pause: .milliseconds(1)))]
        #expect(try await cluster.send(.get, path).json["spec", "colour"] == "red")
    }

    @Test func commitComesLate() async throws {
        let cluster = try await Cluster()
        let watch = try await cluster.open(
            .get, Cluster.gizmos + "?watch=true&resourceVersion=\(cluster.server.revision)")
        cluster.server.faults = [Fault(.commitLate(.milliseconds(50)), method: "POST")]
        await #expect(throws: TransportError.self) { try await cluster.make("a") }
        // The watch tells when it happened after all.
        var iterator = watch.body.makeAsyncIterator()
        let event = try await iterator.next(isolation: nil) ?? []
        #expect(String(decoding: event, as: UTF8.self).contains("ADDED"))
        #expect(try await cluster.send(.get, path).status == 200)
    }

    @Test func watchesBreak() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        try await cluster.make("b")
        cluster.server.faults = [Fault(.cutWatch(events: 1))]
        let watch = try await cluster.open(.get, Cluster.gizmos + "?watch=true")
        await #expect(throws: TransportError.self) { try await watch.body.collect() }
    }

    @Test func scriptsGoOverTheWire() async throws {
        let cluster = try await Cluster()
        let faults: [Fault] = [
            Fault(.delay(.milliseconds(20)), method: "GET", path: "/api", count: nil),
            Fault(.drip(bytes: 3, pause: .milliseconds(5)), name: "a", skip: 2),
            Fault(.refuse(code: 429, retryAfter: 1), resource: "gizmos", count: 4),
            Fault(.commitLate(.seconds(1))), Fault(.cutWatch(events: 2)), Fault(.dropAfter),
        ]
        let put = try await cluster.send(
            .put, "/sandbox/faults", .array(faults.map(\.json)))
        #expect(put.status == 200)
        #expect(cluster.server.faults == faults)
        _ = try await cluster.send(.delete, "/sandbox/faults")
        #expect(cluster.server.faults == [])
        let odd = try await cluster.send(.post, "/sandbox/faults", ["effect": "sing"])
        #expect(odd.status == 400)
    }
}

@Suite(.timeLimit(.minutes(1))) struct TimeoutTests {
    @Test func nothingIsCommittedPastItsTimeout() async throws {
        let cluster = try await Cluster()
        cluster.server.faults = [
            Fault(.commitLate(.milliseconds(200)), method: "POST"),
            Fault(.delay(.seconds(30)), method: "POST"),
        ]
        await #expect(throws: TransportError.self) {
            try await cluster.make("a", query: "?timeout=1ms")
        }
        let late = try await cluster.make("a", query: "?timeout=1ms")
        #expect(late.status == 504 && late.reason == "Timeout")
        #expect(try await cluster.names() == [])
        let odd = try await cluster.make("a", query: "?timeout=soon")
        #expect(odd.status == 400)
    }
}
