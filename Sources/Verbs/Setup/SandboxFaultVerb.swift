package import ArgumentParser
import Documents
import KubernetesCore
import Render

/// `sandbox fault`: makes the services or the API server of the embedded cluster misbehave.
package struct SandboxFaultVerb: Verb {
    package static let effect = Effect.irreversible(
        because: "no session holds faults; sandbox fault --clear takes them away")
    package static let examples = [
        Example("sandbox fault --instance 1 --fail", "One instance answers with errors"),
        Example("sandbox fault --latency 300ms", "All instances answer late"),
        Example(
            "sandbox fault --instance 1 --drift pet/123:status=sold",
            "Somebody edits a pet behind the operator's back"),
        Example(
            "sandbox fault --api 503 --resource pets --count 2",
            "The API server refuses the next two requests for pets"),
        Example(
            "sandbox fault --api drop-after --verb patch",
            "The connection breaks after the next patch was done"),
        Example(
            "sandbox fault --api delay=2s --count all", "Every request waits, until it is cleared"),
        Example("sandbox fault --list", "What is out of order now"),
        Example("sandbox fault --clear", "All is well again"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "fault",
        abstract: "Make the sandbox's service or its API server misbehave.",
        discussion: """
            Exactly one of --fail, --latency, --drift, --down, --api, --list and --clear. The \
            first four are about the service behind the operator; without --instance all three \
            instances are meant. --api is about the API server, to rehearse what a cluster can do \
            to you. The sandbox's own operator is spared, unless --client names it. KIND is one of:

            \(SandboxAPIFault.kindsText)

            A fault of the API server meets one request that matches, then clears itself; --count \
            and --nth say otherwise. --method, --verb, --resource, --namespace, --name, --path \
            and --client say which requests match; without them any does.
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

    @Flag(help: "Reset every connection, as if nobody were there.")
    var down = false

    @Option(
        help: .init(
            "Make the API server do this: 503, drop, delay=2s and more.", valueName: "kind"),
        transform: SandboxAPIFault.effect)
    var api: JSONValue?

    @OptionGroup(title: "Which requests the API server's fault meets")
    var script: SandboxScriptOptions

    @Flag(help: "Show the faults that there are.")
    var list = false

    @Flag(help: "Take all faults away; with --instance those of that instance only.")
    var clear = false

    @OptionGroup var format: OutputOptions

    /// A member of a stored object and what it turns into.
    struct Drift: Sendable, Hashable {
        var object: String
        var member: String
        var value: String
    }

    package init() {}

    package func validate() throws {
        let given = [fail, latency != nil, drift != nil, down, api != nil, list, clear]
        guard given.count(where: { $0 }) == 1 else {
            throw ValidationError(
                "give exactly one of --fail, --latency, --drift, --down, --api, --list and --clear")
        }
        if let instance, !(0...2).contains(instance) {
            throw ValidationError("there are the instances 0, 1 and 2, not \(instance)")
        }
        if instance != nil, api != nil || list {
            throw ValidationError("--instance is about the service, not for --api or --list")
        }
        if let option = script.given.first, api == nil {
            throw ValidationError(
                "\(option) says which requests --api meets, and goes with it only")
        }
        if let api { _ = try script.fault(api) }
    }

    package func run(in context: VerbContext) async throws {
        let control = try await context.runningSandbox().control
        if let api {
            let fault = try script.fault(api)
            try await control.fault(api: fault.wire)
            return try context.note("API server: \(fault.sentence)")
        }
        if list { return try await show(control, context) }
        if clear, instance == nil { try await control.clearAPIFaults() }
        try await control.fault(SandboxFault(instance: instance, kind: kind))
        try context.note("\(target): \(kind.sentence)")
    }

    private func show(_ control: any SandboxControl, _ context: VerbContext) async throws {
        let services = try await control.serviceFaults()
        let scripted = try await control.apiFaults()
        if services.isEmpty, scripted.isEmpty, format.output.isForPeople {
            return try context.note("no faults")
        }
        try context.report(
            SandboxAPIFault.report(services: services, api: scripted), as: format.output)
    }

    private var kind: SandboxFault.Kind {
        if let latency { return .latency(latency) }
        if let drift {
            return .drift(object: drift.object, member: drift.member, value: drift.value)
        }
        if down { return .down }
        return fail ? .fail : .clear
    }

    private var target: String {
        if let instance { return "instance \(instance)" }
        return clear ? "API server and all instances" : "all instances"
    }

    static func duration(_ text: String) throws -> Duration {
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

extension SandboxFault.Kind {
    /// What it does, for people.
    var sentence: String {
        switch self {
        case .fail: "every call fails from now on"
        case .latency(let span): "every answer comes \(GoDuration.format(span)) later"
        case .drift(let object, let member, let value): "\(member) of \(object) is now \(value)"
        case .down: "every connection is reset"
        case .clear: "no faults"
        }
    }
}
