package import ArgumentParser
import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `observe`: looks at an object of the API by its id, without managing it.
package struct Observe: ClusterVerb {
    package static let effect = Effect.journaled
    package static let canBeCut = true
    package static let examples = [
        Example("observe pet 123", "What the API has under that id"),
        Example("observe pet 123 --target-pod=1", "What one pod has"),
        Example("observe user john -o json", "The data alone, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "observe", abstract: "Look at an object of the API by its id.",
        discussion: """
            Makes a read-only resource for the id, waits for the answer, shows it, and deletes the \
            resource again. Nothing in the API is changed. With --ttl the resource stays for that \
            time, so that the operator goes on reading.

            The field that holds the id is learnt from resources that are there, or guessed by \
            its name; --key says it.
            """)

    @Argument(help: .init("KIND ID or KIND/ID.", valueName: "resource"))
    var words: [String] = []

    @Option(help: .init("The field of the spec that holds the id.", valueName: "field"))
    var key: String?

    @OptionGroup(title: "Target options") var target: TargetOptions
    @OptionGroup var asking: AskingOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var secrets: SecretOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    /// How many resources are looked at to learn which field holds the id.
    private static let samples = 5

    package func run(in context: VerbContext) async throws {
        let (word, id) = try ObjectWords.one(words, verb: "observe")
        let choice = try TargetChoice(target)
        let kind = try await context.kind(word, schemas: true)
        guard kind.category == .resource else {
            throw Failure(
                .mistake, "\(kind.friendlyName) is no resource: only resources can be observed",
                steps: [NextStep(["query", "list"], "shows what can be asked")])
        }
        let namespace = try await context.namespace()
        let field = try await keyField(of: kind, namespace, context)
        var spec = try ComparedSubject.readOnly(try kind.keySpec(id, in: field), kind)
        let resolved = try await choice.resolved(for: kind, namespace: namespace, in: context)
        try resolved.write(into: &spec, of: kind)
        let asking = Asking(
            context: context, kind: kind, namespace: namespace, options: asking)
        let shown = "\(kind.friendlyName) \(id)"
        guard asking.options.lifetime != nil else {
            return try await show(asking, spec, shown, context)
        }
        try await LeftBehind(context: context).run { session in
            var kept = asking
            kept.session = session
            try await show(kept, spec, shown, context)
        }
    }

    private func keyField(
        of kind: CatalogKind, _ namespace: String, _ context: VerbContext
    ) async throws -> String {
        if let key { return kind.parameter(named: key)?.name ?? key }
        let client = try await context.client()
        var pages = client.pages(
            kind.type, namespace: namespace, options: ListOptions(limit: Self.samples)
        ).makeAsyncIterator()
        // Who may not list them goes by the names of the fields.
        let page = try? await pages.next()
        guard let field = kind.keyField(among: page.map { Array($0.objects) } ?? []) else {
            throw Failure(
                .mistake, "which field of \(kind.type.kind) holds the id is not known",
                hints: ["--key FIELD says it"])
        }
        return field
    }

    private func show(
        _ asking: Asking, _ spec: JSONValue, _ shown: String, _ context: VerbContext
    ) async throws {
        let kind = asking.kind
        let request = asking.request(
            spec, stem: "observe-\(shown)", isLasting: asking.session != nil)
        let answers = try await asking.answers([request])
        let finding = try AnswerFinding(answers[0], of: kind, limit: asking.options.limit)
        let responses = ObjectResponses(finding.object)
        guard finding.state.class == .good else {
            switch finding.state.class {
            case .notFound where !responses.answers.contains(where: { $0.statusCode != 404 }):
                throw Failure(.notFound, "\(shown) is not in the API")
            default:
                throw Failure(
                    .answeredNo, "\(shown) could not be read: \(finding.fault ?? "")",
                    steps: [NextStep(["targets"], "shows which pods there are, and ready")])
            }
        }
        let time = finding.object.status["lastGetTime"]?.stringValue
        let fields = [
            Field(kind.type.kind, String(shown.drop { $0 != " " }.dropFirst())),
            Field("State", finding.state.state ?? "", tint: .good),
            Field("Last Read", time ?? "-"),
        ]
        try context.report(
            Report(
                kind: "Observation",
                sections: [Section(nil, .fields(fields))]
                    + ResponseSections.sections(
                        of: finding.object, kind: kind, now: context.world.clock.now(),
                        showSecrets: secrets.showSecrets),
                payload: responses.payload,
                names: [kind.type.qualifiedName(of: finding.object.name)]),
            as: format.output)
    }
}
