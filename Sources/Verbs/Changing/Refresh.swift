package import ArgumentParser
import Catalog
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
            interval; the spec stays as it is. Then waits until the status is newer. Queries and \
            actions do not run again by a touch.
            """)

    @Argument(help: .init("KIND NAME or KIND/NAME.", valueName: "resource"))
    var words: [String] = []

    @Flag(help: "Do not wait for the operator.")
    var noWait = false

    @Option(
        help: "The most time to wait, such as 2m (default: 30s).",
        transform: DurationArgument.positive)
    var timeout: Duration?

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    private static let standardTimeout = Duration.seconds(30)

    package func run(in context: VerbContext) async throws {
        let (word, name) = try ObjectWords.one(words, verb: "refresh")
        let kind = try await context.kind(word, schemas: true)
        let namespace = try await context.namespace()
        let client = try await context.client()
        let before = try await client.get(kind.type, namespace: namespace, name: name)
        let shown = kind.type.shortName(of: name)
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
        guard !noWait, let mark = ReadingMark(before) else {
            return try report(before, kind, shown, text: "asked its operator to read it", context)
        }
        let limit = timeout ?? Self.standardTimeout
        let after = try await waited(limit, context) { () async throws -> KubernetesObject? in
            let object = try await client.get(kind.type, namespace: namespace, name: name)
            return ReadingMark(object).map { $0 != mark } == true ? object : nil
        }
        guard let after else {
            throw Failure(
                .timedOut,
                "\(shown) was touched, but its operator has not read it within "
                    + GoDuration.format(limit),
                steps: [NextStep(["init"], "shows whether an operator runs")])
        }
        let time = ReadingMark(after)?.time ?? ""
        try report(after, kind, shown, text: "read again at \(time)", context)
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
    ) throws {
        let state = kind.state(of: object)
        let message = state.class == .good ? "" : state.message
        let said = [state.state ?? "no status yet", message].filter { !$0.isEmpty }
        var payload: JSONValue = [
            "kind": "Refresh", "object": .string(shown), "waited": .bool(!noWait),
        ]
        if let state = state.state { payload["state"] = .string(state) }
        if let mark = ReadingMark(object) { payload["readAt"] = .string(mark.time) }
        try context.report(
            Report(
                kind: "Refresh",
                sections: [
                    Section(
                        nil,
                        .paragraphs([
                            Paragraph("\(shown): ", "\(text) (\(said.joined(separator: ": ")))")
                        ]))
                ], payload: payload, names: [kind.type.qualifiedName(of: object.name)]),
            as: format.output)
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
