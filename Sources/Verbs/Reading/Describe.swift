package import ArgumentParser
import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `describe`: everything about an object, for people, in an order that never changes.
package struct Describe: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("describe pet fluffy", "State, drift, and what the API answered"),
        Example("describe order/order-456", "Why does it fail?"),
        Example("describe petstoreaggregate production-health", "An aggregate and its members"),
        Example(
            "describe storeinventoryquery inventory-check --show-response",
            "A query and its whole answer"),
        Example("describe pet fluffy -o json", "The same for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "describe", abstract: "Show everything about a resource.",
        discussion: """
            State, answer of the application's API, spec, conditions, owner, target, and the \
            temporary changes that are recorded on the object, for each endpoint where several \
            were asked. Long answers are cut unless --show-response is given, passwords and \
            tokens are hidden unless --show-secrets is.
            """)

    @Argument(
        help: .init(
            "KIND NAME…, or KIND/NAME…; without a name all of the kind.", valueName: "resource"))
    var words: [String] = []

    @OptionGroup var files: ManifestOptions
    @OptionGroup var format: OutputOptions

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Only objects with these labels.")
    var selector: String?

    @Flag(help: "Show answers of the API whole, however long they are.")
    var showResponse = false

    @OptionGroup var secrets: SecretOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    /// Lines of one answer of the API that are shown without being asked for.
    private static let longestResponse = 40
    private static let mostSteps = 5

    package func run(in context: VerbContext) async throws {
        let wanted = try await meant(context)
        let client = try await context.client()
        let namespace = try await context.namespace()
        var failures = FailureCollector()
        var reports: [Report] = []
        let standing = try await context.standingPlace()
        for (kind, names, namespace) in wanted {
            do {
                let found = try await fetch(kind, names, namespace, client)
                for result in found {
                    switch result {
                    case .success(let object):
                        reports.append(report(of: object, kind, standing, context))
                    case .failure(let error):
                        try failures.add(error, world: context.world)
                    }
                }
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        if !reports.isEmpty {
            try context.report(merge(reports), as: format.output)
        } else if failures.isEmpty {
            try context.note("No resources found in \(namespace) namespace.")
        }
        try failures.throwAll()
    }

    /// Kinds with the names that are meant of each; of no names all.
    private func meant(
        _ context: VerbContext
    ) async throws -> [(kind: CatalogKind, names: [String], namespace: String)] {
        try files.refuseOthers(words, isChosen: selector != nil)
        guard files.filename.isEmpty else {
            return try await files.meant(given: cluster.namespace, in: context).map {
                ($0.kind, [$0.name], $0.namespace)
            }
        }
        let objects = try ObjectWords(words)
        if objects.hasNames, selector != nil {
            throw Failure(.usage(""), "a name and a selector cannot be given together")
        }
        let namespace = try await context.namespace()
        var wanted: [(kind: CatalogKind, names: [String], namespace: String)] = []
        for selection in objects.selections {
            let kind = try await context.kind(selection.kind, schemas: true)
            wanted.append((kind, selection.names, namespace))
        }
        return wanted
    }

    private func fetch(
        _ kind: CatalogKind, _ names: [String], _ namespace: String, _ client: KubernetesClient
    ) async throws -> [Result<KubernetesObject, KubernetesError>] {
        guard !names.isEmpty else {
            let list = try await client.list(
                kind.type, namespace: namespace, options: ListOptions(labelSelector: selector))
            return list.items.map { .success($0) }
        }
        return await ObjectFetch(client: client, kind: kind, namespace: namespace).objects(names)
    }

    private func report(
        of object: KubernetesObject, _ kind: CatalogKind, _ standing: StandingPlace,
        _ context: VerbContext
    ) -> Report {
        let description = Description(
            object, kind: kind, now: context.world.clock.now(), showSecrets: secrets.showSecrets,
            responseLimit: showResponse ? nil : Self.longestResponse)
        var report = description.report
        if description.isInTrouble {
            report.nextSteps = [
                standing.step(
                    Remedy(["diagnose", kind.word, object.name], "finds out why"),
                    for: object.namespace)
            ].compactMap { $0 }
        }
        return report
    }

    /// Several descriptions one below the other; for programs they are a list.
    private func merge(_ reports: [Report]) -> Report {
        guard reports.count > 1 else { return reports[0] }
        var whole = Report(
            kind: "Descriptions", sections: reports.flatMap(\.sections),
            payload: [
                "kind": "Descriptions", "items": .array(reports.map(\.payload)),
            ], names: reports.flatMap(\.names))
        whole.nextSteps = Array(reports.flatMap(\.nextSteps).prefix(Self.mostSteps))
        return whole
    }
}
