package import ArgumentParser

/// `sandbox reset`: puts the embedded cluster back to its first state.
package struct SandboxReset: Verb {
    package static let effect = Effect.irreversible(
        because: "everything that was made or changed in the sandbox is thrown away")
    package static let examples = [
        Example("sandbox reset", "Back to the pets and orders that it began with")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "reset", abstract: "Put the sandbox back to its first state.",
        discussion: "Objects, data of the services and faults; address and kubeconfig stay.")

    package init() {}

    package func run(in context: VerbContext) async throws {
        try await context.runningSandbox().control.reset()
        try context.note("the sandbox is as it was at its start")
    }
}
