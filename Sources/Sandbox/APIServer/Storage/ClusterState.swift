import Documents
import KubernetesCore

/// Everything that the server remembers: types, objects, revisions.
///
/// A value behind one lock. All changes go through `put` and `remove`, which keep revisions, watches, owners and
/// namespaces right.
struct ClusterState {
    let settings: APIServer.Settings
    var registry: TypeRegistry
    /// The revision of the latest change anywhere.
    var revision: Int64
    var shelves: [ResourceKey: Shelf] = [:]
    /// Resources that had no change before this revision have forgotten it too.
    var compacted: Int64 = 0
    /// Scripted faults that are still to come.
    var faults: [Fault] = []
    private var nextWatcher = 0
    private var uids: UIDSource
    /// Who names that owner: uid → places of the dependents.
    private var dependents: [String: Set<Place>] = [:]
    /// uids of all objects that exist.
    private var living: Set<String> = []

    struct Place: Hashable {
        var resource: ResourceKey
        var key: ObjectKey
    }

    init(_ settings: APIServer.Settings) {
        self.settings = settings
        registry = TypeRegistry(BuiltInTypes.all)
        revision = settings.firstRevision
        uids = UIDSource(seed: settings.seed)
    }

    func object(_ resource: ResourceKey, _ key: ObjectKey) -> JSONValue? {
        shelves[resource]?[key]
    }

    func shelf(_ resource: ResourceKey) -> Shelf {
        shelves[resource] ?? emptyShelf
    }

    private var emptyShelf: Shelf {
        Shelf(window: settings.changeWindow, forgotten: compacted)
    }

    mutating func newUID() -> String { uids.next() }

    /// Five characters to complete a `generateName`.
    mutating func newSuffix() -> String { uids.suffix() }

    var now: Timestamp { settings.clock() }

    // MARK: - Changes

    /// Stores an object as new or changed and returns it with its revision.
    @discardableResult
    mutating func put(
        _ object: JSONValue, _ resource: ResourceKey, _ key: ObjectKey
    ) -> JSONValue {
        revision += 1
        var object = object
        let isNew = object["metadata", "resourceVersion"] == nil
        object["metadata"]?["resourceVersion"] = .string(String(revision))
        if isNew { object["metadata"] = object["metadata"].map(JSONOrder.sorted) }
        let previous = self.object(resource, key)
        let place = Place(resource: resource, key: key)
        index(previous, as: place, remove: true)
        index(object, as: place, remove: false)
        let fresh = emptyShelf
        shelves[resource, default: fresh].record(
            Change(
                revision: revision, kind: previous == nil ? .added : .modified, key: key,
                object: object, previous: previous))
        if resource == .definitions { definitionChanged(object) }
        return object
    }

    /// Takes an object away for good and returns its last form.
    @discardableResult
    mutating func remove(_ resource: ResourceKey, _ key: ObjectKey) -> JSONValue? {
        guard let previous = object(resource, key) else { return nil }
        revision += 1
        var last = previous
        last["metadata"]?["resourceVersion"] = .string(String(revision))
        index(previous, as: Place(resource: resource, key: key), remove: true)
        shelves[resource]?.record(
            Change(
                revision: revision, kind: .deleted, key: key, object: last, previous: previous))
        if resource == .definitions { definitionRemoved(previous) }
        return last
    }

    private mutating func index(_ object: JSONValue?, as place: Place, remove: Bool) {
        guard let metadata = object?["metadata"] else { return }
        if let uid = metadata["uid"]?.stringValue {
            if remove { living.remove(uid) } else { living.insert(uid) }
        }
        for owner in metadata["ownerReferences"]?.arrayValue ?? [] {
            guard let uid = owner["uid"]?.stringValue else { continue }
            if remove {
                dependents[uid]?.remove(place)
                if dependents[uid]?.isEmpty == true { dependents[uid] = nil }
            } else {
                dependents[uid, default: []].insert(place)
            }
        }
    }

    /// The objects that name this uid as an owner, in a steady order.
    func dependents(of uid: String) -> [Place] {
        (dependents[uid] ?? []).sorted {
            $0.resource == $1.resource
                ? $0.key < $1.key : $0.resource.qualifiedName < $1.resource.qualifiedName
        }
    }

    func isLiving(_ uid: String) -> Bool { living.contains(uid) }

    // MARK: - Watchers

    /// Adds a watcher and hands it the changes after a revision.
    ///
    /// - Returns: its number; nil when the revision is forgotten.
    mutating func attach(
        _ watcher: Watcher, to resource: ResourceKey, after since: Int64
    ) -> Int? {
        guard let missed = shelf(resource).changes(after: since) else { return nil }
        nextWatcher += 1
        for change in missed { watcher.offer(change) }
        let fresh = emptyShelf
        shelves[resource, default: fresh]
            .watchers[nextWatcher] = watcher
        return nextWatcher
    }

    mutating func detach(_ number: Int, from resource: ResourceKey) {
        shelves[resource]?.watchers[number] = nil
    }

    var allWatchers: [Watcher] { shelves.values.flatMap { $0.watchers.values } }
}
