import Documents
import KubernetesCore

/// Which fields differ between two values of one type.
struct FieldComparison {
    private(set) var added = FieldSet()
    private(set) var removed = FieldSet()
    private(set) var modified = FieldSet()

    init(from old: JSONValue, to new: JSONValue, type: FieldType) {
        compare(old, new, type, [])
    }

    /// What the writer set: new fields and new values.
    var written: FieldSet { added.union(modified) }

    var isSame: Bool { added.isEmpty && removed.isEmpty && modified.isEmpty }

    /// Leaves out some fields and all below them.
    mutating func leaveOut(_ ignored: FieldSet) {
        added = added.subtractingAllBelow(ignored)
        removed = removed.subtractingAllBelow(ignored)
        modified = modified.subtractingAllBelow(ignored)
    }

    private mutating func compare(
        _ old: JSONValue?, _ new: JSONValue?, _ type: FieldType, _ path: [FieldStep]
    ) {
        switch (old, new) {
        case (.object?, .array?), (.array?, .object?):
            // Another sort of value: what was below is gone, what is below now is new.
            visitContainer(old, nil, type, path)
            visitContainer(nil, new, type, path)
            modified.insert(path)
            return
        default: break
        }
        if !visitContainer(old, new, type, path) {
            leaf(old, new, path)
        } else if old == nil {
            added.insert(path)
        } else if new == nil {
            removed.insert(path)
        } else if isScalar(old) || isScalar(new) {
            leaf(old, new, path)
        }
    }

    private func isScalar(_ value: JSONValue?) -> Bool {
        switch value {
        case .object?, .array?, .null?, nil: false
        default: true
        }
    }

    private mutating func leaf(_ old: JSONValue?, _ new: JSONValue?, _ path: [FieldStep]) {
        switch (old, new) {
        case (nil, _): added.insert(path)
        case (_, nil): removed.insert(path)
        case (let old?, let new?):
            if !old.isNumericallyEqual(to: new) { modified.insert(path) }
        }
    }

    /// Compares what is below; false where both sides count as one value.
    @discardableResult
    private mutating func visitContainer(
        _ old: JSONValue?, _ new: JSONValue?, _ type: FieldType, _ path: [FieldStep]
    ) -> Bool {
        let objects = (old?.objectValue ?? JSONObject(), new?.objectValue ?? JSONObject())
        if !objects.0.isEmpty || !objects.1.isEmpty {
            guard !type.isAtomicMap else { return false }
            for member in objects.0 {
                compare(
                    member.value, objects.1[member.name], type.member(member.name),
                    path + [.field(member.name)])
            }
            for member in objects.1 where objects.0[member.name] == nil {
                compare(
                    nil, member.value, type.member(member.name), path + [.field(member.name)])
            }
            return true
        }
        let lists = (type.items(of: old), type.items(of: new))
        guard !lists.0.isEmpty || !lists.1.isEmpty else { return false }
        let before = Dictionary(lists.0.map { ($0.step, $0.value) }) { first, _ in first }
        let after = Dictionary(lists.1.map { ($0.step, $0.value) }) { first, _ in first }
        for (step, value) in lists.0 {
            compare(value, after[step], type.item, path + [step])
        }
        for (step, value) in lists.1 where before[step] == nil {
            compare(nil, value, type.item, path + [step])
        }
        return true
    }
}
