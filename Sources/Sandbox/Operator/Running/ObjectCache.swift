package import KubernetesCore
import Synchronization

/// An object of a kind by namespace and name.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(_ namespace: String, _ name: String) {
        self.namespace = namespace
        self.name = name
    }

    package init(_ object: KubernetesObject) {
        self.init(object.namespace ?? "", object.name)
    }

    package var description: String { "\(namespace)/\(name)" }

    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// The objects of one kind as the watch last showed them.
final class ObjectCache: Sendable {
    private let objects = Mutex<[ObjectKey: KubernetesObject]>([:])

    subscript(key: ObjectKey) -> KubernetesObject? { objects.withLock { $0[key] } }

    /// Takes over an object unless a newer version of it is here.
    func put(_ object: KubernetesObject) {
        objects.withLock { objects in
            let key = ObjectKey(object)
            if let known = objects[key], known.uid == object.uid,
                Self.version(known) > Self.version(object)
            {
                return
            }
            objects[key] = object
        }
    }

    func remove(_ key: ObjectKey) { objects.withLock { $0[key] = nil } }

    /// Forgets all but these, and says which it forgot.
    func keepOnly(_ keys: Set<ObjectKey>) -> [ObjectKey] {
        objects.withLock { objects in
            let gone = objects.keys.filter { !keys.contains($0) }
            for key in gone { objects[key] = nil }
            return gone
        }
    }

    /// The objects of a namespace, by name.
    func all(in namespace: String) -> [KubernetesObject] {
        objects.withLock { $0.values.filter { $0.namespace ?? "" == namespace } }
            .sorted { ObjectKey($0) < ObjectKey($1) }
    }

    /// Versions of one server can be ordered as numbers; that is all that is used of them here.
    private static func version(_ object: KubernetesObject) -> UInt64 {
        UInt64(object.resourceVersion) ?? 0
    }
}

/// The caches of all kinds of one group, for aggregates, which look at their neighbours.
final class CacheRegistry: Sendable {
    private let caches = Mutex<[String: ObjectCache]>([:])

    func register(_ cache: ObjectCache, for kind: String) {
        caches.withLock { $0[kind] = cache }
    }

    subscript(kind: String) -> ObjectCache? { caches.withLock { $0[kind] } }

    var kinds: [String] { caches.withLock { $0.keys.sorted() } }
}
