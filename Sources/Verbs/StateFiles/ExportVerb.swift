package import ArgumentParser
import Catalog
import KubernetesCore
import StateFiles

/// `export`: the state of an application as a file that `diff` and `import` read.
package struct ExportVerb: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("export --namespace=default > state.yaml", "Everything of one namespace"),
        Example("export pets,orders -l environment=production", "Two kinds, by label"),
        Example("export -A --split state", "A file for each object, below the folder state"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "export", abstract: "Write the state of an application as a file.",
        discussion: """
            Writes what somebody wanted of each object: name, labels, annotations and spec, sorted, \
            so that the same state gives the same bytes. Left out is what servers and controllers \
            set (uids, versions, times, managed fields, finalizers, owners, status), what we note \
            ourselves, and objects that others own and make.

            Temporary changes are written as they will be when they are undone; --as-is takes them \
            as they are. Secrets are left out, and a comment says where they were.

            KIND is as for get; without one all kinds of the generated APIs are written.
            """)

    @Argument(help: .init("The kinds, such as pets or pets,orders.", valueName: "kind"))
    var kinds: [String] = []

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Only objects with these labels: environment=production,tier in (a,b),!old")
    var selector: String?

    @Flag(name: [.customShort("A"), .long], help: "Write the objects of all namespaces.")
    var allNamespaces = false

    @Flag(help: "Write the status too.")
    var includeStatus = false

    @Flag(help: "Write also objects that are labelled as temporary or with a diagnostic purpose.")
    var includeDiagnostics = false

    @Option(
        help: .init(
            "Write a file for each object below that folder.", valueName: "folder"))
    var split: String?

    @Flag(help: "Take temporary changes as they are, not as they will be when undone.")
    var asIs = false

    @Flag(help: "Write passwords, tokens and the like too.")
    var showSecrets = false

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        if let selector { try SelectorWords.check(selector) }
        let chosen = try await StateKinds.chosen(kinds, verb: "export", in: context)
        let namespace = allNamespaces ? nil : try await context.namespace()
        let scope = StateScope(
            kinds: chosen.map(\.type.fullName), namespace: namespace, selector: selector,
            includesDiagnostics: includeDiagnostics, isAsIs: asIs)
        let views = chosen.map {
            StateView(
                $0, isAsIs: asIs, includesDiagnostics: includeDiagnostics,
                includesStatus: includeStatus, showsSecrets: showSecrets)
        }
        if showSecrets { try context.note("note: secrets are written in clear text") }
        let run = ExportRun(context: context, scope: scope, views: views)
        if let split {
            try await run.write(to: StateFolder(split, scope: scope))
        } else {
            try await run.write()
        }
    }
}

/// `-l`, where a mistake should be told before anything is asked.
enum SelectorWords {
    static func check(_ text: String) throws(Failure) {
        do throws(SelectorError) {
            _ = try LabelSelector.parse(text)
        } catch {
            throw Failure(
                .usage(""), "-l \(text): \(error)",
                hints: ["for example: -l environment=production,!old"])
        }
    }
}
