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

    /// Takes over an object that the watch shows, unless a newer version of it is here.
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

    /// Takes over an object as a write of our own left it, if the watch has it still: an answer
    /// that is late must not bring back what is gone.
    func refresh(_ object: KubernetesObject) {
        objects.withLock { objects in
            let key = ObjectKey(object)
            guard let known = objects[key], known.uid == object.uid,
                Self.version(known) < Self.version(object)
            else { return }
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

/// The caches of the kinds of one group that stand for the REST API, for aggregates and bundles,
/// which look at their neighbours.
final class CacheRegistry: Sendable {
    private let kinds = Mutex<[String: (type: ResourceType, cache: ObjectCache)]>([:])

    func register(_ cache: ObjectCache, for type: ResourceType) {
        kinds.withLock { $0[type.kind] = (type, cache) }
    }

    subscript(kind: String) -> ObjectCache? { kinds.withLock { $0[kind]?.cache } }

    func type(of kind: String) -> ResourceType? { kinds.withLock { $0[kind]?.type } }

    var types: [ResourceType] {
        kinds.withLock { $0.values.map(\.type) }.sorted { $0.kind < $1.kind }
    }
}
