package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `explain`: what a kind's fields mean, from the schema that the cluster serves.
package struct Explain: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("explain pet", "The kind and its parts"),
        Example("explain pet.spec", "What may be asked for"),
        Example("explain pet.spec.status", "One field, with the values that it takes"),
        Example("explain pet.status --recursive", "Everything below, by name and type"),
        Example("explain find-by-status.spec -o json", "For a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "explain", abstract: "Show what a kind's fields are.",
        discussion: """
            KIND is any name of a kind; fields follow behind dots, through lists without an index. \
            What is shown is the schema that the cluster serves, not one that was compiled in.
            """)

    @Argument(help: .init("KIND or KIND.FIELD.FIELD….", valueName: "kind[.field]"))
    var place: String

    @Flag(help: "Show the fields of fields too, by name and type.")
    var recursive = false

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let (kind, path) = try await resolve(context)
        let schemas = try await context.access.schemas(for: kind.type.groupVersion, .cached)
        guard let schema = schemas.kinds[kind.type.kind] else {
            throw Failure(
                .mistake, "the cluster shows no schema of \(kind.type.qualifiedName)",
                hints: ["describe and get show the objects as they are"])
        }
        let explanation = try Explanation(
            kind.type, schema: SchemaNode(schema), path: path, isRecursive: recursive)
        try context.report(explanation.report, as: format.output)
    }

    /// The kind, and what of it; a kind's name may itself hold dots.
    private func resolve(_ context: VerbContext) async throws -> (CatalogKind, [String]) {
        let parts = place.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("") else {
            throw Failure(
                .usage(""), "\"\(place)\" has an empty part between its dots",
                hints: ["for example: explain pet.spec.status"])
        }
        do {
            let kind = try await context.kind(parts[0])
            return (kind, Array(parts.dropFirst()))
        } catch let error as CatalogError {
            guard parts.count > 1, let kind = try? await context.kind(place) else { throw error }
            return (kind, [])
        }
    }
}
