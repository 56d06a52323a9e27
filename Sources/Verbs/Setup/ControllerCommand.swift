package import ArgumentParser

/// `controller`: the clean-up that lives in the cluster.
package struct ControllerCommand: ParsableCommand, Sendable {
    package static let configuration = CommandConfiguration(
        commandName: "controller", abstract: "Keep deadlines and cleanup policies in a cluster.",
        discussion: """
            Restores temporary changes and deletes temporary objects when their time is over, \
            whether whoever made them is still there or not, and follows the \
            DiagnosticCleanupPolicy objects of each namespace. While it runs, sessions can \
            promise that the cluster itself undoes their changes (G3).
            """,
        subcommands: [ControllerRun.self, ControllerManifestsVerb.self])

    package init() {}
}

extension VerbContext {
    func controller() throws(Failure) -> any ControllerControl {
        guard let control = world.controller else {
            throw Failure(.mistake, "this petstore-cli has no controller inside")
        }
        return control
    }
}
