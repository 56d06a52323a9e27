import Documents
import KubernetesCore

/// A change on its way: what is asked for, on which object, and what was learned so far.
///
/// Pure.
struct ChangeWork: Sendable {
    let request: ChangeRequest
    let key: ObjectKey
    let number: Int
    var flight: Preflight
    let isTemporary: Bool
    var stamp: ChangeStamp
    /// As last read.
    var object: KubernetesObject
    /// Whether the record travels in the object.
    var inObject: Bool
    /// How the server writes `\b` and `\f`; found out by a guard that fails for no other reason.
    var shortEscapes = true
    private var failedPatch: JSONPatch?
    /// The object in which the request's list indexes were counted.
    private let first: KubernetesObject

    init(
        request: ChangeRequest, key: ObjectKey, number: Int, flight: Preflight,
        isTemporary: Bool, stamp: ChangeStamp, object: KubernetesObject, inObject: Bool
    ) {
        self.request = request
        self.key = key
        self.number = number
        self.flight = flight
        self.isTemporary = isTemporary
        self.stamp = stamp
        self.object = object
        first = object
        self.inObject = inObject
    }

    func plan(answer: KubernetesObject?) throws(SessionError) -> ChangePlan {
        let planner = ChangePlanner(
            group: key.group, rules: request.target.rules, inObject: inObject,
            armsOperator: inObject && flight.armsOperator)
        do throws(PlanError) {
            // Others may have moved the items of a list since it was looked at.
            let edits = try EditPlanner.follow(
                request.edits, from: first.json, to: object.json, rules: request.target.rules)
            return try planner.plan(edits, on: object, stamp: stamp, answer: answer)
        } catch {
            let kind: SessionError.Kind =
                switch error.kind {
                case .impossible: .invalid
                case .nothingToChange: .nothingToChange
                case .tooLarge: .refused
                }
            throw SessionError(kind, "cannot change \(key): \(error.message)", hints: error.hints)
        }
    }

    /// What the server said about the change, with the secrets masked that it may have quoted.
    func failure(_ error: KubernetesError) -> SessionError {
        let rules = request.target.rules
        var secrets: [String] = []
        for edit in request.edits {
            for value in [edit.value.value, object.json.value(at: edit.path)] {
                rules.collectSecrets(edit.path, value, into: &secrets)
            }
        }
        return SessionError(error.masking(secrets), doing: "cannot change \(key)")
    }

    /// Notes a failed guard: where the same patch fails on the same values, it is a matter of text.
    mutating func learn(fromFailed plan: ChangePlan) {
        if failedPatch == plan.patch { shortEscapes.toggle() }
        failedPatch = plan.patch
    }

    /// Refuses what the server would drop without a word (undo.md, fact 7).
    func checkAnswer(
        _ plan: ChangePlan, _ answer: KubernetesObject
    ) throws(SessionError) {
        for field in plan.record.fields where !field.isMark {
            guard !field.ours.isAbsent else { continue }
            let stored = field.path.value(in: answer.json)
            if stored.isAbsent {
                throw SessionError(
                    .invalid,
                    "cannot change \(key): the server drops \(field.path), an unknown field",
                    hints: [])
            }
            if stored.isSame(as: field.before), !stored.isSame(as: field.ours) {
                throw SessionError(
                    .refused,
                    "cannot change \(key): the server keeps the old value of"
                        + " \(field.path)")
            }
        }
    }

    /// The server takes the change, but not our record in the object.
    mutating func loseRecord(because error: KubernetesError) throws(SessionError) {
        let holdsSecret = request.edits.contains {
            request.target.rules.holdsSecret($0.path, $0.value.value)
                || request.target.rules.holdsSecret($0.path, object.json.value(at: $0.path))
        }
        if holdsSecret {
            throw SessionError(
                .refused,
                "cannot change \(key): the server refuses our record, and a secret is recorded"
                    + " nowhere else",
                hints: ["make the change permanent with --yes"])
        }
        inObject = false
        flight.armsOperator = false
        flight.executor = nil
        flight.level = .g1
        flight.why = "the server refuses our record in the object"
        flight.notices.append(
            "the server refuses our record in the object (\(error.message)):"
                + " the change can be undone from this machine only")
        try checkLevel()
    }

    func checkLevel() throws(SessionError) {
        guard let required = request.requiredLevel, flight.level < required else { return }
        throw SessionError(
            .refused,
            "cannot change \(key): its undo is guaranteed at \(flight.level) only,"
                + " and \(required) is required", hints: [flight.why])
    }

    /// The promise, as it stands now.
    var guarantee: Guarantee {
        let isRefused = flight.obstacle != nil
        return Guarantee(
            level: isTemporary || isRefused ? flight.level : .g1,
            executor: isTemporary ? flight.executor : nil, deadline: stamp.deadline,
            reason: flight.why, isTemporary: isTemporary)
    }

    func entry(_ plan: ChangePlan, until: Timestamp) -> JournalEntry {
        let rules = request.target.rules
        var secrets: Set<String> = []
        for field in plan.record.fields where !field.isMark {
            let pointer = field.path.place(in: object.json).pointer
            let isSecret = [field.before, field.ours].contains {
                rules.holdsSecret(pointer, $0.value)
            }
            if isSecret { secrets.insert(field.path.json.text()) }
        }
        if !secrets.isEmpty {
            let copy = Marks.operatorKey("patch-original-state", group: key.group)
            secrets.insert(FieldPath.annotation(copy).json.text())
        }
        return JournalEntry(
            number: number, object: key, category: request.target.category,
            recordKey: plan.recordKey, inObject: plan.inObject, isTemporary: isTemporary,
            level: guarantee.level, executor: guarantee.executor,
            record: plan.record, secrets: secrets, state: .planned, remark: nil, until: until,
            notices: notices, kept: [], why: guarantee.reason, reason: request.reason,
            ticket: request.ticket)
    }

    var notices: [String] {
        let isUnleased = isTemporary && inObject && !stamp.hasLease
        return flight.notices + (isUnleased ? [Session.noLease] : [])
    }

    /// A plan that is not carried out, as the ledger would have it.
    func preview(of plan: ChangePlan) -> ChangePreview {
        ChangePreview(entry: entry(plan, until: stamp.now).ledgerEntry, guarantee: guarantee)
    }
}
