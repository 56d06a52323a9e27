import Documents
package import KubernetesCore

/// All journals of this user on this machine: one file a session.
package struct JournalStore: Sendable {
    private static let ending = ".jsonl"
    let disk: any JournalDisk

    package init(disk: any JournalDisk) { self.disk = disk }

    /// The store on the live disk, in a folder such as `$XDG_STATE_HOME/petstore-cli/sessions`.
    package init(directory: String) { disk = DiskJournal(directory: directory) }

    /// One session as its journal tells it.
    package struct Listing: Sendable, Hashable {
        package var id: String
        /// Nil when the file has not even a whole first line (it then announced nothing).
        package var content: JournalContent?
        /// Whether somebody alive holds it.
        package var isAlive: Bool

        package var pending: [JournalEntry] { content?.pending ?? [] }
        /// Left on purpose by `detach`; `attach` takes it up again.
        package var isDetached: Bool { content?.isDetached ?? false }
    }

    /// All sessions that have a journal, by id.
    ///
    /// - Throws: `SessionError` of kind `.journal`.
    package func sessions() throws(SessionError) -> [Listing] {
        var listings: [Listing] = []
        for name in try names() where name.hasSuffix(Self.ending) {
            let id = String(name.dropLast(Self.ending.count))
            guard SessionEnvironment.isValidID(id) else { continue }
            let isAlive = disk.isLocked(name)
            // A file that went away meanwhile is no session any more.
            guard let bytes = try readIfThere(name) else { continue }
            listings.append(Listing(id: id, content: JournalContent(bytes), isAlive: isAlive))
        }
        return listings.sorted { $0.id < $1.id }
    }

    static func journalName(_ id: String) -> String { id + ending }

    func names() throws(SessionError) -> [String] {
        try Self.onDisk { () throws(DiskError) in try disk.names() }
    }

    func readIfThere(_ name: String) throws(SessionError) -> [UInt8]? {
        do throws(DiskError) {
            return try disk.read(name)
        } catch {
            if error.kind == .notFound { return nil }
            throw SessionError(.journal, error.message)
        }
    }

    /// What is left to do after a crash, on one cluster or on all; asks no server.
    ///
    /// Sessions that were detached on purpose are not leftovers, until `now` (when given) has
    /// passed a deadline of theirs.
    package func leftovers(
        on cluster: ClusterIdentity? = nil, at now: Timestamp? = nil
    ) throws(SessionError) -> [Listing] {
        try sessions().filter { listing in
            guard !listing.isAlive, !listing.pending.isEmpty, let content = listing.content else {
                return false
            }
            if content.isDetached {
                guard let now, let deadline = content.nextDeadline, deadline <= now else {
                    return false
                }
            }
            let its = content.header.cluster
            // Who has no cluster at hand is not told of one that ended with its process.
            return cluster.map { its.isSame(as: $0) } ?? !its.isEmbedded
        }
    }

    /// The sessions that were detached on purpose and still hold changes, the newest first;
    /// what `changes`, `undo` and `keep` mean outside the shell when no id is given.
    ///
    /// - Parameters:
    ///   - cluster: only those on that one.
    ///   - user: only that one's.
    /// - Returns: what their journals say.
    /// - Throws: `SessionError` of kind `.journal`.
    package func detached(
        on cluster: ClusterIdentity? = nil, user: String? = nil
    ) throws(SessionError) -> [Listing] {
        try sessions().filter { listing in
            guard !listing.isAlive, listing.isDetached, !listing.pending.isEmpty,
                let header = listing.content?.header
            else { return false }
            return (cluster.map { header.cluster.isSame(as: $0) } ?? true)
                && (user.map { header.user == $0 } ?? true)
        }.sorted { first, second in
            guard let one = first.content?.header, let other = second.content?.header else {
                return false
            }
            return (other.created, other.id) < (one.created, one.id)
        }
    }

    /// Throws a journal away, whatever it says; the records in the objects stay.
    ///
    /// - Throws: `SessionError` of kind `.alive` when somebody holds it, `.notFound`, `.journal`.
    package func forget(_ id: String) throws(SessionError) {
        let journal = try open(id).0
        defer { journal.close() }
        try Self.onDisk { () throws(DiskError) in try disk.remove(id + Self.ending) }
    }

    /// Removes the journals of ended sessions that left nothing to do.
    ///
    /// - Returns: how many went.
    /// - Throws: `SessionError` of kind `.journal`.
    @discardableResult
    package func sweep() throws(SessionError) -> Int {
        var count = 0
        for listing in try sessions() where !listing.isAlive && listing.pending.isEmpty {
            // Held by now: then it is somebody's again.
            guard let (journal, content) = try? open(listing.id) else { continue }
            defer { journal.close() }
            guard content?.pending.isEmpty ?? true else { continue }
            try remove(listing.id)
            count += 1
        }
        return count
    }

    /// Removes the journals about embedded clusters that ended with their process: nobody can
    /// undo anything there any more, nor has to.
    ///
    /// Only where that is certain: nobody holds the journal, and its process was one of this
    /// machine and does not run. What another machine wrote, or a release that named no process,
    /// stays until `forget`.
    ///
    /// - Parameters:
    ///   - machine: our host name; nil: nothing is certain.
    ///   - isRunning: whether a process of this machine is there.
    /// - Returns: how many went.
    /// - Throws: `SessionError` of kind `.journal`.
    @discardableResult
    package func clearEmbedded(
        machine: String?, isRunning: (Int32) -> Bool
    ) throws(SessionError) -> Int {
        guard let machine else { return 0 }
        var count = 0
        for listing in try sessions() where !listing.isAlive {
            guard let header = listing.content?.header, header.cluster.isEmbedded,
                header.machine == machine, let process = header.process, !isRunning(process)
            else { continue }
            // Held, or cleared by somebody else by now: either way it is not ours to clear.
            guard let (journal, _) = try? open(listing.id) else { continue }
            defer { journal.close() }
            try remove(listing.id)
            count += 1
        }
        return count
    }

    // MARK: For sessions

    func create(_ header: JournalHeader) throws(SessionError) -> SessionJournal {
        try Self.onDisk { () throws(DiskError) in
            let file = try disk.create(header.id + Self.ending)
            var journal = SessionJournal(file: file, length: 0)
            try journal.append(header.json)
            return journal
        }
    }

    func open(_ id: String) throws(SessionError) -> (SessionJournal, JournalContent?) {
        do throws(DiskError) {
            let file = try disk.open(id + Self.ending)
            let content = JournalContent(try disk.read(id + Self.ending))
            try file.truncate(to: content?.wholeLength ?? 0)
            return (SessionJournal(file: file, length: content?.wholeLength ?? 0), content)
        } catch {
            switch error.kind {
            case .locked:
                throw SessionError(
                    .alive, "session \(id) is in use",
                    hints: ["leave the shell or command that holds it, then try again"])
            case .notFound: throw SessionError(.notFound, "there is no session \(id)")
            default: throw SessionError(.journal, error.message)
            }
        }
    }

    func remove(_ id: String) throws(SessionError) {
        try Self.onDisk { () throws(DiskError) in try disk.remove(id + Self.ending) }
    }

    private static func onDisk<Value>(
        _ body: () throws(DiskError) -> Value
    ) throws(SessionError) -> Value {
        do throws(DiskError) {
            return try body()
        } catch {
            throw SessionError(.journal, error.message)
        }
    }
}

/// The open journal of one session: appends a line and returns when it is durable.
struct SessionJournal: Sendable {
    private let file: any JournalFile
    /// How far the file is known to be whole.
    private var length: Int

    init(file: any JournalFile, length: Int) {
        self.file = file
        self.length = length
    }

    mutating func append(_ body: JSONValue) throws(DiskError) { try append([body]) }

    /// Appends several lines in the time of one; when that fails none of them is there.
    mutating func append(_ bodies: [JSONValue]) throws(DiskError) {
        let lines = bodies.flatMap(JournalLine.bytes)
        do throws(DiskError) {
            try file.append(lines)
            try file.sync()
            length += lines.count
        } catch {
            // What is half there must not spoil the next line.
            try? file.truncate(to: length)
            throw error
        }
    }

    func close() { file.close() }

    var isIntact: Bool { file.isIntact }
}
