import KubernetesCore
import Synchronization

/// Wakes aggregates and bundles when one of their neighbours changes.
final class NeighbourBell: Sendable {
    /// Whether an object is concerned by a change of the neighbour of that name.
    typealias Concern = @Sendable (KubernetesObject, ObjectKey) -> Bool

    private let listeners = Mutex<[(cache: ObjectCache, queue: WorkQueue, concern: Concern)]>([])

    func attach(
        _ cache: ObjectCache, _ queue: WorkQueue, concern: @escaping Concern
    ) {
        listeners.withLock { $0.append((cache, queue, concern)) }
    }

    func ring(_ key: ObjectKey) {
        for (cache, queue, concern) in listeners.withLock({ $0 }) {
            for object in cache.all(in: key.namespace) where concern(object, key) {
                queue.add(ObjectKey(object))
            }
        }
    }
}
