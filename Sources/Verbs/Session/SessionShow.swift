package import ArgumentParser
import Documents
import KubernetesCore
import Render
import Session

/// `session show`: one session, with all of its changes.
package struct SessionShow: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("session show", "The session of this shell, or the last")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "show", abstract: "Show a session and its changes.",
        discussion: """
            Without an id: the shell's own, else the newest that left something. Reads this \
            machine's journals alone; no server is asked.
            """)

    @Argument(help: "The session, by its id (see session list).")
    var id: String?

    @OptionGroup var format: OutputOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        var chosen = id
        if chosen == nil { chosen = await context.access.begunSession()?.id }
        // The shell's own session has no journal before its first change.
        let own = try chosen.map { own in
            try SessionOpening.store(context.world).sessions().first { $0.id == own }
        }
        let listing =
            if id == nil, let own { own } else {
                try SessionChoice.listing(id, in: context.world)
            }
        guard let listing else { return try context.note("No session has changed anything.") }
        let entries = listing.content?.entries.map(\.ledgerEntry) ?? []
        let header = listing.content?.header
        var fields = [
            Field("Session", listing.id), Field("State", SessionState(listing).rawValue),
        ]
        if let header {
            fields += [
                Field("Server", header.cluster.server), Field("Begun", header.created.rfc3339),
            ]
            if let user = header.user { fields.append(Field("User", user)) }
        }
        fields.append(Field("Pending", String(listing.pending.count)))
        var payload: JSONValue = [
            "kind": "Session", "id": .string(listing.id),
            "state": .string(SessionState(listing).rawValue),
            "pending": .integer(Int64(listing.pending.count)),
        ]
        if let header {
            payload["server"] = .string(header.cluster.server)
            payload["created"] = .string(header.created.rfc3339)
        }
        payload["changes"] = .array(entries.map(UndoVoice.payload(of:)))
        var sections = [Section(nil, .fields(fields))]
        if !entries.isEmpty {
            sections.append(
                Section(nil, .table(UndoVoice.table(of: entries, SessionState(listing).standing))))
        }
        try context.report(
            Report(
                kind: "Session", sections: sections, payload: payload,
                names: ["session/\(listing.id)"]),
            as: format.output)
    }
}

/// How a session stands, in a word.
enum SessionState: String, Sendable {
    /// Somebody holds it.
    case alive
    /// Left on purpose, with its changes in place.
    case detached
    /// Ended, perhaps without undoing.
    case ended

    var standing: LedgerEntry.Standing {
        switch self {
        case .alive: .alive
        case .detached: .detached
        case .ended: .ended
        }
    }

    init(_ listing: JournalStore.Listing) {
        self = listing.isAlive ? .alive : listing.isDetached ? .detached : .ended
    }
}
