package import ArgumentParser
import Render

/// `sandbox status`: whether the embedded cluster runs, and where.
package struct SandboxStatus: Verb {
    package static let effect = Effect.reads
    package static let examples = [Example("sandbox status", "Where it serves")]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "status", abstract: "Show whether the sandbox runs, and where.",
        discussion: "Ends with status 4 when none runs.")

    @OptionGroup var format: OutputOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let (_, facts) = try await context.runningSandbox()
        try context.report(facts.report(context.world.programName), as: format.output)
    }
}
