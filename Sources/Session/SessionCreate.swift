import Documents
import KubernetesCore

// Creating an object that is deleted again (undo.md, "Temporary creates"): dry run, Lease, journal,
// create with our record in it, look.
extension Session {
    /// Creates an object and returns its entry of the ledger.
    ///
    /// A temporary one bears the labels `temporary`, `purpose` and `diagnostic-session`, and is
    /// deleted, with its uid as precondition, when the session ends. A permanent one bears nothing
    /// of ours; `undo` deletes it while the session lives.
    ///
    /// - Throws: `SessionError`; when it is not of kind `.outcomeUnknown`, nothing was created.
    ///   `.refused` where deleting it would reach outside the cluster and nobody accepted that.
    package func create(_ request: CreateRequest) async throws(SessionError) -> LedgerEntry {
        await enter()
        defer { leave() }
        try checkOpen()
        try await wakeUp()
        var stamp = ChangeStamp(
            session: id, sequence: nextNumber, now: access.now, user: environment.user,
            reason: request.reason, ticket: request.ticket, hasLease: request.isTemporary)
        let name = CreationPlanner(request: request, stamp: stamp, window: access.timeout).name
        let key = ObjectKey(
            request.target.type, namespace: request.namespace, name: name, uid: "")
        let effect = DeletionEffect.of(request.manifest, category: request.target.category)
        try Self.check(effect, request, key)
        try await checkPermissions(key)
        let isGuarded = request.isTemporary && request.lifetime != nil
        let hasController = isGuarded ? await controllerLives() : false
        // Some answer has told the server's time by now.
        stamp.now = access.now
        if request.isTemporary { stamp.deadline = request.lifetime.map { stamp.now + $0 } }
        let guarantee = Self.guarantee(of: request, until: stamp.deadline, hasController)
        if let required = request.requiredLevel, guarantee.level < required {
            throw SessionError(
                .refused,
                "cannot create \(key): its removal is guaranteed at \(guarantee.level) only, and"
                    + " \(required) is required", hints: [guarantee.reason])
        }
        try await rehearse(request, stamp, key)
        if request.isTemporary {
            stamp.hasLease = try await ensureLease(in: key.leaseNamespace)
        }
        let plan = CreationPlanner(request: request, stamp: stamp, window: access.timeout).plan()
        let entry = self.entry(plan, request, key, guarantee, effect)
        // From here on a cancelled caller waits: a write in flight is finished and journaled.
        let outcome = await Task { await self.attemptCreation(entry, plan) }.value
        return try outcome.get()
    }

    private static func check(
        _ effect: DeletionEffect, _ request: CreateRequest, _ key: ObjectKey
    ) throws(SessionError) {
        guard request.isTemporary, !request.acceptsEffects else { return }
        switch effect {
        case .none: return
        case .external(let what):
            throw SessionError(
                .refused,
                "\(key) is not created temporarily: when it is deleted again, \(what)",
                hints: [
                    "create it with readOnly: true or onDelete: Orphan, or accept it with --yes"
                ])
        case .needsOperator(let what):
            throw SessionError(
                .refused, "\(key) is not created temporarily: \(what)",
                hints: ["create it for good, or accept it with --yes"])
        }
    }

    private func checkPermissions(_ key: ObjectKey) async throws(SessionError) {
        for (verb, sense) in [("create", "created"), ("delete", "removed again")] {
            let isAllowed: Bool?
            do throws(KubernetesError) {
                isAllowed = try await access.may(verb, key)
            } catch {
                throw SessionError(error, doing: "cannot check the permission to \(verb) \(key)")
            }
            guard isAllowed != false else {
                let status = Status(
                    code: 403, reason: "Forbidden",
                    message: "\(key.type.qualifiedName) \"\(key.name)\" is forbidden:"
                        + " you may not \(verb) it, so it could not be \(sense)")
                throw SessionError(
                    KubernetesError(.status(status)), doing: "cannot create \(key)")
            }
        }
    }

    private static func guarantee(
        of request: CreateRequest, until deadline: Timestamp?, _ hasController: Bool
    ) -> Guarantee {
        guard request.isTemporary else { return Guarantee(level: .g1, isTemporary: false) }
        if hasController {
            return Guarantee(level: .g3, executor: "controller", deadline: deadline)
        }
        let reason =
            deadline == nil
            ? "without a deadline nothing in the cluster removes it"
            : "no clean-up controller runs in the cluster"
        return Guarantee(level: .g2, deadline: deadline, reason: reason)
    }

    private func rehearse(
        _ request: CreateRequest, _ stamp: ChangeStamp, _ key: ObjectKey
    ) async throws(SessionError) {
        let plan = CreationPlanner(request: request, stamp: stamp, window: access.timeout).plan()
        do throws(KubernetesError) {
            let answer = try await access.create(plan.object, key, dryRun: true)
            let dropped = CreationPlanner.dropped(
                request.manifest.spec, from: answer.json["spec"], at: "spec")
            if let dropped {
                let status = Status(
                    code: 422, reason: "Invalid",
                    message: "the server drops \(dropped), an unknown field")
                throw KubernetesError(.status(status))
            }
        } catch {
            throw SessionError(masked(error, request), doing: "cannot create \(key)")
        }
    }

    private nonisolated func masked(
        _ error: KubernetesError, _ request: CreateRequest
    ) -> KubernetesError {
        var secrets: [String] = []
        request.target.rules.collectSecrets(
            JSONPointer(tokens: ["spec"]), request.manifest.spec, into: &secrets)
        return error.masking(secrets)
    }

    private func entry(
        _ plan: CreationPlan, _ request: CreateRequest, _ key: ObjectKey,
        _ guarantee: Guarantee, _ effect: DeletionEffect
    ) -> JournalEntry {
        var notices: [String] = []
        switch effect {
        case .external(let what) where request.isTemporary:
            notices.append("when it is deleted again, \(what)")
        case .needsOperator(let what) where request.isTemporary: notices.append(what)
        default: break
        }
        if request.isTemporary, !plan.record.hasLease { notices.append(Self.noLease) }
        return JournalEntry(
            number: plan.record.sequence, object: key, category: request.target.category,
            recordKey: plan.recordKey, inObject: request.isTemporary,
            isTemporary: request.isTemporary, level: guarantee.level,
            executor: guarantee.executor,
            record: ChangeRecord(
                session: id, sequence: plan.record.sequence, uid: "",
                created: plan.record.created.rfc3339),
            secrets: [], state: .planned, remark: nil, until: access.now + access.timeout,
            notices: notices, kept: [], action: .create, why: guarantee.reason,
            creation: plan.record, reason: request.reason, ticket: request.ticket)
    }

    private func attemptCreation(
        _ entry: JournalEntry, _ plan: CreationPlan
    ) async -> Result<LedgerEntry, SessionError> {
        do throws(SessionError) {
            let made = try await send(entry, plan)
            return .success(made)
        } catch {
            return .failure(error)
        }
    }

    private func send(
        _ planned: JournalEntry, _ plan: CreationPlan
    ) async throws(SessionError) -> LedgerEntry {
        var entry = planned
        try announce(entry)
        do throws(KubernetesError) {
            let made = try await access.create(plan.object, entry.object)
            return settle(&entry, made)
        } catch {
            if case .outcomeUnknown(_, let until) = error.kind {
                entry.state = .unknown
                entry.until = until ?? access.now + access.timeout + .seconds(5)
                entry.remark = "the answer was lost"
                note(entry)
            } else if !error.isAlreadyExists || !plan.object.uid.isEmpty {
                neverHappened(&entry, because: "the server refused it")
                throw SessionError(error, doing: "cannot create \(entry.object)")
            }
            switch await resolve(entry) {
            case .happened(let object): return settle(&entry, object)
            case .didNot(let why):
                neverHappened(&entry, because: why)
                var failure = SessionError(error, doing: "cannot create \(entry.object)")
                failure.kind = .server
                throw failure
            case .open(let why):
                throw SessionError(
                    .outcomeUnknown,
                    "it is not known whether \(entry.object) was created: \(why)",
                    hints: ["it is deleted at the end of the session if it was"], cause: error)
            }
        }
    }

    private func settle(_ entry: inout JournalEntry, _ made: KubernetesObject) -> LedgerEntry {
        entry.object.uid = made.uid
        entry.record.uid = made.uid
        if entry.inObject, made.annotations[entry.recordKey] == nil {
            entry.inObject = false
            entry.level = .g1
            entry.notices.append("the server dropped our record: only this machine can undo it")
        }
        entry.state = .applied
        entry.remark = nil
        if let fault = rewrite(entry) { entry.notices.append(fault) }
        replace(entry)
        return entry.ledgerEntry
    }

    static let noLease =
        "no Lease tells other machines that this session lives, because none could be made:"
        + " they go by the deadline alone"
}
