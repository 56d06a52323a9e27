import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite struct DeletionTests {
    private let path = Cluster.gizmos + "/a"

    @Test func answersWithSuccess() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        let gone = try await cluster.send(.delete, path)
        #expect(gone.status == 200 && gone.json["status"] == "Success")
        #expect(gone.json["details", "uid"] == made.json["metadata", "uid"])
        #expect(gone.json["details", "kind"] == "gizmos")
        #expect(try await cluster.send(.delete, path).status == 404)
    }

    @Test func preconditions() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        let uid = made.json["metadata", "uid"]?.stringValue ?? ""
        let wrong = try await cluster.send(.delete, path, ["preconditions": ["uid": "x"]])
        #expect(wrong.status == 409)
        #expect(
            wrong.message
                == #"Operation cannot be fulfilled on Gizmo.shop.example.com "a": the UID in the precondition (x) does not match the UID in record (\#(uid)). The object might have been deleted and then recreated"#
        )
        let stale = try await cluster.send(
            .delete, path, ["preconditions": ["resourceVersion": "1"]])
        #expect(stale.status == 409)
        let right = try await cluster.send(
            .delete, path,
            ["preconditions": ["uid": .string(uid), "resourceVersion": .string(made.revision)]])
        #expect(right.status == 200)
    }

    @Test func finalizersHoldIt() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a", finalizers: ["shop.example.com/hold"])
        let marked = try await cluster.send(.delete, path)
        #expect(marked.status == 200)
        #expect(marked.json["metadata", "deletionTimestamp"] == "2026-03-01T12:00:00Z")
        #expect(marked.json["metadata", "deletionGracePeriodSeconds"] == 0)
        #expect(marked.json["metadata", "generation"] == 2)
        let again = try await cluster.send(.delete, path)
        #expect(again.revision == marked.revision)
        let label = try await cluster.merge(path, ["metadata": ["labels": ["x": "y"]]])
        #expect(label.status == 200)
        let more = try await cluster.merge(
            path, ["metadata": ["finalizers": ["shop.example.com/hold", "shop.example.com/b"]]])
        #expect(
            more.status == 422 && more.causes.contains("FieldValueForbidden metadata.finalizers"))
        let freed = try await cluster.merge(path, ["metadata": ["finalizers": nil]])
        #expect(freed.status == 200)
        #expect(try await cluster.send(.get, path).status == 404)
    }

    private func child(_ name: String, of owners: [JSONValue]) -> JSONValue {
        var object = Cluster.gizmo(name, ["colour": "red"])
        object["metadata"]?["ownerReferences"] = .array(
            owners.map { owner in
                [
                    "apiVersion": "shop.example.com/v1", "kind": "Gizmo",
                    "name": owner["metadata", "name"] ?? "", "uid": owner["metadata", "uid"] ?? "",
                ]
            })
        return object
    }

    @Test func dependentsGoWithTheirOwner() async throws {
        let cluster = try await Cluster()
        let owner = try await cluster.make("a").json
        let other = try await cluster.make("z").json
        _ = try await cluster.send(.post, Cluster.gizmos, child("b", of: [owner]))
        let b = try await cluster.send(.get, Cluster.gizmos + "/b").json
        _ = try await cluster.send(.post, Cluster.gizmos, child("c", of: [b]))
        _ = try await cluster.send(.post, Cluster.gizmos, child("d", of: [owner, other]))
        _ = try await cluster.send(.delete, path)
        #expect(try await cluster.names() == ["d", "z"])
    }

    @Test func orphansStay() async throws {
        let cluster = try await Cluster()
        let owner = try await cluster.make("a").json
        _ = try await cluster.send(.post, Cluster.gizmos, child("b", of: [owner]))
        _ = try await cluster.send(.delete, path + "?propagationPolicy=Orphan")
        let left = try await cluster.send(.get, Cluster.gizmos + "/b")
        #expect(left.status == 200 && left.json["metadata"]?["ownerReferences"] == nil)
    }

    @Test func foregroundWaitsForTheDependents() async throws {
        let cluster = try await Cluster()
        let owner = try await cluster.make("a").json
        var held = child("b", of: [owner])
        held["metadata"]?["finalizers"] = ["shop.example.com/hold"]
        _ = try await cluster.send(.post, Cluster.gizmos, held)
        let marked = try await cluster.send(
            .delete, path, ["propagationPolicy": "Foreground"])
        #expect(marked.json["metadata", "finalizers"] == ["foregroundDeletion"])
        #expect(try await cluster.names() == ["a", "b"])
        _ = try await cluster.merge(
            Cluster.gizmos + "/b", ["metadata": ["finalizers": nil]])
        #expect(try await cluster.names() == [])
        let odd = try await cluster.send(.delete, path, ["propagationPolicy": "Sideways"])
        #expect(odd.status == 404)
    }

    @Test func collectionsGoBySelector() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a", labels: ["x": "1"])
        try await cluster.make("b", labels: ["x": "1"])
        try await cluster.make("c")
        let gone = try await cluster.send(.delete, Cluster.gizmos + "?labelSelector=x%3D1")
        #expect(gone.json["items"]?.arrayValue?.count == 2)
        #expect(try await cluster.names() == ["c"])
    }

    @Test func namespacesTakeTheirContent() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.send(
            .post, "/api/v1/namespaces",
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "play"]])
        #expect(made.json["status", "phase"] == "Active")
        #expect(made.json["metadata", "labels", "kubernetes.io/metadata.name"] == "play")
        let gizmos = "/apis/shop.example.com/v1/namespaces/play/gizmos"
        var held = Cluster.gizmo("held", ["colour": "red"])
        held["metadata"]?["finalizers"] = ["shop.example.com/hold"]
        _ = try await cluster.send(.post, gizmos, held)
        _ = try await cluster.send(.post, gizmos, Cluster.gizmo("loose", ["colour": "red"]))
        let going = try await cluster.send(.delete, "/api/v1/namespaces/play")
        #expect(going.json["status", "phase"] == "Terminating")
        #expect(try await cluster.send(.get, gizmos + "/loose").status == 404)
        let late = try await cluster.send(.post, gizmos, Cluster.gizmo("late", ["colour": "red"]))
        #expect(late.status == 403 && late.causes == ["NamespaceTerminating metadata.namespace"])
        _ = try await cluster.merge(gizmos + "/held", ["metadata": ["finalizers": nil]])
        #expect(try await cluster.send(.get, "/api/v1/namespaces/play").status == 404)
    }

    @Test func definitionsTakeTheirObjects() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        let watch = try await cluster.open(.get, Cluster.gizmos + "?watch=true")
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        _ = try await cluster.send(.delete, path + "/gizmos.shop.example.com")
        #expect(try await cluster.send(.get, Cluster.gizmos).status == 404)
        let told = try await watch.body.collect()
        #expect(String(decoding: told, as: UTF8.self).contains("DELETED"))
        #expect(try await cluster.send(.post, path, Definitions.gizmo).status == 201)
        #expect(try await cluster.names() == [])
    }
}
