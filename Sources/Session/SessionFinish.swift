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
        if goal == .keep { return .kept }
        let object = await returnOwnership(entry, plan.restored, record, &notices)
        for finding in plan.findings where finding.field.isMark {
            guard case .foreign = finding.outcome else { continue }
            notices.append("\(finding.field.path) was changed by somebody else and left alone")
        }
        guard !plan.conflicts.isEmpty else { return .undone }
        return .conflict(
            plan.conflicts.map { finding in
                let value =
                    if case .foreign(let value) = finding.outcome { value } else {
                        FieldValue.absent
                    }
                let author = object.flatMap {
                    OwnershipPlanner.author(
                        of: finding.field.path, in: $0, manager: environment.fieldManager)
                }
                return KeptField(
                    path: finding.field.path, value: value,
                    isSecret: entry.isSecret(finding.field.path), author: author)
            })
    }

    /// A life before this one sent the patch, and died before it gave the ownership back.
    func finishInterrupted(
        _ entry: JournalEntry, _ object: KubernetesObject, _ notices: inout [String]
    ) async -> UndoOutcome {
        let fields = entry.record.fields
        let back = fields.filter { $0.path.value(in: object.json).isSame(as: $0.before) }
        let paths = back.map(\.path) + entry.record.parents.map(\.path)
        _ = await returnOwnership(entry, paths, entry.record, &notices)
        return back.count == fields.count ? .undone : .undoneElsewhere
    }

    /// The second patch of undo.md, fact 9; a failure is told, never a reason to stop.
    private func returnOwnership(
        _ entry: JournalEntry, _ paths: [FieldPath], _ record: ChangeRecord,
        _ notices: inout [String]
    ) async -> KubernetesObject? {
        var object: KubernetesObject?
        var trouble = "others kept changing the object"
        for _ in 0..<(2 * Self.mostAttempts) {
            do throws(KubernetesError) {
                let now = try await access.read(entry.object)
                object = now
                guard now.uid == entry.object.uid,
                    let patch = OwnershipPlanner.plan(
                        returning: paths, to: record.owners, in: now,
                        manager: environment.fieldManager)
                else { return now }
                _ = try await access.patch(patch, entry.object)
                return now
            } catch  where error.isNotFound {
                return object
            } catch  where error.isGuardFailure || error.isConflict || error.isOutcomeUnknown {
                trouble = error.message
            } catch {
                trouble = error.message
                break
            }
            if Task.isCancelled { break }
        }
        notices.append("the ownership of the fields could not be given back: \(trouble)")
        return object
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
