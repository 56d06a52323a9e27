import KubernetesCore
import Documents

// Making a change: plan, may we, dry run, journal, guarded patch, look (undo.md, steps 1 and 2).
extension Session {
    /// Makes a change and returns its entry of the ledger.
    ///
    /// - Throws: `SessionError`; when it is not of kind `.outcomeUnknown`, nothing was changed.
    package func change(
        _ request: ChangeRequest
    ) async throws(SessionError) -> LedgerEntry {
        await enter()
        defer { leave() }
        try checkOpen()
        try await wakeUp()
        let work = try await prepare(request)
        try await checkPermission(work.key)
        // From here on a cancelled caller waits: a write in flight is finished and journaled.
        let outcome = await Task {
            await self.attemptChange(work)
        }.value
        return try outcome.get()
    }

    /// What a change would be, and how surely it would be undone; nothing is written, and no
    /// Lease is taken.
    ///
    /// - Parameters:
    ///   - request: the change.
    ///   - asksServer: whether the server tries it, and says whether we may; else it is judged by
    ///     the object and the schema alone.
    /// - Returns: the change as the ledger would have it.
    /// - Throws: `SessionError`, the same as `change` would.
    package func preview(
        _ request: ChangeRequest, asksServer: Bool = true
    ) async throws(SessionError) -> ChangePreview {
        await enter()
        defer { leave() }
        try checkOpen()
        var work = try await prepare(request)
        guard asksServer else { return work.preview(of: try work.plan(answer: nil)) }
        try await checkPermission(work.key)
        for _ in 1...Self.mostAttempts {
            if let plan = try await rehearse(&work) { return work.preview(of: plan) }
            work.object = try await readForChange(work.key, request.edits)
        }
        throw tooManyOthers(work)
    }

    /// What comes before the first question to the server about the change: judged, dated.
    private func prepare(_ request: ChangeRequest) async throws(SessionError) -> ChangeWork {
        let key = ObjectKey(
            request.target.type, namespace: request.namespace, name: request.name, uid: "")
        let object = try await readForChange(key, request.edits)
        if let refusal = Preflight.refusal(request, on: object) { throw refusal }
        let isTimed = request.isTemporary && request.lifetime != nil
        let hasController = isTimed ? await controllerLives() : false
        return try prepare(request, key, object, hasController)
    }

    /// Reads an object in a calm moment.
    ///
    /// Who undoes gives the ownership of the fields back a moment after their values; in between
    /// they look like ours for good, and would be given back to us one day.
    private func readForChange(
        _ key: ObjectKey, _ edits: [Edit]
    ) async throws(SessionError) -> KubernetesObject {
        do throws(KubernetesError) {
            for _ in 1..<Self.mostAttempts {
                let object = try await access.read(key)
                let isInTransit = OwnershipPlanner.isInTransit(
                    edits.map(\.path), in: object, group: key.group,
                    manager: environment.fieldManager, now: access.now)
                guard isInTransit else { return object }
                // Cancelled: the next request says so.
                try? await environment.clock.sleep(.milliseconds(200))
            }
            return try await access.read(key)
        } catch {
            throw SessionError(error, doing: "cannot read \(key)")
        }
    }

    private func prepare(
        _ request: ChangeRequest, _ key: ObjectKey, _ object: KubernetesObject,
        _ hasController: Bool
    ) throws(SessionError) -> ChangeWork {
        let now = access.now
        let deadline = request.isTemporary ? request.lifetime.map { now + $0 } : nil
        let flight = Preflight(request, on: object, until: deadline, hasController: hasController)
        var isTemporary = request.isTemporary
        if isTemporary, let obstacle = flight.obstacle {
            guard request.acceptsPermanent else { throw obstacle }
            isTemporary = false
        }
        var key = key
        key.uid = object.uid
        let work = ChangeWork(
            request: request, key: key, number: nextNumber, flight: flight,
            isTemporary: isTemporary,
            stamp: ChangeStamp(
                session: id, sequence: nextNumber, now: now,
                deadline: isTemporary ? deadline : nil, user: environment.user,
                reason: request.reason, ticket: request.ticket,
                hasLease: isTemporary && leases[key.leaseNamespace]?.isRefused != true),
            object: object, inObject: isTemporary)
        try work.checkLevel()
        return work
    }

    /// One right serves both directions: change and undo are patches of the same object.
    private func checkPermission(_ key: ObjectKey) async throws(SessionError) {
        let isAllowed: Bool?
        do throws(KubernetesError) {
            isAllowed = try await access.may("patch", key)
        } catch {
            throw SessionError(error, doing: "cannot check the permission to patch \(key)")
        }
        guard isAllowed != false else {
            let status = Status(
                code: 403, reason: "Forbidden",
                message: "\(key.type.qualifiedName) \"\(key.name)\" is forbidden:"
                    + " you may not patch it, so it could neither be changed nor undone")
            throw SessionError(KubernetesError(.status(status)), doing: "cannot change \(key)")
        }
    }

    // MARK: Attempts

    private func attemptChange(
        _ work: ChangeWork
    ) async -> Result<LedgerEntry, SessionError> {
        var work = work
        do throws(SessionError) {
            return .success(try await change(&work))
        } catch {
            return .failure(error)
        }
    }

    private func change(_ work: inout ChangeWork) async throws(SessionError) -> LedgerEntry {
        for attempt in 1...Self.mostAttempts {
            if attempt > 1 {
                work.object = try await readForChange(work.key, work.request.edits)
                guard work.object.uid == work.key.uid else {
                    throw SessionError(
                        .conflict, "\(work.key) was deleted and made anew meanwhile")
                }
            }
            guard let plan = try await rehearse(&work) else { continue }
            guard try await settleLease(&work) else { continue }
            var entry = work.entry(plan, until: access.now + access.timeout)
            try announce(entry)
            switch await send(plan, work) {
            case .taken(let after):
                return await settle(&entry, plan, after, work)
            case .again:
                // Surely not carried out; the next attempt announces itself.
                neverHappened(&entry, because: "others were faster")
                work.learn(fromFailed: plan)
            case .unknown(let error, let until):
                entry.state = .unknown
                entry.until = until
                entry.remark = "the answer was lost"
                note(entry)
                return try await settleUnknown(&entry, plan, work, error)
            case .refused(let error):
                neverHappened(&entry, because: "the server refused it")
                throw work.failure(error)
            }
        }
        throw tooManyOthers(work)
    }

    private func tooManyOthers(_ work: ChangeWork) -> SessionError {
        SessionError(
            .conflict,
            "cannot change \(work.key): others changed the same values"
                + " \(Self.mostAttempts) times meanwhile",
            hints: ["look at it, then try again: \(environment.program) get \(work.key) -o yaml"])
    }

    /// Takes the Lease that the record speaks of.
    ///
    /// - Returns: false to plan again, because there is none to speak of.
    private func settleLease(_ work: inout ChangeWork) async throws(SessionError) -> Bool {
        guard work.isTemporary, work.inObject else { return true }
        let hasLease = try await ensureLease(in: work.key.leaseNamespace)
        defer { work.stamp.hasLease = hasLease }
        return hasLease == work.stamp.hasLease
    }

    /// The dry run: what the server makes of the change is *ours*.
    ///
    /// - Returns: nil to read and plan again.
    /// - Throws: `SessionError` when the server refuses the change.
    private func rehearse(
        _ work: inout ChangeWork
    ) async throws(SessionError) -> ChangePlan? {
        let first = try work.plan(answer: nil)
        let answer: KubernetesObject
        do throws(KubernetesError) {
            answer = try await access.patch(
                first.patch, work.key, dryRun: true, shortEscapes: work.shortEscapes,
                validation: .strict)
        } catch {
            return try await afterRefusedRehearsal(&work, first, error)
        }
        try work.checkAnswer(first, answer)
        return try work.plan(answer: answer)
    }

    private func afterRefusedRehearsal(
        _ work: inout ChangeWork, _ plan: ChangePlan, _ error: KubernetesError
    ) async throws(SessionError) -> ChangePlan? {
        if error.isGuardFailure {
            work.learn(fromFailed: plan)
            return nil
        }
        if error.isConflict { return nil }
        let isRefusal = error.isForbidden || error.isInvalid || error.isBadRequest
        guard work.inObject, isRefusal else { throw work.failure(error) }
        // Does it refuse the change, or only our record and marks?
        var bare = work
        bare.inObject = false
        let plan = try bare.plan(answer: nil)
        let answer: KubernetesObject
        do throws(KubernetesError) {
            answer = try await access.patch(
                plan.patch, work.key, dryRun: true, shortEscapes: work.shortEscapes,
                validation: .strict)
        } catch _ {
            throw work.failure(error)
        }
        try work.loseRecord(because: error)
        try work.checkAnswer(plan, answer)
        return try work.plan(answer: answer)
    }

    private enum Sending {
        case taken(KubernetesObject)
        case again
        case unknown(KubernetesError, until: Timestamp)
        case refused(KubernetesError)
    }

    private func send(_ plan: ChangePlan, _ work: ChangeWork) async -> Sending {
        do throws(KubernetesError) {
            return .taken(
                try await access.patch(
                    plan.patch, work.key, shortEscapes: work.shortEscapes, validation: .strict))
        } catch {
            if case .outcomeUnknown(_, let until) = error.kind {
                let ours = access.now + access.timeout + .seconds(5)
                return .unknown(error, until: until ?? ours)
            }
            return error.isGuardFailure || error.isConflict ? .again : .refused(error)
        }
    }

    // MARK: Afterwards

    /// The change is in the cluster: note it, amend the record if the server stored other values,
    /// and rehearse the way back.
    func settle(
        _ entry: inout JournalEntry, _ plan: ChangePlan, _ after: KubernetesObject,
        _ work: ChangeWork, isOwnAnswer: Bool = true
    ) async -> LedgerEntry {
        var after = after
        var settled = entry.record
        if isOwnAnswer {
            settled.settle(to: after.json, ownKey: entry.inObject ? entry.recordKey : nil)
        }
        if settled != entry.record {
            entry.record = settled
            if entry.inObject, let amended = await amend(entry, on: after) { after = amended }
        }
        if entry.inObject, after.metadata["annotations"]?[entry.recordKey] == nil {
            entry.inObject = false
            entry.level = .g1
            entry.notices.append("the server dropped our record: only this machine can undo it")
        }
        entry.state = .applied
        entry.remark = nil
        if let fault = rewrite(entry) { entry.notices.append(fault) }
        if let refusal = await rehearseWayBack(entry, on: after) {
            let told = work.failure(refusal).message
            entry.notices.append("the way back is refused by the server now: \(told)")
            entry.level = .g0
            _ = rewrite(entry)
        }
        replace(entry)
        return entry.ledgerEntry
    }

    /// Writes what the server stored into our record, guarded by the record's text.
    private func amend(
        _ entry: JournalEntry, on object: KubernetesObject
    ) async -> KubernetesObject? {
        guard let text = object.metadata["annotations"]?[entry.recordKey] else { return nil }
        let pointer = JSONPointer(tokens: ["metadata", "annotations", entry.recordKey])
        let patch = JSONPatch([
            .test(pointer, text),
            .test(JSONPointer(tokens: ["metadata", "uid"]), .string(object.uid)),
            .replace(pointer, .string(entry.record.text)),
        ])
        for _ in 1...Self.mostAttempts {
            do throws(KubernetesError) {
                return try await access.patch(patch, entry.object)
            } catch  where error.isConflict || error.isOutcomeUnknown {
                continue
            } catch {
                return nil
            }
        }
        return nil
    }

    private func rehearseWayBack(
        _ entry: JournalEntry, on object: KubernetesObject
    ) async -> KubernetesError? {
        let plan = planner(for: entry).plan(
            entry.record, key: entry.inObject ? entry.recordKey : nil, on: object)
        guard !plan.isEmpty else { return nil }
        do throws(KubernetesError) {
            _ = try await access.patch(plan.patch, entry.object, dryRun: true)
            return nil
        } catch {
            // A guard that fails is somebody's edit in this moment, or a matter of `\b`.
            let isRefusal = error.isForbidden || error.isBadRequest || error.isInvalid
            return isRefusal && !error.isGuardFailure ? error : nil
        }
    }

    func neverHappened(_ entry: inout JournalEntry, because remark: String) {
        entry.state = .undone
        entry.remark = remark
        note(entry)
        drop(entry.number)
    }

    private func settleUnknown(
        _ entry: inout JournalEntry, _ plan: ChangePlan, _ work: ChangeWork,
        _ error: KubernetesError
    ) async throws(SessionError) -> LedgerEntry {
        switch await resolve(entry) {
        case .happened(let object):
            // What stands there by now may be somebody else's: the dry run told what is ours.
            return await settle(&entry, plan, object, work, isOwnAnswer: false)
        case .didNot(let why):
            lastSent = max(lastSent, entry.number)
            neverHappened(&entry, because: why)
            var failure = work.failure(error)
            failure.kind = .server
            failure.hints = ["it is certain now that nothing was changed"]
            throw failure
        case .open(let why):
            throw SessionError(
                .outcomeUnknown, "it is not known whether \(entry.object) was changed: \(why)",
                hints: ["it is undone at the end of the session if it was"], cause: error)
        }
    }
}
