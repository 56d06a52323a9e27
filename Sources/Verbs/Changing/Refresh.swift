package import ArgumentParser
import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `refresh`: has the operator read an object's API again, now.
package struct Refresh: ClusterVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("refresh pet fluffy", "Read it again, and wait for the answer"),
        Example("refresh order/order-789 --no-wait", "Without waiting"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "refresh", abstract: "Have the operator read a resource's API again.",
        discussion: """
            Touches an annotation, which makes the operator look at once instead of at its next \
            interval; the spec stays as it is. Then waits until the status is newer, and ends with \
            1 where the API could not be read. Queries and actions do not run again by a touch.
            """)

    @Argument(help: .init("KIND NAME or KIND/NAME.", valueName: "resource"))
    var words: [String] = []

    @Flag(help: "Do not wait for the operator.")
    var noWait = false

    @Option(
        help: """
            The most time to wait, such as 2m (default: 30s, or 10s where the last call failed).
            """,
        transform: DurationArgument.positive)
    var timeout: Duration?

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    private static let standardTimeout = Duration.seconds(30)
    /// A call that fails once more as it did before leaves no trace to wait for.
    private static let timeoutAfterFailure = Duration.seconds(10)

    package func run(in context: VerbContext) async throws {
        let (word, name) = try ObjectWords.one(words, verb: "refresh")
        let kind = try await context.kind(word, schemas: true)
        let namespace = try await context.namespace()
        let client = try await context.client()
        let before = try await client.get(kind.type, namespace: namespace, name: name)
        let shown = kind.shownName(of: name)
        try check(kind, before, shown)
        if let mark = ReadingMark(before), mark.isOfThisSecond(client.serverTime) {
            // Status times are whole seconds: within the same one a new pass would not show.
            try await context.world.clock.sleep(.seconds(1))
        }
        let annotation = Marks.prefix(group: kind.type.group) + "/refreshed-at"
        var now = client.serverTime ?? context.world.clock.now()
        // A touch that writes what is there already would be none.
        if before.annotations[annotation] == now.rfc3339 { now = now + .seconds(1) }
        let touch = JSONPointer(tokens: ["metadata", "annotations", annotation])
        let session = try await context.session()
        let touched = try await session.change(
            ChangeRequest(
                target: ChangeTarget(kind), namespace: namespace, name: name,
                edits: [Edit(set: touch, to: .string(now.rfc3339))], isTemporary: false))
        // Nothing that anybody would want to take back.
        _ = await session.keep(.numbers([touched.number]))
        guard !noWait else {
            return try await report(
                before, kind, shown, text: "asked its operator to read it", context)
        }
        let hadFailed = Self.hasFailed(before, kind)
        let limit = timeout ?? (hadFailed ? Self.timeoutAfterFailure : Self.standardTimeout)
        let after = try await waited(limit, context) { () async throws -> KubernetesObject? in
            let object = try await client.get(kind.type, namespace: namespace, name: name)
            return Self.isNews(object, since: before, kind) ? object : nil
        }
        guard let after else { throw silence(before, kind, shown, limit) }
        let mark = ReadingMark(after)
        let isRead = mark != ReadingMark(before)
        let text = isRead ? "read again at \(mark?.time ?? "")" : "the call to its API failed"
        try await report(after, kind, shown, text: text, context)
        if Self.hasFailed(after, kind) { throw Failure(.answeredNo, "") }
    }

    /// Whether a status can only be of a pass after another one.
    ///
    /// A call that failed reads nothing: the time of the last reading stays, and the message is new.
    private static func isNews(
        _ object: KubernetesObject, since before: KubernetesObject, _ kind: CatalogKind
    ) -> Bool {
        if let mark = ReadingMark(object), mark != ReadingMark(before) { return true }
        return object.status != before.status && hasFailed(object, kind)
    }

    /// An aggregate that tells of failed members was read all the same.
    private static func hasFailed(_ object: KubernetesObject, _ kind: CatalogKind) -> Bool {
        kind.category == .resource
            && [.failed, .notFound].contains(kind.state(of: object).class)
    }

    /// Nothing new came.
    ///
    /// A call that fails as it did before changes nothing in the status, so that an operator need
    /// not be missing.
    private func silence(
        _ before: KubernetesObject, _ kind: CatalogKind, _ shown: String, _ limit: Duration
    ) -> Failure {
        let time = GoDuration.format(limit)
        guard Self.hasFailed(before, kind) else {
            return Failure(
                .timedOut, "\(shown) was touched, but its operator has not read it within \(time)",
                steps: [NextStep(["init"], "shows whether an operator runs")])
        }
        let state = kind.state(of: before)
        let said = state.message.isEmpty ? state.state ?? "" : state.message
        return Failure(
            .timedOut,
            "\(shown) was touched, and nothing new came within \(time); as before: \(said)",
            steps: [NextStep(["diagnose", shown], "finds out why")])
    }

    private func check(
        _ kind: CatalogKind, _ object: KubernetesObject, _ shown: String
    ) throws(Failure) {
        guard kind.category == .resource || kind.category == .aggregate else {
            throw Failure(
                .mistake, "\(shown) is not read again by a touch: it is no resource",
                hints: ["a query or an action runs again when it is made anew"])
        }
        if object.spec["paused"]?.boolValue == true {
            throw Failure(
                .mistake, "\(shown) is paused, so its operator keeps the status as it is",
                hints: ["unpause \(shown) has it go on"])
        }
    }

    private func report(
        _ object: KubernetesObject, _ kind: CatalogKind, _ shown: String, text: String,
        _ context: VerbContext
    ) async throws {
        let state = kind.state(of: object)
        let message = state.class == .good ? "" : state.message
        let said = [state.state ?? "no status yet", message].filter { !$0.isEmpty }
        var payload: JSONValue = [
            "kind": "Refresh", "object": .string(shown), "waited": .bool(!noWait),
        ]
        if let state = state.state { payload["state"] = .string(state) }
        if let mark = ReadingMark(object) { payload["readAt"] = .string(mark.time) }
        var report = Report(
            kind: "Refresh",
            sections: [
                Section(
                    nil,
                    .paragraphs([
                        Paragraph("\(shown): ", "\(text) (\(said.joined(separator: ": ")))")
                    ]))
            ], payload: payload, names: [kind.type.qualifiedName(of: object.name)])
        if !noWait, Self.hasFailed(object, kind) {
            report.nextSteps = [
                try await context.standingPlace().step(
                    Remedy(["diagnose", shown], "finds out why"), for: object.namespace)
            ].compactMap { $0 }
        }
        try context.report(report, as: format.output)
    }
}

/// When the operator last read, by the status; a time that is newer means another reading.
struct ReadingMark: Sendable, Hashable {
    let time: String

    init?(_ object: KubernetesObject) {
        let times = ["lastGetTime", "lastSyncTime", "lastAggregationTime"].compactMap {
            object.status[$0]?.stringValue
        }
        guard let newest = times.max() else { return nil }
        time = newest
    }

    func isOfThisSecond(_ now: Timestamp?) -> Bool {
        guard let now, let mine = Timestamp(rfc3339: time) else { return false }
        return now.seconds == mine.seconds
    }
}

/// Asks again and again until there is an answer.
///
/// - Returns: nil when the time is over.
func waited<Answer: Sendable>(
    _ limit: Duration, _ context: VerbContext, for ask: () async throws -> Answer?
) async throws -> Answer? {
    let clock = context.world.clock
    let end = clock.now() + limit
    var pause = Duration.milliseconds(50)
    while true {
        if let answer = try await ask() { return answer }
        guard clock.now() < end else { return nil }
        try await clock.sleep(pause)
        pause = min(pause * 2, .seconds(1))
    }
}
