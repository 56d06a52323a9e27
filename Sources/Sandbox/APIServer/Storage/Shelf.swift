import Documents

/// One change of one object, as watches tell it.
struct Change: Sendable {
    enum Kind: Sendable, Hashable { case added, modified, deleted }

    var revision: Int64
    var kind: Kind
    var key: ObjectKey
    /// The object after the change; for a deletion as it was last, with this revision.
    var object: JSONValue
    /// The object before the change.
    var previous: JSONValue?
}

/// All objects of one resource, and the latest changes to them.
struct Shelf {
    private(set) var objects: [ObjectKey: JSONValue] = [:]
    /// Keys in the order of lists.
    private(set) var keys: [ObjectKey] = []
    private(set) var log: [Change] = []
    /// Changes up to this revision are forgotten.
    private(set) var forgotten: Int64 = 0
    var watchers: [Int: Watcher] = [:]

    private let window: Int

    /// An empty shelf that keeps so many changes for watches and pages to resume from.
    init(window: Int, forgotten: Int64 = 0) {
        self.window = window
        self.forgotten = forgotten
    }

    subscript(key: ObjectKey) -> JSONValue? { objects[key] }

    /// Carries out a change, remembers it, and gives it to the watchers.
    mutating func record(_ change: Change) {
        switch change.kind {
        case .deleted:
            objects[change.key] = nil
            let at = position(of: change.key)
            if at < keys.count, keys[at] == change.key { keys.remove(at: at) }
        case .added, .modified:
            if objects.updateValue(change.object, forKey: change.key) == nil {
                keys.insert(change.key, at: position(of: change.key))
            }
        }
        log.append(change)
        // Trimmed by halves, so that the cost per change stays constant.
        if log.count >= 2 * window { forget(log.count - window) }
        for watcher in watchers.values { watcher.offer(change) }
    }

    /// Forgets the oldest changes, as compaction does: older watches and pages expire.
    mutating func forget(_ count: Int) {
        guard count > 0, !log.isEmpty else { return }
        let count = min(count, log.count)
        forgotten = log[count - 1].revision
        log.removeFirst(count)
    }

    /// Forgets every change up to a revision.
    mutating func forgetAll(upTo revision: Int64) {
        forget(log.prefix { $0.revision <= revision }.count)
        forgotten = max(forgotten, revision)
    }

    /// The changes after a revision; nil when some of them are forgotten.
    func changes(after revision: Int64) -> ArraySlice<Change>? {
        guard revision >= forgotten else { return nil }
        // The log is in order of revisions: find the first later one.
        var low = 0
        var high = log.count
        while low < high {
            let middle = (low + high) / 2
            if log[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return log[low...]
    }

    /// The objects as they were at a revision; nil when that is forgotten.
    func snapshot(at revision: Int64) -> (objects: [ObjectKey: JSONValue], keys: [ObjectKey])? {
        guard let later = changes(after: revision) else { return nil }
        if later.isEmpty { return (objects, keys) }
        var past = objects
        for change in later.reversed() { past[change.key] = change.previous }
        return (past, past.keys.sorted())
    }

    /// Where a key stands, or would stand, among the keys.
    func position(of key: ObjectKey) -> Int { Self.position(of: key, in: keys) }

    static func position(of key: ObjectKey, in keys: [ObjectKey]) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
