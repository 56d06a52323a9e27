import Documents
import KubernetesCore

extension FieldType {
    /// The fields that an applied configuration claims.
    func fields(of value: JSONValue) -> FieldSet {
        var set = FieldSet()
        claim(value, [], &set)
        return set
    }

    private func claim(_ value: JSONValue, _ path: [FieldStep], _ set: inout FieldSet) {
        switch value {
        case .object(let object):
            guard !isAtomicMap else {
                set.insert(path)
                return
            }
            for member in object {
                let place = path + [.field(member.name)]
                self.member(member.name).claim(member.value, place, &set)
                let isEmptyMap = member.value.objectValue?.isEmpty ?? false
                if member.value.isNull || isEmptyMap || !declares(member.name) {
                    set.insert(place)
                }
            }
        case .array:
            guard !isAtomicList else {
                set.insert(path)
                return
            }
            for (step, value) in items(of: value) {
                item.claim(value, path + [step], &set)
                set.insert(path + [step])
            }
        default: set.insert(path)
        }
    }

    /// The live value with an applied one laid over it.
    func merge(_ live: JSONValue?, _ applied: JSONValue?) -> JSONValue? {
        guard let applied else { return live }
        guard let live else { return applied }
        switch (live, applied) {
        case (.object(let old), .object(let new)):
            guard !isAtomicMap, !old.isEmpty || !new.isEmpty else { return applied }
            var result = old
            for change in new {
                result[change.name] = member(change.name)
                    .merge(old[change.name], change.value)
            }
            return .object(result)
        case (.array, .array):
            guard !isAtomicList else { return applied }
            return .array(mergeItems(live, applied))
        // A null does not remove what is merged part by part.
        case (.object(let old), .null) where !isAtomicMap && !old.isEmpty: return live
        case (.array(let old), .null) where !isAtomicList && !old.isEmpty: return live
        default: return applied
        }
    }

    /// Items of both lists, those that both have in the applied order and merged, the others as
    /// near to their neighbours as that leaves room for: kube-apiserver's order since 1.27.
    private func mergeItems(_ live: JSONValue, _ applied: JSONValue) -> [JSONValue] {
        let (old, new) = (items(of: live), items(of: applied))
        let before = Dictionary(old.map { ($0.step, $0.value) }) { first, _ in first }
        let wanted = Set(new.map(\.step))
        var shared = new.map(\.step).filter { before[$0] != nil }[...]
        var done: Set<FieldStep> = []
        var result: [JSONValue] = []
        var (left, right) = (old[...], new[...])
        func take(_ next: (step: FieldStep, value: JSONValue)) {
            done.insert(next.step)
            if let merged = item.merge(before[next.step], next.value) { result.append(merged) }
            if shared.first == next.step { shared.removeFirst() }
        }
        while !left.isEmpty || !right.isEmpty {
            if let mine = left.first, let theirs = right.first {
                if mine.step == theirs.step {
                    take(theirs)
                    left.removeFirst()
                    right.removeFirst()
                    continue
                }
                if wanted.contains(mine.step), let next = shared.first, next != mine.step {
                    // Both have it, but it is not its turn.
                    left.removeFirst()
                    continue
                }
            }
            if let mine = left.first {
                if !wanted.contains(mine.step) {
                    result.append(mine.value)
                    left.removeFirst()
                    continue
                }
                if done.contains(mine.step) { left.removeFirst() }
            }
            if let theirs = right.popFirst() { take(theirs) }
        }
        return result
    }

    /// The value without the fields of a set; nil where nothing is left of what had something.
    func remove(_ fields: FieldSet, from value: JSONValue) -> JSONValue? {
        guard !fields.children.isEmpty else { return value }
        switch value {
        case .object(let object):
            guard !isAtomicMap, !object.isEmpty else { return value }
            var members: [JSONObject.Member] = []
            for member in object {
                let below = fields.children[.field(member.name)]
                guard let below else {
                    members.append(member)
                    continue
                }
                guard !below.containsSelf else { continue }
                if let rest = self.member(member.name).remove(below, from: member.value) {
                    members.append(.init(member.name, rest))
                }
            }
            return members.isEmpty ? JSONValue?.none : .object(JSONObject(distinct: members))
        case .array(let items):
            guard !isAtomicList, !items.isEmpty else { return value }
            var kept: [JSONValue] = []
            for item in items {
                let below = step(to: item).flatMap { fields.children[$0] }
                guard let below else {
                    kept.append(item)
                    continue
                }
                guard !below.containsSelf else { continue }
                if let rest = self.item.remove(below, from: item) { kept.append(rest) }
            }
            return kept.isEmpty ? JSONValue?.none : .array(kept)
        default: return value
        }
    }

    /// The set with the members that the schema names and under which something is in the set.
    func withNamedFields(_ set: FieldSet) -> FieldSet {
        var paths: [[FieldStep]] = []
        collectNamed(set, [], &paths)
        return set.union(FieldSet(paths))
    }

    private func collectNamed(
        _ set: FieldSet, _ path: [FieldStep], _ paths: inout [[FieldStep]]
    ) {
        for (step, child) in set.children where !child.children.isEmpty {
            if let name = step.name {
                if declares(name) { paths.append(path + [step]) }
                member(name).collectNamed(child, path + [step], &paths)
            } else {
                item.collectNamed(child, path + [step], &paths)
            }
        }
    }
}
