import Catalog
import Documents
import KubernetesCore

// What an undo does around its patch: whose word counts before it, and what is put right after.
extension Session {
    enum Authority {
        case record(ChangeRecord)
        case outcome(UndoOutcome)
    }

    /// The record in the object is the authority; the journal only points at it.
    static func authority(for entry: JournalEntry, in object: KubernetesObject) -> Authority {
        guard object.uid == entry.object.uid else { return .outcome(.recreated) }
        guard entry.inObject else { return .record(entry.record) }
        if entry.action == .create {
            let isMarked = object.annotations[entry.recordKey] != nil
            return isMarked ? .record(entry.record) : .outcome(.undoneElsewhere)
        }
        guard let text = object.metadata["annotations"]?[entry.recordKey]?.stringValue else {
            return .outcome(.undoneElsewhere)
        }
        guard let record = ChangeRecord(text: text) else {
            return .outcome(
                .failed("the record \(entry.recordKey) in the object cannot be read"))
        }
        guard record.uid == object.uid else { return .outcome(.foreignRecord) }
        return .record(record)
    }

    /// The patch is done: give the ownership back, and tell what was left to others.
    func finish(
        _ entry: JournalEntry, _ plan: UndoPlan, _ record: ChangeRecord,
        _ goal: UndoPlanner.Goal, _ notices: inout [String]
    ) async -> UndoOutcome {
        if goal == .keep {
            await giveBackKept(plan, entry, record, &notices)
            return .kept
        }
        for finding in plan.findings where finding.field.isMark {
            guard case .foreign = finding.outcome else { continue }
            notices.append("\(finding.field.path) was changed by somebody else and left alone")
        }
        let conflicts = plan.conflicts.compactMap { finding -> (FieldPath, FieldValue)? in
            guard case .foreign(let value) = finding.outcome else { return nil }
            return (finding.field.path, value)
        }
        return await giveBack(
            plan.restored, plan.released, leaving: conflicts, entry, record, &notices,
            authors: plan.authors)
    }

    /// A life before this one sent the patch, and died before it gave the ownership back.
    func finishInterrupted(
        _ entry: JournalEntry, _ object: KubernetesObject, _ notices: inout [String]
    ) async -> UndoOutcome {
        var remains = UndoRemains(object: object, group: entry.object.group)
        var isKept = false
        for field in entry.record.fields {
            let value = field.path.value(in: object.json)
            if entry.isSecret(field.path) || value.isSame(as: field.before) {
                remains.back.append(field.path)
            } else if field.isMark {
                // Another session's, or left to others.
                continue
            } else if value.isSame(as: field.ours) {
                // Without the record: somebody kept it.
                isKept = true
            } else {
                remains.sift(field)
            }
        }
        if isKept {
            await finishKeep(entry, object, &notices)
            return .undoneElsewhere
        }
        return await giveBack(
            remains.back, entry.record.parents.map(\.path) + remains.containers,
            leaving: remains.conflicts, entry, entry.record, &notices)
    }

    /// What a keep does not make permanent goes back: marks that had a value, objects of others.
    private func giveBackKept(
        _ plan: UndoPlan, _ entry: JournalEntry, _ record: ChangeRecord,
        _ notices: inout [String]
    ) async {
        let paths = plan.restored.filter { !$0.value(in: plan.expected).isAbsent }
        guard !paths.isEmpty || !plan.released.isEmpty else { return }
        switch await returnOwnership(entry, paths, plan.released, record) {
        case .done: break
        case .refused(_, let reason), .open(let reason):
            notices.append("the ownership of the fields could not be given back: \(reason)")
        }
    }

    /// The same for a keep whose process died before it had done so.
    private func finishKeep(
        _ entry: JournalEntry, _ object: KubernetesObject, _ notices: inout [String]
    ) async {
        let record = entry.record
        let others = Marks.records(in: object, group: entry.object.group).compactMap(\.record)
            .filter { $0.uid == object.uid }
        let share = KeptShare(record, on: object.json, beneath: others)
        let marks = record.fields.filter {
            $0.isMark && $0.path.value(in: object.json).isSame(as: $0.before)
                && !share.isCovered($0.path)
        }.map(\.path)
        let maps = record.parents.map(\.path).filter { path in
            path.isMetadata && !others.contains { $0.parents.contains { $0.path == path } }
        }
        let plan = UndoPlan(
            patch: JSONPatch([]), isEmpty: true, findings: [], restored: share.unchanged + marks,
            released: share.containers + maps, expected: object.json)
        await giveBackKept(plan, entry, record, &notices)
    }

    private func giveBack(
        _ paths: [FieldPath], _ parents: [FieldPath], leaving conflicts: [(FieldPath, FieldValue)],
        _ entry: JournalEntry, _ record: ChangeRecord, _ notices: inout [String],
        authors: [FieldPath: FieldAuthor] = [:]
    ) async -> UndoOutcome {
        let now: KubernetesObject?
        switch await returnOwnership(entry, paths, parents, record) {
        case .done(let object): now = object
        case .refused(let object, let reason):
            now = object
            notices.append("the ownership of the fields could not be given back: \(reason)")
        case .open(let reason):
            return .failed(
                "the values are back, but not yet who owns the fields: \(reason)")
        }
        guard !conflicts.isEmpty else { return .undone }
        return .conflict(
            conflicts.map { path, value in
                let author = now.flatMap {
                    OwnershipPlanner.author(
                        of: path, in: $0, manager: environment.fieldManager)
                }
                return KeptField(
                    path: path, value: value, isSecret: entry.isSecret(path),
                    author: authors[path] ?? author)
            })
    }

    private enum OwnershipOutcome {
        case done(KubernetesObject?)
        case refused(KubernetesObject?, String)
        /// It may be done later: the network, the time.
        case open(String)
    }

    /// The second patch of undo.md, fact 9.
    private func returnOwnership(
        _ entry: JournalEntry, _ paths: [FieldPath], _ parents: [FieldPath],
        _ record: ChangeRecord
    ) async -> OwnershipOutcome {
        var object: KubernetesObject?
        var trouble = "others kept changing the object"
        for _ in 0..<(2 * Self.mostAttempts) {
            guard !Task.isCancelled else { return .open("there was no more time") }
            do throws(KubernetesError) {
                let now = try await access.read(entry.object)
                object = now
                guard now.uid == entry.object.uid,
                    let patch = OwnershipPlanner.plan(
                        returning: paths, releasing: parents, to: record.owners, in: now,
                        manager: environment.fieldManager)
                else { return .done(now) }
                _ = try await access.patch(patch, entry.object)
                return .done(now)
            } catch {
                if error.isNotFound { return .done(object) }
                trouble = error.message
                guard error.isGuardFailure || error.isTransient else {
                    return .refused(object, trouble)
                }
                // A cancelled pause ends the loop above.
                try? await environment.clock.sleep(.milliseconds(100))
            }
        }
        return .open(trouble)
    }

    /// Waits until the operator has carried the restored values to its API.
    ///
    /// - Returns: nil when it has, or when nobody would; else why not.
    func waitForOperator(_ entry: JournalEntry) async -> String? {
        let limit = environment.clock.now() + environment.operatorLimit
        let fields = entry.userFields.map(\.path).filter { $0.steps.first == .member("spec") }
        guard !fields.isEmpty else { return nil }
        var pause = Duration.milliseconds(50)
        var trouble = "there was no more time"
        while !Task.isCancelled {
            do throws(KubernetesError) {
                let object = try await access.read(entry.object)
                guard object.uid == entry.object.uid else { return nil }
                switch SyncJudge.verdict(
                    on: object, category: entry.category, showing: fields)
                {
                case .synced, .nobodyLooks: return nil
                case .notYet(let why): trouble = why
                }
            } catch  where error.isNotFound {
                return nil
            } catch {
                trouble = error.message
            }
            guard environment.clock.now() < limit else { break }
            do {
                try await environment.clock.sleep(pause)
            } catch {
                break
            }
            pause = min(pause * 2, .seconds(1))
        }
        return trouble
    }
}
