package import ArgumentParser
import Catalog
import Diagnostics
import KubernetesClient
import KubernetesCore
import Render

/// `drift-report`: where the application's API has other values than the specs ask for.
package struct DriftReport: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("drift-report", "All resources of the namespace"),
        Example("drift-report pets -o wide", "One kind, with who wrote the fields"),
        Example("drift-report pets orders -A -o json", "Two kinds everywhere, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "drift-report",
        abstract: "Show where the API has other values than the specs ask for.",
        discussion: """
            Compares each spec with what the API answered last, by the operator's own rules and \
            for each endpoint; the operator's flag is false again as soon as it has corrected \
            something. "Unknown" says that the answer is too old to tell. Where differences were \
            counted before, the objects are looked at twice: what differs again after each write \
            is "flapping". Ends with status 1 where there is drift.
            """, aliases: ["drift"])

    @Argument(help: .init("Kinds; none: all kinds of resources.", valueName: "kind"))
    var kinds: [String] = []

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Only objects with these labels.")
    var selector: String?

    @Option(
        help: "The time between two looks at what may be flapping; 0: look once.",
        transform: DurationArgument.zeroOrMore)
    var sample: Duration = Self.standardSample

    @Flag(name: [.customShort("w"), .long], help: "Go on, and show every change.")
    var watch = false

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package var goesOn: Bool { watch }

    package init() {}

    /// A hot loop of the operator counts several times in it (operator-contract.md, Seen live 1).
    package static let standardSample = Duration.milliseconds(1200)

    package func run(in context: VerbContext) async throws {
        let kinds = try await resourceKinds(context)
        let namespace = allNamespaces ? nil : try await context.namespace()
        let client = try await context.client()
        let options = ListOptions(labelSelector: selector)
        let look = DriftLook(client: client, namespace: namespace, options: options)
        if watch {
            let follower = DriftFollower(
                look: look, kinds: kinds, format: format.output, context: context)
            return try await follower.run()
        }
        let seen = try await look.all(
            kinds, sample: sample, clock: context.world.clock)
        for gap in seen.gaps { try context.remark(gap) }
        guard !seen.findings.isEmpty else {
            if format.output.isForPeople {
                return try context.note("No resources found\(look.placeText).")
            }
            return try context.report(table([], seen).report, as: format.output)
        }
        var table = table(seen.findings, seen)
        table.standing = try await context.standingPlace()
        try context.report(table.report, as: format.output)
        guard !seen.findings.contains(where: \.isPresent) else {
            throw Failure(.answeredNo, "")
        }
    }

    private func table(_ findings: [DriftFinding], _ seen: DriftLook.Seen) -> DriftTable {
        DriftTable(
            findings: findings, showsNamespace: allNamespaces, pods: seen.pods, now: seen.now)
    }

    /// The kinds that were named, or all whose objects the API can have otherwise.
    private func resourceKinds(_ context: VerbContext) async throws -> [CatalogKind] {
        guard !kinds.isEmpty else {
            let catalog = try await context.access.catalog(of: nil, .cached)
            let all = catalog.groups.flatMap { $0.kinds(.resource) }
            guard !all.isEmpty else {
                throw Failure(
                    .notFound, "the cluster offers no kind whose objects could drift",
                    steps: [NextStep(["init"], "tells what it looked for")])
            }
            return all
        }
        let words = kinds.flatMap { $0.split(separator: ",").map(String.init) }
        var found: [CatalogKind] = []
        for word in words {
            let kind = try await context.kind(word, schemas: true)
            guard kind.category == .resource else {
                throw Failure(
                    .mistake,
                    "\(kind.type.plural) cannot drift: only resources have a spec that "
                        + "the API is held to",
                    hints: ["diagnose looks into objects of every kind"])
            }
            if !found.contains(where: { $0.type == kind.type }) { found.append(kind) }
        }
        return found
    }
}
