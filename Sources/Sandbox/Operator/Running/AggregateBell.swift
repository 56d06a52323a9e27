import KubernetesCore
import Synchronization

/// Wakes the aggregates of a namespace when one of their neighbours changes.
final class AggregateBell: Sendable {
    private let listeners = Mutex<[(cache: ObjectCache, queue: WorkQueue)]>([])

    func attach(_ cache: ObjectCache, _ queue: WorkQueue) {
        listeners.withLock { $0.append((cache, queue)) }
    }

    func ring(_ namespace: String) {
        for (cache, queue) in listeners.withLock({ $0 }) {
            for aggregate in cache.all(in: namespace) { queue.add(ObjectKey(aggregate)) }
        }
    }
}
