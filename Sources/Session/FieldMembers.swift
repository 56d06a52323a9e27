import Documents
import KubernetesCore

// Values that were written as a whole, looked at member by member: somebody who wrote to one of
// them has not made the others his own, and what we put there must not stay.
extension ChangeRecord.Field {
    /// What we changed of a whole object, each member as a field of its own; nil where ours, or
    /// what stands there now, has no members, or where something else than an object was before.
    ///
    /// Members that we left as they were are not among them: they are no paths of ours. Nil as well
    /// where nothing that we wrote is left and some of it has gone: that is another value, not ours
    /// with something else in it.
    func members(in object: JSONValue) -> [ChangeRecord.Field]? {
        guard let ours = ours.value?.objectValue,
            let now = path.value(in: object).value?.objectValue
        else { return nil }
        let isReplaced =
            ours.contains { now[$0.name] == nil }
            && !ours.contains { FieldValue($0.value).isSame(as: FieldValue(now[$0.name])) }
        guard !isReplaced else { return nil }
        guard let old = before.isAbsent ? JSONObject() : before.value?.objectValue else {
            return nil
        }
        return (old.names + ours.names.filter { old[$0] == nil }).compactMap { name in
            let member = ChangeRecord.Field(
                path: path.appending(.member(name)), before: FieldValue(old[name]),
                ours: FieldValue(ours[name]))
            return member.before.isSame(as: member.ours) ? nil : member
        }
    }
}

extension UndoWork {
    /// The same on the object itself.
    mutating func restoreMembers(of field: ChangeRecord.Field) -> [UndoPlan.Finding]? {
        var draft = draft
        var released = released
        guard
            let findings = restoreMembers(
                of: field, as: .restored, in: &draft, releasing: &released)
        else { return nil }
        self.draft = draft
        self.released = released
        restored += findings.filter { $0.outcome == .restored || $0.outcome == .alreadyBefore }
            .map(\.field.path)
        return findings
    }

    /// Brings back those members of a value that are still as we wrote them, where somebody has
    /// written to the others.
    ///
    /// - Parameters:
    ///   - field: holds somebody else's value as a whole.
    ///   - restored: the outcome of a member that goes back.
    ///   - draft: takes the writes.
    ///   - released: takes the objects of which a part is left.
    /// - Returns: what was found at each member; nil where the value cannot be told apart.
    func restoreMembers(
        of field: ChangeRecord.Field, as restored: UndoPlan.FieldOutcome,
        in draft: inout PatchDraft, releasing released: inout [FieldPath]
    ) -> [UndoPlan.Finding]? {
        guard !field.isMark, let members = field.members(in: draft.object) else { return nil }
        var findings: [UndoPlan.Finding] = []
        for member in members {
            switch classifier.classify(member, in: draft.object) {
            case .done: findings.append(.init(field: member, outcome: .alreadyBefore))
            case .ours:
                PathGuards.add(for: member.path, in: object.json, to: &draft)
                draft.bring(member.path, to: member.before)
                findings.append(.init(field: member, outcome: restored))
            case .foreign(let value):
                findings +=
                    restoreMembers(of: member, as: restored, in: &draft, releasing: &released)
                    ?? [.init(field: member, outcome: .foreign(value))]
            }
        }
        if findings.isEmpty { findings.append(.init(field: field, outcome: restored)) }
        if field.before.isAbsent, field.path.value(in: draft.object) == .present([:]) {
            draft.testNow(field.path.place(in: draft.object).pointer, [:])
            draft.bring(field.path, to: .absent)
        } else {
            // The object itself was there before, or is used by others now.
            released.append(field.path)
        }
        return findings
    }

    /// The parts of a value brought back beneath other records that none of them covers: they are
    /// as they were for good, and so is who owns them.
    func uncovered(
        _ path: FieldPath, _ value: FieldValue, by uppers: [FieldPath], in object: JSONValue
    ) -> [FieldPath] {
        if uppers.contains(where: { $0.isPrefix(of: path) }) { return [] }
        guard uppers.contains(where: { path.isPrefix(of: $0) }) else {
            return value.isSame(as: path.value(in: object)) && !value.isAbsent ? [path] : []
        }
        return (value.value?.objectValue ?? JSONObject()).flatMap { member in
            uncovered(
                path.appending(.member(member.name)), .present(member.value), by: uppers,
                in: object)
        }
    }
}

/// What an undo of a former life has left to do, told from the object alone.
struct UndoRemains {
    /// As before: who owned it may have it back.
    var back: [FieldPath] = []
    /// Somebody else's, with what stands there.
    var conflicts: [(FieldPath, FieldValue)] = []
    /// Objects of which a part is as before.
    var containers: [FieldPath] = []
    private let object: JSONValue
    /// Where records of others lie: what stands there is theirs to bring back.
    private let covers: [FieldPath]

    init(object: KubernetesObject, group: String) {
        self.object = object.json
        covers = Marks.records(in: object, group: group).compactMap(\.record)
            .filter { $0.uid == object.uid }.flatMap(\.fields).map(\.path)
    }

    /// Sorts a field that is neither as before nor as we wrote it, member by member.
    mutating func sift(_ field: ChangeRecord.Field) {
        let now = field.path.value(in: object)
        guard !covers.contains(where: { $0.isPrefix(of: field.path) }) else { return }
        guard !now.isSame(as: field.before) else {
            if !now.isAbsent { back.append(field.path) }
            return
        }
        var whole = field
        // What we took away has come back as a whole.
        if whole.ours.isAbsent { whole.ours = .present([:]) }
        if let members = whole.members(in: object) {
            containers.append(field.path)
            for member in members { sift(member) }
        } else if !covers.contains(where: { $0.overlaps(field.path) }) {
            conflicts.append((field.path, now))
        }
    }
}

/// What a keep leaves to others: it makes values permanent, not the objects around them that were
/// there without us or in which others have the last word, nor what has become what it was before.
struct KeptShare {
    var unchanged: [FieldPath] = []
    var containers: [FieldPath] = []
    private let covers: [ChangeRecord]

    /// - Parameters:
    ///   - record: of the change that is kept.
    ///   - object: as just read.
    ///   - covers: records over it, whose paths are theirs.
    init(_ record: ChangeRecord, on object: JSONValue, beneath covers: [ChangeRecord]) {
        self.covers = covers
        let fields = record.fields.filter { !$0.isMark && !isCovered($0.path) }
        for field in fields {
            let now = field.path.value(in: object)
            if now.isSame(as: field.before) {
                unchanged.append(field.path)
            } else if field.before.value?.objectValue != nil, now.value?.objectValue != nil {
                containers.append(field.path)
            }
        }
        for parent in record.parents where !parent.path.isMetadata && !isCovered(parent.path) {
            let holdsOurs = fields.contains {
                parent.path.isPrefix(of: $0.path) && $0.path.value(in: object).isSame(as: $0.ours)
            }
            if !holdsOurs { containers.append(parent.path) }
        }
    }

    func isCovered(_ path: FieldPath) -> Bool { covers.contains { $0.overlaps(path) } }
}
