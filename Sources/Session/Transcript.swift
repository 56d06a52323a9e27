import Documents
package import KubernetesCore

/// What a session did, in the order in which it did it: who, when, what, why, and what came of it.
///
/// Read from a journal, so it holds no secret: those are digests there.
package struct Transcript: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        /// By the server's clock; nil in lines of older journals.
        package var time: Timestamp?
        /// The entry's number in the ledger; nil for what concerns the whole session.
        package var number: Int?
        /// `pet/fluffy`; empty for what concerns the whole session.
        package var object: String
        /// `planned spec.status: available → pending`, `undone`, `detached`.
        package var text: String
        package var reason: String?
        package var ticket: String?
    }

    package var session: String
    package var user: String?
    package var server: String
    package var begun: Timestamp
    package var lines: [Line]
    /// Lines that could not be read: the disk changed them.
    package var damagedLines: Int

    /// Reads a journal; nil when not even its first line is there.
    ///
    /// A torn last line is left out.
    package init?(journal bytes: [UInt8]) {
        let reading = JournalLine.read(bytes)
        guard let header = reading.bodies.first.flatMap(JournalHeader.init(json:)) else {
            return nil
        }
        session = header.id
        user = header.user
        server = header.cluster.server
        begun = header.created
        damagedLines = reading.damaged
        lines = []
        var entries: [Int: JournalEntry] = [:]
        for body in reading.bodies.dropFirst() {
            let time = body["at"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
            if let entry = JournalEntry(json: body) {
                let isNew = entries[entry.number] == nil || entry.state == .planned
                entries[entry.number] = entry
                lines.append(Self.line(entry, time, isNew: isNew))
            } else if let number = body["n"]?.integerValue.map(Int.init),
                var entry = entries[number]
            {
                entry.apply(state: body)
                entries[number] = entry
                lines.append(Self.line(entry, time, isNew: false))
            } else if let event = body["kind"]?.stringValue {
                let place = body["namespace"]?.stringValue.map { " in \($0)" } ?? ""
                lines.append(Line(time: time, number: nil, object: "", text: event + place))
            }
        }
    }

    private static func line(_ entry: JournalEntry, _ time: Timestamp?, isNew: Bool) -> Line {
        let told = entry.ledgerEntry
        var text = entry.state.rawValue
        if isNew {
            let what =
                switch entry.action {
                case .create: "create"
                case .delete: "delete"
                case .change:
                    told.fields.map { "\($0.pathText): \($0.beforeText) → \($0.nowText)" }
                        .joined(separator: ", ")
                }
            text += " \(what) (\(entry.isTemporary ? "\(entry.level)" : "permanent"))"
        } else if let remark = entry.remark {
            text += ": \(remark)"
        }
        return Line(
            time: time, number: entry.number, object: entry.object.description, text: text,
            reason: isNew ? entry.reason : nil, ticket: isNew ? entry.ticket : nil)
    }
}

extension JournalStore {
    private static let archiveEnding = ".done"
    /// How many transcripts of ended sessions stay.
    private static let mostArchived = 50

    /// What a session did; also one that has ended, as long as its journal is kept (the last 50).
    ///
    /// - Throws: `SessionError` of kind `.notFound` or `.journal`.
    package func transcript(of id: String) throws(SessionError) -> Transcript {
        for name in [Self.journalName(id), id + Self.archiveEnding] {
            guard let bytes = try readIfThere(name) else { continue }
            if let transcript = Transcript(journal: bytes) { return transcript }
        }
        throw SessionError(.notFound, "there is no session \(id)")
    }

    /// The ids of ended sessions whose transcripts are still here.
    ///
    /// - Throws: `SessionError` of kind `.journal`.
    package func ended() throws(SessionError) -> [String] {
        try names().filter { $0.hasSuffix(Self.archiveEnding) }.map {
            String($0.dropLast(Self.archiveEnding.count))
        }
    }

    func bytes(of id: String) throws(SessionError) -> [UInt8]? {
        try readIfThere(Self.journalName(id))
    }

    /// Keeps the journal of a session that has ended with everything done, for its transcript.
    ///
    /// Nothing depends on it: where the disk refuses, the transcript is lost and nothing else.
    func archive(_ id: String, _ bytes: [UInt8]) {
        do throws(DiskError) {
            let file = try disk.create(id + Self.archiveEnding)
            defer { file.close() }
            try file.append(bytes)
            try file.sync()
        } catch {
            return
        }
        prune()
    }

    private func prune() {
        guard let ids = try? ended(), ids.count > Self.mostArchived else { return }
        let dated = ids.map { id in
            (id, (try? transcript(of: id))?.begun ?? Timestamp(seconds: 0))
        }.sorted { $0.1 < $1.1 }
        for (id, _) in dated.prefix(ids.count - Self.mostArchived) {
            try? disk.remove(id + Self.archiveEnding)
        }
    }
}

extension Session {
    /// What this session did so far; nil before its first change and after its end.
    package var transcript: Transcript? {
        guard hasJournal, let bytes = try? store.bytes(of: id) else { return nil }
        return Transcript(journal: bytes)
    }
}
