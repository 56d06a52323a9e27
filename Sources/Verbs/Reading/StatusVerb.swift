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
        Example("status -o wide", "With the values that aggregates compute"),
        Example("status --exit-code", "For scripts: 1 unless all is well"),
        Example("status -A -o json", "All namespaces, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "status", abstract: "Show health, and which resources failed.",
        discussion: """
            Shows each aggregate and bundle with its health, then every failed resource with its \
            message. An API without aggregates is summed up from its resources, kind by kind. \
            Kinds that you may not list are named on stderr.

            With --watch it follows the cluster until it is ended: on a terminal the text is \
            redrawn in its place, elsewhere every change is a line.
            """)

    @Argument(
        help: .init(
            "An API by name or group, an aggregate or a bundle.", valueName: "api|aggregate"))
    var subject: String?

    @OptionGroup var format: OutputOptions

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(name: [.short, .long], help: "Follow the cluster until it is ended.")
    var watch = false

    @Flag(help: "End with 1 unless everything is healthy.")
    var exitCode = false

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package var goesOn: Bool { watch }

    package init() {}

    package func run(in context: VerbContext) async throws {
        if watch, exitCode {
            throw Failure(
                .usage(""), "--watch has no end, so --exit-code cannot go with it",
                hints: ["wait --for=state=Healthy waits until an aggregate is healthy"])
        }
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
                steps: [NextStep(["init"], "tells what it looked for")])
        }
        let view = StatusView(
            wanted: wanted, apis: catalog.groups, form: StatusForm(context.world.face),
            namespaces: allNamespaces, format: format.output)
        if watch {
            return try await StatusWatch(
                apis: apis, namespace: namespace, view: view, context: context
            ).run()
        }
        let survey = try await Survey(
            of: apis, namespace: namespace, client: try await context.client(),
            clock: context.world.clock)
        let status = try view.status(of: survey)
        try context.report(view.report(of: status), as: format.output)
        if exitCode, !status.isHealthy { throw Failure(.answeredNo, "") }
    }
}

/// What of a survey is shown, and how.
struct StatusView: Sendable {
    /// The aggregate or bundle that it is about; nil: everything.
    var wanted: String?
    /// All APIs, for suggestions.
    var apis: [GeneratedAPI]
    var form: StatusForm
    var namespaces: Bool
    var format: OutputFormat

    func status(of survey: Survey) throws(Failure) -> ApplicationStatus {
        let status = ApplicationStatus(survey)
        guard let wanted else { return status }
        return try status.narrowed(to: wanted, apis: apis)
    }

    func report(of status: ApplicationStatus) -> Report {
        status.report(form, namespaces: namespaces, details: format == .wide)
    }
}
