package import ArgumentParser
import Catalog
import Documents

/// `controller manifests`: what has to be in a cluster for the controller to run there.
package struct ControllerManifestsVerb: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example(
            "controller manifests --group petstore.example.com",
            "All that it needs; pipe it into kubectl apply -f -")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "manifests", abstract: "Print what the controller needs in a cluster.",
        discussion: """
            Namespace, CustomResourceDefinition of the policies, ServiceAccount, ClusterRole with \
            its binding, and a Deployment of two replicas, as YAML. The policies are of the API's \
            own group: the only generated one of the cluster, or the one that --group names, for \
            which no cluster is asked.
            """)

    @OptionGroup var api: GroupOption

    @Option(help: "The image of the container, which has petstore-cli as its entry point.")
    var image = "petstore-cli:\(Release.version)"

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func validate() throws {
        guard let group = api.group else { return }
        let labels = group.split(separator: ".", omittingEmptySubsequences: false)
        let isGroup =
            labels.count > 1
            && labels.allSatisfy { label in
                !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy {
                        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                    }
            }
        guard isGroup else {
            throw ValidationError(
                "--group takes the name of an API group, such as petstore.example.com, not "
                    + "\"\(group)\"")
        }
    }

    package func run(in context: VerbContext) async throws {
        let control = try context.controller()
        let group: String
        if let named = api.group {
            group = named
        } else {
            group = try await api.api(in: context).group
        }
        let rules = AccessRole.controllerRules(group: group, resources: ["*"]).map(\.json)
        let texts = control.manifests(group: group, rules: rules, image: image)
            .map { YAML.text($0) }
        try context.write(Array(texts.joined(separator: "---\n").utf8))
    }
}
