package import ArgumentParser
import Catalog
import Documents
import KubernetesCore
import Render
import Session

/// `action`: has the application's API do something that its schemas know.
package struct Action: OperationVerb {
    package static let effect = Effect.irreversible(
        because: "what an action did in the API stays done; only its object is deleted again")
    package static let canBeCut = true
    static let category = Category.action
    package static let examples = [
        Example("action list", "What can be done"),
        Example(
            "action upload-image --pet-id=123 --data=aGVsbG8= --once --yes",
            "Once, without being asked"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "action", abstract: "Have the application's API do something.",
        discussion: """
            "action list" shows what can be done, by API and name, "action NAME --help" with \
            which parameters. Their names are those of the schema, written like --pet-id; values \
            are checked by it before anything is sent.

            A temporary object is made for the call, and deleted when the outcome is known. With \
            --every the call is repeated until you leave the shell, press Ctrl-C, or, with \
            --detach, for a day or --ttl. You are asked before anything is done, because nobody \
            can take it back. Exit status 1: the action failed, or did not succeed on every \
            endpoint.
            """)

    @Argument(
        parsing: .allUnrecognized,
        help: .init("ACTION and its parameters, or list.", valueName: "action"))
    var words: [String] = []

    @Flag(help: "Do it once; that is what happens without --every, too.")
    var once = false

    @Option(
        help: "Do it again and again at this interval, such as 5m.",
        transform: IntervalArgument.read)
    var every: String?

    @Flag(help: "With --every: leave it running, for a day or --ttl.")
    var detach = false

    @Option(help: .init("The name of the object, in place of one of ours.", valueName: "name"))
    var name: String?

    @Option(help: .init("Upload this file.", valueName: "file"), completion: .file())
    var file: String?

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @OptionGroup var options: OperationOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package var goesOn: Bool { every != nil }

    package init() {}

    /// What is left running on purpose lasts so long unless `--ttl` says else.
    private static let detachedTime = Duration.seconds(86_400)

    package func run(in context: VerbContext) async throws {
        try check()
        guard var operation = try await operation(in: context) else { return }
        let kind = operation.kind
        if let file { try Upload.write(file: file, into: &operation.spec, of: kind) }
        try Upload.check(operation.spec, of: kind)
        let spec = try await operation.targeted()
        try await context.confirm(question(kind, spec), yes: yes)
        var asking = operation.asking
        asking.acceptsEffects = true
        if every != nil {
            if detach {
                asking.options.lifetime = asking.options.lifetime ?? Self.detachedTime
            }
            return try await LastingOperation(
                asking: asking, course: course(in: context), interval: every, name: name,
                show: { try self.show($0, of: kind, in: context) }
            ).run(spec)
        }
        let answers = try await asking.answers([
            asking.request(spec, stem: kind.friendlyName, name: name)
        ])
        let finding = try AnswerFinding(answers[0], of: kind, limit: asking.options.limit)
        try show(finding, of: kind, in: context)
    }

    private func check() throws(Failure) {
        if once, every != nil {
            throw Failure(.usage(""), "--once and --every exclude each other")
        }
        if detach, every == nil {
            throw Failure(
                .usage(""), "--detach needs --every: what runs once is over when it has run")
        }
    }

    private func question(_ kind: CatalogKind, _ spec: JSONValue) -> String {
        let rhythm = every.map { " every \($0)" } ?? ""
        let known = kind.parameters.filter { spec[$0.name] != nil && !$0.isSecret }
            .filter { $0.name != "data" }
            .map { "\($0.name) \(DataText.flow(spec[$0.name] ?? .null))" }
        let what = known.isEmpty ? "" : " (\(known.joined(separator: ", ")))"
        return "run \(kind.friendlyName)\(what)\(rhythm), which cannot be undone"
    }

    private func course(in context: VerbContext) -> LastingOperation.Course {
        if detach { return .left }
        return context.shell == nil ? .held : .withTheShell
    }

    private func show(
        _ finding: AnswerFinding, of kind: CatalogKind, in context: VerbContext
    ) throws {
        try context.report(
            ActionReport(finding: finding, kind: kind, showsSecrets: options.secrets.showSecrets)
                .report,
            as: options.format.output)
        if let fault = finding.fault {
            throw Failure(.answeredNo, "\(kind.friendlyName) failed: \(fault)")
        }
        guard finding.isPartial else { return }
        throw Failure(.answeredNo, "only \(finding.share)")
    }
}
