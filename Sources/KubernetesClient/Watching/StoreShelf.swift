package import KubernetesCore
import Synchronization

/// The stores of one client, each fed by a watch of its own for as long as it is used.
///
/// Watches cost the server something, so there are only so many: the one that was asked for least
/// recently ends when there is one too many. All end with the shelf.
package final class StoreShelf: Sendable {
    /// The most watches at a time.
    package static let standardLimit = 8

    private struct Place: Hashable {
        var type: ResourceType
        var namespace: String?
        var form: CollectionForm
    }

    private struct Shelved {
        var store: ObjectStore
        var feeding: Task<Void, Never>
        var lastUse: UInt64
    }

    private struct State {
        var shelved: [Place: Shelved] = [:]
        var uses: UInt64 = 0
    }

    private let client: KubernetesClient
    private let limit: Int
    private let state = Mutex(State())

    package init(client: KubernetesClient, limit: Int = StoreShelf.standardLimit) {
        self.client = client
        self.limit = limit
    }

    deinit { close() }

    /// The store of a collection; it begins to fill when it is asked for first.
    package func store(
        of type: ResourceType, namespace: String?, form: CollectionForm = .metadata
    ) -> ObjectStore {
        let place = Place(type: type, namespace: namespace, form: form)
        return state.withLock { state in
            state.uses += 1
            if let known = state.shelved[place] {
                state.shelved[place]?.lastUse = state.uses
                return known.store
            }
            let feeder = StoreFeeder(
                client: client, type: type, namespace: namespace, form: form)
            state.shelved[place] = Shelved(
                store: feeder.store, feeding: Task { await feeder.run() }, lastUse: state.uses)
            if state.shelved.count > limit,
                let oldest = state.shelved.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                oldest.value.feeding.cancel()
                state.shelved[oldest.key] = nil
            }
            return feeder.store
        }
    }

    /// How many watches there are.
    package var count: Int { state.withLock { $0.shelved.count } }

    /// Ends all watches.
    package func close() {
        state.withLock { state in
            for shelved in state.shelved.values { shelved.feeding.cancel() }
            state.shelved = [:]
        }
    }
}
