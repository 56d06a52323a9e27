import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import TestSupport
import Testing

@Suite("Reads are repeated, writes only when they surely were not executed")
struct RetryTests {
    private func read(_ fixture: ClientFixture) async -> KubernetesError? {
        await failure { () async throws(KubernetesError) in
            try await fixture.client.get(parcels, namespace: "n", name: "p")
        }
    }

    private func write(_ fixture: ClientFixture) async -> KubernetesError? {
        await failure { () async throws(KubernetesError) in
            try await fixture.client.create(parcel, parcels, namespace: "n")
        }
    }

    @Test("A read survives lost connections, with doubled pauses")
    func readsAgain() async {
        let fixture = ClientFixture([.lost(sent: true), .lost(sent: false), .parcel])
        #expect(await read(fixture) == nil)
        #expect(fixture.log.pauses == [.milliseconds(100), .milliseconds(200)])
        #expect(fixture.log.traces.map(\.attempt) == [1, 2, 3])
    }

    @Test("It is given up after a fixed number of attempts")
    func bounded() async {
        let fixture = ClientFixture(answering: { _, _ in .lost(sent: true) })
        #expect(await read(fixture)?.isUnreachable == true)
        #expect(fixture.scripted.requests.count == 4)
        let refused = ClientFixture(answering: { _, _ in .refused })
        #expect(
            await read(refused)?.message
                == "The connection to the server host:6443 was refused"
                + " - did you specify the right host or port?")
        #expect(refused.scripted.requests.count == 3)
    }

    @Test("Throttling is obeyed for reads and writes, up to a limit")
    func throttled() async {
        for answers: [ScriptedTransport.Answer] in [
            [.status(429, "TooManyRequests", headers: ["Retry-After": "3"]), .parcel],
            [.status(503, "ServiceUnavailable", headers: ["Retry-After": "3"]), .parcel],
        ] {
            let reading = ClientFixture(answers)
            #expect(await read(reading) == nil)
            #expect(reading.log.pauses == [.seconds(3)])
            let writing = ClientFixture(answers)
            #expect(await write(writing) == nil)
            #expect(writing.log.pauses == [.seconds(3)])
        }
        let date: HTTPHeaders = [
            "Retry-After": "Sun, 06 Nov 1994 08:49:44 GMT", "Date": "Sun, 06 Nov 1994 08:49:37 GMT",
        ]
        let dated = ClientFixture([.status(429, "TooManyRequests", headers: date), .parcel])
        #expect(await write(dated) == nil)
        #expect(dated.log.pauses == [.seconds(7)])
        let long = ClientFixture([
            .status(429, "TooManyRequests", headers: ["Retry-After": "4000"]), .parcel,
        ])
        #expect(await read(long) == nil)
        #expect(long.log.pauses == [.seconds(30)])
        let endless = ClientFixture(answering: { _, _ in
            .status(429, "TooManyRequests", headers: ["Retry-After": "1"])
        })
        #expect(await write(endless)?.isTooManyRequests == true)
        #expect(endless.scripted.requests.count == 6)
    }

    @Test(
        "When to come back, in seconds or as a date, within our limit",
        arguments: [
            ("0", 0), ("7", 7), ("30", 30), ("31", 30), ("99999999999999999999999", 30),
            ("Sun, 06 Nov 1994 08:49:44 GMT", 7), ("Sun, 06 Nov 1994 08:49:00 GMT", 0),
            ("Mon, 06 Nov 2000 08:49:37 GMT", 30), ("-1", nil), ("soon", nil), ("", nil),
            ("1.5", nil),
        ] as [(String, Int?)])
    func retryAfter(text: String, seconds: Int?) async {
        // By the answer's own clock, else by ours.
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", nil] {
            var headers: HTTPHeaders = ["Retry-After": text]
            if let date { headers["Date"] = date }
            let fixture = ClientFixture(
                [.status(429, "TooManyRequests", headers: headers), .parcel],
                policy: { $0.wallClock = { Timestamp(seconds: 784_111_777) } })
            #expect(await read(fixture) == nil)
            #expect(fixture.log.pauses == [seconds.map { .seconds($0) } ?? .milliseconds(100)])
        }
    }

    @Test("A read is repeated when a server or a proxy in front of it has a bad moment")
    func badMoments() async {
        for code in [502, 503, 504] {
            let fixture = ClientFixture([.json(code, "no backend"), .parcel])
            #expect(await read(fixture) == nil)
            #expect(fixture.log.pauses == [.milliseconds(100)])
            let endless = ClientFixture(answering: { _, _ in .json(code, "no backend") })
            #expect(await read(endless)?.status?.code == code)
            #expect(endless.scripted.requests.count == 4)
            // Discovery goes on with what else there is.
            let discovery = ClientFixture(answering: { _, _ in .json(code, "no backend") })
            _ = await failure { () async throws(KubernetesError) in
                try await discovery.client.send(
                    KubernetesRequest(.get, "/apis/x/v1", call: .discovery))
            }
            #expect(discovery.scripted.requests.count == 1)
        }
    }

    @Test("A write goes out again only where the server itself says when")
    func unasked() async {
        let throttled = ClientFixture([.json(429, "slow down"), .parcel])
        #expect(await write(throttled)?.isTooManyRequests == true)
        #expect(throttled.scripted.requests.count == 1)
        let lost = ClientFixture([
            .json(503, #"{"kind":"Status","code":503,"details":{"retryAfterSeconds":1}}"#), .parcel,
        ])
        #expect(await write(lost)?.isOutcomeUnknown == true)
        #expect(lost.scripted.requests.count == 1)
    }

    @Test("Other answers are final", arguments: [400, 403, 404, 409, 410, 422, 500, 501])
    func finalAnswers(code: Int) async {
        let fixture = ClientFixture([.status(code, "X", "admission refused"), .parcel])
        #expect(await read(fixture)?.status?.code == code)
        #expect(fixture.scripted.requests.count == 1)
        let writing = ClientFixture([.status(code, "X", "admission refused"), .parcel])
        #expect(await write(writing)?.isOutcomeUnknown == (code == 501 ? false : false))
        #expect(writing.scripted.requests.count == 1)
    }

    @Test("A write that surely never left is repeated")
    func unsentWrites() async {
        let fixture = ClientFixture([.lost(sent: false), .refused, .parcel])
        #expect(await write(fixture) == nil)
        #expect(fixture.scripted.requests.count == 3)
    }

    @Test("A write that may have left is never repeated; its outcome is open")
    func openWrites() async {
        let answers: [ScriptedTransport.Answer] = [
            .lost(sent: true), .fail(TransportError(.timedOut, "slow", sent: true)),
            .status(504, "Timeout"), .status(500, "InternalError", "etcdserver: request timed out"),
            .status(500, "ServerTimeout"), .json(502, "bad gateway"),
            .json(503, "no backend"), .json("<html>"),
            .respond(
                200, headers: [:], chunks: [[123]],
                end: TransportError(.connectionLost, "cut", sent: false)),
        ]
        for answer in answers {
            let fixture = ClientFixture([answer, .parcel])
            #expect(await write(fixture)?.isOutcomeUnknown == true, "\(answer)")
            #expect(fixture.scripted.requests.count == 1)
        }
    }

    @Test("A dry run leaves nothing behind, so it is repeated as a read is")
    func dryRuns() async throws {
        let options = WriteOptions(dryRun: true)
        func tryOut(_ client: KubernetesClient, _ way: Int) async -> KubernetesError? {
            await failure { () async throws(KubernetesError) in
                switch way {
                case 0:
                    _ = try await client.create(
                        parcel, parcels, namespace: "n", options: options)
                case 1:
                    _ = try await client.patch(
                        .merge([:]), parcels, namespace: "n", name: "p", options: options)
                default:
                    _ = try await client.delete(
                        parcels, namespace: "n", name: "p", options: DeleteOptions(dryRun: true))
                }
            }
        }
        for way in 0...2 {
            let fixture = ClientFixture([.lost(sent: true), .json(502, "bad gateway"), .parcel])
            #expect(await tryOut(fixture.client, way) == nil)
            #expect(fixture.scripted.requests.count == 3)
            let slow = ClientFixture([.fail(TransportError(.timedOut, "slow", sent: true))])
            let error = await tryOut(slow.client, way)
            #expect(error != nil && error?.isOutcomeUnknown == false)
        }
    }

    @Test("An open outcome is certain when the server's limit has passed by its own clock")
    func deadline() async throws {
        let fixture = ClientFixture([
            .json("{}", headers: ["Date": "Sun, 06 Nov 1994 08:49:37 GMT"]), .lost(sent: true),
        ])
        #expect(await read(fixture) == nil)
        fixture.log.wait(.seconds(60))
        let error = await write(fixture)
        guard case .outcomeUnknown(_, let until) = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(until?.rfc3339 == "1994-11-06T08:51:12Z")  // + 60 s waited, 30 s limit, 5 s grace
        #expect(fixture.client.serverTime?.rfc3339 == "1994-11-06T08:49:37Z")
        #expect(fixture.client.estimatedServerTime?.rfc3339 == "1994-11-06T08:50:37Z")
    }

    @Test("Certificates, cancelled calls and timeouts are not tried again")
    func hopeless() async {
        for kind: TransportError.Kind in [.tls, .cancelled, .timedOut, .malformedURL] {
            let fixture = ClientFixture([.fail(TransportError(kind, "x", sent: false)), .parcel])
            #expect(await read(fixture) != nil)
            #expect(fixture.scripted.requests.count == 1)
        }
    }

    @Test("The n-th call fails, for every n: a get, a create and a list end well or say so")
    func everyCall() async throws {
        for fault: FaultyTransport.Fault in [
            .beforeSending, .afterExecution, .truncated(after: 5),
            .answered(429, headers: ["Retry-After": "1"], body: "{}"),
        ] {
            for number in 1...4 {
                let server = ScriptedTransport { request, _ in
                    request.method == .post ? .parcel : .list(["a"])
                }
                let faulty = FaultyTransport(server, call: number, fault: fault)
                var policy = CallPolicy()
                policy.sleep = { _ in }
                let client = KubernetesClient(
                    connection: ClusterConnection(server: "https://h"), transport: faulty,
                    policy: policy)
                _ = try await client.list(parcels, namespace: "n")
                let error = await failure { () async throws(KubernetesError) in
                    try await client.create(parcel, parcels, namespace: "n")
                }
                _ = try await client.list(parcels, namespace: "n")
                let creates = server.requests.filter { $0.method == .post }.count
                #expect(creates == 1, "a create must reach the server exactly once")
                #expect(error == nil || error?.isOutcomeUnknown == true)
            }
        }
    }
}

@Suite("What goes out and what is noted")
struct SendingTests {
    @Test("Headers, limits and the server's own limit")
    func outgoing() async throws {
        let fixture = ClientFixture(
            [.parcel, .parcel], credentials: Credentials(.token("secret")), timeout: .seconds(7))
        _ = try await fixture.client.get(parcels, namespace: "n", name: "p")
        _ = try await fixture.client.create(parcel, parcels, namespace: "n")
        let requests = fixture.scripted.requests
        #expect(requests[0].headers["Authorization"] == "Bearer secret")
        #expect(requests[0].headers["User-Agent"]?.hasPrefix("petstore-cli/1.2.3 (") == true)
        #expect(requests[0].limits.total == .seconds(7))
        #expect(requests[1].limits.total == .seconds(12))
        #expect(
            fixture.asked[1]
                == "POST /apis/post.example.org/v1/namespaces/n/parcels?"
                + "fieldManager=petstore-cli&timeout=7s")
        #expect(fixture.log.traces.allSatisfy { !$0.url.contains("secret") })
    }

    @Test("A limit of 0 is none, but for writes, and for a server that says nothing at all")
    func noLimit() async throws {
        let fixture = ClientFixture(
            [.parcel, .list(["a"]), .parcel], credentials: Credentials(), timeout: .zero)
        _ = try await fixture.client.get(parcels, namespace: "n", name: "p")
        _ = try await fixture.client.list(parcels, namespace: "n")
        _ = try await fixture.client.create(parcel, parcels, namespace: "n")
        let limits = fixture.scripted.requests.map(\.limits)
        #expect(limits.map(\.total) == [nil, nil, .seconds(35)])
        #expect(limits.map(\.idle) == [.seconds(600), .seconds(600), nil])
        #expect(limits.allSatisfy { $0.maximumBodyBytes != nil })
        #expect(fixture.asked[2].hasSuffix("timeout=30s"))
    }

    @Test("A write without a limit of its own gets the client's")
    func writeLimit() async throws {
        let fixture = ClientFixture([.parcel, .parcel])
        _ = try await fixture.client.patch(
            .merge(["spec": [:]]), parcels, namespace: "n", name: "p")
        _ = try await fixture.client.patch(
            .merge(["spec": [:]]), parcels, namespace: "n", name: "p",
            options: WriteOptions(timeout: .seconds(3)))
        #expect(fixture.asked[0].hasSuffix("timeout=30s"))
        #expect(fixture.asked[1].hasSuffix("timeout=3s"))
        #expect(fixture.scripted.requests[0].limits.total == .seconds(35))
        #expect(fixture.scripted.requests[1].limits.total == .seconds(8))
    }

    @Test("Warnings are told once each")
    func warnings() async throws {
        let headers = HTTPHeaders([
            .init("Warning", #"299 - "unknown field \"spec.x\"""#),
            .init("Warning", #"299 - "old", 299 - "older""#),
        ])
        let fixture = ClientFixture([.json("{}", headers: headers), .json("{}", headers: headers)])
        _ = try await fixture.client.get(parcels, namespace: "n", name: "p")
        _ = try await fixture.client.get(parcels, namespace: "n", name: "p")
        #expect(fixture.log.warnings == [#"unknown field "spec.x""#, "old", "older"])
    }

    @Test("A Status is kept, and made where there is none")
    func statuses() async throws {
        let fixture = ClientFixture([
            .status(404, "NotFound", #"parcels.post.example.org "p" not found"#),
            .json(404, "404 page not found"),
        ])
        func get() async -> KubernetesError? {
            await failure { () async throws(KubernetesError) in
                try await fixture.client.get(parcels, namespace: "n", name: "p")
            }
        }
        #expect(
            await get()?.message
                == #"Error from server (NotFound): parcels.post.example.org "p" not found"#)
        #expect(
            await get()?.message
                == "Error from server (NotFound): the server could not find the requested"
                + " resource (get parcels.post.example.org p)")
    }

    @Test("What is no JSON is said to be none")
    func undecodable() async {
        let fixture = ClientFixture([.json("<html>")])
        let error = await failure { () async throws(KubernetesError) in
            try await fixture.client.get(parcels, namespace: "n", name: "p")
        }
        guard case .undecodable = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Deletions are done or pending; permissions are read")
    func verdicts() async throws {
        let fixture = ClientFixture([
            .json(#"{"kind":"Status","apiVersion":"v1","status":"Success"}"#), .parcel,
            .json(201, #"{"status":{"allowed":true,"reason":"RBAC"}}"#),
            .json(201, #"{"status":{"allowed":false}}"#),
        ])
        #expect(try await fixture.client.delete(parcels, namespace: "n", name: "p").isGone)
        #expect(try await !fixture.client.delete(parcels, namespace: "n", name: "p").isGone)
        #expect(
            try await fixture.client.canI(verb: "get", parcels, namespace: "n")
                == AccessDecision(isAllowed: true, reason: "RBAC"))
        #expect(try await !fixture.client.canI(verb: "get", parcels, namespace: "n").isAllowed)
    }
}
