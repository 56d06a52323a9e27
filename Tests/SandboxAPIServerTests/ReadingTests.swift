import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite struct ReadingTests {
    @Test func pagesAreConsistent() async throws {
        let cluster = try await Cluster()
        for name in ["a", "b", "c", "d", "e"] { try await cluster.make(name) }
        let first = try await cluster.send(.get, Cluster.gizmos + "?limit=2")
        let revision = first.revision
        #expect(first.json["metadata", "remainingItemCount"] == 3)
        // What changes between the pages is not seen on them.
        _ = try await cluster.send(.delete, Cluster.gizmos + "/c")
        try await cluster.make("bb")
        var token = first.json["metadata", "continue"]?.stringValue
        var names: [String] = []
        while let text = token, !text.isEmpty {
            let page = try await cluster.send(
                .get, Cluster.gizmos + "?limit=2&continue=\(text)")
            #expect(page.revision == revision)
            names += (page.json["items"]?.arrayValue ?? []).compactMap {
                $0["metadata", "name"]?.stringValue
            }
            token = page.json["metadata", "continue"]?.stringValue
        }
        #expect(names == ["c", "d", "e"])
        #expect(try await cluster.names() == ["a", "b", "bb", "d", "e"])
    }

    @Test func anExpiredTokenOffersTheRest() async throws {
        let cluster = try await Cluster()
        for name in ["a", "b", "c"] { try await cluster.make(name) }
        let first = try await cluster.send(.get, Cluster.gizmos + "?limit=1")
        let token = first.json["metadata", "continue"]?.stringValue ?? ""
        try await cluster.make("d")
        cluster.server.compact()
        let gone = try await cluster.send(.get, Cluster.gizmos + "?limit=1&continue=\(token)")
        #expect(gone.status == 410 && gone.reason == "Expired")
        let rest = gone.json["metadata", "continue"]?.stringValue ?? ""
        #expect(try await cluster.names("?continue=\(rest)") == ["b", "c", "d"])
        let bad = try await cluster.send(.get, Cluster.gizmos + "?continue=abc")
        #expect(bad.status == 400)
    }

    @Test func revisionsOfLists() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        try await cluster.make("b")
        let past = made.revision
        #expect(
            try await cluster.names("?resourceVersion=\(past)&resourceVersionMatch=Exact")
                == ["a"])
        #expect(
            try await cluster.names("?resourceVersion=\(past)&resourceVersionMatch=NotOlderThan")
                == ["a", "b"])
        #expect(try await cluster.names("?resourceVersion=0") == ["a", "b"])
        let future = try await cluster.send(.get, Cluster.gizmos + "?resourceVersion=99999")
        #expect(future.status == 504 && future.reason == "Timeout")
        #expect(future.headers["Retry-After"] == "1")
        let alone = try await cluster.send(.get, Cluster.gizmos + "?resourceVersionMatch=Exact")
        #expect(alone.status == 422)
        cluster.server.compact()
        let old = try await cluster.send(
            .get, Cluster.gizmos + "?resourceVersion=\(past)&resourceVersionMatch=Exact")
        #expect(old.status == 410)
    }

    @Test(arguments: [
        ("app=x", ["a", "b"]), ("app!=x", ["c", "d"]), ("app in (x,y),tier", ["a"]),
        ("!app", ["d"]), ("app notin (x)", ["c", "d"]), ("tier==front", ["a"]),
    ]) func labelSelectors(_ selector: String, _ names: [String]) async throws {
        let cluster = try await Cluster()
        try await cluster.make("a", labels: ["app": "x", "tier": "front"])
        try await cluster.make("b", labels: ["app": "x"])
        try await cluster.make("c", labels: ["app": "y"])
        try await cluster.make("d")
        let query = selector.replacing(" ", with: "%20").replacing("!", with: "%21")
        #expect(try await cluster.names("?labelSelector=\(query)") == names)
    }

    @Test func fieldSelectors() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        try await cluster.make("b")
        #expect(try await cluster.names("?fieldSelector=metadata.name=b") == ["b"])
        #expect(try await cluster.names("?fieldSelector=metadata.name!=b") == ["a"])
        let odd = try await cluster.send(.get, Cluster.gizmos + "?fieldSelector=spec.colour=red")
        #expect(odd.status == 400 && odd.message == "field label not supported: spec.colour")
        let bad = try await cluster.send(.get, Cluster.gizmos + "?labelSelector=a%20b")
        #expect(bad.status == 400 && bad.reason == "BadRequest")
        let pods = "/api/v1/namespaces/default/pods"
        _ = try await cluster.send(
            .post, pods, ["metadata": ["name": "p"], "spec": ["containers": []]])
        let pending = try await cluster.send(.get, pods + "?fieldSelector=status.phase=Pending")
        #expect(pending.json["items"]?.arrayValue?.count == 1)
        let maps = try await cluster.send(
            .get, "/api/v1/configmaps?fieldSelector=spec.x=1")
        #expect(
            maps.message
                == #""spec.x" is not a known field selector: only "metadata.name", "metadata.namespace""#
        )
    }

    @Test func tablesHaveTheDefinitionsColumns() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a", ["colour": "red", "count": 3])
        _ = try await cluster.merge(
            Cluster.gizmos + "/a/status",
            ["status": ["conditions": [["type": "Ready", "status": "True"]]]])
        let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
        let table = try await cluster.send(.get, Cluster.gizmos, accept: accept)
        #expect(table.json["kind"] == "Table")
        let columns = table.json["columnDefinitions"]?.arrayValue ?? []
        #expect(columns.map { $0["name"] } == ["Name", "Colour", "Count", "Ready", "Age"])
        #expect(columns.map { $0["priority"] } == [0, 0, 1, 0, 0])
        let row = table.json["rows"]?[0]
        #expect(row?["cells"] == ["a", "red", 3, "True", "0s"])
        #expect(row?["object", "kind"] == "PartialObjectMetadata")
        let bare = try await cluster.send(
            .get, Cluster.gizmos + "/a?includeObject=None", accept: accept)
        #expect(bare.json["rows"]?[0]?["object"] == .some(.null))
        let whole = try await cluster.send(
            .get, Cluster.gizmos + "?includeObject=Object", accept: accept)
        #expect(whole.json["rows"]?[0]?["object", "spec", "colour"] == "red")
    }

    @Test func podColumns() async throws {
        let cluster = try await Cluster()
        let pods = "/api/v1/namespaces/default/pods"
        _ = try await cluster.send(
            .post, pods,
            ["metadata": ["name": "p"], "spec": ["containers": [["name": "c", "image": "i"]]]])
        _ = try await cluster.merge(
            pods + "/p/status",
            [
                "status": [
                    "phase": "Running", "podIP": "10.0.0.1",
                    "containerStatuses": [["name": "c", "ready": true, "restartCount": 2]],
                ]
            ])
        let table = try await cluster.send(
            .get, pods, accept: "application/json;as=Table;v=v1;g=meta.k8s.io")
        #expect(
            table.json["rows"]?[0]?["cells"] == [
                "p", "1/1", "Running", "2", "0s", "10.0.0.1", "<none>", "<none>", "<none>",
            ])
    }

    @Test func partialMetadataAndOtherForms() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        let list = try await cluster.send(
            .get, Cluster.gizmos,
            accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")
        #expect(list.json["kind"] == "PartialObjectMetadataList")
        #expect(list.json["items"]?[0]?["spec"] == nil)
        #expect(list.json["items"]?[0]?["metadata", "name"] == "a")
        let proto = try await cluster.send(
            .get, Cluster.gizmos + "/a",
            accept: "application/vnd.kubernetes.protobuf,application/json")
        #expect(proto.json["kind"] == "Gizmo")
        let yaml = try await cluster.send(
            .get, Cluster.gizmos + "/a", accept: "application/yaml")
        #expect(yaml.text.contains("colour: red"))
        let html = try await cluster.send(.get, Cluster.gizmos + "/a", accept: "text/html")
        #expect(html.status == 406 && html.reason == "NotAcceptable")
    }

    @Test func unknownPlacesAndMethods() async throws {
        let cluster = try await Cluster()
        for path in [
            "/foo", "/apis/shop.example.com/v1/namespaces/default/nothings",
            "/apis/shop.example.com/v9/namespaces/default/gizmos", "/apis/nope.example.com",
        ] {
            let reply = try await cluster.send(.get, path)
            #expect(reply.status == 404, "\(path)")
            #expect(reply.text == "404 page not found\n")
        }
        let scale = try await cluster.send(.get, Cluster.gizmos + "/a/scale")
        #expect(scale.status == 404 && scale.reason == "NotFound")
        let post = try await cluster.send(.post, "/apis", [:])
        #expect(post.status == 405)
        let missing = try await cluster.send(.get, Cluster.gizmos + "/zz")
        #expect(missing.message == #"gizmos.shop.example.com "zz" not found"#)
        #expect(
            missing.json["details"] == [
                "name": "zz", "group": "shop.example.com", "kind": "gizmos",
            ])
    }

    @Test func bodiesHaveALimit() async throws {
        let cluster = try await Cluster()
        let body = [UInt8](repeating: 32, count: 3 * 1024 * 1024 + 1)
        let reply = try await cluster.send(.post, Cluster.gizmos, bytes: body)
        #expect(reply.status == 413 && reply.reason == "RequestEntityTooLarge")
    }
}
