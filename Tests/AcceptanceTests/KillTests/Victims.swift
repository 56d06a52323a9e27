import CurlTransport
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import TestCluster

/// The objects that killed processes change, and the second client that edits them meanwhile.
struct Victims: Sendable {
    static let pets = ResourceType(
        group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet")
    private static let definitions = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", isNamespaced: false)

    /// What the second client has written last.
    struct Edits: Sendable {
        var name = "Second"
        var beat = "0"
    }

    let client: KubernetesClient
    let names: [String]

    init(server: String, configuration: TransportConfiguration, count: Int) {
        client = KubernetesClient(
            connection: ClusterConnection(server: server, configuration: configuration),
            transport: CurlTransport(configuration))
        names = (0..<count).map { "victim-\($0)" }
    }

    /// Makes the objects as GitOps and the second client would, and the kind where it is missing.
    func make() async throws {
        if await !isServed() {
            // Another test may be faster; what counts is that it is served in the end.
            _ = try? await client.create(
                KubernetesObject(PetDefinition.json), Self.definitions, namespace: nil,
                options: WriteOptions())
            let end = ContinuousClock.now + .seconds(60)
            while await !isServed(), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        for name in names {
            let applied: JSONValue = [
                "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
                "metadata": ["name": .string(name), "labels": ["app": "petstore"]],
                "spec": [
                    "name": "Fluffy", "photoUrls": ["http://x/?a=1&b=<2>"],
                    "status": "available", "category": ["name": "Dogs"],
                ],
            ]
            _ = try await client.patch(
                .apply(applied, fieldManager: "gitops", force: false), Self.pets,
                namespace: "default", name: name, options: WriteOptions())
            try await edit(name, Edits())
        }
    }

    private func isServed() async -> Bool {
        // Whatever the reason: it is not served yet.
        let list = try? await client.list(Self.pets, namespace: "default")
        return list != nil
    }

    /// The second client's edit: a field of the spec and a label, neither of which is ours.
    func edit(_ name: String, _ edits: Edits) async throws {
        let patch: JSONValue = [
            "metadata": ["labels": ["beat": .string(edits.beat)]],
            "spec": ["name": .string(edits.name)],
        ]
        _ = try await client.patch(
            .merge(patch), Self.pets, namespace: "default", name: name,
            options: WriteOptions(fieldManager: "second-client"))
    }

    func read(_ name: String) async throws -> JSONValue {
        try await client.get(Self.pets, namespace: "default", name: name).json
    }

    /// Waits until nobody (an operator, say) changes anything but status any more.
    func settle() async throws {
        for name in names {
            var last = Self.text(try await read(name), Edits())
            var calm = 0
            let end = ContinuousClock.now + .seconds(120)
            while calm < 8, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(250))
                let now = Self.text(try await read(name), Edits())
                calm = now == last ? calm + 1 : 0
                last = now
            }
        }
    }

    /// The object's bytes as they must be: all of it but status, versions and times, with what the
    /// second client has written put in.
    static func text(_ object: JSONValue, _ edits: Edits) -> String {
        var metadata = object["metadata"] ?? [:]
        metadata["resourceVersion"] = .none
        metadata["generation"] = .none
        var labels = metadata["labels"] ?? [:]
        labels["beat"] = .string(edits.beat)
        metadata["labels"] = sorted(labels)
        metadata["annotations"] = metadata["annotations"].map(sorted)
        let entries = (metadata["managedFields"]?.arrayValue ?? []).filter {
            ($0["subresource"]?.stringValue ?? "").isEmpty
        }
        let texts = entries.map { entry in
            var entry = entry
            entry["time"] = .none
            return sorted(entry).text(.compact)
        }
        metadata["managedFields"] = .array(texts.sorted().map(JSONValue.string))
        var spec = object["spec"] ?? [:]
        spec["name"] = .string(edits.name)
        let whole: JSONValue = ["metadata": sorted(metadata), "spec": sorted(spec)]
        return whole.text(.pretty)
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(
                JSONObject(
                    members.sorted { $0.name < $1.name }.map {
                        .init($0.name, sorted($0.value))
                    }))
        case .array(let items): .array(items.map(sorted))
        default: value
        }
    }
}
