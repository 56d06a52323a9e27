import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxOperator
import Testing

@Suite("The embedded sandbox", .serialized, .timeLimit(.minutes(5)))
struct CastTests {
    private static let pets = ResourceType(
        group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet")

    @Test("the pets stand on stage as in the specification")
    func pets() async throws {
        var options = SandboxOptions()
        let now = Timestamp(seconds: 1_706_349_600)
        options.clock = SandboxClock { now }
        let (connection, transport) = try await SandboxCluster.inProcess(options)
        let client = KubernetesClient(connection: connection, transport: transport)
        let table = try await client.table(
            Self.pets, namespace: "default", includeObject: .metadata)
        #expect(table.columns.map(\.name) == ["Name", "State", "External-ID", "Age"])
        let rows = table.rows.map { row in
            row.cells.map { $0.stringValue ?? "?" }.joined(separator: " ")
        }
        #expect(
            rows == [
                "bella Synced 125 3d", "buddy Synced 124 24h", "fluffy Synced 123 2d",
                "max Synced 1000 5m",
            ])
    }

    @Test("everybody plays the part that the specification gives")
    func parts() async throws {
        let (connection, transport) = try await SandboxCluster.inProcess()
        let client = KubernetesClient(connection: connection, transport: transport)
        func status(_ plural: String, _ kind: String, _ name: String) async throws -> JSONValue {
            let type = ResourceType(
                group: "petstore.example.com", version: "v1alpha1", plural: plural, kind: kind)
            return try await client.get(type, namespace: "default", name: name).status
        }
        let failing = try await status("orders", "Order", "order-456")
        #expect(failing["state"] == "Failed")
        #expect(failing["message"]?.stringValue?.hasPrefix("API returned 500") == true)
        #expect(try await status("orders", "Order", "order-789")["state"] == "Synced")
        let john = try await status("users", "User", "john")
        #expect(john["createdByController"] == nil)
        #expect(john["originalState"] != nil)
        let health = try await status(
            "petstoreaggregates", "PetstoreAggregate", "production-health")
        #expect(health["state"] == "Degraded")
        #expect(health["summary"] == ["total": 7, "synced": 6, "failed": 1, "pending": 0])
        let bella = try await status("pets", "Pet", "bella")
        #expect(bella["response", "data", "status"] == "sold")
        #expect(bella["driftDetectedCount"]?.integerValue ?? 0 > 0)
        let shelter = try await client.get(
            ResourceType(
                group: "shelter.example.org", version: "v1alpha1", plural: "shelteraggregates",
                kind: "ShelterAggregate"), namespace: "default", name: "shelter-health")
        #expect(shelter.status["aggregatedHealth"] == "Healthy")
    }

    @Test("a pet without id needs a name")
    func presence() async throws {
        var options = SandboxOptions()
        options.seedsCast = false
        let (connection, transport) = try await SandboxCluster.inProcess(options)
        let client = KubernetesClient(connection: connection, transport: transport)
        let nameless = KubernetesObject(
            Self.pets, namespace: "default", name: "x", spec: ["photoUrls": []])
        let error = await #expect(throws: KubernetesError.self) {
            _ = try await client.create(nameless, Self.pets, namespace: "default")
        }
        #expect(error?.isInvalid == true)
        #expect(error?.message.contains("needs a name") == true)
    }

    @Test("the sandbox ends when nobody holds its transport any more")
    func end() async throws {
        weak var cluster: SandboxCluster?
        do {
            let (_, transport) = try await SandboxCluster.inProcess()
            cluster = transport.cluster
            #expect(cluster != nil)
        }
        #expect(cluster == nil)
    }
}
