import Documents
package import KubernetesClient
package import KubernetesCore

// Session: temporary changes, and the promise that they are undone. Planning and judging are pure
// values; this actor holds the ledger and does, one after the other, what was decided: journal,
// then act, then look. It must never change anything without a durable record of how it was
// before, never write a path that is not its own, and never print or read the environment.

/// The ledger of one session on one cluster.
///
/// Calls are carried out one at a time. Nothing is on disk until the first change; from then on
/// the session's journal is locked until `close` or `detach`.
package actor Session {
    /// How often a guarded write is planned anew when others were faster (undo.md, step 2).
    static let mostAttempts = 5
    /// The most that is waited for a write of unknown outcome, on top of the server's own limit.
    static let resolutionLimit: Duration = .seconds(60)

    package nonisolated let id: String
    package nonisolated let cluster: ClusterIdentity
    let store: JournalStore
    let access: ObjectAccess
    let environment: SessionEnvironment
    var items: [JournalEntry] = []
    /// What is known of our Leases, by namespace.
    var leases: [String: LeaseStanding] = [:]
    /// When the session last was surely alive, by our own clock.
    var lastAlive: Timestamp?
    var isDetached = false
    /// Until when, by the server's clock, writes of a former life can be carried out.
    var formerLimit: Timestamp?
    /// The uids of objects whose deletion may have its effect outside the cluster.
    var acceptedEffects: Set<String> = []
    /// What a watch has just shown of objects that are about to be deleted, by uid.
    var lastShown: [String: KubernetesObject] = [:]
    /// The highest number of a change that may have been in the cluster: it is never given again,
    /// because a copy of the object may still bear a record of that number.
    var lastSent = 0
    private var tender: Task<Void, Never>?
    private var journal: SessionJournal?
    private(set) var isClosed = false
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(
        id: String, store: JournalStore, cluster: ClusterIdentity, client: KubernetesClient,
        environment: SessionEnvironment, journal: SessionJournal? = nil,
        content: JournalContent? = nil
    ) {
        self.id = id
        self.store = store
        self.cluster = cluster
        self.environment = environment
        self.journal = journal
        items = content?.entries ?? []
        isDetached = content?.isDetached ?? false
        for namespace in content?.leases ?? [] { leases[namespace] = .former }
        access = ObjectAccess(
            client: client, clock: environment.clock, manager: environment.fieldManager,
            timeout: environment.writeTimeout)
    }

    /// A new session; touches neither disk nor cluster.
    package static func begin(
        in store: JournalStore, cluster: ClusterIdentity, client: KubernetesClient,
        environment: SessionEnvironment
    ) -> Session {
        Session(
            id: environment.makeID(), store: store, cluster: cluster, client: client,
            environment: environment)
    }

    /// Takes over what an earlier session left: after a crash, or to attach a detached one.
    ///
    /// - Throws: `SessionError` of kind `.alive` when somebody holds it, `.notFound` when there is
    ///   none or it speaks of another cluster, `.journal`.
    package static func resume(
        _ id: String, in store: JournalStore, cluster: ClusterIdentity,
        client: KubernetesClient, environment: SessionEnvironment
    ) throws(SessionError) -> Session {
        let (journal, content) = try store.open(id)
        guard let content else {
            // Not even the first line is whole, so nothing was ever announced.
            journal.close()
            throw SessionError(
                .notFound, "session \(id) never changed anything",
                hints: ["\(environment.program) session forget \(id)"])
        }
        guard content.header.cluster.isSame(as: cluster) else {
            journal.close()
            throw SessionError(
                .notFound,
                "session \(id) is of another cluster: \(content.header.cluster.server)",
                hints: ["use the context of that cluster"])
        }
        return Session(
            id: id, store: store, cluster: cluster, client: client, environment: environment,
            journal: journal, content: content)
    }

    // MARK: The ledger

    package var entries: [LedgerEntry] {
        items.filter { !$0.isPassing || $0.state.isPending }.map(\.ledgerEntry)
    }

    /// How many changes the end of the session would undo.
    package var pendingCount: Int { items.count { $0.isTemporary && $0.state.isPending } }

    /// The earliest deadline of what is pending, by the server's clock.
    package var nextDeadline: Timestamp? {
        items.filter(\.state.isPending).compactMap(\.deadline).min()
    }

    /// The server's clock as far as we know it.
    package var serverNow: Timestamp { access.now }

    // MARK: One at a time

    func enter() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty {
            isBusy = false
        } else {
            waiting.removeFirst().resume()
        }
    }

    func checkOpen() throws(SessionError) {
        guard !isClosed else { throw SessionError(.closed, "session \(id) has ended") }
    }

    // MARK: Journal

    /// Makes the journal, with the first thing that has to be written.
    private func beginJournal() throws(SessionError) {
        guard journal == nil else { return }
        journal = try store.create(
            JournalHeader(
                id: id, cluster: cluster, created: access.now, user: environment.user,
                machine: environment.machine,
                process: cluster.isEmbedded ? environment.process : nil))
        lastAlive = environment.clock.now()
        if environment.tendsItself { startTending() }
    }

    /// Writes what happened to the session itself.
    func log(_ event: String, _ members: JSONObject = JSONObject()) throws(SessionError) {
        try beginJournal()
        var line: JSONValue = .object(members)
        line["kind"] = .string(event)
        do throws(DiskError) {
            try journal?.append(line.stamped(access.now))
        } catch {
            throw SessionError(.journal, "the journal cannot be written: \(error)")
        }
    }

    /// Whether the journal is there and ours; a session without one has nothing to lose.
    var holdsJournal: Bool { journal.map(\.isIntact) ?? true }
    var hasJournal: Bool { journal != nil }

    /// Writes the line that announces a change; what it announces may happen only afterwards.
    func announce(_ entry: JournalEntry) throws(SessionError) { try announce([entry]) }

    /// Announces several changes at once; where that fails none of them is.
    func announce(_ entries: [JournalEntry]) throws(SessionError) {
        try beginJournal()
        let now = access.now
        do throws(DiskError) {
            try journal?.append(entries.map { $0.json.stamped(now) })
        } catch {
            throw SessionError(
                .journal, "the journal cannot be written, so nothing was changed: \(error)")
        }
        for entry in entries {
            if let index = items.firstIndex(where: { $0.number == entry.number }) {
                items[index] = entry
            } else {
                items.append(entry)
            }
        }
    }

    /// Notes the state of an entry, on disk before anything else happens.
    ///
    /// - Returns: what to tell when the disk failed; the work goes on, because the announcement
    ///   is durable and everything after it can be found out again from the object.
    @discardableResult
    func note(_ entry: JournalEntry) -> String? {
        if let index = items.firstIndex(where: { $0.number == entry.number }) {
            items[index] = entry
        }
        do throws(DiskError) {
            try journal?.append(entry.stateJSON.stamped(access.now))
            return nil
        } catch {
            return "the journal cannot be written: \(error)"
        }
    }

    /// Notes an entry as a whole, where more than its state has changed; told as by `note`.
    func rewrite(_ entry: JournalEntry) -> String? {
        replace(entry)
        do throws(DiskError) {
            try journal?.append(entry.json.stamped(access.now))
            return nil
        } catch {
            return "the journal cannot be written: \(error)"
        }
    }

    func replace(_ entry: JournalEntry) {
        guard let index = items.firstIndex(where: { $0.number == entry.number }) else { return }
        items[index] = entry
    }

    func drop(_ number: Int) { items.removeAll { $0.number == number } }

    var nextNumber: Int { max(items.map(\.number).max() ?? 0, lastSent) + 1 }

    // MARK: The end

    /// Lets go of the session and leaves its changes in place: `resume` takes them over.
    ///
    /// - Parameter onPurpose: the session is not a leftover but detached: nobody is asked to
    ///   recover it, and its Leases hold until its deadlines (a day for what has none). Sticky
    ///   until `attach`. A session in which nothing is pending (any more) ends instead.
    package func detach(onPurpose: Bool = false) async {
        await enter()
        defer { leave() }
        guard !isClosed else { return }
        if pendingCount == 0, isDetached || onPurpose {
            await endWhole()
        } else if onPurpose, !isDetached {
            isDetached = true
            // A detach that is not written down is a leftover: it is offered, not lost.
            try? log("detached")
            await prolongLeases()
        }
        letGo()
    }

    /// Makes a session that was resumed a living one again: Leases, deadlines, and the undo at
    /// its end.
    ///
    /// - Throws: `SessionError` of kind `.alive` when another machine holds its Lease.
    package func attach() async throws(SessionError) {
        await enter()
        defer { leave() }
        try checkOpen()
        if isDetached {
            isDetached = false
            try log("attached")
        }
        for namespace in Set(items.filter(\.isUnfinished).map { $0.object.leaseNamespace }) {
            leases[namespace] = nil
            try await takeLease(in: namespace)
        }
        if environment.tendsItself { startTending() }
    }

    /// Undoes the temporary changes, last first, and ends the session.
    ///
    /// What could not be undone within the limit stays in the journal, and the report names the
    /// commands that finish it.
    package func close(
        options: UndoOptions = UndoOptions(), progress: (@Sendable (UndoLine) -> Void)? = nil
    ) async -> UndoReport {
        guard !isClosed else { return UndoReport() }
        // What it is about is done now; the end must not wait for it.
        tender?.cancel()
        let numbers = items.filter(\.isUnfinished).map(\.number)
        let report = await undo(.numbers(numbers), options: options, progress: progress)
        await enter()
        defer { leave() }
        guard !isClosed else { return report }
        await endIfDone()
        return report
    }

    /// Permanent changes need no journal any more; unfinished ones do.
    func endIfDone() async {
        if pendingCount == 0, journal != nil { await endWhole() }
        letGo()
    }

    private func endWhole() async {
        await endLeases()
        if let text = transcriptLines { store.archive(id, text) }
        // What stays behind says that everything is done.
        try? store.remove(id)
    }

    private var transcriptLines: [UInt8]? { journal == nil ? nil : try? store.bytes(of: id) }

    private func letGo() {
        isClosed = true
        tender?.cancel()
        tender = nil
        journal?.close()
        journal = nil
    }

    /// Tends the session in the background until it ends; once.
    func startTending() {
        guard tender == nil, !isClosed else { return }
        let clock = environment.clock
        let tell = environment.tellExpired
        var pause = environment.tendingInterval
        tender = Task { [weak self] in
            while !Task.isCancelled {
                do {
                    try await clock.sleep(pause)
                } catch {
                    return
                }
                guard let tending = await self?.tend() else { return }
                if !tending.report.lines.isEmpty { tell(tending.report) }
                pause = tending.next
            }
        }
    }
}
