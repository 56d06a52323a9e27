import Documents
import KubernetesCore
import Testing

@Suite("Discovery in all its forms")
struct DiscoveryTests {
    @Test("Groups as servers before 1.26 list them, the preferred version first")
    func legacyGroups() throws {
        let groups = try #require(
            APIGroup.list(
                try JSONValue(
                    parsing: """
                        {"kind":"APIGroupList","groups":[{"name":"post.example.org",
                        "versions":[{"groupVersion":"post.example.org/v2","version":"v2"},
                        {"groupVersion":"post.example.org/v1","version":"v1"}],
                        "preferredVersion":{"groupVersion":"post.example.org/v1","version":"v1"}}]}
                        """)))
        #expect(groups.map(\.name) == ["post.example.org"])
        #expect(groups[0].versions.map(\.version) == ["v1", "v2"])
        #expect(groups[0].resources == nil)
        let core = try #require(
            APIGroup.list(try JSONValue(parsing: #"{"kind":"APIVersions","versions":["v1"]}"#)))
        #expect(core.map(\.versions) == [[GroupVersion(group: "", version: "v1")]])
        #expect(APIGroup.list(["kind": "Status"]) == nil)
    }

    @Test("Aggregated discovery brings the resources along")
    func aggregated() throws {
        let groups = try #require(
            APIGroup.list(
                try JSONValue(
                    parsing: """
                        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2",
                        "items":[{"metadata":{"name":"post.example.org"},"versions":[
                        {"version":"v1","freshness":"Current","resources":[
                        {"resource":"parcels","responseKind":{"group":"post.example.org",
                        "version":"v1","kind":"Parcel"},"scope":"Namespaced",
                        "singularResource":"parcel","verbs":["get","list"],"shortNames":["pc"],
                        "categories":["all"],"subresources":[{"subresource":"status",
                        "responseKind":{"kind":"Parcel"},"verbs":["get"]}]},
                        {"resource":"ghosts","scope":"Cluster","verbs":[]}]},
                        {"version":"v2","freshness":"Stale"}]}]}
                        """)))
        let version = GroupVersion(group: "post.example.org", version: "v1")
        #expect(
            groups[0].resources?[version] == [
                ResourceType(
                    group: "post.example.org", version: "v1", plural: "parcels", kind: "Parcel",
                    shortNames: ["pc"], categories: ["all"], verbs: ["get", "list"],
                    subresources: ["status"])
            ])
        #expect(groups[0].staleVersions.map(\.version) == ["v2"])
    }

    @Test("The resources of one version, subresources with their resource")
    func legacyResources() throws {
        let version = GroupVersion(group: "post.example.org", version: "v1")
        let types = try #require(
            ResourceType.list(
                try JSONValue(
                    parsing: """
                        {"kind":"APIResourceList","groupVersion":"post.example.org/v1","resources":[
                        {"name":"parcels","singularName":"","namespaced":true,"kind":"Parcel",
                        "verbs":["get","watch"],"shortNames":["pc"]},
                        {"name":"parcels/status","namespaced":true,"kind":"Parcel","verbs":["get"]},
                        {"name":"depots","singularName":"depot","namespaced":false,"kind":"Depot",
                        "verbs":["list"],"categories":["all"]}]}
                        """), of: version))
        #expect(types.map(\.plural) == ["parcels", "depots"])
        #expect(types[0].singular == "parcel" && types[0].subresources == ["status"])
        #expect(types[0].supports("watch") && !types[0].supports("delete"))
        #expect(!types[1].isNamespaced && types[1].categories == ["all"])
        #expect(ResourceType.list(["kind": "APIGroup"], of: version) == nil)
    }

    @Test("Tables keep columns, cells and objects")
    func tables() throws {
        let table = try #require(
            ServerTable(
                try JSONValue(
                    parsing: """
                        {"kind":"Table","apiVersion":"meta.k8s.io/v1",
                        "metadata":{"resourceVersion":"7","continue":"c"},
                        "columnDefinitions":[{"name":"Name","type":"string","format":"name",
                        "description":"d","priority":0},{"name":"Zone","type":"string","priority":1}],
                        "rows":[{"cells":["a",3],"object":{"metadata":{"name":"a"}}},
                        {"cells":["b",null],"object":null}]}
                        """)))
        #expect(table.columns.map(\.priority) == [0, 1])
        #expect(table.columns[0].format == "name")
        #expect(table.rows.map(\.cells) == [["a", 3], ["b", nil]])
        #expect(table.rows[0].object["metadata"]?["name"] == "a")
        #expect(table.resourceVersion == "7" && table.continueToken == "c")
        #expect(ServerTable(["kind": "ParcelList"]) == nil)
    }
}
