import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import TestSupport
import Testing

@Suite("Watches hold")
struct WatchTests {
    private func line(_ type: String, _ name: String, _ version: Int) -> String {
        #"{"type":"\#(type)","object":{"metadata":{"name":"\#(name)","#
            + #""resourceVersion":"\#(version)"}}}"# + "\n"
    }

    private func texts(_ fixture: ClientFixture, from version: String?, count: Int) async throws
        -> [String]
    {
        var updates = fixture.client.watch(parcels, namespace: "n", from: version)
            .makeAsyncIterator()
        var texts: [String] = []
        while texts.count < count, let update = try await updates.next() {
            switch update {
            case .restarted(let list): texts.append("list \(list.items.map(\.name))")
            case .event(.bookmark(let version)): texts.append("bookmark \(version)")
            case .event(let event):
                texts.append("\(event.typeName) \(event.object?.name ?? "")")
            }
        }
        return texts
    }

    private func versions(_ fixture: ClientFixture) -> [String] {
        fixture.asked.map { line in
            guard line.contains("watch=true") else { return "list" }
            let part = line.split(separator: "&").first { $0.hasPrefix("resourceVersion=") }
            return String(part?.dropFirst("resourceVersion=".count) ?? "none")
        }
    }

    @Test("It lists, watches, and goes on after the end of a stream, however events are cut")
    func resumes() async throws {
        let text = line("ADDED", "a", 11) + line("BOOKMARK", "", 15)
        for size in [1, 7, 1000] {
            let bytes = Array(text.utf8)
            let pieces = stride(from: 0, to: bytes.count, by: size).map {
                String(decoding: bytes[$0..<min($0 + size, bytes.count)], as: UTF8.self)
            }
            let fixture = ClientFixture([
                .list(["z"], version: "10"), .stream(pieces), .stream([line("DELETED", "a", 16)]),
            ])
            #expect(
                try await texts(fixture, from: nil, count: 4)
                    == [#"list ["z"]"#, "ADDED a", "bookmark 15", "DELETED a"])
            #expect(versions(fixture) == ["list", "10", "15"])
            #expect(fixture.log.pauses.isEmpty)
        }
    }

    @Test("Cuts are waited out without losing the place")
    func cuts() async throws {
        let fixture = ClientFixture([
            .stream(
                [line("ADDED", "a", 11), "{\"type\":\"ADD"],
                end: TransportError(.connectionLost, "cut", sent: true)),
            .refused, .refused, .refused, .status(503, "ServiceUnavailable"),
            .stream([line("MODIFIED", "a", 12)]),
        ])
        #expect(try await texts(fixture, from: "10", count: 2) == ["ADDED a", "MODIFIED a"])
        #expect(versions(fixture) == ["10", "11", "11", "11", "11", "11"])
    }

    @Test("410 lists anew, as an answer and as an event")
    func gone() async throws {
        let event = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#
        let fixture = ClientFixture([
            .status(410, "Expired"), .list(["a"], version: "20"), .stream([event + "\n"]),
            .list(["b"], version: "30"), .stream([line("ADDED", "c", 31)]),
        ])
        #expect(
            try await texts(fixture, from: "1", count: 3)
                == [#"list ["a"]"#, #"list ["b"]"#, "ADDED c"])
    }

    @Test("Events of megabytes, and thousands in one piece, come whole however they are cut")
    func large() async throws {
        var random = SeededRandom(7)
        let large = String(repeating: "x\u{1F436}", count: 700_000)  // 3.5 MB
        let big =
            #"{"type":"ADDED","object":{"metadata":{"name":"big","resourceVersion":"11","#
            + #""annotations":{"a":"\#(large)"}}}}"# + "\n"
        let many = (12..<3012).map { line("MODIFIED", "o\($0)", $0) }.joined()
        let bytes = Array((big + many).utf8)
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(start + random.below(200_000) + 1, bytes.count)
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        let fixture = ClientFixture([
            .respond(200, headers: [:], chunks: pieces, end: nil),
            .stream([line("DELETED", "big", 4000)]),
        ])
        var updates = fixture.client.watch(parcels, namespace: "n", from: "10")
            .makeAsyncIterator()
        guard case .event(.added(let object))? = try await updates.next() else {
            Issue.record("no event")
            return
        }
        #expect(object.annotations["a"]?.utf8.count == large.utf8.count)
        for version in 12..<3012 {
            guard case .event(.modified(let object))? = try await updates.next() else {
                Issue.record("no event \(version)")
                return
            }
            #expect(object.resourceVersion == "\(version)")
        }
        #expect(
            try await updates.next()
                == .event(
                    .deleted(
                        KubernetesObject(["metadata": ["name": "big", "resourceVersion": "4000"]])))
        )
    }

    @Test("Lists and watches ask for the same form")
    func forms() async throws {
        let row = #"{"cells":["a"],"object":{"metadata":{"name":"a","resourceVersion":"3"}}}"#
        let fixture = ClientFixture([
            .json(
                #"{"kind":"Table","metadata":{"resourceVersion":"9"},"columnDefinitions":"#
                    + #"[{"name":"Name"}],"rows":[\#(row)]}"#),
            .stream([#"{"type":"ADDED","object":{"kind":"Table","rows":[\#(row)]}}"# + "\n"]),
        ])
        var updates = fixture.client.watch(parcels, namespace: "n", form: .table(.metadata))
            .makeAsyncIterator()
        guard case .restarted(let list)? = try await updates.next() else {
            Issue.record("no list")
            return
        }
        #expect(list.items.first?.json["rows"] == (try JSONValue(parsing: "[\(row)]")))
        #expect(list.resourceVersion == "9")
        _ = try await updates.next()
        #expect(
            fixture.scripted.requests.map { $0.headers["Accept"] }
                == [MediaType.table, MediaType.table])
    }

    @Test("A silent stream is opened again from the same place")
    func silence() async throws {
        let fixture = ClientFixture([
            .stream(
                [line("ADDED", "a", 11)], end: TransportError(.timedOut, "silent", sent: true)),
            .stream([line("ADDED", "b", 12)]),
        ])
        #expect(try await texts(fixture, from: "10", count: 2) == ["ADDED a", "ADDED b"])
        #expect(versions(fixture) == ["10", "11"])
        #expect(fixture.scripted.requests[0].limits.total == .seconds(295))
    }

    @Test("What cannot pass ends it with the reason")
    func forbidden() async {
        let fixture = ClientFixture([.status(403, "Forbidden")])
        let error = await failure { () async throws(KubernetesError) in
            var updates = fixture.client.watch(parcels, namespace: "n").makeAsyncIterator()
            return try await updates.next()
        }
        #expect(error?.isForbidden == true)
        #expect(fixture.scripted.requests.count == 1)
    }

    @Test("A server that never comes back is given up")
    func bounded() async {
        let fixture = ClientFixture([], policy: { $0.watchFailures = 5 })
        let error = await failure { () async throws(KubernetesError) in
            var updates = fixture.client.watch(parcels, namespace: "n", from: "1")
                .makeAsyncIterator()
            return try await updates.next()
        }
        #expect(error?.isUnreachable == true)
        #expect(fixture.scripted.requests.count == 18)  // 6 openings of 3 attempts each
    }
}
