package import ArgumentParser
import KubernetesCore

/// `sandbox fault`: makes the services of the embedded cluster misbehave.
package struct SandboxFaultVerb: Verb {
    package static let effect = Effect.irreversible(
        because: "no session holds faults; sandbox fault --clear takes them away")
    package static let examples = [
        Example("sandbox fault --instance 1 --fail", "One instance answers with errors"),
        Example("sandbox fault --latency 300ms", "All instances answer late"),
        Example(
            "sandbox fault --instance 1 --drift pet/123:status=sold",
            "Somebody edits a pet behind the operator's back"),
        Example("sandbox fault --clear", "All is well again"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "fault", abstract: "Make instances of the sandbox's service misbehave.",
        discussion: """
            Exactly one of --fail, --latency, --drift and --clear. Without --instance all three \
            instances are meant.
            """)

    @Option(help: .init("The instance: 0, 1 or 2.", valueName: "ordinal"))
    var instance: Int?

    @Flag(help: "Answer every call with an error.")
    var fail = false

    @Option(
        help: .init("Answer every call that much later.", valueName: "duration"),
        transform: SandboxFaultVerb.duration)
    var latency: Duration?

    @Option(
        help: .init(
            "Change a stored object, such as pet/123:status=sold.",
            valueName: "object:field=value"),
        transform: SandboxFaultVerb.drift)
    var drift: Drift?

    @Flag(help: "Take all faults away.")
    var clear = false

    /// A member of a stored object and what it turns into.
    struct Drift: Sendable, Hashable {
        var object: String
        var member: String
        var value: String
    }

    package init() {}

    package func validate() throws {
        let given = [fail, latency != nil, drift != nil, clear].count { $0 }
        guard given == 1 else {
            throw ValidationError(
                "give exactly one of --fail, --latency, --drift and --clear")
        }
        if let instance, !(0...2).contains(instance) {
            throw ValidationError("there are the instances 0, 1 and 2, not \(instance)")
        }
    }

    package func run(in context: VerbContext) async throws {
        try await context.runningSandbox().control.fault(
            SandboxFault(instance: instance, kind: kind))
        try context.note("\(target): \(said)")
    }

    private var kind: SandboxFault.Kind {
        if let latency { return .latency(latency) }
        if let drift {
            return .drift(object: drift.object, member: drift.member, value: drift.value)
        }
        return fail ? .fail : .clear
    }

    private var target: String { instance.map { "instance \($0)" } ?? "all instances" }

    private var said: String {
        switch kind {
        case .fail: "every call fails from now on"
        case .latency(let span): "every answer comes \(GoDuration.format(span)) later"
        case .drift(let object, let member, let value):
            "\(member) of \(object) is now \(value)"
        case .clear: "no faults"
        }
    }

    private static func duration(_ text: String) throws -> Duration {
        guard let span = try? GoDuration.parse(text), span >= .zero else {
            throw ValidationError("\"\(text)\" is no duration such as 300ms or 2s")
        }
        return span
    }

    private static func drift(_ text: String) throws -> Drift {
        guard let (object, change) = text.splitting(at: ":"),
            let (member, value) = change.splitting(at: "="),
            object.contains("/"), !object.hasPrefix("/"), !object.hasSuffix("/"),
            !member.isEmpty
        else {
            throw ValidationError(
                "\"\(text)\" is not of the form OBJECT:FIELD=VALUE, such as pet/123:status=sold")
        }
        return Drift(object: object, member: member, value: value)
    }
}
