package import ArgumentParser
import Catalog
import KubernetesClient
import KubernetesCore

/// `init`: finds out what a cluster offers, and remembers it.
package struct Initialize: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("init", "Look at the cluster of the current context"),
        Example("init -n production -o yaml", "Where the application runs in a namespace"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "init", abstract: "Find generated APIs, their operator and their pods.",
        discussion: """
            Lists the kinds of each generated API by category, its operator and the pods behind \
            it, and says what is missing or forbidden. What was found is remembered in \
            config.yaml below XDG_CONFIG_HOME; everything else in that file stays as it is.
            """)

    @OptionGroup var format: OutputOptions

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let program = context.world.programName
        let discovery = try await context.access.discovery()
        let catalog = try await context.access.catalog()
        for failure in discovery.failures { try context.note("could not be asked: \(failure)") }
        guard !catalog.groups.isEmpty else {
            throw Failure(
                .notFound,
                "no generated API among the \(Self.count(discovery)) of the cluster",
                hints: [
                    "install the CustomResourceDefinitions of your application's operator",
                    "\(program) shell --sandbox shows one without any cluster",
                ])
        }
        let client = try await context.client()
        let search = ClusterSearch(
            client: client, namespace: try await context.namespace(), program: program)
        var findings = await search.findings(catalog.groups)
        for api in catalog.groups
        where try await context.access.schemas(for: api.groupVersion).source == .none {
            findings.gaps.insert(Self.schemaGap(api), at: 0)
        }
        try Task.checkCancellation()
        let written = try remember(findings, in: context)
        try context.report(
            findings.report(
                at: client.estimatedServerTime ?? context.world.clock.now(), written: written),
            as: format.output)
    }

    private static func schemaGap(_ api: GeneratedAPI) -> ClusterFindings.Gap {
        ClusterFindings.Gap(
            what: "schemas of \(api.group)",
            why: "the server publishes none that you may read; kinds are told by their names",
            hint: "ask for a role with get and list on "
                + "customresourcedefinitions.apiextensions.k8s.io")
    }

    private static func count(_ discovery: Discovery) -> String {
        let groups = Set(discovery.resources.map(\.group)).count
        return "\(groups) custom API \(groups == 1 ? "group" : "groups")"
    }

    /// - Returns: the file; nil for an embedded cluster, of which nothing is left to remember.
    private func remember(
        _ findings: ClusterFindings, in context: VerbContext
    ) throws(Failure) -> String? {
        guard !context.access.settings.sandbox else { return nil }
        let file = OwnConfiguration(folder: context.world.directories.configuration)
        try file.remember(findings.configurationEntries, of: findings.server)
        return file.path
    }
}
