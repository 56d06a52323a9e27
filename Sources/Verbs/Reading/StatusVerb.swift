package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `status`: health of the whole, then what failed and why.
package struct StatusVerb: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("status", "Everything in the namespace"),
        Example("status production-health", "One aggregate"),
        Example("status petstore", "One API"),
        Example("status -A -o json", "All namespaces, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "status", abstract: "Show health, and which resources failed.",
        discussion: """
            Shows each aggregate with its health, then every failed resource with its message. \
            An API without aggregates is summed up from its resources. Kinds that you may not \
            list are named on stderr.
            """)

    @Argument(help: .init("An API by name or group, or an aggregate.", valueName: "api|aggregate"))
    var subject: String?

    @OptionGroup var format: OutputOptions

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let catalog = try await context.access.catalog()
        let namespace = allNamespaces ? nil : try await context.namespace()
        var apis = catalog.groups
        var wanted: String?
        if let subject {
            let named = apis.filter { $0.displayName == subject || $0.group == subject }
            if named.isEmpty { wanted = subject } else { apis = named }
        }
        guard !apis.isEmpty else {
            throw Failure(
                .notFound, "the cluster offers no generated API",
                hints: ["\(context.world.programName) init tells what it looked for"])
        }
        let survey = try await Survey(
            of: apis, namespace: namespace, client: try await context.client())
        var status = ApplicationStatus(survey, showsNamespace: allNamespaces)
        if let wanted { status = try status.narrowed(to: wanted, apis: catalog.groups) }
        try context.report(status.report, as: format.output)
    }
}
