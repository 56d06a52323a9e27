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
        Example("get pet fluffy -o yaml", "The object itself"),
        Example(
            "get pets -o custom-columns=NAME:.metadata.name,STATE:.status.state",
            "Columns of your own"),
        Example("get pet fluffy -o jsonpath='{.status.response.data.status}'", "One value"),
        Example("get pets -o csv", "Rows for a spreadsheet"),
        Example("get pets -A -o name", "Names alone, of all namespaces"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "get", abstract: "Show resources.",
        discussion: """
            KIND is a plural, singular or short name in any case, or RESOURCE.VERSION.GROUP; \
            several kinds are separated by commas. Without a name all objects of the kind are \
            shown. The columns are those that the server defines for the kind.
            """)

    @Argument(help: .init("KIND [NAME…], or KIND/NAME…", valueName: "resource"))
    var words: [String] = []

    @OptionGroup var format: OutputOptions

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Only objects with these labels: environment=production,tier in (a,b),!old")
    var selector: String?

    @Option(help: "Only objects with these fields, as far as the server knows the fields.")
    var fieldSelector: String?

    @Flag(name: [.customShort("A"), .long], help: "Look in all namespaces.")
    var allNamespaces = false

    @Flag(help: "Show what the application's API answered for each object.")
    var showResponse = false

    @Flag(help: "Show metadata.managedFields too, in json and yaml.")
    var showManagedFields = false

    @Flag(help: "Leave the heading line away.")
    var noHeaders = false

    @Option(help: "How many objects to fetch at a time; 0 = all at once.")
    var chunkSize = 500

    @OptionGroup var secrets: SecretOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let objects = try ObjectWords(words)
        try check(objects)
        let plan = try await GetPlan(self, objects, in: context)
        switch format.output {
        case .table, .wide:
            if showResponse {
                try await GetResponses(plan: plan, context: context).show(self)
            } else {
                try await GetTables(plan: plan, context: context).show(self)
            }
        case .csv:
            try await GetTables(plan: plan, context: context).show(self)
        case .name:
            try await GetTables(plan: plan, context: context).showNames(self)
        case .json, .yaml, .jsonPath, .customColumns:
            try await GetObjects(plan: plan, context: context).show(self)
        }
    }

    private func check(_ objects: ObjectWords) throws(Failure) {
        if objects.hasNames, selector != nil || fieldSelector != nil {
            throw Failure(.usage(""), "a name and a selector cannot be given together")
        }
        if objects.hasNames, allNamespaces {
            throw Failure(
                .usage(""), "a name cannot be looked up in all namespaces",
                hints: ["name the namespace with -n, or leave the name away"])
        }
        if chunkSize < 0 {
            throw Failure(.usage(""), "--chunk-size may not be negative")
        }
    }
}
