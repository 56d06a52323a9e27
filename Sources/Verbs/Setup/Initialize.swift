package import ArgumentParser
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `init`: finds out what the cluster offers and remembers it.
package struct Initialize: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("init", "Find the generated APIs, their operator and their pods")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "init", abstract: "Find the APIs of a cluster and remember them.",
        discussion: """
            Looks for generated APIs and their kinds, for the operator (its Lease and \
            Deployment) and for the pods of the application, and writes what it found to our \
            own configuration, never to a kubeconfig. Says what is missing or may not be read.
            """)

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let found = try await ClusterFindings(context)
        guard !found.apis.isEmpty else {
            throw Failure(
                .notFound, "the cluster \(found.server) offers no generated API",
                hints: [
                    "are the CRDs installed? \(context.world.programName) get"
                        + " customresourcedefinitions shows them"
                ])
        }
        let file = ConfigurationStore(directory: context.world.directories.configuration)
        try file.remember(found)
        var report = found.report
        report.notices.append("written to \(file.path)")
        try context.report(report, as: format.output)
    }
}
