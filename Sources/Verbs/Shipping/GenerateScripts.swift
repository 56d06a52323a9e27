package import ArgumentParser
import Catalog

/// `generate scripts`: the script library for places where only kubectl and jq are allowed.
package struct GenerateScripts: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example(
            "generate scripts --group petstore.example.com",
            "To be stored as petstore-diag.sh, then: source it in bash")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "scripts", abstract: "Print a library of shell functions.",
        discussion: """
            Functions for bash that need kubectl and jq and nothing else: ps-health, ps-failed, \
            ps-compare, ps-observe, ps-cleanup and ps-drift. The kinds of the API are written into \
            it, so make it anew when the API gets new ones.
            """)

    @OptionGroup var group: GroupOption

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let api = try await group.api(in: context)
        try context.write(Array(ScriptLibrary.text(for: api).utf8))
    }
}
