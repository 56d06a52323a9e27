package import ArgumentParser
import Catalog
import Diagnostics
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `health-check`: is everything well? For people, and for the exit status.
package struct HealthCheck: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("health-check", "The health that aggregates and bundles report"),
        Example("health-check --all", "Every object of every kind"),
        Example("health-check --all -A -o json", "Everywhere, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "health-check", abstract: "Check the health of everything.",
        discussion: """
            Shows what aggregates and bundles report. With --all every object of every kind is \
            looked at: counts per kind as the operator counts, and what failed, is stale, stuck, \
            drifting, or was left behind by a session that is gone. Ends with 1 where something \
            is not healthy.
            """)

    @Flag(help: "Look at every object, not only at aggregates and bundles.")
    var all = false

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Only objects with these labels.")
    var selector: String?

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let apis = try await context.access.catalog(of: nil, .cached).groups
        guard !apis.isEmpty else {
            throw Failure(
                .notFound, "the cluster offers no generated API",
                steps: [NextStep(["init"], "tells what it looked for")])
        }
        let namespace = allNamespaces ? nil : try await context.namespace()
        let client = try await context.client()
        let summing: Set<Category> = [.aggregate, .bundle]
        let kinds = apis.flatMap(\.kinds).filter {
            $0.category != .unknown && $0.type.supports("list")
                && (all || summing.contains($0.category))
        }
        async let left = leftovers(kinds, namespace, client, context)
        let clock = context.world.clock
        let looksAtAll = all
        let lists = try await KindLists(
            of: kinds, client, namespace, ListOptions(labelSelector: selector)
        ) { object, kind in
            Looked(
                summary: summing.contains(kind.category) ? .init(object, kind: kind) : nil,
                verdict: looksAtAll
                    ? .init(on: object, of: kind, now: client.estimatedServerTime ?? clock.now())
                    : nil)
        }
        var outcome = HealthOutcome(showsNamespace: allNamespaces, coversAll: all)
        for kind in kinds {
            let objects = lists.objects(of: kind)
            outcome.summaries += objects.compactMap(\.summary)
            if all { outcome.review.add(objects.compactMap(\.verdict), of: kind) }
        }
        outcome.gaps = lists.gaps.map(\.text)
        outcome.leftovers = await left
        if outcome.isEmpty, format.output.isForPeople {
            let place = namespace.map { " in \($0) namespace" } ?? ""
            try context.note(
                all
                    ? "No resources found\(place)."
                    : "No aggregates or bundles found\(place); health-check --all looks at every "
                        + "object")
        } else {
            outcome.standing = try await context.standingPlace()
            try context.report(outcome.report, as: format.output)
        }
        guard outcome.isHealthy else { throw Failure(.answeredNo, "") }
    }

    /// What is kept of one object.
    private struct Looked: Sendable {
        var summary: HealthOutcome.Summary?
        var verdict: HealthReview.Verdict?
    }

    /// What sessions left behind that give no sign of life.
    private func leftovers(
        _ kinds: [CatalogKind], _ namespace: String?, _ client: KubernetesClient,
        _ context: VerbContext
    ) async -> [HealthOutcome.Leftover] {
        guard all else { return [] }
        let search = SessionSearch(
            client: client,
            clock: SessionClock(
                now: context.world.clock.now, sleep: context.world.clock.sleep))
        let found = await search.run(kinds: kinds.map { ChangeTarget($0) }, namespace: namespace)
        return found.records.filter(\.liveness.isOver).map { record in
            HealthOutcome.Leftover(
                object: "\(record.object.kind.lowercased())/\(record.object.name)",
                session: record.session, why: record.liveness.text)
        }
    }
}
