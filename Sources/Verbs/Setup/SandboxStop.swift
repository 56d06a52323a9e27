package import ArgumentParser

/// `sandbox stop`: ends the embedded cluster.
package struct SandboxStop: Verb {
    package static let effect = Effect.irreversible(
        because: "the sandbox keeps nothing on disk, its objects go with it")
    package static let examples = [Example("sandbox stop", "End it")]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "stop", abstract: "Stop the sandbox.",
        discussion: "Returns when the process has ended. Its objects are gone then.")

    package init() {}

    package func run(in context: VerbContext) async throws {
        guard try await context.sandbox().stop() else { throw context.noSandbox }
        try context.note("the sandbox has stopped")
    }
}
