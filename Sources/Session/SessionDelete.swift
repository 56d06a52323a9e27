import KubernetesCore

// Deleting for good. A deleted object cannot be brought back as it was: a new one has another uid,
// no status, and whatever the operator did in the API on the way. So the ledger tells it, at level
// G0, and never pretends to undo it.
extension Session {
    /// Deletes an object for good and returns its entry of the ledger.
    ///
    /// Journaled before, so that a lost answer is resolved like every other one.
    ///
    /// - Throws: `SessionError`; when it is not of kind `.outcomeUnknown`, nothing was deleted:
    ///   `.conflict` where another object than the one that is meant bears the name,
    ///   `.refused` where the deletion reaches outside the cluster and nobody accepted that.
    package func delete(_ request: DeleteRequest) async throws(SessionError) -> LedgerEntry {
        await enter()
        defer { leave() }
        try checkOpen()
        try await wakeUp()
        var key = ObjectKey(
            request.target.type, namespace: request.namespace, name: request.name, uid: "")
        let object: KubernetesObject
        do throws(KubernetesError) {
            object = try await access.read(key)
        } catch {
            throw SessionError(error, doing: "cannot read \(key)")
        }
        guard request.uid ?? object.uid == object.uid else {
            throw SessionError(.conflict, "\(key) was deleted and made anew meanwhile")
        }
        key.uid = object.uid
        let effect = DeletionEffect.of(object, category: request.target.category)
        if case .external(let what) = effect, !request.acceptsEffects {
            throw SessionError(
                .refused, "\(key) is not deleted: \(what)",
                hints: ["accept it with --yes, or set onDelete: Orphan first"])
        }
        let entry = self.entry(for: object, key, request, effect)
        let outcome = await Task {
            await self.attemptDeletion(entry, object, request)
        }.value
        return try outcome.get()
    }

    private func entry(
        for object: KubernetesObject, _ key: ObjectKey, _ request: DeleteRequest,
        _ effect: DeletionEffect
    ) -> JournalEntry {
        var notices: [String] = []
        switch effect {
        case .none: break
        case .external(let what), .needsOperator(let what): notices.append(what)
        }
        let group = key.group
        let others =
            Marks.records(in: object, group: group).compactMap(\.record?.session)
            + Marks.creations(in: object, group: group).compactMap(\.record?.session)
        let foreign = Set(others.filter { $0 != id }).sorted()
        if !foreign.isEmpty {
            notices.append(
                "changes of other sessions go with it: \(foreign.joined(separator: ", "))")
        }
        return JournalEntry(
            number: nextNumber, object: key, category: request.target.category, recordKey: "",
            inObject: false, isTemporary: false, level: .g0, executor: nil,
            record: ChangeRecord(
                session: id, sequence: nextNumber, uid: key.uid, created: access.now.rfc3339),
            secrets: [], state: .planned, remark: nil, until: access.now + access.timeout,
            notices: notices, kept: [], action: .delete,
            why: "a deleted object cannot be brought back as it was")
    }

    private func attemptDeletion(
        _ planned: JournalEntry, _ object: KubernetesObject, _ request: DeleteRequest
    ) async -> Result<LedgerEntry, SessionError> {
        do throws(SessionError) {
            let gone = try await send(planned, object, request)
            return .success(gone)
        } catch {
            return .failure(error)
        }
    }

    private func send(
        _ planned: JournalEntry, _ object: KubernetesObject, _ request: DeleteRequest
    ) async throws(SessionError) -> LedgerEntry {
        var entry = planned
        try announce(entry)
        do throws(KubernetesError) {
            _ = try await access.delete(entry.object, propagation: request.propagation)
            return settle(&entry)
        } catch {
            guard case .outcomeUnknown(_, let until) = error.kind else {
                neverHappened(&entry, because: "the server refused it")
                throw SessionError(error, doing: "cannot delete \(entry.object)")
            }
            entry.state = .unknown
            entry.until = until ?? access.now + access.timeout + .seconds(5)
            entry.remark = "the answer was lost"
            note(entry)
            switch await resolve(entry) {
            case .happened: return settle(&entry)
            case .didNot(let why):
                neverHappened(&entry, because: why)
                var failure = SessionError(error, doing: "cannot delete \(entry.object)")
                failure.kind = .server
                throw failure
            case .open(let why):
                throw SessionError(
                    .outcomeUnknown,
                    "it is not known whether \(entry.object) was deleted: \(why)", cause: error)
            }
        }
    }

    private func settle(_ entry: inout JournalEntry) -> LedgerEntry {
        entry.state = .kept
        entry.remark = "deleted for good"
        note(entry)
        return entry.ledgerEntry
    }
}
