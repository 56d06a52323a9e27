import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite(.timeLimit(.minutes(5))) struct FaultTests {
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
            Fault(.delayAnswer(.seconds(2)), verb: "create", namespace: "default"),
            Fault(.dropBefore, client: "kubectl"), Fault(.refuseAfter(code: 504)),
            Fault(.truncate(bytes: 9)), Fault(.endWatch(events: 0)),
            Fault(.expireWatch(events: 3), verb: "watch"),
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

@Suite(.timeLimit(.minutes(5))) struct FaultChoiceTests {
    private let path = Cluster.gizmos + "/a"

    @Test func listsAndWatchesAreToldApart() async throws {
        let cluster = try await Cluster()
        cluster.server.faults = [
            Fault(.refuse(code: 503, retryAfter: nil), verb: "watch"),
            Fault(.refuse(code: 500, retryAfter: nil), verb: "list", resource: "gizmos"),
        ]
        #expect(try await cluster.send(.get, "/apis").status == 200)
        #expect(try await cluster.send(.get, Cluster.gizmos).status == 500)
        #expect(try await cluster.send(.get, Cluster.gizmos + "?watch=1").status == 503)
        #expect(cluster.server.faults.isEmpty)
    }

    @Test func resourcesNamespacesAndNamesChoose() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        let refuse = Fault.Effect.refuse(code: 503, retryAfter: nil)
        func code(_ fault: Fault, _ method: HTTPMethod, _ path: String) async throws -> Int {
            cluster.server.faults = [fault]
            return try await cluster.send(
                method, path, method == .get ? nil : ["spec": ["colour": "blue"]],
                type: "application/merge-patch+json"
            ).status
        }
        let status = Fault(refuse, resource: "gizmos/status")
        #expect(try await code(status, .patch, path) == 200)
        #expect(try await code(status, .patch, path + "/status") == 503)
        let group = Fault(refuse, resource: "gizmos.shop.example.com")
        #expect(try await code(group, .get, path) == 503)
        #expect(try await code(Fault(refuse, resource: "gizmos.else"), .get, path) == 200)
        #expect(try await code(Fault(refuse, namespace: "default"), .get, path) == 503)
        #expect(try await code(Fault(refuse, namespace: "other"), .get, path) == 200)
        #expect(try await code(Fault(refuse, name: "a"), .get, path) == 503)
        #expect(try await code(Fault(refuse, name: "b"), .get, path) == 200)
        #expect(try await code(Fault(refuse, path: "/apis/shop"), .get, path) == 503)
        #expect(try await code(Fault(refuse, path: "/api/v1"), .get, path) == 200)
        cluster.server.faults = [Fault(refuse, name: "new")]
        #expect(try await cluster.make("other").status == 201)
        #expect(try await cluster.make("new").status == 503)
    }

    @Test func theOperatorIsSparedUnlessItIsNamed() async throws {
        let cluster = try await Cluster()
        let agent: HTTPHeaders = ["User-Agent": Fault.sparedClient + "sandbox"]
        cluster.server.faults = [Fault(.refuse(code: 503, retryAfter: nil), count: nil)]
        #expect(try await cluster.send(.get, Cluster.gizmos, headers: agent).status == 200)
        #expect(try await cluster.send(.get, Cluster.gizmos).status == 503)
        cluster.server.faults = [
            Fault(.refuse(code: 503, retryAfter: nil), client: "petstore-operator", count: nil)
        ]
        #expect(try await cluster.send(.get, Cluster.gizmos, headers: agent).status == 503)
        #expect(try await cluster.send(.get, Cluster.gizmos).status == 200)
    }

    @Test func errorsSpeakAsTheRealServerDoes() async throws {
        let cluster = try await Cluster()
        func message(_ code: Int, _ send: () async throws -> Cluster.Reply) async throws -> String {
            cluster.server.faults = [Fault(.refuse(code: code, retryAfter: nil))]
            return try await send().message
        }
        #expect(
            try await message(409) { try await cluster.make("a") }
                == "gizmos.shop.example.com \"a\" already exists")
        let conflict = try await message(409) { try await cluster.merge(path, ["spec": [:]]) }
        #expect(
            conflict
                == "Operation cannot be fulfilled on gizmos.shop.example.com \"a\": the object "
                + "has been modified; please apply your changes to the latest version and try again"
        )
        #expect(
            try await message(422) { try await cluster.merge(path, ["spec": [:]]) }
                == "Gizmo.shop.example.com \"a\" is invalid: spec: Forbidden: a scripted fault")
        #expect(
            try await message(404) { try await cluster.send(.get, path) }
                == "gizmos.shop.example.com \"a\" not found")
    }

    @Test(
        "a script that is not understood is refused, and says why",
        arguments: [
            (#"{"effect":"sing"}"#, #"there is no effect "sing", only delay, "#),
            ("{}", #"there is no effect "", only"#), ("[3]", "a fault is an object, unlike 3"),
            (#"{"effect":"delay"}"#, #"a fault "delay" needs milliseconds"#),
            (#"{"effect":"delay","milliseconds":-1}"#, "milliseconds is a number from 0 to"),
            (#"{"effect":"refuse","code":200}"#, "code is a number from 400 to 599, unlike 200"),
            (#"{"effect":"refuse","code":"503"}"#, "code is a number from 400"),
            (#"{"effect":"drip","bytes":0,"milliseconds":1}"#, "bytes is a number from 1 to"),
            (#"{"effect":"drop-after","bytes":1}"#, #"a fault "drop-after" has no member "bytes""#),
            (#"{"effect":"drop-after","resouce":"x"}"#, #"has no member "resouce""#),
            (#"{"effect":"drop-after","resource":"toys"}"#, #"the server has no resource "toys""#),
            (#"{"effect":"drop-after","count":0}"#, "count is a number from 1"),
            (#"{"effect":"drop-after","method":"LOOK"}"#, #"there is no method "LOOK", only GET"#),
            (#"{"effect":"drop-after","verb":"look"}"#, #"there is no verb "look", only"#),
            (#"{"effect":"drop-after","path":"apis"}"#, "path begins with /"),
            (#"{"effect":"drop-after","name":5}"#, "name is a text, unlike 5"),
            (#"{"effect":"cut-watch","events":1,"verb":"list"}"#, "cut-watch is for watches"),
        ])
    func refusals(_ script: String, _ why: String) async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.send(
            .post, "/sandbox/faults", bytes: Array(script.utf8))
        #expect(reply.status == 400)
        #expect(reply.message.contains(why), "\(reply.message)")
        #expect(cluster.server.faults.isEmpty)
    }

    @Test func resourcesMayBeCalledByAnyOfTheirNames() async throws {
        let cluster = try await Cluster()
        let names = ["gizmos", "gizmo", "gz", "Gizmo", "gizmos.shop.example.com", "gz/status"]
        let list = try await cluster.send(
            .post, "/sandbox/faults",
            .array(names.map { ["effect": "drop-after", "resource": .string($0)] }))
        #expect(
            list.json["faults"]?.arrayValue?.compactMap { $0["resource"]?.stringValue }
                == ["gizmos", "gizmos", "gizmos", "gizmos", names[4], "gizmos/status"])
    }
}

@Suite(.timeLimit(.minutes(5))) struct TimeoutTests {
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
