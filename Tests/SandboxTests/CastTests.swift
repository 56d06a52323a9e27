import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxOperator
import Testing

@Suite("The embedded sandbox", .timeLimit(.minutes(1)))
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
}
