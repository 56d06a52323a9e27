import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite struct DiscoveryTests {
    @Test func definitionsAreServedAtOnce() async throws {
        let cluster = try await Cluster()
        let definition = try await cluster.send(
            .get,
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gizmos.shop.example.com")
        let conditions = definition.json["status", "conditions"]?.arrayValue ?? []
        #expect(conditions.map { $0["type"] } == ["NamesAccepted", "Established"])
        #expect(conditions.allSatisfy { $0["status"] == "True" })
        #expect(definition.json["spec", "names", "listKind"] == "GizmoList")
        let list = try await cluster.send(.get, "/apis/shop.example.com/v1")
        let first = list.json["resources"]?[0]
        #expect(first?["name"] == "gizmos" && first?["shortNames"] == ["gz"])
        #expect(list.json["resources"]?[1]?["name"] == "gizmos/status")
    }

    @Test func aggregatedHoldsTheSame() async throws {
        let cluster = try await Cluster()
        for version in ["v2", "v2beta1"] {
            let reply = try await cluster.send(
                .get, "/apis",
                accept:
                    "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList,application/json"
            )
            #expect(reply.json["kind"] == "APIGroupDiscoveryList")
            #expect(
                reply.headers["Content-Type"]
                    == "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
            )
            let group = reply.json["items"]?.arrayValue?.first {
                $0["metadata", "name"] == "shop.example.com"
            }
            let resource = group?["versions"]?[0]?["resources"]?[0]
            #expect(resource?["resource"] == "gizmos" && resource?["scope"] == "Namespaced")
            #expect(resource?["subresources"]?[0]?["subresource"] == "status")
        }
        let core = try await cluster.send(
            .get, "/api",
            accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
        #expect(core.json["items"]?.arrayValue?.count == 1)
        let legacy = try await cluster.send(.get, "/apis")
        #expect(legacy.json["kind"] == "APIGroupList")
    }

    @Test func openAPIDescribesDefinitions() async throws {
        let cluster = try await Cluster()
        let index = try await cluster.send(.get, "/openapi/v3")
        let place = index.json["paths", "apis/shop.example.com/v1", "serverRelativeURL"]?
            .stringValue
        let document = try await cluster.send(.get, place ?? "")
        let schema = document.json["components", "schemas", "com.example.shop.v1.Gizmo"]
        #expect(
            schema?["x-kubernetes-group-version-kind"] == [
                ["group": "shop.example.com", "version": "v1", "kind": "Gizmo"]
            ])
        #expect(
            schema?["properties", "spec", "properties", "colour", "enum"]
                == ["red", "green", "blue"])
        let path = "/apis/shop.example.com/v1/namespaces/{namespace}/gizmos/{name}"
        let patch = document.json["paths"]?[path]?["patch"]
        let names = patch?["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names == ["dryRun", "fieldManager", "fieldValidation", "force"])
        let two = try await cluster.send(.get, "/openapi/v2")
        #expect(two.json["definitions", "com.example.shop.v1.Gizmo"] != nil)
        let proto = try await cluster.send(
            .get, "/openapi/v2",
            accept: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf")
        #expect(proto.status == 406)
    }

    @Test func smallDocuments() async throws {
        let cluster = try await Cluster()
        let version = try await cluster.send(.get, "/version")
        #expect(version.json["minor"] == "32")
        for path in ["/healthz", "/readyz", "/livez"] {
            #expect(try await cluster.send(.get, path).text == "ok")
        }
    }

    @Test func badDefinitionsAreRefused() async throws {
        let cluster = try await Cluster()
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        var definition = Definitions.gizmo
        definition["metadata"]?["name"] = "wrong.example.com"
        definition["spec"]?["versions"] = [["name": "v1", "served": true, "storage": true]]
        let reply = try await cluster.send(.post, path, definition)
        #expect(reply.status == 422)
        #expect(
            reply.causes == [
                "FieldValueInvalid metadata.name",
                "FieldValueRequired spec.versions[0].schema.openAPIV3Schema",
            ])
    }

    @Test func twoVersionsShareTheObjects() async throws {
        let cluster = try await Cluster()
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gizmos.shop.example.com"
        var definition = try await cluster.send(.get, path).json
        var beta = definition["spec", "versions"]?[0] ?? [:]
        beta["name"] = "v1beta1"
        beta["storage"] = false
        beta["deprecated"] = true
        let versions = definition["spec", "versions"]?.arrayValue ?? []
        definition["spec"]?["versions"] = .array(versions + [beta])
        #expect(try await cluster.send(.put, path, definition).status == 200)
        try await cluster.make("a")
        let other = try await cluster.send(
            .get, "/apis/shop.example.com/v1beta1/namespaces/default/gizmos/a")
        #expect(other.json["apiVersion"] == "shop.example.com/v1beta1")
        #expect(
            other.headers["Warning"] == #"299 - "shop.example.com/v1beta1 Gizmo is deprecated""#)
        let group = try await cluster.send(.get, "/apis/shop.example.com")
        #expect(group.json["preferredVersion", "version"] == "v1")
    }
}
