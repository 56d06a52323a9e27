package import ArgumentParser
import KubernetesClient

/// `sandbox operate`: the sandbox's operator and services on somebody else's API server.
package struct SandboxOperate: ClusterVerb {
    package static let effect = Effect.irreversible(
        because: "the operator writes status and spec of the objects that it works on")
    package static let ownsSignals = true
    package static let examples = [
        Example(
            "sandbox operate",
            "Give the cluster of the current context an operator and a petstore")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "operate",
        abstract: "Run the sandbox's operator and services against a cluster.",
        discussion: """
            For a real API server without an operator: one and three service instances run in \
            this process until Ctrl-C. StatefulSet, Service and pods that stand for the \
            instances are put into the namespace as plain objects, and stay.
            """)

    @Flag(help: "Put the CRDs that are missing, and the pets and orders of the sandbox, there too.")
    var seed = false

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let control = try context.sandbox()
        try context.refuseInShell("sandbox operate")
        guard !cluster.sandbox else {
            throw Failure(
                .usage(""), "the sandbox has its operator already; operate is for other clusters")
        }
        let world = context.world
        let connection = try await context.access.connection()
        let namespace = try await context.namespace()
        let transport = try await connection.transport(by: world.makeTransport)
        try await context.untilSignalled {
            try await control.operate(
                on: connection, transport: transport,
                OperateRequest(namespace: namespace, seeds: seed)
            ) { lines in
                for line in lines { try? context.note(line) }
            }
        }
    }
}
