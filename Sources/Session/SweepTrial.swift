import Catalog
import KubernetesClient
import KubernetesCore

extension SweepWork {
    /// Has the server try each restore and deletion, without storing anything.
    ///
    /// Neither a journal nor the cluster is written.
    ///
    /// - Parameter items: of a plan; what is kept is not tried.
    /// - Returns: those that it refuses, with its words; empty where it would do all of them.
    package func rehearse(_ items: [SweepItem]) async -> [UndoLine] {
        var refusals: [UndoLine] = []
        for item in items where item.action != .keep {
            let entry = JournalEntry(item.record, number: 0, now: environment.clock.now())
            if let why = await refusal(of: entry) {
                refusals.append(UndoLine(entry: entry.ledgerEntry, outcome: .failed(why)))
            }
        }
        return refusals
    }

    private func refusal(of entry: JournalEntry) async -> String? {
        let access = ObjectAccess(
            client: client, clock: environment.clock, manager: environment.fieldManager,
            timeout: environment.writeTimeout)
        var attempt = UndoAttempt()
        var trouble = "others kept changing the object"
        for _ in 1...Session.mostAttempts {
            do throws(KubernetesError) {
                let object = try await access.read(entry.object)
                switch Session.authority(for: entry, in: object) {
                case .outcome(.failed(let why)): return why
                // Somebody was faster: nothing is left to do.
                case .outcome: return nil
                case .record where entry.action == .create:
                    _ = try await access.delete(entry.object, dryRun: true)
                case .record(let record):
                    let plan = UndoPlanner(
                        group: entry.object.group, manager: environment.fieldManager,
                        classifier: UndoClassifier(
                            toleratesOperator: entry.category == .resource)
                    ).plan(record, key: entry.inObject ? entry.recordKey : nil, on: object)
                    guard !plan.isEmpty else { return nil }
                    attempt.learn(plan)
                    _ = try await access.patch(
                        plan.patch, entry.object, dryRun: true,
                        shortEscapes: attempt.shortEscapes)
                }
                return nil
            } catch {
                if error.names(entry.object) { return nil }
                trouble = error.message
                if error.isGuardFailure { attempt.guardFailed() }
                guard error.isGuardFailure || error.isConflict else { return trouble }
            }
        }
        return trouble
    }
}
