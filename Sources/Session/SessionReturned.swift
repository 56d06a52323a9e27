import Catalog
package import Documents
import KubernetesCore

/// A temporary change that is over because a permanent one has brought its values back.
package struct ReturnedChange: Sendable, Hashable {
    /// The id of the session whose change it was.
    package var session: String
    /// What became of its record and marks.
    package var line: UndoLine
    var record: ChangeRecord
}

// A permanent change may lead back to just what was before a temporary one. Then nothing is left to
// undo but the record, and whoever undoes it later would speak of a change that nobody sees.
extension Session {
    /// Ends the temporary changes that a permanent one has brought back: this session's own, and
    /// those that this user's sessions left which nobody runs on this machine.
    ///
    /// Only changes all of whose values are as before are ended, by the undo that is theirs; what
    /// others changed, and what belongs to another session that lives, is not touched. Where no
    /// such change is known no server is asked.
    ///
    /// - Parameter change: permanent, and made a moment ago.
    /// - Returns: what was ended, or could not be; the latter stays pending.
    package func settleReturned(by change: LedgerEntry) async -> [ReturnedChange] {
        guard !change.isTemporary, change.action == .change else { return [] }
        // Like the change itself it is finished, whether its caller waits or not.
        return await Task {
            var returned = await self.endReturned(by: change)
            for id in self.abandonedSessions(touching: change) {
                returned += await self.endReturned(by: change, in: id)
            }
            await self.forget(returned)
            return returned
        }.value
    }

    // MARK: In one session

    private func endReturned(by change: LedgerEntry) async -> [ReturnedChange] {
        var returned: [ReturnedChange] = []
        var tried: Set<Int> = []
        // One that lies on another may be as before only when that one has gone.
        while true {
            let rest = items.filter { !tried.contains($0.number) && $0.mayReturn(by: change) }
            guard let first = rest.first,
                // Who cannot read it now leaves all as it is: the end of the session undoes it.
                let object = try? await access.read(first.object)
            else { return returned }
            let numbers = rest.filter { Self.hasReturned($0, in: object) }.map(\.number)
            guard !numbers.isEmpty else { return returned }
            tried.formUnion(numbers)
            let report = await undo(
                .numbers(numbers), options: UndoOptions(waitsForOperator: false))
            for line in report.lines {
                guard let entry = items.first(where: { $0.number == line.entry.number }) else {
                    continue
                }
                returned.append(ReturnedChange(session: id, line: line, record: entry.record))
            }
        }
    }

    private static func hasReturned(_ entry: JournalEntry, in object: KubernetesObject) -> Bool {
        guard case .record(let record) = authority(for: entry, in: object) else { return false }
        return UndoClassifier(toleratesOperator: entry.category == .resource)
            .hasReturned(record, in: object.json)
    }

    // MARK: In the others

    /// The sessions of this user that nobody runs, and that changed what the change is about.
    ///
    /// Of another machine's journal a free lock proves nothing, so those are left alone.
    private func abandonedSessions(touching change: LedgerEntry) -> [String] {
        // Without a look at the journals they stay as they are, and are told by `changes`.
        let listings = (try? store.sessions()) ?? []
        return listings.filter { listing in
            guard listing.id != id, !listing.isAlive, let header = listing.content?.header,
                header.cluster.isSame(as: cluster), header.machine == environment.machine,
                environment.user == nil || header.user == environment.user
            else { return false }
            return listing.pending.contains { $0.mayReturn(by: change) }
        }.map(\.id)
    }

    private func endReturned(by change: LedgerEntry, in id: String) async -> [ReturnedChange] {
        // Somebody has taken it up meanwhile: then it lives, and is not ours to end.
        let other = try? Session.resume(
            id, in: store, cluster: cluster, client: access.client, environment: environment)
        guard let other else { return [] }
        let returned = await other.endReturned(by: change)
        await other.release()
        return returned
    }

    // MARK: In the permanent changes of this one

    /// What a permanent change found of a temporary one must not come back by its undo: nothing
    /// would ever take it away again.
    private func forget(_ returned: [ReturnedChange]) async {
        await enter()
        defer { leave() }
        for change in returned where change.line.outcome.isComplete {
            for var entry in items where entry.isPermanent(after: change) {
                guard let left = entry.record.forgetting(change.record) else { continue }
                if left.fields.contains(where: { !$0.isMark }) {
                    entry.record = left
                    _ = rewrite(entry)
                } else {
                    entry.state = .kept
                    entry.remark =
                        change.session == id
                        ? "ended change \(change.line.entry.number)"
                        : "ended the change of session \(change.session)"
                    note(entry)
                }
            }
        }
    }
}

extension JournalEntry {
    /// Whether a permanent change may have led back to what was before it.
    ///
    /// One whose own write may still be carried out is no such change: it waits for that.
    fileprivate func mayReturn(by change: LedgerEntry) -> Bool {
        guard action == .change, isUnfinished, state != .planned, state != .unknown,
            object.uid == change.object.uid
        else { return false }
        return userFields.contains { field in
            change.fields.contains { $0.path.overlaps(field.path) }
        }
    }

    fileprivate func isPermanent(after change: ReturnedChange) -> Bool {
        guard action == .change, !isTemporary, state == .applied,
            object.uid == change.line.entry.object.uid
        else { return false }
        return record.session == change.record.session
            ? number > change.line.entry.number : record.created >= change.record.created
    }
}

extension UndoClassifier {
    /// Whether all that a change changed is as before it, its marks left out.
    package func hasReturned(_ record: ChangeRecord, in object: JSONValue) -> Bool {
        record.fields.allSatisfy { $0.isMark || classify($0, in: object) == .done }
    }
}

extension ChangeRecord {
    /// The record of a later change, as if a change before it had never been.
    ///
    /// - Parameter gone: the change that is over.
    /// - Returns: nil where this one found nothing of it; fields that lead nowhere any more are left
    ///   out.
    func forgetting(_ gone: ChangeRecord) -> ChangeRecord? {
        var left = self
        for index in left.fields.indices where !left.fields[index].isMark {
            for other in gone.fields where !other.isMark {
                left.fields[index].forget(other)
            }
        }
        guard left.fields != fields else { return nil }
        let settled = left.fields.filter { !$0.isMark && $0.before.isSame(as: $0.ours) }
        left.fields.removeAll { settled.contains($0) }
        for field in settled {
            for index in left.owners.indices {
                left.owners[index].fields =
                    OwnedFields.removing(field.path, from: left.owners[index].fields) ?? [:]
            }
        }
        left.owners.removeAll { $0.fields.objectValue?.isEmpty ?? true }
        return left
    }
}

extension ChangeRecord.Field {
    /// Puts what was before another change in the place of what that one wrote.
    fileprivate mutating func forget(_ other: ChangeRecord.Field) {
        guard path.overlaps(other.path) else { return }
        var view = PatchDraft(.object(JSONObject()))
        let outer = path.isPrefix(of: other.path) ? path : other.path
        _ = view.makeParents(of: outer)
        if outer == path {
            view.bring(path, to: before)
            guard other.path.value(in: view.object).isSame(as: other.ours) else { return }
            if !other.before.isAbsent { _ = view.makeParents(of: other.path) }
            view.bring(other.path, to: other.before)
        } else {
            view.bring(other.path, to: other.ours)
            guard path.value(in: view.object).isSame(as: before) else { return }
            view.bring(other.path, to: other.before)
        }
        before = path.value(in: view.object)
    }
}
