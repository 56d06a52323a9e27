package import ArgumentParser
import Documents
import KubernetesCore
import Render
import Session

/// `session transcript`: what a session did, line by line.
package struct SessionTranscript: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("session transcript -o json", "What this session did, for the ticket")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "transcript", abstract: "Show what a session did, step by step.",
        discussion: """
            Who changed what, when and why, and what came of it; secrets are never in it. Without \
            an id: the shell's own session, else the newest. Also of sessions that have ended \
            well: the last fifty are kept (session list --ended).
            """)

    @Argument(help: "The session, by its id (see session list).")
    var id: String?

    @OptionGroup var format: OutputOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let store = SessionOpening.store(context.world)
        guard let transcript = try await transcript(store, context) else {
            return try context.note("No session has changed anything.")
        }
        var fields = [
            Field("Session", transcript.session), Field("Server", transcript.server),
            Field("Begun", transcript.begun.rfc3339),
        ]
        if let user = transcript.user { fields.insert(Field("User", user), at: 1) }
        let rows = transcript.lines.map { line -> [TextTable.Cell] in
            let why = [line.reason, line.ticket.map { "(\($0))" }].compactMap { $0 }
            return [
                .init(line.time?.rfc3339 ?? ""), .init(line.number.map(String.init) ?? ""),
                .init(line.object), .init(line.text), .init(why.joined(separator: " ")),
            ]
        }
        let table = TextTable(["TIME", "#", "OBJECT", "EVENT", "WHY"], rows: rows)
        let damaged = transcript.damagedLines
        try context.report(
            Report(
                kind: "Transcript",
                sections: [Section(nil, .fields(fields)), Section(nil, .table(table))],
                payload: Self.payload(transcript), names: ["session/\(transcript.session)"],
                notices: damaged == 0
                    ? [] : ["note: \(damaged) lines of the journal could not be read"]),
            as: format.output)
    }

    private func transcript(
        _ store: JournalStore, _ context: VerbContext
    ) async throws -> Transcript? {
        if let id {
            do {
                return try store.transcript(of: id)
            } catch {
                guard error.kind == .notFound else { throw error }
                throw SessionChoice.unknown(id)
            }
        }
        if let own = await context.access.begunSession(), let told = await own.transcript {
            return told
        }
        var newest: Transcript?
        for id in try store.sessions().map(\.id) + store.ended() {
            let other = try store.transcript(of: id)
            if let known = newest, known.begun >= other.begun { continue }
            newest = other
        }
        return newest
    }

    private static func payload(_ transcript: Transcript) -> JSONValue {
        [
            "kind": "Transcript", "session": .string(transcript.session),
            "user": transcript.user.map(JSONValue.string) ?? .null,
            "server": .string(transcript.server), "begun": .string(transcript.begun.rfc3339),
            "lines": .array(
                transcript.lines.map { line in
                    var value: JSONValue = [
                        "time": line.time.map { JSONValue.string($0.rfc3339) } ?? .null,
                        "event": .string(line.text),
                    ]
                    if let number = line.number { value["number"] = .integer(Int64(number)) }
                    if !line.object.isEmpty { value["object"] = .string(line.object) }
                    if let reason = line.reason { value["reason"] = .string(reason) }
                    if let ticket = line.ticket { value["ticket"] = .string(ticket) }
                    return value
                }),
        ]
    }
}
