import Documents
import KubernetesCore

/// The working copy of one undo plan: the patch so far and the records that lie over ours.
struct UndoWork {
    /// Fields of ours and of records over ours whose paths overlap, directly or by others.
    struct Region {
        var mine: [ChangeRecord.Field]
        /// Index into `uppers` and into that record's fields, from the lowest layer up.
        var uppers: [(record: Int, field: Int)]
        /// The path that holds all others.
        var root: FieldPath
    }

    struct Upper {
        let key: String
        let text: String
        var record: ChangeRecord
    }

    let object: KubernetesObject
    let record: ChangeRecord
    let ownKey: String?
    let group: String
    let manager: String
    let classifier: UndoClassifier
    let others: [(key: String, text: String, record: ChangeRecord?)]
    var uppers: [Upper]
    /// Records under ours; of use to a keep alone.
    var lowers: [Upper]
    var draft: PatchDraft
    var restored: [FieldPath] = []
    /// Parents that we made and others have put something into: theirs from now on.
    var released: [FieldPath] = []

    init(
        object: KubernetesObject, record: ChangeRecord, ownKey: String?, group: String,
        manager: String, classifier: UndoClassifier
    ) {
        self.object = object
        self.record = record
        self.ownKey = ownKey
        self.group = group
        self.manager = manager
        self.classifier = classifier
        others = Marks.records(in: object, group: group).filter { $0.key != ownKey }
        uppers = others.compactMap { other in
            guard let upper = other.record, upper.layer > record.layer, upper.uid == object.uid
            else { return nil }
            return Upper(key: other.key, text: other.text, record: upper)
        }.sorted { $0.record.layer < $1.record.layer }
        lowers = others.compactMap { other in
            guard let lower = other.record, lower.layer < record.layer, lower.uid == object.uid
            else { return nil }
            return Upper(key: other.key, text: other.text, record: lower)
        }
        draft = PatchDraft(object.json)
    }

    mutating func addGuards() {
        if let ownKey, let text = object.metadata["annotations"]?[ownKey] {
            draft.test(annotation(ownKey), text)
        }
        draft.test(JSONPointer(tokens: ["metadata", "uid"]), .string(object.uid))
        for other in others { draft.test(annotation(other.key), .string(other.text)) }
    }

    private func annotation(_ key: String) -> JSONPointer {
        JSONPointer(tokens: ["metadata", "annotations", key])
    }

    // MARK: Paths that nobody else's record touches

    mutating func restore(_ region: Region) -> [UndoPlan.Finding] {
        region.mine.flatMap { field -> [UndoPlan.Finding] in
            switch classifier.classify(field, in: object.json) {
            case .done:
                restored.append(field.path)
                return [.init(field: field, outcome: .alreadyBefore)]
            case .foreign(let value):
                return restoreMembers(of: field) ?? [.init(field: field, outcome: .foreign(value))]
            case .ours:
                PathGuards.add(for: field.path, in: object.json, to: &draft)
                draft.bring(field.path, to: field.before, at: field.index)
                restored.append(field.path)
                return [.init(field: field, outcome: .restored)]
            }
        }
    }

    mutating func removeOwnRecord() {
        guard let ownKey else { return }
        draft.bring(.annotation(ownKey), to: .absent)
    }

    // MARK: Parents that we created

    /// Removes the parents that hold nothing any more, from the innermost out; a parent in which
    /// a record over ours still has a field is handed to that record.
    mutating func removeParents(keeping keeps: Bool) {
        if keeps {
            settleBeneath()
            releaseKept()
        }
        for parent in record.parents.reversed() where !keeps || parent.path.isMetadata {
            let place = parent.path.place(in: draft.object)
            guard let value = place.value.value else { continue }
            // Below a value that a record over ours wrote as a whole, it is that value's part.
            let isCovered = uppers.contains { upper in
                upper.record.fields.contains { $0.path.isPrefix(of: parent.path) }
            }
            guard !isCovered else { continue }
            let heir = uppers.indices.first { index in
                uppers[index].record.fields.contains {
                    parent.path.isPrefix(of: $0.path) && $0.path != parent.path
                        && !($0.before.isAbsent && $0.ours.isAbsent)
                }
            }
            if let heir {
                let known = uppers[heir].record.parents.firstIndex { $0.path == parent.path }
                if let known {
                    // It was brought back beneath that record by somebody who had found ours.
                    let theirs = uppers[heir].record.parents[known]
                    if theirs.before.isSame(as: .present(theirs.residue)) {
                        uppers[heir].record.parents[known].before = parent.before
                    }
                } else {
                    uppers[heir].record.parents.insert(parent, at: 0)
                }
                for owner in record.owners {
                    guard let itself = OwnedFields.itself(of: owner.fields, at: parent.path) else {
                        continue
                    }
                    uppers[heir].record.owners.add(itself, of: owner)
                }
            } else if sameText(value, parent.residue) {
                draft.testNow(place.pointer, value)
                draft.bring(parent.path, to: parent.before)
                restored.append(parent.path)
            } else {
                released.append(parent.path)
            }
        }
    }

    /// A keep makes values permanent, not the objects around them; see `KeptShare`.
    private mutating func releaseKept() {
        let share = KeptShare(record, on: object.json, beneath: uppers.map(\.record))
        restored += share.unchanged
        released += share.containers
        for parent in record.parents.reversed()
        where !parent.path.isMetadata && share.isCovered(parent.path) {
            // Only the last of those over us can tell whether others have the last word.
            let heir = uppers.indices.first { index in
                uppers[index].record.fields.contains {
                    parent.path.isPrefix(of: $0.path) && parent.path != $0.path
                }
            }
            guard let heir, !uppers[heir].record.parents.contains(where: { $0.path == parent.path })
            else { continue }
            uppers[heir].record.parents.insert(
                .init(
                    path: parent.path, before: .present(parent.residue), residue: parent.residue),
                at: 0)
        }
        // What holds nothing of ours now must not when the keep is carried out.
        for field in record.fields where !field.isMark && !share.isCovered(field.path) {
            PathGuards.add(for: field.path, in: object.json, to: &draft)
        }
    }

    mutating func writeRewrittenRecords() {
        for upper in lowers + uppers
        where upper.record != others.first(where: { $0.key == upper.key })?.record {
            draft.bring(.annotation(upper.key), to: .present(.string(upper.record.text)))
        }
    }

    // MARK: Regions

    /// Groups fields of ours with the fields of the records over them.
    func regions(of fields: [ChangeRecord.Field]) -> [Region] {
        var regions: [Region] = []
        var rest = fields
        while let first = rest.first {
            rest.removeFirst()
            var region = Region(mine: [first], uppers: [], root: first.path)
            var grew = true
            while grew {
                grew = false
                for index in uppers.indices {
                    for (number, field) in uppers[index].record.fields.enumerated()
                    where touches(region, field.path)
                        && !region.uppers.contains(where: { $0 == (index, number) })
                    {
                        region.uppers.append((index, number))
                        if field.path.isPrefix(of: region.root) { region.root = field.path }
                        grew = true
                    }
                }
                let joining = rest.filter { touches(region, $0.path) }
                if !joining.isEmpty {
                    rest.removeAll { touches(region, $0.path) }
                    region.mine += joining
                    grew = true
                }
            }
            region.uppers.sort { $0 < $1 }
            regions.append(region)
        }
        return regions
    }

    private func touches(_ region: Region, _ path: FieldPath) -> Bool {
        region.mine.contains { $0.path.overlaps(path) }
            || region.uppers.contains {
                uppers[$0.record].record.fields[$0.field].path.overlaps(path)
            }
    }
}
