package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `cleanup`: undoes and deletes what sessions left in the cluster, wherever they ran.
package struct CleanupVerb: UndoingVerb, DryRunningVerb {
    package static let effect = Effect.irreversible(
        because: "it ends temporary changes and deletes what was made for a while; each is looked"
            + " at and told before")
    package static let examples = [
        Example("cleanup --dry-run", "Show what there is, and what would become of it"),
        Example("cleanup --expired -A --yes", "Everything whose time is over"),
        Example("cleanup --older-than 24h --yes", "Also what is labelled as temporary and old"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "cleanup", abstract: "Undo and delete what sessions left.",
        discussion: """
            Finds by labels on the server what was changed or made for a while, says what becomes \
            of each (RESTORE, DELETE or KEEP, and why), asks, and does it: a changed object is \
            restored as undo does it, and never deleted; one that was made for a while is deleted \
            by its uid. Without options that is what your own dead sessions left.

            What belongs to a session that lives, and what is labelled keep=true, is left alone. \
            So is what the deletion of which has an effect outside the cluster, unless \
            --with-effects accepts just that.

            --dry-run shows what would become of each; --dry-run=server has the server try it as \
            well.
            """)

    @Option(help: .init("What that session left.", valueName: "id"))
    var session: String?

    @Flag(help: "Whatever has passed its time, of all sessions.")
    var expired = false

    @Option(
        help: "Also what is labelled temporary=true and older, such as 24h.",
        transform: DurationArgument.positive)
    var olderThan: Duration?

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Only objects with these labels: environment=production,!old")
    var selector: String?

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(help: "Delete also what has an effect outside the cluster when it is deleted.")
    var withEffects = false

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var trial: DryRunOptions
    @OptionGroup var waiting: UndoWaiting
    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    var undoOptions: UndoOptions { waiting.options }

    package func run(in context: VerbContext) async throws {
        if let selector { try SelectorWords.check(selector) }
        if session != nil, expired || olderThan != nil {
            throw Failure(
                .usage(""), "--session cannot be given together with --expired or --older-than")
        }
        let found = try await search(context)
        let items = try plan(found, context)
        for gap in found.failures {
            try context.note("note: \(gap.type.plural) were not looked at: \(gap.error.message)")
        }
        let report = Self.report(of: items)
        if items.isEmpty, format.output.isForPeople {
            return try context.note("Nothing to clean up.")
        }
        if isTrial || items.isEmpty {
            try context.report(report, as: format.output)
            return mode == .server ? try await rehearse(items, context) : ()
        }
        try tell(report, context)
        let work = items.filter { $0.action != .keep }
        guard !work.isEmpty else { return try context.note("Nothing to do: everything is kept.") }
        try await context.confirm(Self.question(about: work), yes: yes)
        try await carryOut(work, of: found, context)
    }

    private func tell(_ report: Report, _ context: VerbContext) throws {
        let text = String(decoding: try context.renderer(.table).render(report), as: UTF8.self)
        try context.note(String(text.dropLast()))
    }

    // MARK: Finding

    private func search(_ context: VerbContext) async throws -> SearchResult {
        let client = try await context.client()
        let kinds = try await context.access.catalog().groups.flatMap(\.kinds).filter {
            $0.type.supports("list")
        }
        let clock = context.world.clock
        let search = SessionSearch(
            client: client, clock: SessionClock(now: clock.now, sleep: clock.sleep))
        let limit = selector.map { "," + $0 } ?? ""
        let found = await search.run(
            kinds: kinds.map(ChangeTarget.init),
            namespace: allNamespaces ? nil : try await context.namespace(),
            selectors: [SessionSearch.ours + limit, SessionSearch.labelled + limit])
        // Where nothing at all could be looked at, the reason is the answer.
        if let first = found.failures.first, found.failures.count == kinds.count * 2 {
            throw first.error
        }
        return found
    }

    private func plan(
        _ found: SearchResult, _ context: VerbContext
    ) throws(Failure) -> [SweepItem] {
        let limits = SweepLimits(maxAge: olderThan, acceptsEffects: withEffects)
        // A machine without journals knows its user's sessions by name alone.
        let journals = (try? SessionOpening.store(context.world).sessions()) ?? []
        let found = Self.judged(found, by: journals, on: context.world.machine)
        if let session {
            let items = Sweep.plan(found, by: .session(session, force: false), within: limits)
                .filter { $0.record.session == session }
            guard !items.isEmpty else {
                throw Failure(
                    .notFound, "no object bears anything of session \(session)",
                    steps: [NextStep(["cleanup", "--dry-run", "-A"], "shows what there is")])
            }
            return items
        }
        if expired { return Sweep.plan(found, by: .expired, within: limits) }
        let local = Set(journals.map(\.id))
        return found.records.map { record in
            let isOwn =
                local.contains(record.session)
                || record.user != nil && record.user == context.world.user
            let rule: SweepRule = isOwn ? .abandoned : .expired
            var item = Sweep.item(for: record, by: rule, within: limits, now: found.now)
            let isAged = limits.isTooOld(record, now: found.now) != nil
            if !isOwn, !isAged, item.action != .keep {
                item.action = .keep
                item.reason = "it is of no session of yours (--expired takes it)"
            }
            return item
        }
    }

    /// What is known here of sessions whose Leases are fresh.
    ///
    /// Whoever was killed on this machine left a journal that nobody holds, and is dead for sure. A
    /// home may be shared by machines that do not see each other's locks: of their sessions the Lease
    /// alone tells.
    private static func judged(
        _ found: SearchResult, by journals: [JournalStore.Listing], on machine: String?
    ) -> SearchResult {
        let ended = Set(
            journals.filter {
                !$0.isAlive && !$0.isDetached && $0.content?.header.machine == machine
            }.map(\.id))
        var found = found
        for index in found.records.indices
        where found.records[index].liveness.isAlive
            && ended.contains(found.records[index].session)
        {
            found.records[index].liveness = .dead(
                "its session is dead: its journal is on this machine, and nobody holds it")
        }
        return found
    }

    // MARK: Telling

    private static func report(of items: [SweepItem]) -> Report {
        let hasPlaces = Set(items.map(\.record.object.namespace)).count > 1
        let rows = items.map { item -> [TextTable.Cell] in
            let object = item.record.object
            let place = hasPlaces ? object.namespace.map { " (\($0))" } ?? "" : ""
            return [
                .init(item.action.rawValue, tint: tint(of: item.action)),
                .init("\(object)\(place)"), .init(item.record.session), .init(item.reason),
            ]
        }
        let table = TextTable(["ACTION", "OBJECT", "SESSION", "REASON"], rows: rows)
        return Report(
            kind: "Cleanup", sections: items.isEmpty ? [] : [Section(nil, .table(table))],
            payload: ["kind": "Cleanup", "items": .array(items.map(payload))],
            names: items.filter { $0.action != .keep }.map {
                $0.record.object.type.qualifiedName(of: $0.record.object.name)
            })
    }

    private static func tint(of action: SweepItem.Action) -> Tint {
        switch action {
        case .restore: .waiting
        case .delete: .bad
        case .keep: .faint
        }
    }

    private static func payload(of item: SweepItem) -> JSONValue {
        let object = item.record.object
        var value: JSONValue = [
            "action": .string(item.action.rawValue), "object": .string("\(object)"),
            "apiVersion": .string(object.type.apiVersion), "kind": .string(object.kind),
        ]
        if let namespace = object.namespace { value["namespace"] = .string(namespace) }
        value["name"] = .string(object.name)
        value["session"] = .string(item.record.session)
        value["reason"] = .string(item.reason)
        return value
    }

    private static func question(about work: [SweepItem]) -> String {
        func objects(_ action: SweepItem.Action) -> String? {
            let count = work.count { $0.action == action }
            guard count > 0 else { return nil }
            return "\(action == .restore ? "Restore" : "delete") \(count)"
                + " object\(count == 1 ? "" : "s")"
        }
        let text = [objects(.restore), objects(.delete)].compactMap(\.self)
            .joined(separator: " and ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    // MARK: Doing

    private func sweep(_ context: VerbContext) async throws -> SweepWork {
        let client = try await context.client()
        let opening = SessionOpening(
            world: context.world, client: client,
            program: context.typedProgram)
        return SweepWork(
            store: SessionOpening.store(context.world),
            cluster: await ClusterIdentity.read(from: client), client: client,
            environment: opening.environment)
    }

    /// Has the server try it all; what it refuses would be left, as after the clean-up itself.
    private func rehearse(_ items: [SweepItem], _ context: VerbContext) async throws {
        let refusals = try await sweep(context).rehearse(items)
        for line in refusals {
            for paragraph in UndoVoice.paragraphs(of: line) { try context.note(paragraph) }
        }
        guard refusals.isEmpty else { throw Failure(.undoIncomplete, "") }
        try context.note(mode.remark)
    }

    private func carryOut(
        _ work: [SweepItem], of found: SearchResult, _ context: VerbContext
    ) async throws {
        let sweep = try await sweep(context)
        let report = await sweep.run(work, of: found, options: waiting.options)
        _ = await sweep.clear(found.staleLeases)
        try UndoVoice.tell(report, in: context)
        if !report.isComplete { throw Failure(.undoIncomplete, "") }
    }
}
