package import ArgumentParser
import Render
import Session

/// `undo`: takes changes back before the session ends.
package struct Undo: ClusterVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("undo all", "Take back every change of the session"),
        Example("undo", "Take back the latest change"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "undo", abstract: "Take changes back now.",
        discussion: """
            Without a number the latest change is undone; the numbers are those of "changes". \
            Only values that still are as we wrote them are restored: what somebody else has \
            set meanwhile stays, and is reported.
            """)

    @Argument(help: .init("Numbers of changes, or all.", valueName: "number|all"))
    var which: [String] = []

    @OptionGroup var ledger: LedgerOptions

    @OptionGroup var waiting: UndoWaiting

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let choice = try EntryChoice(which)
        guard let session = try await LedgerHolder.session(ledger.session, in: context) else {
            return try context.note("No changes to undo.")
        }
        guard let selection = try choice.selection(of: await session.entries) else {
            return try context.note("No changes to undo.")
        }
        try EntryChoice.tellSettled(selection, among: await session.entries, in: context)
        let report = await session.undo(selection, options: waiting.options)
        await LedgerHolder.letGo(session, in: context)
        try UndoVoice.finish(report, as: ledger.format.output, in: context)
    }
}

/// `keep`: makes temporary changes permanent.
package struct Keep: ClusterVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("keep all", "Leave every change of the session in place for good")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "keep", abstract: "Make temporary changes permanent.",
        discussion: """
            The values stay; the record of how they were before is taken out of the object. The \
            numbers are those of "changes".
            """)

    @Argument(help: .init("Numbers of changes, or all.", valueName: "number|all"))
    var which: [String]

    @OptionGroup var ledger: LedgerOptions

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let choice = try EntryChoice(which)
        guard let session = try await LedgerHolder.session(ledger.session, in: context),
            let selection = try choice.selection(of: await session.entries)
        else {
            return try context.note("No changes to keep.")
        }
        try EntryChoice.tellSettled(selection, among: await session.entries, in: context)
        let report = await session.keep(selection)
        await LedgerHolder.letGo(session, in: context)
        try UndoVoice.finish(report, as: ledger.format.output, in: context)
    }
}

/// Whose changes, and how they are shown: the same for every verb about a ledger.
struct LedgerOptions: ParsableArguments, Sendable {
    @Option(help: "The session, by its id (see session list).")
    var session: String?

    @OptionGroup var format: OutputOptions
}

/// Which entries the words mean.
enum EntryChoice: Sendable, Hashable {
    case latest
    case all
    case numbers([Int])

    init(_ words: [String]) throws(Failure) {
        if words.isEmpty {
            self = .latest
        } else if words == ["all"] {
            self = .all
        } else {
            var numbers: [Int] = []
            for word in words {
                guard let number = Int(word), number > 0 else {
                    throw Failure(
                        .usage(""), "\"\(word)\" is neither the number of a change nor all",
                        hints: ["changes shows the numbers"])
                }
                numbers.append(number)
            }
            self = .numbers(numbers)
        }
    }

    /// Nil when there is nothing to act on.
    func selection(of entries: [LedgerEntry]) throws(Failure) -> Selection? {
        let pending = entries.filter(\.state.isPending)
        switch self {
        case .all: return pending.isEmpty ? nil : .all
        case .latest:
            return pending.max { $0.number < $1.number }.map { .numbers([$0.number]) }
        case .numbers(let numbers):
            for number in numbers where !entries.contains(where: { $0.number == number }) {
                throw Failure(
                    .notFound, "there is no change number \(number)",
                    hints: ["changes shows the numbers"])
            }
            return .numbers(numbers)
        }
    }
}

extension EntryChoice {
    /// Says of numbers that were meant what became of them already.
    static func tellSettled(
        _ selection: Selection, among entries: [LedgerEntry], in context: VerbContext
    ) throws(OutputClosed) {
        guard case .numbers(let numbers) = selection else { return }
        for entry in entries where numbers.contains(entry.number) && !entry.state.isPending {
            let fate =
                switch entry.state {
                case .undone: "is undone already"
                case .conflict: "was left to whoever has changed it since"
                default: "is permanent"
                }
            try context.note("note: change \(entry.number) (\(entry.objectText)) \(fate)")
        }
    }
}

/// The session whose ledger a verb is about.
enum LedgerHolder {
    /// Leaves a session that was taken up for this line to whoever comes next.
    static func letGo(_ session: Session, in context: VerbContext) async {
        if await context.access.begunSession() !== session { await session.detach() }
    }

    /// The shell's own, else that of a session which ended without undoing; nil: there is none.
    static func session(_ id: String?, in context: VerbContext) async throws -> Session? {
        if id == nil, context.isInShell { return await context.access.begunSession() }
        // Without a journal of anybody's no server needs to be asked.
        guard try SessionChoice.listing(id, in: context.world) != nil else { return nil }
        let client = try await context.client()
        let cluster = await ClusterIdentity.read(from: client)
        guard let listing = try SessionChoice.listing(id, on: cluster, in: context.world) else {
            return nil
        }
        return try SessionOpening(
            world: context.world, client: client,
            program: context.typedProgram
        ).resume(listing.id, on: cluster)
    }
}
