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

    @Test("Who has passed on what it read goes on, inconsistently, with the server's new token")
    func goesOn() async throws {
        func expired(_ token: String) -> ScriptedTransport.Answer {
            .json(
                410,
                #"{"kind":"Status","apiVersion":"v1","code":410,"reason":"Expired","#
                    + #""metadata":{"continue":"\#(token)"}}"#)
        }
        let fixture = ClientFixture([
            .list(["a"], next: "t1"), expired("u1"), .list(["b"], version: "20", next: "t2"),
            expired("u2"), .list(["c"], version: "30"),
        ])
        var names: [String] = []
        var marks: [Bool] = []
        for try await page in fixture.client.pages(
            parcels, namespace: "n", options: ListOptions(limit: 1), whenExpired: .goOn)
        {
            names += page.objects.map(\.name)
            marks.append(page.isInconsistent)
            #expect(!page.isRestart)
        }
        #expect(names == ["a", "b", "c"] && marks == [false, true, true])
        #expect(
            fixture.asked.map { $0.dropFirst(base.count) } == [
                "?limit=1", "?limit=1&continue=t1", "?limit=1&continue=u1", "?limit=1&continue=t2",
                "?limit=1&continue=u2",
            ])
        for answers in [[expired("u1"), expired("u2")], [.status(410, "Expired")]] {
            let stuck = ClientFixture([.list(["a"], next: "t1")] + answers)
            var pages = stuck.client.pages(parcels, namespace: "n", whenExpired: .goOn)
                .makeAsyncIterator()
            _ = try await pages.next()
            let error = await failure { () async throws(KubernetesError) in try await pages.next() }
            #expect(error?.isGone == true)
            #expect(stuck.asked.count == answers.count + 1)
        }
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

    private func rows(
        _ names: [String], next: String = "", version: String = "7"
    ) -> ScriptedTransport.Answer {
        let rows = names.map { #"{"cells":["\#($0)"]}"# }.joined(separator: ",")
        return .json(
            #"{"kind":"Table","metadata":{"continue":"\#(next)","resourceVersion":"\#(version)"},"#
                + #""columnDefinitions":[{"name":"Name"}],"rows":[\#(rows)]}"#)
    }

    @Test("Rows without objects: a short list costs one request, a long one two")
    func rowsFromMemory() async throws {
        let fixture = ClientFixture([
            rows(["a"]), rows(["a"], next: "t1"), rows(["a", "b"], version: "9"),
        ])
        let short = try await fixture.client.table(parcels, namespace: "n", includeObject: .none)
        #expect(short.rows.map(\.cells) == [["a"]])
        let long = try await fixture.client.table(parcels, namespace: "n", includeObject: .none)
        #expect(long.rows.map(\.cells) == [["a"], ["b"]] && long.resourceVersion == "9")
        #expect(
            fixture.asked == [
                "\(base)?limit=100&includeObject=None", "\(base)?limit=100&includeObject=None",
                "\(base)?resourceVersion=0&includeObject=None",
            ])
    }

    @Test("What memory gives in no order is read in the store's, with objects and without")
    func orderFromMemory() async throws {
        func rows(_ keys: [(String, String)], next: String = "") -> ScriptedTransport.Answer {
            let rows = keys.map { namespace, name in
                #"{"cells":["\#(name)"],"object":{"metadata":{"name":"\#(name)","#
                    + #""namespace":"\#(namespace)"}}}"#
            }
            return .json(
                #"{"kind":"Table","metadata":{"continue":"\#(next)","remainingItemCount":2},"#
                    + #""columnDefinitions":[{"name":"Name","format":"name"}],"#
                    + #""rows":[\#(rows.joined(separator: ","))]}"#)
        }
        let names = [("n", "c"), ("n", "a"), ("n", "b")]
        let spread = [("m", "b"), ("m-x", "c"), ("m", "a")]
        let fixture = ClientFixture([
            rows([names[0]], next: "t"), rows(names), rows([spread[0]], next: "t"), rows(spread),
        ])
        let one = try await fixture.client.table(parcels, namespace: "n", includeObject: .none)
        #expect(one.rows.map(\.cells) == [["a"], ["b"], ["c"]])
        let all = try await fixture.client.table(parcels, namespace: nil, includeObject: .metadata)
        #expect(all.rows.map(\.cells) == [["c"], ["a"], ["b"]])
        #expect(fixture.asked.last?.contains("resourceVersion=0") == true)
    }

    @Test(
        "Rows with metadata are read in pages where they are many, or nobody knows how many",
        arguments: ["", #""remainingItemCount":10001,"#])
    func manyRowsWithMetadata(remaining: String) async throws {
        func rows(_ name: String, next: String) -> ScriptedTransport.Answer {
            .json(
                #"{"kind":"Table","metadata":{\#(remaining)"continue":"\#(next)"},"#
                    + #""columnDefinitions":[{"name":"Name"}],"rows":[{"cells":["\#(name)"]}]}"#)
        }
        let fixture = ClientFixture([rows("a", next: "t"), rows("b", next: "")])
        let table = try await fixture.client.table(
            parcels, namespace: "n", includeObject: .metadata)
        #expect(table.rows.map(\.cells) == [["a"], ["b"]])
        #expect(
            fixture.asked.map { $0.dropFirst(base.count) } == [
                "?limit=100", "?limit=500&continue=t",
            ])
    }

    @Test(
        "A server that does not give all at once is asked for pages; a chunk size means pages as well"
    )
    func rowsFromStore() async throws {
        let fixture = ClientFixture([
            rows(["a"], next: "t1"), .status(400, "BadRequest"), rows(["b"], next: "t2"),
            rows(["c"]),
            rows(["a"], next: "t1"), rows(["b"]),
        ])
        let lagging = try await fixture.client.table(parcels, namespace: "n", includeObject: .none)
        #expect(lagging.rows.map(\.cells) == [["a"], ["b"], ["c"]])
        let chunks = try await fixture.client.table(
            parcels, namespace: "n", options: ListOptions(limit: 1), includeObject: .none)
        #expect(chunks.rows.map(\.cells) == [["a"], ["b"]])
        #expect(
            fixture.asked.map { $0.dropFirst(base.count) } == [
                "?limit=100&includeObject=None", "?resourceVersion=0&includeObject=None",
                "?limit=500&continue=t1&includeObject=None",
                "?limit=500&continue=t2&includeObject=None", "?limit=1&includeObject=None",
                "?limit=1&continue=t1&includeObject=None",
            ])
    }

    @Test("A whole list that does not come is read in pages, whatever kept it")
    func rowsThatDoNotCome() async throws {
        let fixture = ClientFixture([
            rows(["a"], next: "t1"), .json("{"), rows(["b"]),
        ])
        let table = try await fixture.client.table(parcels, namespace: "n", includeObject: .none)
        #expect(table.rows.map(\.cells) == [["a"], ["b"]])
    }

    @Test("Who has just written reads rows from the store, so that nothing of it is missed")
    func rowsAfterAWrite() async throws {
        let fixture = ClientFixture([
            .status(200, "Success"), rows(["a"], next: "t1"), rows(["b"]),
        ])
        _ = try await fixture.client.delete(parcels, namespace: "n", name: "c")
        let table = try await fixture.client.table(parcels, namespace: "n", includeObject: .none)
        #expect(table.rows.map(\.cells) == [["a"], ["b"]])
        #expect(
            fixture.asked.dropFirst().map { $0.dropFirst(base.count) } == [
                "?limit=500&includeObject=None", "?limit=500&continue=t1&includeObject=None",
            ])
    }
}
