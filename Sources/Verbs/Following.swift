import KubernetesClient
import KubernetesCore

/// A collection as it is, and the updates from there on.
///
/// The list is asked for like any other, so that a server which cannot be reached, or refuses, is
/// told at once; what happens to the watch afterwards is waited out.
struct Following: Sendable {
    let list: ObjectList
    let updates: WatchStream

    init(
        _ type: ResourceType, namespace: String?, options: ListOptions,
        form: CollectionForm = .objects, client: KubernetesClient
    ) async throws(KubernetesError) {
        list = try await client.list(type, namespace: namespace, options: options, form: form)
        updates = client.watch(
            type, namespace: namespace, options: options, from: list.resourceVersion, form: form)
    }
}
