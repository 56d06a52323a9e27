package import Documents
package import KubernetesCore

/// Who changes an object, when, and why: what a record and its marks say besides the values.
package struct ChangeStamp: Sendable, Hashable {
    package var session: String
    package var sequence: Int
    /// By the server's clock.
    package var now: Timestamp
    package var deadline: Timestamp?
    package var user: String?
    package var reason: String?
    package var ticket: String?
    /// Whether a Lease tells others that the session lives.
    package var hasLease: Bool

    package init(
        session: String, sequence: Int, now: Timestamp, deadline: Timestamp? = nil,
        user: String? = nil, reason: String? = nil, ticket: String? = nil, hasLease: Bool = false
    ) {
        self.session = session
        self.sequence = sequence
        self.now = now
        self.deadline = deadline
        self.user = user
        self.reason = reason
        self.ticket = ticket
        self.hasLease = hasLease
    }
}

/// A guarded change and everything that its undo needs.
package struct ChangePlan: Sendable, Hashable {
    package var patch: JSONPatch
    package var record: ChangeRecord
    package var recordKey: String
    /// Whether the record travels in the object (else the journal alone has it).
    package var inObject: Bool
    /// The object as it will be if the server takes the patch as it stands.
    package var expected: JSONValue
}

/// Plans a change of an object that was just read (undo.md, algorithm step 2).
///
/// Pure.
package struct ChangePlanner: Sendable {
    /// What all annotations of an object may hold together (undo.md, fact 8).
    package static let mostAnnotationBytes = 262_144

    package var group: String
    package var rules: FieldRules
    /// The field manager, whose own former ownership is remembered too.
    package var inObject: Bool
    /// The operator's own rollback is armed with the change (level G3).
    package var armsOperator: Bool

    package init(
        group: String, rules: FieldRules = FieldRules(), inObject: Bool = true,
        armsOperator: Bool = false
    ) {
        self.group = group
        self.rules = rules
        self.inObject = inObject
        self.armsOperator = armsOperator
    }

    /// Plans edits on an object.
    ///
    /// - Parameters:
    ///   - edits: what is wanted, in order.
    ///   - object: the object as just read.
    ///   - stamp: who, when, why.
    ///   - answer: what a dry run of this very change gave: its values are *ours*.
    /// - Returns: the patch with its guards, and the record.
    /// - Throws: `PlanError` where the edits make no sense on the object.
    package func plan(
        _ edits: [Edit], on object: KubernetesObject, stamp: ChangeStamp,
        answer: KubernetesObject? = nil
    ) throws(PlanError) -> ChangePlan {
        let wanted = try EditPlanner.plan(edits, on: object.json, rules: rules)
        let changing = wanted.filter { !$0.wanted.isSame(as: $0.path.value(in: object.json)) }
        guard !changing.isEmpty else {
            throw PlanError(kind: .nothingToChange, message: "it is as wanted already")
        }
        let records = Marks.records(in: object, group: group)
        var all = changing
        if inObject { all += marks(for: changing, on: object, stamp: stamp, records: records) }
        var draft = PatchDraft(object.json)
        guards(all, on: object, records: records, draft: &draft)
        var record = emptyRecord(object, stamp, records)
        for edit in all { try write(edit, on: object, draft: &draft, record: &record) }
        record.over = over(record, records)
        let key = Marks.recordKey(
            group: group, session: stamp.session, sequence: stamp.sequence)
        if inObject {
            let path = FieldPath.annotation(key)
            try makeParents(of: path, draft: &draft, record: &record)
        }
        settle(&record, to: answer?.json ?? draft.object, key: key)
        record.owners = OwnershipPlanner.owners(
            of: record.fields.map(\.path), in: object)
        if inObject {
            draft.bring(.annotation(key), to: .present(.string(record.text)))
            try checkSize(KubernetesObject(draft.object))
        }
        return ChangePlan(
            patch: draft.patch, record: record, recordKey: key, inObject: inObject,
            expected: draft.object)
    }

    private func emptyRecord(
        _ object: KubernetesObject, _ stamp: ChangeStamp,
        _ records: [(key: String, text: String, record: ChangeRecord?)]
    ) -> ChangeRecord {
        ChangeRecord(
            session: stamp.session, sequence: stamp.sequence, uid: object.uid,
            created: stamp.now.rfc3339, deadline: stamp.deadline,
            layer: 1 + (records.compactMap(\.record?.layer).max() ?? 0),
            hasLease: stamp.hasLease)
    }

    /// The labels and annotations of a changed object; each is itself a path of the record.
    private func marks(
        for edits: [PlannedEdit], on object: KubernetesObject, stamp: ChangeStamp,
        records: [(key: String, text: String, record: ChangeRecord?)]
    ) -> [PlannedEdit] {
        var marks: [PlannedEdit] = []
        func mark(_ path: FieldPath, _ text: String) {
            marks.append(PlannedEdit(path: path, wanted: .present(.string(text))))
        }
        func annotate(_ name: String, _ text: String) {
            mark(.annotation(Marks.key(name, group: group)), text)
        }
        mark(.label(Marks.temporaryChange), "true")
        mark(.label(Marks.session), stamp.session)
        if let user = stamp.user { annotate("created-by", user) }
        if let reason = stamp.reason { annotate("reason", reason) }
        if let ticket = stamp.ticket { annotate("ticket", ticket) }
        if let deadline = stamp.deadline {
            let others = records.compactMap(\.record?.deadline)
            annotate("ttl", (others + [deadline]).min()?.rfc3339 ?? deadline.rfc3339)
            if armsOperator {
                marks += operatorMarks(edits, on: object, stamp: stamp, deadline: deadline)
            }
        }
        return marks
    }

    /// The operator's own rollback (`operator-contract.md`, 3.5).
    private func operatorMarks(
        _ edits: [PlannedEdit], on object: KubernetesObject, stamp: ChangeStamp,
        deadline: Timestamp
    ) -> [PlannedEdit] {
        var originals = JSONObject()
        for edit in edits {
            guard case .member(let name)? = edit.path.steps.last else { continue }
            originals[name] = edit.path.value(in: object.json).value
        }
        let values = [
            ("patch-original-state", JSONValue.object(originals).text()),
            ("patch-expires", deadline.rfc3339),
            ("patch-ttl", GoDuration.format(deadline - stamp.now)),
            ("patched-by", "petstore-cli"),
        ]
        return values.map { name, text in
            PlannedEdit(
                path: .annotation(Marks.operatorKey(name, group: group)),
                wanted: .present(.string(text)))
        }
    }

    private func guards(
        _ edits: [PlannedEdit], on object: KubernetesObject,
        records: [(key: String, text: String, record: ChangeRecord?)], draft: inout PatchDraft
    ) {
        draft.test(JSONPointer(tokens: ["metadata", "uid"]), .string(object.uid))
        for edit in edits { PathGuards.add(for: edit.path, in: object.json, to: &draft) }
        for (key, text, _) in records {
            draft.test(JSONPointer(tokens: ["metadata", "annotations", key]), .string(text))
        }
    }

    private func write(
        _ edit: PlannedEdit, on object: KubernetesObject, draft: inout PatchDraft,
        record: inout ChangeRecord
    ) throws(PlanError) {
        let place = edit.path.place(in: object.json)
        var field = ChangeRecord.Field(
            path: edit.path, before: place.value, ours: edit.wanted)
        if case .item? = edit.path.steps.last, let last = place.pointer.tokens.last {
            field.index = Int(last)
        }
        record.fields.append(field)
        guard !edit.wanted.isSame(as: place.value) else { return }
        if !edit.wanted.isAbsent {
            try makeParents(of: edit.path, draft: &draft, record: &record)
        }
        draft.bring(edit.path, to: edit.wanted)
    }

    private func makeParents(
        of path: FieldPath, draft: inout PatchDraft, record: inout ChangeRecord
    ) throws(PlanError) {
        let made = draft.makeParents(of: path)
        guard made.allSatisfy({ $0.before.isAbsent || $0.before == .present(.null) }) else {
            throw PlanError(
                kind: .impossible, message: "\(path) leads through a value without members")
        }
        record.parents += made
    }

    /// Takes over what an answer shows: normalised values, defaults in new parents.
    private func settle(_ record: inout ChangeRecord, to object: JSONValue, key: String) {
        record.settle(to: object, ownKey: inObject ? key : nil)
    }

    /// The key of the topmost record beneath ours on an equal or overlapping path.
    private func over(
        _ record: ChangeRecord, _ records: [(key: String, text: String, record: ChangeRecord?)]
    ) -> String? {
        records.filter { other in
            other.record.map { below in record.fields.contains { below.overlaps($0.path) } }
                ?? false
        }.max { ($0.record?.layer ?? 0) < ($1.record?.layer ?? 0) }?.key
    }

    private func checkSize(_ object: KubernetesObject) throws(PlanError) {
        let annotations = object.metadata["annotations"]?.objectValue ?? JSONObject()
        let size = annotations.reduce(0) {
            $0 + $1.name.utf8.count + ($1.value.stringValue?.utf8.count ?? 0)
        }
        guard size <= Self.mostAnnotationBytes else {
            throw PlanError(
                kind: .tooLarge,
                message: "the record of this change does not fit: the annotations of the object"
                    + " would hold \(size) bytes, and a server takes"
                    + " \(Self.mostAnnotationBytes)",
                hints: ["change fewer or smaller fields at once"])
        }
    }
}

extension ChangeRecord {
    /// Makes *ours* and the parents' residue what an object shows.
    mutating func settle(to object: JSONValue, ownKey: String?) {
        for index in fields.indices { fields[index].ours = fields[index].path.value(in: object) }
        // From the innermost outwards: an inner parent is no residue of its outer one.
        for index in parents.indices.reversed() {
            let parent = parents[index].path
            guard var rest = parent.value(in: object).value else { continue }
            var ours = fields.map(\.path) + parents[(index + 1)...].map(\.path)
            if let ownKey { ours.append(.annotation(ownKey)) }
            for path in ours where parent.isPrefix(of: path) && parent != path {
                let place = parent.relative(path).place(in: rest)
                if !place.value.isAbsent { rest = rest.removing(at: place.pointer.tokens[...]) }
            }
            parents[index].residue = rest
        }
    }
}

/// Asserts that a path is still as it was read.
enum PathGuards {
    static func add(for path: FieldPath, in object: JSONValue, to draft: inout PatchDraft) {
        let place = path.place(in: object)
        draft.test(place.guards)
        if let value = place.value.value {
            draft.test(place.pointer, value)
            return
        }
        // Absence is tested at the highest absent ancestor: below it a test fails (fact 2).
        let absent = FieldPath(Array(path.steps.prefix(place.existing + 1)))
        let missing = absent.place(in: object)
        if case .item? = absent.steps.last {
            let list = absent.parent.place(in: object)
            if let value = list.value.value { draft.test(list.pointer, value) }
        } else {
            draft.test(missing.pointer, .null)
        }
    }
}
