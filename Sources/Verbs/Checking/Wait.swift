package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `wait`: until objects are as one wants them, by watch.
package struct Wait: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("wait --for=state=Synced pet/fluffy", "Until the operator has carried it out"),
        Example(
            "wait --for=condition=Ready pets -l environment=production --timeout 2m",
            "Several at once"),
        Example(
            "wait --for=jsonpath='{.status.externalID}'=123 pet fluffy", "Until a value is there"),
        Example("wait --for=delete pet/nosuch", "Until it is gone"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "wait", abstract: "Wait until resources are in a state.",
        discussion: """
            --for takes state=STATE (several separated by commas), condition=TYPE or \
            condition=TYPE=STATUS, jsonpath={PATH} or jsonpath={PATH}=VALUE, create, and delete.

            A state counts when the operator has seen the newest generation of the object; \
            Synced, only when the answer of the application's API holds what the spec asks for. \
            Ends with 7 when the time is over, and says then how far each object has come.
            """)

    @Argument(
        help: .init("KIND NAME… or KIND/NAME…, or KIND with -l or --all.", valueName: "resource"))
    var words: [String] = []

    @Option(
        name: .customLong("for"),
        help: .init(
            "What to wait for: state=…, condition=…, jsonpath=…, create or delete.",
            valueName: "condition"))
    var condition: String

    @Option(
        help: "The most time to wait, such as 2m; 0 = look once (default: 30s).",
        transform: Wait.limit)
    var timeout: Duration?

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "All objects with these labels.")
    var selector: String?

    @Flag(help: "All objects of the kind.")
    var all = false

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package var goesOn: Bool { true }

    package init() {}

    private static let standardTimeout = Duration.seconds(30)

    private static func limit(_ text: String) throws -> Duration {
        // The error below shows what a duration looks like.
        guard let limit = try? GoDuration.parse(text), limit >= .zero else {
            throw ValidationError("it is no duration such as 30s, 10m or 1h30m")
        }
        return limit
    }

    package func run(in context: VerbContext) async throws {
        let condition = try WaitCondition(parsing: condition)
        guard let words = try await NamesFromInput.filled(in: words, context) else { return }
        let objects = try ObjectWords(words)
        try check(objects)
        let namespace = try await context.namespace()
        let client = try await context.client()
        var watches: [WaitWatch] = []
        let board = WaitBoard()
        for selection in objects.selections {
            // What a state means depends on the kind's category.
            let kind = try await context.kind(selection.kind, schemas: true)
            let names: [String?] = selection.names.isEmpty ? [nil] : selection.names
            watches += names.map { name in
                WaitWatch(
                    client: client, kind: kind, namespace: namespace, name: name,
                    selector: selector, condition: condition, board: board)
            }
        }
        let tells = format.output.isForPeople
        try board.listen { line in
            if tells { try context.write(Array((Escape.line(line) + "\n").utf8)) }
        }
        let limit = timeout ?? Self.standardTimeout
        do {
            try await run(watches, limit, context)
        } catch {
            if !tells { try context.report(board.report, as: format.output) }
            throw error
        }
        if !tells { try context.report(board.report, as: format.output) }
        let open = board.open
        guard open.isEmpty else { throw Self.timedOut(open, limit) }
    }

    private func check(_ objects: ObjectWords) throws(Failure) {
        if objects.hasNames, selector != nil || all {
            throw Failure(.usage(""), "a name cannot go together with -l or --all")
        }
        if !objects.hasNames, selector == nil, !all {
            throw Failure(
                .usage(""), "which objects? Names, -l or --all say so",
                hints: ["for example: wait --for=state=Synced pet/fluffy"])
        }
    }

    /// All watches side by side; returns when all have ended, or when the time is over.
    private func run(
        _ watches: [WaitWatch], _ limit: Duration, _ context: VerbContext
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for watch in watches {
                group.addTask {
                    try await watch.run(onlyOnce: limit == .zero)
                    return false
                }
            }
            if limit > .zero {
                group.addTask {
                    try await context.world.clock.sleep(limit)
                    return true
                }
            }
            defer { group.cancelAll() }
            var running = watches.count
            while running > 0, let isOver = try await group.next() {
                if isOver { return }
                running -= 1
            }
        }
        try Task.checkCancellation()
    }

    private static func timedOut(
        _ open: [(name: String, why: String)], _ limit: Duration
    ) -> Failure {
        let first = open[0]
        let others = open.count > 1 ? " (and \(open.count - 1) more)" : ""
        let span = limit == .zero ? "at once" : "within \(GoDuration.format(limit))"
        return Failure(
            .timedOut, "\(first.name)\(others) did not come to it \(span): \(first.why)",
            hints: ["--timeout sets another limit"],
            steps: [NextStep(["describe", first.name], "shows more")])
    }
}
