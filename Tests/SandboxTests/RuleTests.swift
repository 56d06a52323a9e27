import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import Testing

@Suite("Rules of the sandbox's own kinds", .timeLimit(.minutes(5)))
struct PetRuleTests {
    private static let pets = ResourceType(
        group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet")

    private static func pet(_ spec: JSONValue) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
            "metadata": ["name": "rex"], "spec": spec,
        ])
    }

    @Test("a pet needs a name and photos, or an id")
    func pets() async throws {
        var options = SandboxOptions()
        options.seedsCast = false
        let (connection, transport) = try await SandboxCluster.inProcess(options)
        let client = KubernetesClient(connection: connection, transport: transport)
        func causes(_ spec: JSONValue) async throws -> [String] {
            do throws(KubernetesError) {
                _ = try await client.create(
                    Self.pet(spec), Self.pets, namespace: "default",
                    options: WriteOptions(dryRun: true))
                return []
            } catch {
                return error.status?.details?.causes.map { "\($0.field): \($0.message)" } ?? ["?"]
            }
        }
        let name =
            #"spec: Invalid value: "object": a pet without an id is created and needs a name"#
        let photos =
            #"spec: Invalid value: "object": a pet without an id is created and needs photoUrls"#
        #expect(try await causes([:]) == [name, photos])
        #expect(try await causes(["name": "Rex"]) == [photos])
        #expect(try await causes(["photoUrls": ["http://x"]]) == [name])
        #expect(try await causes(["name": "Rex", "photoUrls": ["http://x"]]).isEmpty)
        #expect(try await causes(["id": 5]).isEmpty)
    }
}
