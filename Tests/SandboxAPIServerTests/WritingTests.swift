import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite struct WritingTests {
    @Test func createSetsWhatOnlyTheServerKnows() async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.make("a", ["colour": "red"])
        #expect(reply.status == 201)
        let metadata = reply.json["metadata"]
        #expect(metadata?["generation"] == 1)
        #expect(metadata?["namespace"] == "default")
        #expect(metadata?["creationTimestamp"] == "2026-03-01T12:00:00Z")
        #expect(metadata?["uid"]?.stringValue?.utf8.count == 36)
        #expect(reply.revision == String(cluster.server.revision))
        #expect(reply.json["spec", "size"] == "medium")
        #expect(reply.json.objectValue?.names == ["apiVersion", "kind", "metadata", "spec"])
    }

    @Test func sameSeedGivesSameUIDs() async throws {
        let first = try await Cluster().make("a").json["metadata", "uid"]
        let second = try await Cluster().make("a").json["metadata", "uid"]
        #expect(first == second)
    }

    @Test func generateNameIsCompleted() async throws {
        let cluster = try await Cluster()
        var object = Cluster.gizmo("", ["colour": "red"])
        object["metadata"] = ["generateName": "thing-"]
        let reply = try await cluster.send(.post, Cluster.gizmos, object)
        let name = reply.json["metadata", "name"]?.stringValue ?? ""
        #expect(name.hasPrefix("thing-") && name.utf8.count == 11)
    }

    @Test func createRefusals() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        let again = try await cluster.make("a")
        #expect(again.status == 409 && again.reason == "AlreadyExists")
        #expect(again.message == #"gizmos.shop.example.com "a" already exists"#)

        var stamped = Cluster.gizmo("b", ["colour": "red"])
        stamped["metadata"]?["resourceVersion"] = "5"
        let revision = try await cluster.send(.post, Cluster.gizmos, stamped)
        #expect(revision.status == 500)
        #expect(revision.message == "resourceVersion should not be set on objects to be created")

        let nowhere = try await cluster.send(
            .post, "/apis/shop.example.com/v1/namespaces/nope/gizmos",
            Cluster.gizmo("b", ["colour": "red"]))
        #expect(nowhere.status == 404 && nowhere.message == #"namespaces "nope" not found"#)

        var elsewhere = Cluster.gizmo("b", ["colour": "red"])
        elsewhere["metadata"]?["namespace"] = "other"
        let mismatch = try await cluster.send(.post, Cluster.gizmos, elsewhere)
        #expect(mismatch.status == 400 && mismatch.message.contains("namespace"))

        let nameless = try await cluster.make("")
        #expect(nameless.status == 422)
        #expect(
            nameless.message
                == #"Gizmo.shop.example.com "" is invalid: metadata.name: Required value: name or generateName is required"#
        )
        let shouting = try await cluster.make("B_")
        #expect(shouting.message.contains("a lowercase RFC 1123 subdomain must consist of"))
    }

    @Test func updateNeedsTheCurrentRevision() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        let path = Cluster.gizmos + "/a"
        let blind = try await cluster.send(.put, path, Cluster.gizmo("a", ["colour": "blue"]))
        #expect(blind.status == 422)
        #expect(
            blind.message
                == #"gizmos.shop.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"#
        )
        var next = made.json
        next["spec"]?["colour"] = "blue"
        let good = try await cluster.send(.put, path, next)
        #expect(good.status == 200 && good.json["metadata", "generation"] == 2)
        let stale = try await cluster.send(.put, path, next)
        #expect(stale.status == 409 && stale.reason == "Conflict")
        #expect(
            stale.message
                == #"Operation cannot be fulfilled on gizmos.shop.example.com "a": the object has been modified; please apply your changes to the latest version and try again"#
        )
    }

    @Test func aWriteThatChangesNothingMovesNothing() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a")
        let before = cluster.server.revision
        let reply = try await cluster.merge(Cluster.gizmos + "/a", ["spec": ["colour": "red"]])
        #expect(reply.status == 200 && reply.revision == made.revision)
        #expect(cluster.server.revision == before)
    }

    @Test func statusAndSpecAreWrittenApart() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        let path = Cluster.gizmos + "/a"
        let main = try await cluster.merge(path, ["status": ["state": "Good"]])
        #expect(main.json["status"] == nil)
        let status = try await cluster.merge(
            path + "/status",
            [
                "status": ["state": "Good"], "spec": ["colour": "blue"],
                "metadata": ["labels": ["a": "b"]],
            ])
        #expect(status.json["status", "state"] == "Good")
        #expect(status.json["spec", "colour"] == "red")
        #expect(status.json["metadata", "labels"] == nil)
        #expect(status.json["metadata", "generation"] == 1)
        let wrong = try await cluster.merge(path + "/status", ["status": ["state": "Odd"]])
        #expect(wrong.status == 422)
    }

    @Test func generationMovesWithSpecOnly() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        let path = Cluster.gizmos + "/a"
        let label = try await cluster.merge(path, ["metadata": ["labels": ["x": "y"]]])
        #expect(label.json["metadata", "generation"] == 1)
        let spec = try await cluster.merge(path, ["spec": ["colour": "blue"]])
        #expect(spec.json["metadata", "generation"] == 2)
        let forged = try await cluster.merge(path, ["metadata": ["generation": 77]])
        #expect(forged.json["metadata", "generation"] == 2)
    }

    @Test func dryRunStoresNothing() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make("a", query: "?dryRun=All")
        #expect(made.status == 201 && made.json["spec", "size"] == "medium")
        #expect(try await cluster.names() == [])
        try await cluster.make("a")
        let path = Cluster.gizmos + "/a"
        let patched = try await cluster.send(
            .patch, path + "?dryRun=All", ["spec": ["colour": "blue"]],
            type: "application/merge-patch+json")
        #expect(patched.json["spec", "colour"] == "blue")
        #expect(patched.json["metadata", "generation"] == 2)
        let gone = try await cluster.send(.delete, path + "?dryRun=All")
        #expect(gone.status == 200)
        let found = try await cluster.send(.get, path)
        #expect(found.json["spec", "colour"] == "red")
        let odd = try await cluster.make("b", query: "?dryRun=Some")
        #expect(odd.status == 422 && odd.causes == ["FieldValueNotSupported dryRun"])
    }
}
