import KubernetesClient
import KubernetesCore

/// Workloads and pods as watches show them.
///
/// Generated operators look them up here, too: the client of controller-runtime reads from a cache,
/// which begins to follow a kind when it is asked for first.
final class WorkloadCache: Sendable {
    private let shelf: StoreShelf

    init(client: KubernetesClient) { shelf = StoreShelf(client: client) }

    /// One object by name.
    func get(
        _ type: ResourceType, _ namespace: String, _ name: String
    ) async throws(NoEndpoint) -> KubernetesObject {
        let what = "\(type.singular) \(namespace)/\(name)"
        let known = try await followed(type, { "\(what): \($0)" })
        guard let entry = known.entries[ObjectStore.Key(namespace, name)] else {
            throw NoEndpoint(message: "\(what) not found")
        }
        return entry.object
    }

    /// The objects of a namespace with such labels, by name.
    func list(
        _ type: ResourceType, _ namespace: String, _ selector: LabelSelector
    ) async throws(NoEndpoint) -> [KubernetesObject] {
        let known = try await followed(type, { "cannot list \(type.plural): \($0)" })
        return known.entries
            .filter { $0.key.namespace == namespace && selector.matches($0.value.object.labels) }
            .sorted { $0.key < $1.key }.map(\.value.object)
    }

    /// What is known of a kind; what was known before a failure of its watch counts as well.
    private func followed(
        _ type: ResourceType, _ text: (String) -> String
    ) async throws(NoEndpoint) -> ObjectStore.Snapshot {
        let store = shelf.store(of: type, namespace: nil, form: .objects)
        let known = await store.first { $0.isFilled || $0.trouble != nil }
        guard let known, known.isFilled else {
            throw NoEndpoint(message: text(known?.trouble?.message ?? "there was no more time"))
        }
        return known
    }
}
