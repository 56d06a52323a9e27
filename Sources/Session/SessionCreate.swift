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
        try await create([request])[0].result.get()
    }

    /// Creates several objects side by side, in about the time of one.
    ///
    /// - Returns: what became of each, in the order of the requests.
    /// - Throws: `SessionError` when one of them is refused beforehand; then none was created.
    package func create(
        _ requests: [CreateRequest]
    ) async throws(SessionError) -> [CreationOutcome] {
        await enter()
        defer { leave() }
        try checkOpen()
        try await wakeUp()
        var drafts = try await prepare(requests, asksServer: true)
        for index in drafts.indices where requests[index].isTemporary {
            drafts[index].stamp.hasLease = try await ensureLease(
                in: drafts[index].key.leaseNamespace)
        }
        let ready = drafts.map { draft in (entry: entry(of: draft), plan: draft.plan) }
        // From here on a cancelled caller waits: a write in flight is finished and journaled.
        let outcome = await Task { await self.attemptCreations(ready) }.value
        return try outcome.get()
    }

    /// What creations would be; nothing is written, and no Lease is taken.
    ///
    /// - Parameters:
    ///   - requests: the creations.
    ///   - asksServer: whether the server tries them, and says whether we may; else they are judged
    ///     by what they are alone.
    /// - Returns: an entry for each, planned, as the ledger would have it.
    /// - Throws: `SessionError`, the same as `create` would.
    package func preview(
        _ requests: [CreateRequest], asksServer: Bool
    ) async throws(SessionError) -> [LedgerEntry] {
        await enter()
        defer { leave() }
        try checkOpen()
        return try await prepare(requests, asksServer: asksServer).map { draft in
            var draft = draft
            // Whether one could be had is not tried.
            draft.stamp.hasLease = draft.request.isTemporary
            return entry(of: draft).ledgerEntry
        }
    }

    /// Everything that comes before the first write: judged, allowed, dated, tried.
    private func prepare(
        _ requests: [CreateRequest], asksServer: Bool
    ) async throws(SessionError) -> [CreationDraft] {
        let first = nextNumber
        var drafts = requests.enumerated().map { index, request in
            draft(of: request, number: first + index)
        }
        for draft in drafts { try Self.check(draft.effect, draft.request, draft.key) }
        let isGuarded = requests.contains { $0.isTemporary && $0.lifetime != nil }
        async let lives = isGuarded ? controllerLives() : false
        if asksServer { try await checkPermissions(drafts.map(\.key)) }
        let hasController = await lives
        for index in drafts.indices {
            // Some answer has told the server's time by now.
            drafts[index].setTime(access.now)
            drafts[index].guarantee = Self.guarantee(
                of: requests[index], until: drafts[index].stamp.deadline, hasController)
            try drafts[index].checkLevel()
        }
        if asksServer { try await throwFirst(among: drafts) { await self.rehearsalFault($0) } }
        return drafts
    }

    private func draft(of request: CreateRequest, number: Int) -> CreationDraft {
        let stamp = ChangeStamp(
            session: id, sequence: number, now: access.now, user: environment.user,
            reason: request.reason, ticket: request.ticket, hasLease: request.isTemporary)
        let name = CreationPlanner(request: request, stamp: stamp, window: access.timeout).name
        return CreationDraft(
            request: request, stamp: stamp, window: access.timeout,
            key: ObjectKey(
                request.target.type, namespace: request.namespace, name: name, uid: ""),
            effect: DeletionEffect.of(request.manifest, category: request.target.category))
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

    /// Once for each kind and namespace, all side by side: rights on single names are no use for
    /// generated ones.
    private func checkPermissions(_ keys: [ObjectKey]) async throws(SessionError) {
        var asked: Set<String> = []
        let places = keys.filter {
            asked.insert("\($0.type.qualifiedName) \($0.namespace ?? "")").inserted
        }
        let questions = places.flatMap { key in
            [("create", "created"), ("delete", "removed again")].map { (key, $0.0, $0.1) }
        }
        try await throwFirst(among: questions) { key, verb, sense in
            await self.permissionFault(verb, key, sense)
        }
    }

    /// Looks at several things side by side; of their faults the first thing's counts.
    private func throwFirst<Thing: Sendable>(
        among things: [Thing], _ look: @escaping @Sendable (Thing) async -> SessionError?
    ) async throws(SessionError) {
        let faults = await withTaskGroup(of: (Int, SessionError?).self) { group in
            for (index, thing) in things.enumerated() {
                group.addTask {
                    // First the call, then the tuple: see Decisions.
                    let fault = await look(thing)
                    return (index, fault)
                }
            }
            var faults: [(Int, SessionError)] = []
            for await (index, fault) in group {
                if let fault { faults.append((index, fault)) }
            }
            return faults
        }
        if let first = faults.min(by: { $0.0 < $1.0 }) { throw first.1 }
    }

    private func permissionFault(
        _ verb: String, _ key: ObjectKey, _ sense: String
    ) async -> SessionError? {
        let isAllowed: Bool?
        do throws(KubernetesError) {
            isAllowed = try await access.may(verb, key)
        } catch {
            return SessionError(error, doing: "cannot check the permission to \(verb) \(key)")
        }
        guard isAllowed == false else { return nil }
        let status = Status(
            code: 403, reason: "Forbidden",
            message: "\(key.type.qualifiedName) \"\(key.name)\" is forbidden:"
                + " you may not \(verb) it, so it could not be \(sense)")
        return SessionError(KubernetesError(.status(status)), doing: "cannot create \(key)")
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

    private func rehearsalFault(_ draft: CreationDraft) async -> SessionError? {
        let spec = draft.request.manifest.spec
        do throws(KubernetesError) {
            let answer = try await access.create(draft.plan.object, draft.key, dryRun: true)
            let dropped = CreationPlanner.dropped(spec, from: answer.json["spec"], at: "spec")
            if let dropped {
                let status = Status(
                    code: 422, reason: "Invalid",
                    message: "the server drops \(dropped), an unknown field")
                throw KubernetesError(.status(status))
            }
            return nil
        } catch {
            return SessionError(
                masked(error, draft.request), doing: "cannot create \(draft.key)")
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

    private func entry(of draft: CreationDraft) -> JournalEntry {
        let request = draft.request
        let plan = draft.plan
        var notices: [String] = []
        switch draft.effect {
        case .external(let what) where request.isTemporary:
            notices.append("when it is deleted again, \(what)")
        case .needsOperator(let what) where request.isTemporary: notices.append(what)
        default: break
        }
        if request.isTemporary, !plan.record.hasLease { notices.append(Self.noLease) }
        var entry = JournalEntry(
            number: plan.record.sequence, object: draft.key, category: request.target.category,
            recordKey: plan.recordKey, inObject: request.isTemporary,
            isTemporary: request.isTemporary, level: draft.guarantee.level,
            executor: draft.guarantee.executor,
            record: ChangeRecord(
                session: id, sequence: plan.record.sequence, uid: "",
                created: plan.record.created.rfc3339),
            secrets: [], state: .planned, remark: nil, until: access.now + access.timeout,
            notices: notices, kept: [], action: .create, why: draft.guarantee.reason,
            creation: plan.record, reason: request.reason, ticket: request.ticket)
        entry.isPassing = request.isPassing
        return entry
    }

    /// All are announced before the first is sent.
    private func attemptCreations(
        _ ready: [(entry: JournalEntry, plan: CreationPlan)]
    ) async -> Result<[CreationOutcome], SessionError> {
        do throws(SessionError) {
            try announce(ready.map(\.entry))
        } catch {
            return .failure(error)
        }
        let outcomes = await withTaskGroup(of: CreationOutcome.self) { group in
            for item in ready {
                group.addTask {
                    let result = await self.attemptCreation(item.entry, item.plan)
                    return CreationOutcome(number: item.entry.number, result: result)
                }
            }
            var outcomes: [CreationOutcome] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        return .success(outcomes.sorted { $0.number < $1.number })
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
        do throws(KubernetesError) {
            let made = try await access.create(plan.object, entry.object)
            return settle(&entry, made)
        } catch {
            if case .outcomeUnknown(_, let until) = error.kind {
                entry.state = .unknown
                entry.until = until ?? access.now + access.timeout + .seconds(5)
                entry.remark = "the answer was lost"
                note(entry)
            } else if !error.isAlreadyExists || !entry.inObject {
                // Without a record in it, what bears the name is somebody else's.
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

/// What became of one of several creations.
package struct CreationOutcome: Sendable {
    /// Its number in the ledger.
    package var number: Int
    package var result: Result<LedgerEntry, SessionError>
}

/// A creation that is being prepared.
private struct CreationDraft: Sendable {
    var request: CreateRequest
    var stamp: ChangeStamp
    var window: Duration
    var key: ObjectKey
    var effect: DeletionEffect
    var guarantee = Guarantee(level: .g1, isTemporary: false)

    var plan: CreationPlan {
        CreationPlanner(request: request, stamp: stamp, window: window).plan()
    }

    mutating func setTime(_ now: Timestamp) {
        stamp.now = now
        if request.isTemporary { stamp.deadline = request.lifetime.map { now + $0 } }
    }

    func checkLevel() throws(SessionError) {
        guard let required = request.requiredLevel, guarantee.level < required else { return }
        throw SessionError(
            .refused,
            "cannot create \(key): its removal is guaranteed at \(guarantee.level) only, and"
                + " \(required) is required", hints: [guarantee.reason])
    }
}
