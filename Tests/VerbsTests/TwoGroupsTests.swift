import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxAPIServer
import Testing

@testable import Verbs

extension OnStage {
    /// Two applications may have a kind of the same name; a bare word means the first one's.
    @Suite("Next steps mean the object that they are about, whichever group has such a kind")
    struct TwoGroupsTests {
        private static let type = ResourceType(
            group: "zoo.example.org", version: "v1", plural: "pets", kind: "Pet")
        private static let definitions = ResourceType(
            group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
            kind: "CustomResourceDefinition", isNamespaced: false)

        private func client(_ stage: Stage) -> KubernetesClient {
            KubernetesClient(
                connection: ClusterConnection(
                    server: "http://stage", namespace: "default", contextName: "",
                    clusterName: "", userName: ""),
                transport: InProcessTransport(stage.cluster.server))
        }

        /// A second group with pets of its own, and one that fails.
        private func stage() async throws -> Stage {
            let stage = try await Stage()
            let client = client(stage)
            var definition = try await client.get(
                Self.definitions, namespace: nil, name: "pets.petstore.example.com")
            definition.spec["group"] = .string(Self.type.group)
            definition.spec["versions"] = definition.spec["versions"]?.arrayValue.map { versions in
                .array(
                    versions.map { version in
                        var version = version
                        version["name"] = .string(Self.type.version)
                        return version
                    })
            }
            _ = try await client.create(
                KubernetesObject([
                    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                    "metadata": ["name": "pets.zoo.example.org"], "spec": definition.spec,
                ]), Self.definitions, namespace: nil)
            try await eventually {
                let pet = KubernetesObject(
                    Self.type, namespace: "default", name: "rex",
                    spec: ["id": 1, "name": "Rex", "photoUrls": []])
                return (try? await client.create(pet, Self.type, namespace: "default")) != nil
            }
            _ = try await client.patch(
                .merge([
                    "status": ["state": "Failed", "message": "API returned 500: out of order"]
                ]), Self.type, namespace: "default", name: "rex", subresource: "status")
            return stage
        }

        @Test("a diagnosis, and what is not there")
        func diagnosis() async throws {
            let stage = try await stage()
            let other = await stage.run("diagnose pets.zoo.example.org rex --sample 0")
            #expect(other.status == .answeredNo, "\(other.errors)")
            #expect(other.output.hasPrefix("Running diagnostics for pet.zoo.example.org/rex..."))
            #expect(other.output.contains(". petstore-cli describe pet.zoo.example.org rex ("))
            // Typed as it stands it finds that object.
            let typed = await stage.run("describe pet.zoo.example.org rex")
            #expect(typed.output.contains("Kind:         Pet (zoo.example.org/v1)"))
            let first = await stage.run("diagnose order order-456 --sample 0")
            #expect(first.output.contains(". petstore-cli describe order order-456 ("))

            let missing = await stage.run("get pets.zoo.example.org nobody")
            #expect(missing.errors.contains("hint: petstore-cli get pets.zoo.example.org lists"))
            let usual = await stage.run("get pet nobody")
            #expect(usual.errors.contains("hint: petstore-cli get pets lists"))
            let none = await stage.run("diagnose pet.zoo.example.org nobody")
            #expect(none.status == .notFound)
            #expect(none.errors.contains("hint: petstore-cli get pets.zoo.example.org lists"))
        }

        @Test("health-check and what waits")
        func others() async throws {
            let stage = try await stage()
            let health = await stage.run("health-check --all")
            #expect(health.output.contains("petstore-cli diagnose pet.zoo.example.org/rex ("))
            #expect(health.output.contains("petstore-cli diagnose order/order-456 ("))
            let late = await stage.run(
                "wait --for=state=Synced pets.zoo.example.org rex --timeout 0")
            #expect(late.status == .timedOut, "\(late.errors)")
            #expect(late.errors.contains("petstore-cli describe pet.zoo.example.org/rex shows"))
        }
    }
}
