package import ArgumentParser
import Documents
import Render

/// `sandbox start`: starts the embedded cluster.
package struct SandboxStart: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("sandbox start", "Start it in the background"),
        Example("sandbox start --port 16443", "On a port of your choice"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "start", abstract: "Start the sandbox.",
        discussion: """
            Returns when the sandbox serves; starting one that runs already only shows it. No \
            kubeconfig of yours is touched: the sandbox writes one of its own.
            """)

    @Option(help: "The port on 127.0.0.1 (default: one that is free).")
    var port: Int?

    @Flag(help: "Serve in this process, until Ctrl-C.")
    var foreground = false

    @OptionGroup var format: OutputOptions

    package var goesOn: Bool { foreground }

    package init() {}

    package func validate() throws {
        guard let port, !(1...65535).contains(port) else { return }
        throw ValidationError("--port takes a number from 1 to 65535, not \(port)")
    }

    package func run(in context: VerbContext) async throws {
        let control = try context.sandbox()
        if foreground { try context.refuseInShell("sandbox start --foreground") }
        if let facts = try await control.status() {
            try refuseOtherPort(facts, context)
            try context.note("the sandbox runs already")
            return try show(facts, context)
        }
        try await control.start(port: port, foreground: foreground) { facts in
            try? show(facts, context)
        }
        // One that served here until a signal came ends with that signal's status.
        if foreground { try Task.checkCancellation() }
    }

    private func show(_ facts: SandboxFacts, _ context: VerbContext) throws {
        try context.report(facts.report(context.world.programName), as: format.output)
    }

    private func refuseOtherPort(_ facts: SandboxFacts, _ context: VerbContext) throws(Failure) {
        guard foreground || (port.map { !facts.server.hasSuffix(":\($0)") } ?? false) else {
            return
        }
        throw Failure(
            .conflict, "a sandbox runs already, on \(facts.server)",
            hints: ["\(context.world.programName) sandbox stop ends it"])
    }
}

extension SandboxFacts {
    /// What is shown of a running sandbox.
    func report(_ program: String) -> Report {
        var fields = [
            Field("Sandbox", "running", tint: .good), Field("Server", server),
            Field("Process", String(processID)), Field("Kubeconfig", kubeconfigPath),
        ]
        if !services.isEmpty {
            fields.append(Field("Services", services.joined(separator: "\n")))
        }
        return Report(
            kind: "Sandbox",
            sections: [
                Section(nil, .fields(fields)),
                Section(
                    nil,
                    .lines([
                        "To use it: export KUBECONFIG=\"$(\(program) sandbox kubeconfig)\""
                    ])),
            ],
            payload: [
                "kind": "Sandbox", "running": true, "server": .string(server),
                "processID": .integer(Int64(processID)), "kubeconfig": .string(kubeconfigPath),
                "services": .array(services.map(JSONValue.string)),
            ],
            names: ["sandbox/\(processID)"])
    }
}
