package import ArgumentParser
import Documents
import Render
import Session

/// `changes`: the ledger, as a diff of what is to be undone.
package struct Changes: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("changes", "What this session changed, and who undoes it when"),
        Example("changes -o json", "The same for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "changes", abstract: "Show the changes that are to be undone.",
        discussion: """
            In the shell: what this session changed. Outside: what the newest session left in \
            place, detached or dead, read from this machine's journal alone. Where there are none \
            but other sessions of yours have some, says which, and how to see those.
            """)

    @OptionGroup var ledger: LedgerOptions

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        var entries: [LedgerEntry] = []
        var id: String?
        var standing = LedgerEntry.Standing.alive
        if ledger.session == nil, let own = await context.access.begunSession() {
            entries = await own.entries
            id = own.id
        } else if ledger.session != nil || !context.isInShell {
            let listing = try SessionChoice.listing(ledger.session, in: context.world)
            entries = listing?.content?.entries.map(\.ledgerEntry) ?? []
            id = listing?.id
            if let listing { standing = SessionState(listing).standing }
        }
        if let id, !context.isInShell, !entries.isEmpty {
            try context.note(
                "session \(id); \(context.typedProgram) undo all --session \(id) undoes it")
        }
        if entries.isEmpty, ledger.format.output.isForPeople {
            try context.note("No changes.")
            guard ledger.session == nil else { return }
            return try OtherSessions.tell(apartFrom: id, in: context)
        }
        try context.report(
            Report(
                kind: "Changes",
                sections: [Section(nil, .table(UndoVoice.table(of: entries, standing)))],
                payload: [
                    "kind": "Changes", "session": id.map(JSONValue.string) ?? .null,
                    "changes": .array(entries.map(UndoVoice.payload(of:))),
                ], names: entries.map(\.objectText)),
            as: ledger.format.output)
    }
}

/// Where changes are, when there are none here.
enum OtherSessions {
    /// Says on one line which sessions of this user hold changes, if any; asks no server.
    static func tell(apartFrom own: String?, in context: VerbContext) throws {
        let user = context.world.user.isEmpty ? nil : context.world.user
        let others = try SessionOpening.clearedStore(context.world).sessions().filter {
            $0.id != own && !$0.pending.isEmpty && (user == nil || $0.content?.header.user == user)
        }
        guard let first = others.first else { return }
        let count = others.reduce(0) { $0 + $1.pending.count }
        let changes = count == 1 ? "1 change" : "\(count) changes"
        let program = context.world.programName
        guard others.count == 1 else {
            return try context.note(
                "note: \(others.count) other sessions have \(changes);"
                    + " \(program) session list shows them")
        }
        let place = first.content.map { " in \($0.header.cluster.server)" } ?? ""
        try context.note(
            "note: session \(first.id) (\(SessionState(first).rawValue)) has \(changes)\(place);"
                + " \(program) changes --session \(first.id) shows \(count == 1 ? "it" : "them")")
    }
}

/// Which journal a one-shot command means.
enum SessionChoice {
    /// The session with that id; without one this user's newest that was detached, else the
    /// newest that ended without undoing.
    static func listing(
        _ id: String?, on cluster: ClusterIdentity? = nil, in world: World
    ) throws -> JournalStore.Listing? {
        let store = try SessionOpening.clearedStore(world)
        guard let id else {
            let user = world.user.isEmpty ? nil : world.user
            if let detached = try store.detached(on: cluster, user: user).first { return detached }
            return try store.leftovers(on: cluster).max {
                guard let one = $0.content?.header.created, let other = $1.content?.header.created
                else { return false }
                return one < other
            }
        }
        if let found = try store.sessions().first(where: { $0.id == id }) { return found }
        throw unknown(id)
    }

    static func unknown(_ id: String) -> Failure {
        Failure(
            .notFound, "there is no session \"\(id)\" on this machine",
            steps: [NextStep(["session", "list"], "shows them")])
    }
}
