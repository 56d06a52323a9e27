package import ArgumentParser
import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `compare`: asks every pod for the same thing, and lays the answers beside one another.
package struct Compare: ClusterVerb {
    package static let effect = Effect.journaled
    package static let canBeCut = true
    package static let examples = [
        Example("compare pet fluffy --pods 0,1,2", "What three pods have"),
        Example("compare pet fluffy --across-pods", "What all pods have"),
        Example("compare pet/fluffy --field status --field category.name", "Some fields alone"),
        Example("compare storeinventoryquery inventory-check", "A question to every pod"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "compare", abstract: "Compare a resource or query across pods.",
        discussion: """
            Makes a read-only observer (of a query a copy) for every pod, waits for all of them at \
            once, and deletes them when the answers are there, or when you press Ctrl-C. Nothing \
            in the API is changed. Without --pods every pod of the application is asked.

            An answer that is missing, failed or never came is told apart from one that differs, \
            and never counts as agreement. Where the operator does not heed which pod is asked, \
            that is said instead. Exit status 0: all pods answered, and alike; 1: they did not.
            """)

    @Argument(help: .init("KIND NAME or KIND/NAME.", valueName: "resource"))
    var words: [String] = []

    @Option(help: .init("These pods: numbers or names, such as 0,1,2.", valueName: "pods"))
    var pods: String?

    @Flag(help: "All pods of the application; that is what happens without --pods, too.")
    var acrossPods = false

    @Option(help: .init("Compare this field alone; may be given several times.", valueName: "path"))
    var field: [String] = []

    @Option(help: .init("Leave this field out; may be given several times.", valueName: "path"))
    var ignore: [String] = []

    @Flag(help: "Take lists as equal when they hold the same in another order.")
    var ignoreOrder = false

    @Flag(help: "Leave the observers where they are, for an hour or --ttl.")
    var keep = false

    @OptionGroup var asking: AskingOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var secrets: SecretOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let (word, name) = try ObjectWords.one(words, verb: "compare")
        if pods != nil, acrossPods {
            throw Failure(.usage(""), "--pods and --across-pods exclude each other")
        }
        let kind = try await context.kind(word, schemas: true)
        let namespace = try await context.namespace()
        let client = try await context.client()
        let object = try await client.get(kind.type, namespace: namespace, name: name)
        let subject = try ComparedSubject(object, kind)
        let (chosen, lease) = try await PodChoice(pods).pods(for: kind, namespace, in: context)
        let shown = kind.shownName(of: name)
        if format.output.isForPeople {
            // At once: the answers take their time.
            try context.report(
                Report(
                    kind: "Comparison",
                    sections: [Section(nil, .paragraphs([Paragraph("", heading(shown, chosen))]))],
                    payload: .null))
            context.world.showNow()
        }
        let proof = TargetingProof(
            kind.type, in: namespace, of: lease,
            at: client.estimatedServerTime ?? context.world.clock.now(), client: client)
        let survey = PodSurvey(
            asking: Asking(context: context, kind: kind, namespace: namespace, options: asking),
            subject: subject, pods: chosen, proof: proof, keeps: keep)
        let (observations, doubt) = try await survey.run()
        let comparison = Comparison(
            observations,
            scope: Comparison.Scope(
                fields: field.map { FieldChoice($0) }, ignored: ignore.map { FieldChoice($0) },
                ignoresOrder: ignoreOrder),
            doubt: doubt)
        try checkChoices(comparison)
        if format.output.isForPeople { try context.write([UInt8(ascii: "\n")]) }
        try context.report(
            ComparisonReport(
                comparison: comparison, object: shown, prefix: subject.prefix,
                showsSecrets: secrets.showSecrets, showsAll: format.output == .wide,
                width: context.world.terminal.columns, form: context.world.face.form,
                namespace: namespace, standing: try await context.standingPlace()
            ).report, as: format.output)
        guard comparison.isConsistent else { throw Failure(.answeredNo, "") }
    }

    private func heading(_ shown: String, _ pods: [TargetPod]) -> String {
        let names = pods.map { $0.isNumbered ? String($0.ordinal) : $0.name }
        return "Comparing \(shown) across pods \(names.joined(separator: ", "))..."
    }

    /// A field that no answer has is a mistake in the line, not agreement.
    private func checkChoices(_ comparison: Comparison) throws(Failure) {
        guard let missing = comparison.unmet.first else { return }
        let known = comparison.allPaths
        let meant = Spelling.suggestion(for: missing.text, among: known)
        throw Failure(
            .mistake, "no pod's answer has a field \"\(missing.text)\"",
            hints: [
                meant.map { "did you mean \"\($0)\"?" }
                    ?? "the fields are \(known.prefix(12).joined(separator: ", "))"
            ])
    }
}

/// Which pods `--pods` means.
struct PodChoice: Sendable {
    private let choices: [TargetChoice.Pod]

    /// - Parameter text: numbers or names, separated by commas; nil: all.
    /// - Throws: `Failure` of a usage kind when it names none, or one twice.
    init(_ text: String?) throws(Failure) {
        guard let text else {
            choices = []
            return
        }
        let words = text.split(separator: ",").map { $0.trimmingBlanks }
        guard !words.isEmpty, words.allSatisfy({ !$0.isEmpty }) else {
            throw Failure(
                .usage(""), "--pods \(text) names no pods", hints: ["for example: --pods 0,1,2"])
        }
        guard Set(words).count == words.count else {
            throw Failure(.usage(""), "--pods \(text) names a pod twice")
        }
        choices = words.map(TargetChoice.Pod.init)
    }

    /// - Returns: the pods, and the Lease of the operator that asks them.
    func pods(
        for kind: CatalogKind, _ namespace: String, in context: VerbContext
    ) async throws -> (pods: [TargetPod], lease: FoundLease?) {
        guard kind.targeting != .none else {
            throw Failure(
                .mistake,
                "\(kind.type.kind) cannot be asked pod by pod: its schema offers no target")
        }
        let found = try await TargetPods.find(for: kind, namespace: namespace, in: context)
        // First the calls, then the tuple: see Discovery.
        guard !choices.isEmpty else {
            let all = try found.all()
            return (all, found.lease)
        }
        let pods = try choices.map { choice throws(Failure) in
            if case .name(let name) = choice, found.pods.isEmpty {
                // Who may not look at pods may still name them.
                return TargetPod(
                    workload: "", namespace: namespace, name: name, ordinal: 0, address: "",
                    isReady: true, isNumbered: false)
            }
            return try found.pod(choice)
        }
        return (pods, found.lease)
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
