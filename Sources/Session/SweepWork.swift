package import KubernetesClient
import KubernetesCore

/// Carries out what a sweep planned: guarded, journaled, and as if the sessions did it themselves.
///
/// Each restore tests the record, the uid and the values; each delete has uid and record as
/// preconditions. So it does no harm when a session or another sweeper is faster.
package struct SweepWork: Sendable {
    let store: JournalStore
    let cluster: ClusterIdentity
    let client: KubernetesClient
    let environment: SessionEnvironment

    /// - Parameters:
    ///   - store: where the journals of the sessions are, or are made; a controller without a disk
    ///     takes `JournalStore.inMemory()`.
    ///   - cluster: that was searched.
    ///   - client: for it.
    ///   - environment: whose clock, names and limits count.
    package init(
        store: JournalStore, cluster: ClusterIdentity, client: KubernetesClient,
        environment: SessionEnvironment
    ) {
        self.store = store
        self.cluster = cluster
        self.client = client
        self.environment = environment
    }

    /// Restores and deletes what the items say; what is kept is not touched.
    ///
    /// - Parameters:
    ///   - items: of a plan on `found`, or a part of them (what a user agreed to).
    ///   - found: what the plan was made of.
    ///   - options: the limit holds for each session.
    ///   - progress: told of each record as soon as its outcome is known.
    /// - Returns: what became of each, and the commands that finish what remains.
    package func run(
        _ items: [SweepItem], of found: SearchResult, options: UndoOptions = UndoOptions(),
        progress: (@Sendable (UndoLine) -> Void)? = nil
    ) async -> UndoReport {
        var report = UndoReport()
        let wanted = items.filter { $0.action != .keep }.map(\.record)
        let accepted = Set(items.filter(\.acceptsEffects).map(\.record.object.uid))
        for id in Set(wanted.map(\.session)).sorted() {
            let records = wanted.filter { $0.session == id }
            // Its Lease goes with the last of its records, unless it tells that the session lives:
            // then that may make more.
            let isWhole = found.records.filter { $0.session == id }.allSatisfy { record in
                records.contains { $0.object == record.object && $0.key == record.key }
            }
            let leases = (found.leases ?? []).filter { lease in
                lease.session == id && !lease.isFresh(at: found.now)
            }
            let part = await undo(
                records, of: id, ending: isWhole ? leases : nil, accepting: accepted, options,
                progress)
            report.lines += part.lines
            for command in part.remaining where !report.remaining.contains(command) {
                report.remaining.append(command)
            }
        }
        return report
    }

    /// Removes Leases that ran out and of whose sessions nothing is left.
    ///
    /// - Returns: how many went; one that came to life meanwhile stays.
    package func clear(_ leases: [SessionLease]) async -> Int {
        var count = 0
        for lease in leases {
            do throws(KubernetesError) {
                _ = try await client.delete(
                    SessionLease.type, namespace: lease.namespace, name: lease.name,
                    options: DeleteOptions(resourceVersion: lease.resourceVersion))
                count += 1
            } catch {
                // Renewed, gone, or not ours to delete: it is of no harm.
                continue
            }
        }
        return count
    }

    private func undo(
        _ records: [FoundRecord], of id: String, ending leases: [SessionLease]?,
        accepting effects: Set<String>,
        _ options: UndoOptions,
        _ progress: (@Sendable (UndoLine) -> Void)?
    ) async -> UndoReport {
        let session: Session
        let numbers: [Int]
        do throws(SessionError) {
            (session, numbers) = try await Session.adopt(
                records, of: id, ending: leases, in: store, cluster: cluster, client: client,
                environment: environment)
        } catch {
            let message = error.message
            let lines = records.map { record in
                UndoLine(
                    entry: JournalEntry(record, number: 0, now: found(record)).ledgerEntry,
                    outcome: .failed(message))
            }
            lines.forEach { progress?($0) }
            return UndoReport(lines: lines, remaining: error.hints)
        }
        await session.accept(effectsOf: effects)
        let report = await session.undo(.numbers(numbers), options: options, progress: progress)
        await session.release()
        return report
    }

    private func found(_ record: FoundRecord) -> Timestamp {
        client.serverTime ?? environment.clock.now()
    }
}

extension Session {
    /// Takes up records that a session left in the cluster, wherever it ran, in a journal here.
    ///
    /// - Parameters:
    ///   - records: of that session, as a search found them.
    ///   - id: of the session; where it is none that we can have made, one of ours takes its place.
    ///   - leases: of its Leases those that ran out and go at the end; nil where these are not all
    ///     its records: then all of them stay.
    ///   - store: where its journal is, or is made.
    ///   - cluster: that was searched.
    ///   - client: for it.
    ///   - environment: whose clock, names and limits count.
    /// - Returns: the session, and the numbers of those records in its ledger.
    /// - Throws: `SessionError` of kind `.alive` when the session lives on this machine, `.journal`,
    ///   `.notFound` where the journal here is of another cluster.
    package static func adopt(
        _ records: [FoundRecord], of id: String, ending leases: [SessionLease]?,
        in store: JournalStore, cluster: ClusterIdentity, client: KubernetesClient,
        environment: SessionEnvironment
    ) async throws(SessionError) -> (Session, [Int]) {
        let name = SessionEnvironment.isValidID(id) ? id : environment.makeID()
        let isHere = try store.bytes(of: name) != nil
        let session: Session
        if isHere {
            session = try resume(
                name, in: store, cluster: cluster, client: client, environment: environment)
        } else {
            var environment = environment
            environment.makeID = { name }
            session = begin(in: store, cluster: cluster, client: client, environment: environment)
        }
        do throws(SessionError) {
            let numbers = try await session.take(records, ending: leases)
            return (session, numbers)
        } catch {
            await session.detach()
            throw error
        }
    }

    /// Writes records of the cluster into the ledger, as changes that are there.
    private func take(
        _ records: [FoundRecord], ending ranOut: [SessionLease]?
    ) throws(SessionError) -> [Int] {
        var numbers: [Int] = []
        if ranOut == nil { leases = [:] }
        for lease in ranOut ?? [] where leases[lease.namespace] == nil {
            leases[lease.namespace] = .ranOut(version: lease.resourceVersion)
        }
        for record in records {
            let known = items.first {
                $0.object == record.object && $0.recordKey == record.key && $0.isUnfinished
            }
            if let known {
                numbers.append(known.number)
                continue
            }
            let entry = JournalEntry(record, number: nextNumber, now: access.now)
            try announce(entry)
            numbers.append(entry.number)
        }
        return numbers
    }

    /// Lets deletions of these objects, by their uids, have their effect outside the cluster.
    func accept(effectsOf uids: Set<String>) { acceptedEffects = uids }

    /// Ends a session that was taken up for its leftovers: whole where nothing is left to do.
    package func release() async {
        await enter()
        defer { leave() }
        await endIfDone()
    }
}

extension FoundRecord {
    /// How it would stand in a ledger, to be shown before anything is done about it.
    package var ledgerEntry: LedgerEntry {
        JournalEntry(self, number: 0, now: Timestamp(seconds: 0)).ledgerEntry
    }
}

extension JournalEntry {
    /// The entry of a record that was found in the cluster.
    init(_ found: FoundRecord, number: Int, now: Timestamp) {
        self.init(
            number: number, object: found.object, category: found.category,
            recordKey: found.key, inObject: !found.key.isEmpty, isTemporary: true, level: .g2,
            executor: nil,
            record: ChangeRecord(
                session: found.session, sequence: number, uid: found.object.uid,
                created: now.rfc3339),
            secrets: [], state: .applied, remark: nil, until: nil, notices: [], kept: [],
            action: .create)
        switch found.kind {
        case .change(let record):
            action = .change
            self.record = record
            secrets = found.secrets
        case .creation(let record): creation = record
        case .labelled, .copied, .unreadable: break
        }
    }
}
