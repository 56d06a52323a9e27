package import ArgumentParser

/// `sandbox`: the embedded cluster as a process of its own, for other programs to use.
package struct SandboxCommand: ParsableCommand, Sendable {
    package static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run the embedded cluster as a process of its own.",
        discussion: """
            An API server, an operator and three instances of a petstore service, for \
            petstore-cli, kubectl and anything else that speaks to a cluster. For a single \
            command or a shell, --sandbox does the same in its own process.
            """,
        subcommands: [
            SandboxStart.self, SandboxStatus.self, SandboxStop.self, SandboxKubeconfig.self,
            SandboxReset.self, SandboxFaultVerb.self, SandboxOperate.self,
        ])

    package init() {}
}

extension VerbContext {
    /// The embedded cluster, where this build has one.
    func sandbox() throws(Failure) -> any SandboxControl {
        guard let sandbox = world.sandbox else {
            throw Failure(.mistake, "this petstore-cli has no sandbox inside")
        }
        return sandbox
    }

    /// The running sandbox, for verbs that make no sense without one.
    func runningSandbox() async throws -> (control: any SandboxControl, facts: SandboxFacts) {
        let control = try sandbox()
        guard let facts = try await control.status() else { throw noSandbox }
        return (control, facts)
    }

    /// What everyone is told who wants something of a sandbox that does not run.
    var noSandbox: Failure {
        Failure(
            .notFound, "no sandbox is running",
            hints: ["\(world.programName) sandbox start starts one"])
    }

    /// Refuses a command that would keep a shell waiting for as long as it serves.
    func refuseInShell(_ what: String) throws(Failure) {
        guard !isInShell else {
            throw Failure(
                .mistake, "\(what) serves until it is stopped, and the shell would wait for it",
                hints: ["run it in a terminal of its own"])
        }
    }
}
