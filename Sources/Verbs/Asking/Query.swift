package import ArgumentParser
import Catalog
import Documents
import KubernetesCore
import Render
import Session

/// `query`: asks the application's API a question that its schemas know.
package struct Query: OperationVerb {
    package static let effect = Effect.journaled
    package static let canBeCut = true
    static let category = Category.query
    package static let examples = [
        Example("query list", "What can be asked"),
        Example("query find-by-status --status=pending", "A list of objects is a table"),
        Example("query inventory --target-pod=0", "Ask one pod"),
        Example("query inventory --across-pods", "Ask every pod"),
        Example("query find-by-tags --tags a,b -o json", "The data alone, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "query", abstract: "Ask the application's API a question.",
        discussion: """
            "query list" shows what can be asked, by API and name, "query NAME --help" with which \
            parameters. Their names are those of the schema, written like --pet-id; values are \
            checked by it before anything is sent. Lists are given by commas or by the flag several times, \
            objects as JSON, and a parameter that is called like a flag of ours by --param.

            A temporary object is made for the question, and deleted as soon as the answer is \
            there, or when you press Ctrl-C. Exit status 1: the query failed, or only some of \
            several endpoints answered.
            """)

    @Argument(
        parsing: .allUnrecognized,
        help: .init("QUERY and its parameters, or list.", valueName: "query"))
    var words: [String] = []

    @Flag(help: "Ask every pod, and show the answers beside one another.")
    var acrossPods = false

    @Option(
        help: "Ask again and again at this interval, such as 30s.",
        transform: IntervalArgument.read)
    var every: String?

    @Flag(name: [.short, .long], help: "With --every: show each answer until Ctrl-C.")
    var watch = false

    @Flag(help: "Leave the object where it is, for an hour or --ttl.")
    var keep = false

    @OptionGroup var options: OperationOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package var goesOn: Bool { every != nil || keep }

    package init() {}

    package func run(in context: VerbContext) async throws {
        try check()
        guard let operation = try await operation(in: context) else { return }
        let (kind, asking) = (operation.kind, operation.asking)
        if acrossPods {
            return try await QueryAcrossPods(operation: operation, options: options).run()
        }
        let spec = try await operation.targeted()
        if keep || every != nil {
            return try await LastingOperation(
                asking: asking, course: course(in: context), interval: every,
                show: { try self.show($0, of: kind, in: context) }
            ).run(spec)
        }
        let answers = try await asking.answers([asking.request(spec, stem: kind.friendlyName)])
        let finding = try AnswerFinding(answers[0], of: kind, limit: asking.options.limit)
        try show(finding, of: kind, in: context)
    }

    private func check() throws(Failure) {
        if watch, every == nil {
            throw Failure(
                .usage(""), "--watch needs --every: a query without an interval runs once",
                hints: ["for example: --every=30s --watch"])
        }
        if acrossPods, every != nil || keep {
            throw Failure(
                .usage(""), "--across-pods asks once: --every and --keep do not go with it")
        }
        let target = options.target
        if acrossPods, target.targetPod != nil || target.targetPodOrdinal != nil {
            throw Failure(.usage(""), "--across-pods and one pod cannot be asked for together")
        }
    }

    private func course(in context: VerbContext) -> LastingOperation.Course {
        if keep { return .left }
        if watch { return .watched }
        return context.shell == nil ? .held : .withTheShell
    }

    private func show(
        _ finding: AnswerFinding, of kind: CatalogKind, in context: VerbContext
    ) throws {
        if let fault = finding.fault {
            throw Failure(.answeredNo, "\(kind.friendlyName) failed: \(fault)")
        }
        let data = finding.data ?? .null
        try context.report(
            Report(
                kind: "Query",
                sections: [
                    AnswerTable.section(data, showSecrets: options.secrets.showSecrets)
                ], payload: data,
                names: [kind.type.qualifiedName(of: finding.object.name)]),
            as: options.format.output)
        guard finding.isPartial else { return }
        for endpoint in finding.failedEndpoints {
            try context.note("failed: \(endpoint.url): \(endpoint.fault ?? "")")
        }
        throw Failure(.answeredNo, "only \(finding.share)")
    }
}

/// Intervals as flags take them: such as the operator reads, because one that it cannot read stops
/// it altogether (operator-contract.md, Seen live 4).
enum IntervalArgument {
    static func read(_ text: String) throws -> String {
        _ = try DurationArgument.positive(text)
        return text
    }
}
