import Documents
import HTTP
import SandboxAPIServer
import Testing

/// The facts about patches that the undo of temporary changes is built on.
@Suite struct PatchTests {
    private let path = Cluster.gizmos + "/a"

    private func cluster(_ spec: JSONValue = ["colour": "red"]) async throws -> Cluster {
        let cluster = try await Cluster()
        try await cluster.make("a", spec)
        return cluster
    }

    @Test func aFailedTestSaysNothing() async throws {
        let cluster = try await cluster()
        let reply = try await cluster.jsonPatch(
            path, [["op": "test", "path": "/spec/colour", "value": "blue"]])
        #expect(reply.status == 422 && reply.reason == "Invalid")
        #expect(
            reply.message == "the server rejected our request due to an error in our request")
        #expect(reply.json["details"] == [:])
    }

    @Test(arguments: [
        (#"[{"op":"test","path":"/spec/note","value":null}]"#, 200),
        (#"[{"op":"test","path":"/spec/deep/inner","value":null}]"#, 422),
        (#"[{"op":"test","path":"/spec/note","value":"x"}]"#, 422),
        (#"[{"op":"remove","path":"/spec/note"}]"#, 422),
        (#"[{"op":"add","path":"/metadata/annotations/x","value":"y"}]"#, 422),
        (#"[{"op":"add","path":"/metadata/annotations","value":{"x":"y"}}]"#, 200),
        (#"[{"op":"test","path":"/metadata/uid","value":"wrong"}]"#, 422),
        (#"[{"op":"test","path":"/spec/count","value":1}]"#, 200),
        (#"[{"op":"test","path":"/spec/count","value":1.0}]"#, 422),
        (#"[{"op":"test","path":"/spec/count","value":1e0}]"#, 422),
        (#"[{"op":"test","path":"/spec/free/url","value":"http://x/?a=1&b=2"}]"#, 422),
        (#"[{"op":"test","path":"/spec/free/url","value":"http://x/?a=1\u0026b=2"}]"#, 200),
        (#"[{"op":"tes"}]"#, 422),
    ]) func jsonPatchEdges(_ patch: String, _ status: Int) async throws {
        let cluster = try await cluster([
            "colour": "red", "count": 1, "free": ["url": "http://x/?a=1&b=2"],
        ])
        let reply = try await cluster.send(
            .patch, path, bytes: Array(patch.utf8), type: "application/json-patch+json")
        #expect(reply.status == status, "\(patch): \(reply.text)")
        if status == 422 { #expect(reply.causes == []) }
    }

    @Test func aPatchIsAllOrNothing() async throws {
        let cluster = try await cluster()
        let reply = try await cluster.jsonPatch(
            path,
            [
                ["op": "replace", "path": "/spec/colour", "value": "blue"],
                ["op": "test", "path": "/spec/size", "value": "huge"],
            ])
        #expect(reply.status == 422)
        let found = try await cluster.send(.get, path)
        #expect(found.json["spec", "colour"] == "red")
    }

    @Test func schemaRefusalHasCausesAndTestFailureHasNone() async throws {
        let cluster = try await cluster()
        let reply = try await cluster.jsonPatch(
            path, [["op": "replace", "path": "/spec/colour", "value": "lost"]])
        #expect(reply.status == 422 && reply.causes == ["FieldValueNotSupported spec.colour"])
    }

    @Test func identityGuards() async throws {
        let cluster = try await cluster()
        let uid = try await cluster.merge(path, ["metadata": ["uid": "other"]])
        #expect(uid.status == 422 && uid.message.hasSuffix("field is immutable"))
        let stale = try await cluster.merge(path, ["metadata": ["resourceVersion": "1"]])
        #expect(stale.status == 409 && stale.reason == "Conflict")
        let none = try await cluster.merge(path, ["metadata": ["resourceVersion": nil]])
        #expect(none.status == 422 && none.causes == ["FieldValueInvalid metadata.resourceVersion"])
        let name = try await cluster.merge(path, ["metadata": ["name": "b"]])
        #expect(name.status == 400)
        let kind = try await cluster.merge(path, ["kind": "Thing"])
        #expect(kind.status == 422 && kind.causes == ["FieldValueInvalid kind"])
        let time = try await cluster.merge(
            path, ["metadata": ["creationTimestamp": "2000-01-01T00:00:00Z"]])
        #expect(time.json["metadata", "creationTimestamp"] == "2026-03-01T12:00:00Z")
    }

    @Test func aDefaultComesBackAndAnEmptyParentStays() async throws {
        let cluster = try await cluster(["colour": "red", "deep": ["inner": ["leaf": "x"]]])
        let size = try await cluster.jsonPatch(path, [["op": "remove", "path": "/spec/size"]])
        #expect(size.json["spec", "size"] == "medium")
        let leaf = try await cluster.jsonPatch(
            path, [["op": "remove", "path": "/spec/deep/inner/leaf"]])
        #expect(leaf.json["spec", "deep"] == ["inner": [:]])
        _ = try await cluster.merge(path, ["metadata": ["labels": ["a": "b"]]])
        let labels = try await cluster.jsonPatch(
            path, [["op": "remove", "path": "/metadata/labels/a"]])
        #expect(labels.json["metadata"]?["labels"] == nil)
    }

    @Test func mediaTypes() async throws {
        let cluster = try await cluster()
        for type in ["application/strategic-merge-patch+json", "application/json"] {
            let reply = try await cluster.send(.patch, path, ["spec": [:]], type: type)
            #expect(reply.status == 415 && reply.reason == "UnsupportedMediaType")
        }
        let notAPatch = try await cluster.jsonPatch(path, ["op": "test"])
        #expect(notAPatch.status == 400)
        let notAnObject = try await cluster.merge(path, [])
        #expect(notAnObject.status == 400)
        let collection = try await cluster.merge(Cluster.gizmos, [:])
        #expect(collection.status == 400 && collection.message == "name must be provided")
        let nowhere = try await cluster.merge(Cluster.gizmos + "/zz", [:])
        #expect(nowhere.status == 404)
    }

    @Test func strategicMergeOnBuiltInKinds() async throws {
        let cluster = try await Cluster()
        let pods = "/api/v1/namespaces/default/pods"
        _ = try await cluster.send(
            .post, pods,
            [
                "metadata": ["name": "p"],
                "spec": [
                    "containers": [
                        ["name": "a", "image": "1", "env": [["name": "X", "value": "1"]]],
                        ["name": "b", "image": "1"],
                    ]
                ],
            ])
        let reply = try await cluster.send(
            .patch, pods + "/p",
            [
                "spec": [
                    "containers": [
                        ["name": "a", "image": "2", "env": [["name": "Y", "value": "2"]]],
                        ["name": "b", "$patch": "delete"],
                    ]
                ]
            ], type: "application/strategic-merge-patch+json")
        #expect(
            reply.json["spec", "containers"] == [
                [
                    "name": "a", "image": "2",
                    "env": [["name": "X", "value": "1"], ["name": "Y", "value": "2"]],
                ]
            ])
    }

    @Test func applyCreatesAndNeedsAManager() async throws {
        let cluster = try await Cluster()
        let yaml = """
            apiVersion: shop.example.com/v1
            kind: Gizmo
            metadata: {name: a}
            spec: {colour: green}
            """
        func apply(_ query: String, _ body: String) async throws -> Cluster.Reply {
            try await cluster.send(
                .patch, path + query, bytes: Array(body.utf8),
                type: "application/apply-patch+yaml")
        }
        let nobody = try await apply("", yaml)
        #expect(nobody.status == 422 && nobody.causes == ["FieldValueRequired fieldManager"])
        let made = try await apply("?fieldManager=me", yaml)
        #expect(made.status == 201 && made.json["spec", "size"] == "medium")
        let again = try await apply("?fieldManager=me", yaml)
        #expect(again.status == 200 && again.revision == made.revision)
        let unknown = try await apply(
            "?fieldManager=me", yaml.replacing("colour: green", with: "color: green"))
        #expect(unknown.status == 500)
        #expect(unknown.message.hasSuffix(".spec.color: field not declared in schema"))
        let forced = try await cluster.send(
            .patch, path + "?force=true", ["spec": [:]], type: "application/merge-patch+json")
        #expect(forced.status == 422 && forced.causes == ["FieldValueForbidden force"])
    }
}

/// How writes meet the record of who owns which field.
@Suite struct OwnershipTests {
    private let path = Cluster.gizmos + "/a"

    private func apply(
        _ cluster: Cluster, _ spec: JSONValue, by manager: String, _ more: String = ""
    ) async throws -> Cluster.Reply {
        try await cluster.send(
            .patch, path + "?fieldManager=\(manager)\(more)", Cluster.gizmo("a", spec),
            type: "application/apply-patch+yaml")
    }

    @Test func theManagerIsTheUserAgentUnlessNamed() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.send(
            .post, Cluster.gizmos, Cluster.gizmo("a", ["colour": "red"]),
            headers: ["User-Agent": "tool/1.2 (linux)"])
        #expect(made.json["metadata", "managedFields"]?[0]?["manager"] == "tool")
        let status = try await cluster.send(
            .patch, path + "/status?fieldManager=boss", ["status": ["state": "Good"]],
            type: "application/merge-patch+json")
        let entries = status.json["metadata", "managedFields"]?.arrayValue ?? []
        #expect(Set(entries.map { $0["manager"] }) == ["boss", "tool"])
        let entry = entries.first { $0["manager"] == "boss" }
        #expect(entry?["subresource"] == "status" && entry?["operation"] == "Update")
        #expect(entry?["time"] == "2026-03-01T12:00:00Z")
    }

    @Test func conflictsNameTheOtherAndForceTakes() async throws {
        let cluster = try await Cluster()
        _ = try await apply(cluster, ["colour": "red"], by: "one")
        let conflict = try await apply(cluster, ["colour": "blue"], by: "two")
        #expect(conflict.status == 409 && conflict.reason == "Conflict")
        #expect(
            conflict.message
                == #"Apply failed with 1 conflict: conflict with "one": .spec.colour"#)
        #expect(conflict.causes == ["FieldManagerConflict .spec.colour"])
        let same = try await apply(cluster, ["colour": "red"], by: "two")
        #expect(same.status == 200)
        let forced = try await apply(cluster, ["colour": "blue"], by: "two", "&force=true")
        #expect(forced.status == 200 && forced.json["spec", "colour"] == "blue")
    }

    @Test func whatIsNoLongerAppliedGoes() async throws {
        let cluster = try await Cluster()
        _ = try await apply(cluster, ["colour": "red", "note": "x"], by: "one")
        let less = try await apply(cluster, ["colour": "red"], by: "one")
        #expect(less.json["spec", "note"] == nil)
    }

    @Test func managedFieldsCanBePutBack() async throws {
        let cluster = try await Cluster()
        let before = try await apply(cluster, ["colour": "red"], by: "one").json
        let patch: JSONValue = [["op": "replace", "path": "/spec/colour", "value": "blue"]]
        let taken = try await cluster.send(
            .patch, path + "?fieldManager=two", patch, type: "application/json-patch+json")
        let back: JSONValue = [
            ["op": "replace", "path": "/spec/colour", "value": "red"]
        ]
        _ = try await cluster.send(
            .patch, path + "?fieldManager=two", back, type: "application/json-patch+json")
        let current = try await cluster.send(.get, path)
        // The former owner had nothing else, so its entry is gone.
        let owners = taken.json["metadata", "managedFields"]?.arrayValue ?? []
        #expect(owners.map { $0["manager"] } == ["two"])
        let restored = try await cluster.send(
            .patch, path + "?fieldManager=two",
            [
                [
                    "op": "test", "path": "/metadata/resourceVersion",
                    "value": .string(current.revision),
                ],
                [
                    "op": "replace", "path": "/metadata/managedFields",
                    "value": before["metadata", "managedFields"] ?? [],
                ],
            ], type: "application/json-patch+json")
        #expect(restored.status == 200)
        #expect(
            restored.json["metadata", "managedFields"] == before["metadata", "managedFields"])
        #expect(try await apply(cluster, ["colour": "green"], by: "one").status == 200)
    }
}
