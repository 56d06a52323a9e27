import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import TestSupport
import Testing

@Suite("What a server serves")
struct DiscoveryTests {
    private let version = GroupVersion(group: "post.example.org", version: "v1")
    private let aggregated = """
        {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"post.example.org"},
        "versions":[{"version":"v1","resources":[{"resource":"parcels","responseKind":
        {"kind":"Parcel"},"scope":"Namespaced","singularResource":"parcel","verbs":["get"]}]}]}]}
        """

    @Test("Aggregated discovery tells the resources in one request")
    func aggregatedDiscovery() async throws {
        let fixture = ClientFixture([.json(aggregated)])
        let groups = try await fixture.client.discoverGroups()
        let types = try await fixture.client.discoverResources(groups[0].versions[0])
        #expect(types.map(\.plural) == ["parcels"])
        #expect(fixture.asked == ["GET /apis"])
    }

    @Test("A group that cannot be asked does not hide the others")
    func partial() async throws {
        let fixture = ClientFixture(answering: { request, _ in
            switch request.url {
            case "https://host:6443/api": .json(#"{"kind":"APIVersions","versions":["v1"]}"#)
            case "https://host:6443/apis":
                .json(
                    #"{"kind":"APIGroupList","groups":[{"name":"a.example","versions":"#
                        + #"[{"version":"v1"}]},{"name":"b.example","versions":[{"version":"v1"}]}]}"#
                )
            case "https://host:6443/apis/a.example/v1": .json(503, "gone")
            default:
                .json(
                    #"{"kind":"APIResourceList","resources":[{"name":"things","kind":"Thing","#
                        + #""namespaced":true,"verbs":["get"]}]}"#)
            }
        })
        let found = try await fixture.client.discover()
        #expect(found.resources.map(\.qualifiedName) == ["things", "things.b.example"])
        #expect(found.failures.keys.map(\.description) == ["a.example/v1"])
    }

    @Test("Schemas come from OpenAPI v3, references resolved and wrappers undone")
    func openAPI() async throws {
        let fixture = ClientFixture([
            .json(
                """
                {"components":{"schemas":{
                "org.post.Parcel":{"type":"object","x-kubernetes-group-version-kind":
                [{"group":"post.example.org","version":"v1","kind":"Parcel"}],"properties":{
                "metadata":{"description":"d","allOf":[{"$ref":"#/components/schemas/Meta"}]},
                "spec":{"$ref":"#/components/schemas/Tree"}}},
                "org.post.ParcelList":{"x-kubernetes-group-version-kind":
                [{"group":"post.example.org","version":"v1","kind":"ParcelList"}],
                "properties":{"items":{"type":"array"}}},
                "Other":{"x-kubernetes-group-version-kind":
                [{"group":"x","version":"v1","kind":"Other"}]},
                "Meta":{"type":"object","properties":{"name":{"type":"string"}}},
                "Tree":{"type":"object","properties":{"left":{"$ref":"#/components/schemas/Tree"},
                "weight":{"type":"integer"}}}}}}
                """)
        ])
        let schemas = try await fixture.client.schemas(for: version)
        #expect(schemas.source == .openAPIv3)
        #expect(schemas.kinds.keys.sorted() == ["Parcel"])
        let properties = schemas.kinds["Parcel"]?["properties"]
        #expect(properties?["metadata"]?["properties"]?["name"]?["type"] == "string")
        #expect(properties?["metadata"]?["description"] == "d")
        #expect(properties?["metadata"]?["allOf"] == nil)
        #expect(properties?["spec"]?["properties"]?["weight"]?["type"] == "integer")
        #expect(properties?["spec"]?["properties"]?["left"]?["$ref"] != nil)
        #expect(fixture.asked == ["GET /openapi/v3/apis/post.example.org/v1"])
    }

    @Test("Else from the CRDs, else there are none")
    func fallbacks() async throws {
        let definition =
            #"{"items":[{"spec":{"group":"post.example.org","names":{"kind":"Parcel"},"versions":"#
            + #"[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object"}}}]}},"#
            + #"{"spec":{"group":"other","names":{"kind":"X"},"versions":[]}}]}"#
        let second = ClientFixture([.status(404, "NotFound"), .json(definition)])
        let schemas = try await second.client.schemas(for: version)
        #expect(schemas.source == .customResourceDefinitions)
        #expect(schemas.kinds == ["Parcel": ["type": "object"]])
        let third = ClientFixture([.status(404, "NotFound"), .status(403, "Forbidden")])
        #expect(try await third.client.schemas(for: version) == GroupSchemas())
        let broken = ClientFixture([.status(401, "Unauthorized")])
        #expect(
            await failure { () async throws(KubernetesError) in
                try await broken.client.schemas(for: version)
            }?.isUnauthorized == true)
    }
}
