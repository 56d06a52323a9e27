package import ArgumentParser
import Render

/// `sandbox kubeconfig`: where the kubeconfig of the embedded cluster lies.
package struct SandboxKubeconfig: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("sandbox kubeconfig", "For example: kubectl --kubeconfig $(…) get pets")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "kubeconfig", abstract: "Print the path of the sandbox's kubeconfig.",
        discussion: "Prints nothing else, so that a script can use it as it stands.")

    package init() {}

    package func run(in context: VerbContext) async throws {
        let path = try await context.runningSandbox().facts.kubeconfigPath
        try context.write(Array((Escape.line(path) + "\n").utf8))
    }
}
