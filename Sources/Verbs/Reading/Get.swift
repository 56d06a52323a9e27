package import ArgumentParser
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `get`: objects of any kind, as the server's own table or as they are.
package struct Get: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("get pets", "All pets of the namespace"),
        Example("get pets,orders", "Two kinds at once"),
        Example("get pet fluffy --show-response", "One pet, with what the API answered"),
        Example("get pet/fluffy order/order-456", "Objects of different kinds"),
        Example("get pets -l environment=production -o wide", "By label, with all columns"),
        Example("get orders --state Failed", "Only those that failed"),
        Example("get pets --drift", "Only those that the API has otherwise"),
        Example(
            "get orders --where 'status.state == \"Failed\" && spec.quantity > 3'",
            "Only those for which an expression (CEL) holds"),
        Example("get pets --sort-by .metadata.creationTimestamp", "The oldest first"),
        Example("get pet fluffy -o yaml", "The object itself"),
        Example(
            "get pets -o custom-columns=NAME:.metadata.name,STATE:.status.state",
            "Columns of your own"),
        Example("get pet fluffy -o jsonpath='{.status.response.data.status}'", "One value"),
        Example("get pets -o csv", "Rows for a spreadsheet"),
        Example("get pets -A -o name", "Names alone, of all namespaces"),
        Example("get -f state.yaml --ignore-not-found", "What of a file's objects is there"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "get", abstract: "Show resources.",
        discussion: """
            KIND is a plural, singular or short name in any case, or RESOURCE.VERSION.GROUP; \
            several kinds are separated by commas. Without a name all objects of the kind are \
            shown. The columns are those that the server defines for the kind; -o wide adds its \
            further ones, and for generated kinds: whether the API drifted (DRIFT), the spec's \
            generation and how far the operator has come if not that far (GEN), how long ago the \
            API was read or asked (READ, LAST-RUN), the instance that the spec asks for (TARGET), \
            and what is wrong (MESSAGE).

            -l and --field-selector choose at the server. --state, --drift and --where are looked \
            at here, after the objects have come. An expression of --where is CEL over the parts \
            of an object: apiVersion, kind, metadata, spec and status, or object for the whole.

            "-" in place of names reads them from standard input: petstore-cli get pets -o name | \
            petstore-cli get - -o wide. -f shows what the objects that a file describes are like.

            -w goes on with every change until it is ended.
            """)

    @Argument(help: .init("KIND [NAME…], or KIND/NAME…; - reads names.", valueName: "resource"))
    var words: [String] = []

    @OptionGroup var files: ManifestOptions
    @OptionGroup var format: OutputOptions

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Only objects with these labels: environment=production,tier in (a,b),!old")
    var selector: String?

    @Option(help: "Only objects with these fields, as far as the server knows the fields.")
    var fieldSelector: String?

    @Option(
        name: .customLong("state"),
        help: "Only objects in this state, in any case; several are separated by commas.")
    var states: [String] = []

    @Flag(help: "Only resources whose API has other values than the spec asks for.")
    var drift = false

    @Option(
        name: .customLong("where"),
        help: .init("Only objects for which this holds.", valueName: "expression"))
    var condition: String?

    @Option(
        help: .init(
            "Sort by the value at this path: .metadata.name, {.spec.id}.", valueName: "path"))
    var sortBy: String?

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(name: [.short, .long], help: "Go on with every change, until it is ended.")
    var watch = false

    @Flag(help: "Only the changes from now on.")
    var watchOnly = false

    @Flag(help: "Say of each change whether the object was added, modified or deleted.")
    var outputWatchEvents = false

    @Flag(help: "Show what the application's API answered for each object.")
    var showResponse = false

    @Flag(help: "Show metadata.managedFields too, in json and yaml.")
    var showManagedFields = false

    @Flag(help: "Show all labels in a last column.")
    var showLabels = false

    @Option(
        name: [.customShort("L", allowingJoined: true), .long],
        help: .init("Labels that get a column of their own.", valueName: "label"))
    var labelColumns: [String] = []

    @Flag(help: "Write the kind in front of each name.")
    var showKind = false

    @Flag(help: "Leave the heading line away.")
    var noHeaders = false

    @Flag(help: "Objects that are not there are no mistake.")
    var ignoreNotFound = false

    @Option(
        help: """
            How many objects to fetch at a time; 0 = all at once. When nothing is said: 500, and all \
            rows of a longer table at once.
            """)
    var chunkSize: Int?

    @OptionGroup var secrets: SecretOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package var goesOn: Bool { watch || watchOnly }

    package init() {}

    package func run(in context: VerbContext) async throws {
        try files.refuseOthers(
            words, isChosen: selector != nil || fieldSelector != nil || allNamespaces)
        guard let words = try await NamesFromInput.filled(in: words, context) else { return }
        let objects = files.filename.isEmpty ? try ObjectWords(words) : nil
        try check(objects)
        let plan = try await GetPlan(self, objects, in: context)
        if watch || watchOnly {
            return try await GetWatch(plan: plan, context: context).show(self)
        }
        switch format.output {
        case .table, .wide:
            if showResponse {
                try await GetResponses(plan: plan, context: context).show(self)
            } else {
                try await GetTables(plan: plan, context: context).show(self)
            }
        case .csv:
            try await GetTables(plan: plan, context: context).show(self)
        case .json, .yaml, .name, .jsonPath, .customColumns:
            try await GetObjects(plan: plan, context: context).show(self)
        }
    }

    private func check(_ objects: ObjectWords?) throws(Failure) {
        let hasNames = objects?.hasNames ?? false
        if hasNames, selector != nil || fieldSelector != nil {
            throw Failure(.usage(""), "a name and a selector cannot be given together")
        }
        if hasNames, allNamespaces {
            throw Failure(
                .usage(""), "a name cannot be looked up in all namespaces",
                hints: ["name the namespace with -n, or leave the name away"])
        }
        if let chunkSize, chunkSize < 0 {
            throw Failure(.usage(""), "--chunk-size may not be negative")
        }
        if outputWatchEvents, !watch, !watchOnly {
            throw Failure(
                .usage(""), "--output-watch-events says what happens, so it needs --watch",
                hints: ["add -w, or --watch-only"])
        }
    }
}
