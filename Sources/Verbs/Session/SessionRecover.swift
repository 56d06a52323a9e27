package import ArgumentParser
import Catalog
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `session recover`: undoes what a session left that ended without doing so.
package struct SessionRecover: ClusterVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("session recover --yes", "Undo whatever earlier sessions left on this cluster")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "recover", abstract: "Undo what an earlier session left.",
        discussion: """
            Without an id every session that ended without undoing is taken up: those of this \
            machine, and what sessions of other machines left in the objects of the namespace. \
            Shows what will be undone and asks; --yes agrees beforehand.

            A session of another machine counts as ended when its Lease has run out or its \
            deadline has passed. Where neither tells, --force with its id takes it up all the same.
            """)

    @Argument(help: "The session, by its id (see session list).")
    var id: String?

    @Flag(help: "Take the session up although it may still live; needs its id.")
    var force = false

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var waiting: UndoWaiting
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        if force, id == nil {
            throw Failure(
                .usage(""), "--force needs the id of the session",
                steps: [NextStep(["session", "list"], "shows them")])
        }
        let client = try await context.client()
        let identity = await ClusterIdentity.read(from: client)
        let opening = SessionOpening(
            world: context.world, client: client,
            program: context.typedProgram)
        let here = try idsHere(identity, context)
        var isComplete = true
        for id in here {
            let session = try opening.resume(id, on: identity)
            do {
                isComplete = try await recover(session, context) && isComplete
            } catch {
                await session.detach()
                throw error
            }
        }
        // Where not even our own could be finished, looking further helps nobody.
        guard isComplete else { throw Failure(.undoIncomplete, "") }
        let elsewhere = try await recoverElsewhere(apartFrom: here, opening, identity, context)
        guard elsewhere ?? true else { throw Failure(.undoIncomplete, "") }
        guard here.isEmpty, elsewhere == nil else { return }
        let store = SessionOpening.store(context.world)
        let isAllHere = try store.leftovers(at: context.world.clock.now()).isEmpty
        try context.note("Nothing to recover\(isAllHere ? "" : " on this cluster").")
    }

    // MARK: By the journals of this machine

    private func idsHere(
        _ identity: ClusterIdentity, _ context: VerbContext
    ) throws -> [String] {
        let store = SessionOpening.store(context.world)
        guard let id else {
            return try store.leftovers(on: identity, at: context.world.clock.now()).map(\.id)
        }
        return try store.sessions().map(\.id).filter { $0 == id }
    }

    private func recover(_ session: Session, _ context: VerbContext) async throws -> Bool {
        let pending = await session.entries.filter { $0.isTemporary && $0.state.isPending }
        if !pending.isEmpty { try await ask(about: pending, of: session.id, context) }
        let report = await session.close(options: waiting.options)
        try UndoVoice.tell(report, in: context)
        return report.isComplete
    }

    private func ask(
        about pending: [LedgerEntry], of id: String, _ context: VerbContext
    ) async throws {
        try context.note("session \(id):")
        for entry in pending {
            guard entry.action == .change else {
                try context.note("  \(entry.objectText) deleted again")
                continue
            }
            for field in entry.fields {
                try context.note(
                    "  \(entry.objectText) \(field.pathText): "
                        + "\(field.nowText) back to \(field.beforeText)")
            }
        }
        let count = pending.count == 1 ? "1 change" : "\(pending.count) changes"
        try await context.confirm("Undo \(count) of session \(id)", yes: yes)
    }

    // MARK: By the records in the objects

    /// Takes up what sessions of other machines left, or of this one whose journal is lost.
    ///
    /// - Returns: whether all of it is done; nil when there is nothing.
    private func recoverElsewhere(
        apartFrom here: [String], _ opening: SessionOpening, _ identity: ClusterIdentity,
        _ context: VerbContext
    ) async throws -> Bool? {
        let found = try await search(context)
        let rule = id.map { SweepRule.session($0, force: force) } ?? .abandoned
        let plan = Sweep.plan(found, by: rule).filter { item in
            !here.contains(item.record.session) && (id.map { $0 == item.record.session } ?? true)
        }
        let wanted = plan.filter { $0.action != .keep }
        let kept = plan.filter { $0.action == .keep }
        if wanted.isEmpty, here.isEmpty, let id {
            throw refusal(of: id, kept.first, context)
        }
        for item in kept where !item.isOfTheLiving {
            try context.note("note: \(item.record.object) is left as it is: \(item.reason)")
        }
        guard !wanted.isEmpty else { return nil }
        for session in Set(wanted.map(\.record.session)).sorted() {
            let entries = wanted.map(\.record).filter { $0.session == session }
            try await ask(about: entries.map(\.ledgerEntry), of: session, context)
        }
        let work = SweepWork(
            store: SessionOpening.store(context.world), cluster: identity, client: opening.client,
            environment: opening.environment)
        let report = await work.run(wanted, of: found, options: waiting.options)
        try UndoVoice.tell(report, in: context)
        return report.isComplete
    }

    private func search(_ context: VerbContext) async throws -> SearchResult {
        let kinds = try await context.access.catalog().groups.flatMap(\.kinds)
            .filter { $0.type.supports("list") }
        let namespace = allNamespaces ? nil : try await context.namespace()
        let clock = context.world.clock
        let found = await SessionSearch(
            client: try await context.client(),
            clock: SessionClock(now: clock.now, sleep: clock.sleep)
        ).run(kinds: kinds.map(ChangeTarget.init), namespace: namespace)
        for failure in found.failures {
            try context.note(
                "note: \(failure.type.plural) could not be searched: \(failure.error.message)")
        }
        return found
    }

    private func refusal(of id: String, _ kept: SweepItem?, _ context: VerbContext) -> Failure {
        let program = context.typedProgram
        guard let kept else {
            return Failure(
                .notFound, "there is no session \"\(id)\" on this machine, nor anything of it here",
                hints: [
                    "\(program) session list shows them", "-A looks in all namespaces",
                ])
        }
        return Failure(
            .conflict, "session \(id) is left as it is: \(kept.reason)",
            hints: force
                ? [] : ["if it is gone for ever: \(program) session recover \(id) --force"])
    }
}

extension SweepItem {
    /// Whether it waits for somebody who is at work, and so concerns nobody else.
    fileprivate var isOfTheLiving: Bool {
        if case .alive = record.liveness { return true }
        return false
    }
}
