import Catalog
import Documents
import Foundation
import KubernetesClient
import KubernetesCore
import Testing

@testable import Verbs

extension Stage {
    func client() async throws -> KubernetesClient {
        try await ClusterAccess(world: world).client()
    }

    func makeNamespace(_ name: String) async throws {
        let type = ResourceType(
            group: "", version: "v1", plural: "namespaces", kind: "Namespace", isNamespaced: false)
        _ = try await client().create(
            KubernetesObject(type, namespace: nil, name: name), type, namespace: nil)
    }
}

extension Stage {
    /// The kinds of the generated APIs; the cast of the sandbox and `makeSamples` together have an
    /// object of each.
    func sampleKinds() async throws -> [String] {
        try await ClusterAccess(world: world).catalog().kinds.map(\.type.kind)
    }

    private static let samples: [(kind: String, name: String, spec: String)] = [
        ("PetFindbystatusQuery", "by-status", "status: available, executionInterval: 5m"),
        ("PetFindbytagsQuery", "by-tags", "tags: [a, 'yes', '017']"),
        ("UserLoginQuery", "login", "username: john, password: hunter2"),
        ("UserLogoutQuery", "logout", "{}"),
        ("PetUploadimageAction", "upload", "petId: 123, data: aGVsbG8="),
        ("UserCreatewithlistAction", "with-list", "paused: true"),
        (
            "PetstoreBundle", "set",
            "resources: [{id: stock, kind: StoreInventoryQuery, spec: {executionInterval: 1h}}]"
        ),
        ("AnimalSearchQuery", "search", "status: available"),
        ("AnimalPhotoAction", "photo", "petId: '123', data: aGVsbG8="),
    ]

    /// An object of each kind that the cast has none of; the bundle makes one of its own.
    func makeSamples() async throws {
        let text = Self.samples.map { sample in
            let spec = sample.spec == "{}" ? "{}" : "{\(sample.spec)}"
            let group =
                sample.kind.hasPrefix("Animal") ? "shelter.example.org" : "petstore.example.com"
            return "---\napiVersion: \(group)/v1alpha1\nkind: \(sample.kind)\n"
                + "metadata: {name: \(sample.name)}\nspec: \(spec)\n"
        }.joined()
        let path = setup.folder + "/samples.yaml"
        try Data(text.utf8).write(to: URL(filePath: path))
        let made = await run("create -f \(path)")
        #expect(made.status == .done, "\(made.errors)")
        for _ in 0..<100 where await run("get storeinventoryquery set-stock").status != .done {
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
