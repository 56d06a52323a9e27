package import KubernetesCore

/// Keeps an `ObjectStore` like a collection of the cluster: lists it, then watches it.
///
/// Ended, cut and silent watches are resumed, forgotten versions listed anew (`WatchMachine`).
/// What a watch takes for final, a kind that is not served or not to be read, may pass as well: a
/// server that starts up answers so. It is waited out, for as long as somebody wants the store.
package struct StoreFeeder: Sendable {
    /// How many objects a store holds when nothing else is said.
    package static let standardCapacity = 50_000

    package let store: ObjectStore
    private let client: KubernetesClient
    private let type: ResourceType
    private let namespace: String?
    private let options: ListOptions
    private let form: CollectionForm

    /// - Parameters:
    ///   - client: of the cluster.
    ///   - type: the collection's.
    ///   - namespace: nil: all namespaces.
    ///   - options: selectors and page size.
    ///   - form: what is kept of each object.
    ///   - capacity: the most objects that are kept; what is beyond is left out.
    package init(
        client: KubernetesClient, type: ResourceType, namespace: String?,
        options: ListOptions = ListOptions(), form: CollectionForm = .metadata,
        capacity: Int = Self.standardCapacity
    ) {
        self.client = client
        self.type = type
        self.namespace = namespace
        self.options = options
        // Without its metadata nobody knows which object a row is of.
        self.form = form == .table(.none) ? .table(.metadata) : form
        store = ObjectStore(capacity: capacity)
    }

    /// Feeds the store until the task is cancelled.
    package func run() async {
        var failures = 0
        var version: String?
        while !Task.isCancelled {
            var stream = client.watch(
                type, namespace: namespace, options: options, from: version, form: form)
            stream.capacity = store.capacity
            stream.tellHealth = { [store] in store.note(trouble: $0) }
            do throws(KubernetesError) {
                var updates = stream.makeAsyncIterator()
                while let update = try await updates.next() {
                    store.take(update)
                    failures = 0
                }
            } catch {
                guard !error.isCancelled, !Task.isCancelled else { return }
                store.note(trouble: error)
            }
            failures += 1
            // What became of the objects meanwhile only a list can tell for sure.
            version = nil
            await client.policy.sleep(client.policy.pause(afterFailure: failures))
        }
    }
}
