package import ArgumentParser
import Documents

/// `generate rbac`: the least rights that each kind of user needs.
package struct GenerateRoles: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example(
            "generate rbac --group petstore.example.com",
            "The three roles of people, for the namespace of the context"),
        Example(
            "generate rbac --group petstore.example.com --role viewer -A",
            "One role, for all namespaces"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "rbac", abstract: "Print the roles that users of this program need.",
        discussion: """
            viewer looks; diagnoser also asks the API, by queries and read-only observers that \
            are made for a while; operator also changes objects and runs actions; controller, \
            which is printed when it is asked for, is for the clean-up that lives in the cluster. \
            Apply them with kubectl, and bind them to whom you like. Discovery and schemas are open to every \
            authenticated user of a cluster and need no role.
            """)

    @Option(help: "Only that role: viewer, diagnoser, operator or controller.")
    var role: AccessRole?

    @Flag(name: [.customShort("A"), .customLong("all-namespaces")], help: "For all namespaces.")
    var allNamespaces = false

    @Option(help: "Where the API's operator and a clean-up controller run.")
    var operatorNamespace = "petstore-system"

    @Flag(help: "Also to read the definitions, which servers before 1.24 have the schemas in.")
    var withDefinitions = false

    @OptionGroup var group: GroupOption

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func validate() throws {
        guard allNamespaces, cluster.namespace != nil else { return }
        throw ValidationError("-A and -n exclude each other")
    }

    package func run(in context: VerbContext) async throws {
        let api = try await group.api(in: context)
        let namespace = allNamespaces ? nil : try await context.namespace()
        var text = ""
        for role in role.map({ [$0] }) ?? AccessRole.people {
            let manifests = AccessManifests(
                api: api, role: role, namespace: namespace, operatorNamespace: operatorNamespace,
                readsDefinitions: withDefinitions)
            text += "# \(role.rawValue): \(role.remark)\n"
            text += manifests.documents.map { YAML.text($0) + "---\n" }.joined()
        }
        try context.write(Array(text.dropLast("---\n".count).utf8))
    }
}

extension AccessRole: ExpressibleByArgument {}
