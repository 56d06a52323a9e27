package import ArgumentParser
import Documents
import KubernetesCore
import Render
import Session

/// `session`: what earlier sessions left.
package struct SessionCommand: ParsableCommand, Sendable {
    package static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Look at sessions, leave them and take them up, finish what they left.",
        discussion: """
            Every change is recorded before it is made, in the object and in a journal on this \
            machine. When a session ends without undoing (a crash, a lost network), the record \
            stays and "session recover" finishes the work.
            """,
        subcommands: [
            SessionList.self, SessionShow.self, SessionTranscript.self, SessionDetach.self,
            SessionAttach.self, SessionRecover.self, SessionForget.self,
        ])

    package init() {}
}

/// `session list`: the journals of this machine.
package struct SessionList: Verb {
    package static let effect = Effect.reads
    package static let examples = [Example("session list", "Sessions of this machine")]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "list", abstract: "Show the sessions that have a journal here.",
        discussion: """
            Reads this machine's journals alone; no server is asked. Journals about an embedded \
            sandbox that ended with its process are cleared away: there is nothing left to undo.
            """)

    @Flag(help: "Those that ended with everything done, whose transcripts are kept.")
    var ended = false

    @OptionGroup var format: OutputOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        if ended { return try showEnded(context) }
        let sessions = try SessionOpening.clearedStore(context.world).sessions()
        if sessions.isEmpty, format.output.isForPeople {
            return try context.note("No sessions.")
        }
        let now = context.world.clock.now()
        let rows = sessions.map { session -> [TextTable.Cell] in
            let header = session.content?.header
            return [
                .init(session.id), .init(SessionState(session).rawValue),
                .init(String(session.pending.count)), .init(header?.cluster.server ?? ""),
                .init(header.map { $0.created.age(until: now) } ?? ""),
            ]
        }
        try context.report(
            Report(
                kind: "Sessions",
                sections: [
                    Section(
                        nil,
                        .table(
                            TextTable(["SESSION", "STATE", "PENDING", "SERVER", "AGE"], rows: rows))
                    )
                ],
                payload: [
                    "kind": "Sessions", "sessions": .array(sessions.map(payload(of:))),
                ], names: sessions.map { "session/\($0.id)" }),
            as: format.output)
    }

    private func showEnded(_ context: VerbContext) throws {
        let store = SessionOpening.store(context.world)
        var ended: [Transcript] = []
        for id in try store.ended() { ended.append(try store.transcript(of: id)) }
        ended.sort { $0.begun > $1.begun }
        if ended.isEmpty, format.output.isForPeople { return try context.note("No sessions.") }
        let rows = ended.map { session -> [TextTable.Cell] in
            [
                .init(session.session),
                .init(String(Set(session.lines.compactMap(\.number)).count)),
                .init(session.server), .init(session.begun.rfc3339),
            ]
        }
        try context.report(
            Report(
                kind: "Sessions",
                sections: [
                    Section(
                        nil,
                        .table(TextTable(["SESSION", "CHANGES", "SERVER", "BEGUN"], rows: rows)))
                ],
                payload: [
                    "kind": "Sessions",
                    "sessions": .array(
                        ended.map {
                            [
                                "id": .string($0.session), "state": "done",
                                "server": .string($0.server), "created": .string($0.begun.rfc3339),
                            ]
                        }),
                ], names: ended.map { "session/\($0.session)" }),
            as: format.output)
    }

    private func payload(of session: JournalStore.Listing) -> JSONValue {
        var value: JSONValue = [
            "id": .string(session.id), "state": .string(SessionState(session).rawValue),
            "alive": .bool(session.isAlive),
            "pending": .integer(Int64(session.pending.count)),
        ]
        if let header = session.content?.header {
            value["server"] = .string(header.cluster.server)
            value["created"] = .string(header.created.rfc3339)
        }
        return value
    }
}

/// `session forget`: throws a journal away whose cluster is gone.
package struct SessionForget: Verb {
    package static let effect = Effect.irreversible(
        because: "the journal is deleted; records in objects stay until somebody removes them")
    package static let examples: [Example] = []
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "forget", abstract: "Delete the journal of a session.",
        discussion: """
            For sessions whose cluster does not exist any more. Needs the id. What the session \
            changed stays as it is, and so do the records in the objects.
            """)

    @Argument(help: "The session, by its id (see session list).")
    var id: String

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    package init() {}

    package func run(in context: VerbContext) async throws {
        let listing = try SessionChoice.listing(id, in: context.world)
        let count = listing?.pending.count ?? 0
        if count > 0 {
            try await context.confirm(
                "Forget session \(id), which left \(count) of its changes in place", yes: yes)
        }
        try SessionOpening.store(context.world).forget(id)
        try context.note("session \(id) is forgotten")
        let objects = Set((listing?.pending ?? []).map(\.ledgerEntry.objectText)).sorted()
        guard !objects.isEmpty else { return }
        try context.note(
            "note: its records stay in \(objects.joined(separator: ", ")), if that is still there; "
                + "\(context.world.programName) session recover \(id) finds them by those")
    }
}
