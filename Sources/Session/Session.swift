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
    private var journal: SessionJournal?
    private var isClosed = false
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private init(
        id: String, store: JournalStore, cluster: ClusterIdentity, client: KubernetesClient,
        environment: SessionEnvironment, journal: SessionJournal? = nil,
        items: [JournalEntry] = []
    ) {
        self.id = id
        self.store = store
        self.cluster = cluster
        self.environment = environment
        self.journal = journal
        self.items = items
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
            journal: journal, items: content.entries)
    }

    // MARK: The ledger

    package var entries: [LedgerEntry] { items.map(\.ledgerEntry) }

    /// How many changes the end of the session would undo.
    package var pendingCount: Int { items.count { $0.isTemporary && $0.state.isPending } }

    /// The earliest deadline of what is pending, by the server's clock.
    package var nextDeadline: Timestamp? {
        items.filter(\.state.isPending).compactMap(\.record.deadline).min()
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

    /// Writes the line that announces a change; what it announces may happen only afterwards.
    func announce(_ entry: JournalEntry) throws(SessionError) {
        if journal == nil {
            let header = JournalHeader(
                id: id, cluster: cluster, created: access.now, user: environment.user)
            journal = try store.create(header)
        }
        do throws(DiskError) {
            try journal?.append(entry.json)
        } catch {
            throw SessionError(
                .journal, "the journal cannot be written, so nothing was changed: \(error)")
        }
        if let index = items.firstIndex(where: { $0.number == entry.number }) {
            items[index] = entry
        } else {
            items.append(entry)
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
            try journal?.append(entry.stateJSON)
            return nil
        } catch {
            return "the journal cannot be written: \(error)"
        }
    }

    /// Notes an entry as a whole, where more than its state has changed; told as by `note`.
    func rewrite(_ entry: JournalEntry) -> String? {
        replace(entry)
        do throws(DiskError) {
            try journal?.append(entry.json)
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

    var nextNumber: Int { (items.map(\.number).max() ?? 0) + 1 }

    // MARK: The end

    /// Lets go of the session and leaves its changes in place: `session attach` takes them over.
    package func detach() async {
        await enter()
        defer { leave() }
        letGo()
    }

    /// Undoes the temporary changes, last first, and ends the session.
    ///
    /// What could not be undone within the limit stays in the journal, and the report names the
    /// commands that finish it.
    package func close(
        options: UndoOptions = UndoOptions(), progress: (@Sendable (UndoLine) -> Void)? = nil
    ) async -> UndoReport {
        guard !isClosed else { return UndoReport() }
        let numbers = items.filter { $0.isTemporary && $0.state.isPending }.map(\.number)
        let report = await undo(.numbers(numbers), options: options, progress: progress)
        await enter()
        defer { leave() }
        guard !isClosed else { return report }
        // Permanent changes need no journal any more; unfinished ones do.
        let isDone = items.allSatisfy { !$0.isTemporary || !$0.state.isPending }
        // A journal that stays has nothing pending: the next sweep takes it.
        if isDone, journal != nil { try? store.remove(id) }
        letGo()
        return report
    }

    private func letGo() {
        isClosed = true
        journal?.close()
        journal = nil
    }
}
