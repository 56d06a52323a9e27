import Catalog
import KubernetesClient
import KubernetesCore

// Undoing a creation: exactly the object that was made is deleted, and only while its own record
// still says that it is ours to delete.
extension Session {
    /// One round: read, judge, delete, look.
    ///
    /// What a watch has just shown need not be read again to be judged: the deletion then has that
    /// version as its precondition, and fails where something came between.
    ///
    /// - Returns: nil for another round.
    func tryRemoval(
        _ entry: inout JournalEntry, _ goal: UndoPlanner.Goal, _ attempt: inout UndoAttempt
    ) async -> UndoOutcome? {
        let object: KubernetesObject
        let shown = lastShown.removeValue(forKey: entry.object.uid)
        if let shown {
            object = shown
        } else {
            do throws(KubernetesError) {
                object = try await access.read(entry.object)
            } catch {
                if error.names(entry.object), attempt.mayHaveLanded { return .undone }
                return await afterFailedRead(entry, error, &attempt)
            }
        }
        guard object.uid == entry.object.uid else {
            return attempt.mayHaveLanded ? .undone : .recreated
        }
        if object.deletionTimestamp != nil {
            return goal == .keep
                ? .failed("it is being deleted already") : await waitForRemoval(entry)
        }
        switch Self.creation(of: entry, in: object) {
        case .outcome(let outcome): return outcome
        case .record(let creation):
            if goal == .keep { return await makePermanent(entry, creation, object, &attempt) }
            return await remove(
                &entry, creation, object, isFirm: shown != nil, &attempt)
        }
    }

    private enum Claim {
        case record(CreationRecord?)
        case outcome(UndoOutcome)
    }

    private static func creation(of entry: JournalEntry, in object: KubernetesObject) -> Claim {
        guard entry.inObject else { return .record(entry.creation) }
        guard let text = object.annotations[entry.recordKey] else {
            return .outcome(.undoneElsewhere)
        }
        guard let record = CreationRecord(text: text) else {
            return .outcome(.failed("the record \(entry.recordKey) in the object cannot be read"))
        }
        guard record.speaks(of: object) else { return .outcome(.foreignRecord) }
        return .record(record)
    }

    private func makePermanent(
        _ entry: JournalEntry, _ creation: CreationRecord?, _ object: KubernetesObject,
        _ attempt: inout UndoAttempt
    ) async -> UndoOutcome? {
        guard entry.inObject, let creation,
            let text = object.annotations[entry.recordKey]
        else { return .kept }
        do throws(KubernetesError) {
            _ = try await access.patch(
                creation.keeping(
                    object, key: entry.recordKey, text: text, group: entry.object.group),
                entry.object)
            return .kept
        } catch {
            attempt.trouble = error.message
            if error.isGuardFailure || error.isConflict { return nil }
            return await tryLater(error, &attempt)
        }
    }

    /// Deletes the object; where `isFirm` only in the version that was judged.
    private func remove(
        _ entry: inout JournalEntry, _ creation: CreationRecord?, _ object: KubernetesObject,
        isFirm: Bool, _ attempt: inout UndoAttempt
    ) async -> UndoOutcome? {
        // Judged anew: it may have become writable since.
        if case .external(let what) = DeletionEffect.of(object, category: entry.category),
            creation?.acceptsEffects != true, !acceptedEffects.contains(entry.object.uid)
        {
            return .failed(
                "it is not deleted, because \(what);"
                    + " keep \(entry.number) leaves it, delete deletes it")
        }
        if entry.state != .undoing {
            entry.state = .undoing
            note(entry)
        }
        // What the judgement rests on must not change before the deletion.
        let isJudged = isFirm || entry.category == .resource || entry.category == .bundle
        do throws(KubernetesError) {
            let result = try await access.delete(
                entry.object, resourceVersion: isJudged ? object.resourceVersion : nil)
            attempt.mayHaveLanded = true
            attempt.trouble = "the server answered 200 and kept the object"
            return result.isGone ? nil : await waitForRemoval(entry)
        } catch {
            attempt.trouble = error.message
            if error.isOutcomeUnknown { attempt.mayHaveLanded = true }
            if error.isConflict || error.names(entry.object) { return nil }
            return await tryLater(error, &attempt)
        }
    }

    /// A finalizer holds it: it counts as undone when it is gone.
    ///
    /// - Returns: nil for another round, because nothing holds it and it is there all the same.
    private func waitForRemoval(_ entry: JournalEntry) async -> UndoOutcome? {
        let limit = environment.clock.now() + environment.operatorLimit
        var pause = Duration.milliseconds(50)
        var trouble = "there was no more time"
        while !Task.isCancelled {
            do throws(KubernetesError) {
                let object = try await access.read(entry.object)
                guard object.uid == entry.object.uid else { return .undone }
                guard object.deletionTimestamp != nil else { return nil }
                trouble =
                    "its finalizers still hold it: "
                    + object.finalizers.joined(separator: ", ")
            } catch {
                if error.names(entry.object) { return .undone }
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
        return .unsynced(trouble)
    }
}
