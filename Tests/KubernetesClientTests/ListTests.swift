import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import TestSupport
import Testing

@Suite("Lists hold over pages")
struct ListTests {
    private let base = "GET /apis/post.example.org/v1/namespaces/n/parcels"

    @Test("Pages are followed to the end")
    func pages() async throws {
        let fixture = ClientFixture([
            .list(["a", "b"], next: "t1"), .list(["c"], next: "t2"), .list(["d"], version: "10"),
        ])
        let list = try await fixture.client.list(
            parcels, namespace: "n", options: ListOptions(labelSelector: "x", limit: 2))
        #expect(list.items.map(\.name) == ["a", "b", "c", "d"])
        #expect(
            list.items.allSatisfy { $0.kind == "Parcel" && $0.apiVersion == parcels.apiVersion })
        #expect(list.resourceVersion == "10")
        #expect(
            fixture.asked == [
                "\(base)?labelSelector=x&limit=2", "\(base)?labelSelector=x&limit=2&continue=t1",
                "\(base)?labelSelector=x&limit=2&continue=t2",
            ])
    }

    @Test("Pages come only when they are asked for")
    func lazy() async throws {
        let fixture = ClientFixture([.list(["a"], next: "t1"), .list(["b"])])
        var pages = fixture.client.pages(parcels, namespace: "n").makeAsyncIterator()
        #expect(fixture.asked.isEmpty)
        #expect(try await pages.next()?.items.count == 1)
        #expect(fixture.asked == ["\(base)?limit=500"])
        #expect(
            try await pages.next()?.items.first { _ in true }?["metadata"]?["name"]?.string == "b")
        #expect(try await pages.next() == nil)
        #expect(try await pages.next() == nil)
    }

    @Test("A token that expired means the whole list anew, in one answer, once")
    func expired() async throws {
        let fixture = ClientFixture([
            .list(["a"], next: "t1"), .status(410, "Expired"), .list(["a", "b"], version: "20"),
        ])
        let list = try await fixture.client.list(parcels, namespace: "n")
        #expect(list.items.map(\.name) == ["a", "b"] && list.resourceVersion == "20")
        #expect(fixture.asked == ["\(base)?limit=500", "\(base)?limit=500&continue=t1", base])
        let always = ClientFixture([
            .list(["a"], next: "t1"), .status(410, "Expired"), .status(410, "Expired"),
        ])
        let error = await failure { () async throws(KubernetesError) in
            try await always.client.list(parcels, namespace: "n")
        }
        #expect(error?.isGone == true)
        let first = ClientFixture([.status(410, "Expired")])
        #expect(
            await failure { () async throws(KubernetesError) in
                try await first.client.list(parcels, namespace: "n")
            }?.isGone == true)
        #expect(first.asked.count == 1)
    }

    @Test("Chunk size 0 asks for everything at once")
    func unlimited() async throws {
        let fixture = ClientFixture([.list([])])
        _ = try await fixture.client.list(
            parcels, namespace: nil, options: ListOptions(limit: 0))
        #expect(fixture.asked == ["GET /apis/post.example.org/v1/parcels"])
    }

    @Test("Tables grow over pages and start anew after 410")
    func tables() async throws {
        func table(_ name: String, next: String) -> ScriptedTransport.Answer {
            .json(
                #"{"kind":"Table","metadata":{"continue":"\#(next)"},"columnDefinitions":"#
                    + #"[{"name":"Name"}],"rows":[{"cells":["\#(name)"]}]}"#)
        }
        let fixture = ClientFixture([
            table("a", next: "t"), table("b", next: ""), table("x", next: "t"),
            .status(410, "Expired"), table("y", next: ""), .list(["a"]),
        ])
        let first = try await fixture.client.table(parcels, namespace: "n")
        #expect(first.rows.map(\.cells) == [["a"], ["b"]])
        let second = try await fixture.client.table(parcels, namespace: "n")
        #expect(second.rows.map(\.cells) == [["y"]])
        #expect(
            await failure { () async throws(KubernetesError) in
                try await fixture.client.table(parcels, namespace: "n")
            } != nil)
    }
}

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
