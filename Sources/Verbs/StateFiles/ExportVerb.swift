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
        Example("export pet/fluffy", "One object, as import reads it"),
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

            KIND and names are as for get; without a kind all kinds of the generated APIs are \
            written. A file of named objects covers just those: diff and import --prune never \
            look beyond them. Where one of them is not there, nothing is written.
            """)

    @Argument(
        help: .init(
            "KIND, KIND,KIND, KIND NAME… or KIND/NAME…; nothing: all kinds.", valueName: "resource")
    )
    var words: [String] = []

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
        if !words.isEmpty {
            let objects = try ObjectWords(words)
            if objects.hasNames { return try await write(objects.selections, context) }
        }
        let chosen = try await StateKinds.chosen(words, verb: "export", in: context)
        let namespace = allNamespaces ? nil : try await context.namespace()
        let scope = StateScope(
            kinds: chosen.map(\.type.fullName), namespace: namespace, selector: selector,
            includesDiagnostics: includeDiagnostics, isAsIs: asIs)
        let views = chosen.map(view)
        if showSecrets { try context.note("note: secrets are written in clear text") }
        let run = ExportRun(context: context, scope: scope, views: views)
        if let split {
            try await run.write(to: StateFolder(split, scope: scope))
        } else {
            try await run.write()
        }
    }

    private func view(of kind: CatalogKind) -> StateView {
        StateView(
            kind, isAsIs: asIs, includesDiagnostics: includeDiagnostics,
            includesStatus: includeStatus, showsSecrets: showSecrets)
    }

    private func write(
        _ selections: [ObjectWords.Selection], _ context: VerbContext
    ) async throws {
        let others = [
            (selector != nil, "-l"), (allNamespaces, "-A"), (split != nil, "--split"),
        ]
        if let (_, flag) = others.first(where: \.0) {
            throw Failure(
                .usage(""), "a name and \(flag) cannot be given together",
                hints: ["\(flag) is for whole kinds"])
        }
        guard selections.allSatisfy({ !$0.names.isEmpty }) else {
            throw Failure(.usage(""), "either names or whole kinds, not both")
        }
        let chosen = try await StateKinds.objects(selections, verb: "export", in: context)
        if showSecrets { try context.note("note: secrets are written in clear text") }
        try await NamedExport(
            context: context, namespace: try await context.namespace(),
            wanted: chosen.map { (view(of: $0.kind), $0.names) }
        ).write()
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
