package import Documents
package import KubernetesCore
import Synchronization

/// The objects of a collection as a watch last showed them, in memory.
///
/// It is filled by a `StoreFeeder`. Readers take snapshots, each of which shows one moment of the
/// cluster whole, and are told when there is a newer one.
package final class ObjectStore: Sendable {
    /// Where an object stands in its collection.
    package struct Key: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// Empty for objects that belong to no namespace.
        package var namespace: String
        package var name: String

        package init(_ namespace: String, _ name: String) {
            self.namespace = namespace
            self.name = name
        }

        package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

        package static func < (left: Key, right: Key) -> Bool {
            (left.namespace, left.name) < (right.namespace, right.name)
        }
    }

    /// One object, in the form that the store was made for.
    package struct Entry: Sendable, Hashable {
        /// Whole, or its metadata alone; of a row what the server brought with it.
        package var object: KubernetesObject
        /// Of a row; else none.
        package var cells: [JSONValue]
    }

    /// One moment of the collection.
    package struct Snapshot: Sendable {
        package fileprivate(set) var entries: [Key: Entry] = [:]
        /// Of rows; else none.
        package fileprivate(set) var columns: [ServerTable.Column] = []
        /// Of the cluster's state that this is; empty before the first list.
        package fileprivate(set) var resourceVersion = ""
        /// Counts the changes of the store.
        package fileprivate(set) var revision: UInt64 = 0
        /// Whether the collection has been read at all.
        package var isFilled: Bool { !resourceVersion.isEmpty }
        /// Whether these are all objects; beyond the store's capacity there may be more.
        package fileprivate(set) var isComplete = true
        /// Why the store cannot follow the cluster at present; nil while it does.
        package fileprivate(set) var trouble: KubernetesError?

        /// The keys in their order.
        package var keys: [Key] { entries.keys.sorted() }
    }

    /// What lies between two snapshots.
    package struct Difference: Sendable, Hashable {
        package var added: [Key] = []
        package var modified: [Key] = []
        package var removed: [Key] = []
    }

    private struct State {
        var snapshot = Snapshot()
        var listeners: [Int: AsyncStream<UInt64>.Continuation] = [:]
        var nextListener = 0
    }

    /// The most objects that are kept.
    package let capacity: Int
    private let state = Mutex(State())

    package init(capacity: Int) { self.capacity = capacity }

    deinit { state.withLock { $0.listeners.values.forEach { $0.finish() } } }

    package var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// The revisions of the store from now on, the present one first.
    ///
    /// A reader that is slow misses those in between, never the newest: take a snapshot at each.
    package func revisions() -> AsyncStream<UInt64> {
        let (stream, listener) = AsyncStream.makeStream(
            of: UInt64.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            let number = state.nextListener
            state.nextListener += 1
            state.listeners[number] = listener
            listener.yield(state.snapshot.revision)
            return number
        }
        listener.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[number] = nil }
        }
        return stream
    }

    /// Waits for a snapshot of which something holds; nil when the task was cancelled.
    package func first(where holds: (Snapshot) -> Bool) async -> Snapshot? {
        for await _ in revisions() {
            let snapshot = snapshot
            if holds(snapshot) { return snapshot }
        }
        return nil
    }

    // MARK: Feeding

    /// Takes over what a watch tells.
    func take(_ update: WatchUpdate) {
        switch update {
        case .restarted(let list): replace(with: list)
        case .event(.added(let object)), .event(.modified(let object)): put(object)
        case .event(.deleted(let object)): remove(object)
        case .event(.bookmark(let version)):
            // Nothing changed, so nobody needs to be told.
            if !version.isEmpty { state.withLock { $0.snapshot.resourceVersion = version } }
        case .event(.error): break
        }
    }

    /// Notes why the cluster cannot be followed, or that it can be again.
    func note(trouble: KubernetesError?) {
        change { snapshot in
            guard snapshot.trouble != trouble else { return false }
            snapshot.trouble = trouble
            return true
        }
    }

    /// What is not in the list is gone: it was deleted while nobody looked.
    private func replace(with list: ObjectList) {
        var entries: [Key: Entry] = [:]
        entries.reserveCapacity(min(list.items.count, capacity))
        for object in list.items where entries.count < capacity {
            let (key, entry) = Self.entry(of: object)
            entries[key] = entry
        }
        let columns = list.items.lazy.map(Self.columns(of:)).first { !$0.isEmpty }
        let isComplete = list.isComplete && list.items.count <= capacity
        change { snapshot in
            snapshot.entries = entries
            if let columns { snapshot.columns = columns }
            snapshot.resourceVersion = list.resourceVersion
            snapshot.isComplete = isComplete
            snapshot.trouble = nil
            return true
        }
    }

    private func put(_ object: KubernetesObject) {
        let (key, entry) = Self.entry(of: object)
        let columns = Self.columns(of: object)
        let version = WatchEvent.modified(object).resourceVersion
        change { snapshot in
            if let version { snapshot.resourceVersion = version }
            if !columns.isEmpty { snapshot.columns = columns }
            guard snapshot.entries.count < capacity || snapshot.entries[key] != nil else {
                snapshot.isComplete = false
                return true
            }
            snapshot.entries[key] = entry
            return true
        }
    }

    private func remove(_ object: KubernetesObject) {
        let (key, _) = Self.entry(of: object)
        let version = WatchEvent.deleted(object).resourceVersion
        change { snapshot in
            if let version { snapshot.resourceVersion = version }
            snapshot.entries[key] = nil
            return true
        }
    }

    private func change(_ body: (inout Snapshot) -> Bool) {
        state.withLock { state in
            guard body(&state.snapshot) else { return }
            state.snapshot.revision += 1
            for listener in state.listeners.values { listener.yield(state.snapshot.revision) }
        }
    }

    /// Bookkeeping of field managers, often the larger half of an object, is not kept.
    private static func entry(of object: KubernetesObject) -> (Key, Entry) {
        guard object.kind == "Table", let row = object.json["rows"]?[0] else {
            let object = object.withoutManagedFields
            return (
                Key(object.namespace ?? "", object.name), Entry(object: object, cells: [])
            )
        }
        let inner = KubernetesObject(row["object"] ?? .null).withoutManagedFields
        return (
            Key(inner.namespace ?? "", inner.name),
            Entry(object: inner, cells: row["cells"]?.arrayValue ?? [])
        )
    }

    private static func columns(of object: KubernetesObject) -> [ServerTable.Column] {
        guard object.kind == "Table" else { return [] }
        return ServerTable(object.json)?.columns ?? []
    }
}

extension ObjectStore.Snapshot {
    /// What changed since an older snapshot of the same store.
    package func difference(from older: ObjectStore.Snapshot) -> ObjectStore.Difference {
        guard revision != older.revision else { return ObjectStore.Difference() }
        var difference = ObjectStore.Difference()
        for (key, entry) in entries {
            switch older.entries[key] {
            case nil: difference.added.append(key)
            case entry?: break
            case _?: difference.modified.append(key)
            }
        }
        difference.removed = older.entries.keys.filter { entries[$0] == nil }.sorted()
        difference.added.sort()
        difference.modified.sort()
        return difference
    }
}
