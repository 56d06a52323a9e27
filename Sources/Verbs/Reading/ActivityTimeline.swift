import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// What happened to an object, in the order of time, read from the object itself.
struct ActivityTimeline: Sendable {
    struct Step: Sendable, Hashable {
        var time: Timestamp
        /// Who did it: a field manager, or `operator`.
        var source: String
        var what: String
    }

    let steps: [Step]
    private let type: ResourceType
    private let name: String

    init(_ steps: [Step], of type: ResourceType, _ name: String) {
        self.steps = steps
        self.type = type
        self.name = name
    }

    init(_ object: KubernetesObject, kind: CatalogKind) {
        var steps = Self.life(of: object) + Self.writes(to: object)
        steps += Self.conditions(of: object) + Self.operations(on: object)
        steps += Self.answers(to: object)
        // Steps of one second keep the order of cause and effect in which they are found here.
        let sorted = steps.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        self.init(sorted.map(\.element), of: kind.type, object.name)
    }

    // MARK: What an object tells

    private static func life(of object: KubernetesObject) -> [Step] {
        var steps: [Step] = []
        if let created = object.creationTimestamp {
            steps.append(Step(time: created, source: "server", what: "created"))
        }
        if let deleted = object.deletionTimestamp {
            let finalizers = object.finalizers.joined(separator: ", ")
            steps.append(
                Step(
                    time: deleted, source: "server",
                    what: "deletion asked for"
                        + (finalizers.isEmpty ? "" : ", waits for \(finalizers)")))
        }
        return steps
    }

    /// So many fields of a write are named.
    private static let shownFields = 4

    private static func writes(to object: KubernetesObject) -> [Step] {
        object.managedFields.compactMap { entry in
            guard let time = time(entry["time"]), let manager = entry["manager"]?.stringValue
            else { return nil }
            let set = entry["fieldsV1"].flatMap { FieldSet(fieldsV1: $0) } ?? FieldSet()
            let paths = fields(set)
            let more = paths.count > shownFields ? " and \(paths.count - shownFields) more" : ""
            let shown = paths.prefix(shownFields).joined(separator: ", ") + more
            let verb = entry["operation"]?.stringValue == "Apply" ? "applied" : "wrote"
            let place = entry["subresource"]?.stringValue.map { " (\($0))" } ?? ""
            return Step(
                time: time, source: manager,
                what: "\(verb) \(shown.isEmpty ? "nothing" : shown)\(place)")
        }
    }

    /// The fields that a manager owns, two levels deep: `spec.status`, `metadata.labels`.
    private static func fields(_ set: FieldSet) -> [String] {
        var found: [String] = []
        for path in set.paths {
            let names = path.prefix { $0.name != nil }.compactMap(\.name).prefix(2)
            let text = names.joined(separator: ".")
            if !text.isEmpty, !found.contains(text) { found.append(text) }
        }
        // A part beside its own members says nothing more.
        return found.filter { field in !found.contains { $0.hasPrefix(field + ".") } }
    }

    private static func conditions(of object: KubernetesObject) -> [Step] {
        (object.status["conditions"]?.arrayValue ?? []).compactMap { condition in
            guard let time = time(condition["lastTransitionTime"]),
                let type = condition["type"]?.stringValue
            else { return nil }
            let status = condition["status"]?.stringValue ?? "Unknown"
            let reason = condition["reason"]?.stringValue ?? ""
            let message = condition["message"]?.stringValue ?? ""
            let why = [reason, message].filter { !$0.isEmpty }.joined(separator: ": ")
            return Step(
                time: time, source: "operator",
                what: "\(type) became \(status)\(why.isEmpty ? "" : " (\(why))")")
        }
    }

    /// Times of a status, and what happened at each.
    private static let times = [
        ("adoptedAt", "adopted the object in the API"),
        ("executedAt", "began to execute"), ("completedAt", "completed the execution"),
        ("lastQueryTime", "asked the API"), ("lastExecutionTime", "ran"),
        ("lastSyncTime", "wrote to the API"), ("lastGetTime", "read from the API"),
        ("lastAggregationTime", "summed up its members"),
        ("nextExecutionTime", "next run"),
    ]

    private static func operations(on object: KubernetesObject) -> [Step] {
        times.compactMap { name, what in
            time(object.status[name]).map { Step(time: $0, source: "operator", what: what) }
        }
    }

    private static func answers(to object: KubernetesObject) -> [Step] {
        ObjectResponses(object).answers.compactMap { answer in
            guard let time = answer.time.flatMap({ Timestamp(rfc3339: $0) }) else { return nil }
            let place = answer.endpoint.map { " from \($0)" } ?? ""
            let code = answer.statusCode.map { " \($0)" } ?? ""
            let error = answer.isSuccess ? "" : answer.error.map { ": \($0)" } ?? ""
            return Step(
                time: time, source: "api",
                what: "\(answer.isSuccess ? "answer" : "failure")\(code)\(place)\(error)")
        }
    }

    private static func time(_ value: JSONValue?) -> Timestamp? {
        value?.stringValue.flatMap { Timestamp(rfc3339: $0) }
    }

    // MARK: Report

    func report(until now: Timestamp) -> Report {
        let table = TextTable(
            columns: [
                .init("TIME", isWide: true), .init("AGE"), .init("SOURCE"), .init("WHAT"),
            ],
            rows: steps.map { step in
                let age = step.time > now ? "in \(HumanDuration.text(step.time - now))" : nil
                return [
                    .init(step.time.rfc3339), .init(age ?? step.time.age(until: now)),
                    .init(step.source), .init(step.what),
                ]
            })
        return Report(
            kind: "Activity", sections: [Section(nil, .table(table))],
            payload: [
                "kind": "Activity", "object": .string(type.shortName(of: name)),
                "items": .array(
                    steps.map {
                        [
                            "time": .string($0.time.rfc3339), "source": .string($0.source),
                            "what": .string($0.what),
                        ]
                    }),
            ], names: [type.qualifiedName(of: name)])
    }
}

/// Follows an object, and tells each step that was not known before.
struct ActivityFollower {
    private let kind: CatalogKind
    private let name: String
    private var known: Set<ActivityTimeline.Step>
    private var state: ResourceState
    private var driftCount: Int64?
    private var uid: String

    init(_ timeline: ActivityTimeline, _ object: KubernetesObject, _ kind: CatalogKind) {
        self.kind = kind
        name = object.name
        known = Set(timeline.steps)
        state = kind.state(of: object)
        driftCount = Self.driftCount(object)
        uid = object.uid
    }

    private static func driftCount(_ object: KubernetesObject) -> Int64? {
        object.status["driftDetectedCount"]?.integerValue
    }

    /// What is new in an update, what is seen only now at the end.
    mutating func take(_ update: WatchUpdate, at now: Timestamp) -> [ActivityTimeline.Step] {
        switch update {
        case .restarted(let list):
            guard let object = list.items.first else { return went(now) }
            return take(object, now)
        case .event(.deleted): return went(now)
        case .event(let event): return event.object.map { take($0, now) } ?? []
        }
    }

    private mutating func went(_ now: Timestamp) -> [ActivityTimeline.Step] {
        guard !uid.isEmpty else { return [] }
        uid = ""
        return [ActivityTimeline.Step(time: now, source: "seen", what: "it is gone")]
    }

    private mutating func take(
        _ object: KubernetesObject, _ now: Timestamp
    ) -> [ActivityTimeline.Step] {
        var steps = ActivityTimeline(object, kind: kind).steps.filter { !known.contains($0) }
        known.formUnion(steps)
        func see(_ what: String) {
            steps.append(ActivityTimeline.Step(time: now, source: "seen", what: what))
        }
        if uid != object.uid {
            see(uid.isEmpty ? "it is there again" : "it was deleted and made anew")
            uid = object.uid
        }
        let present = kind.state(of: object)
        if present != state {
            let words = [state, present].map { $0.state ?? "no status" }
            let move = words[0] == words[1] ? words[1] : "\(words[0]) → \(words[1])"
            see("state \(move)\(present.message.isEmpty ? "" : ": \(present.message)")")
            state = present
        }
        let count = Self.driftCount(object)
        if let count, let driftCount, count > driftCount {
            see("drift was corrected \(count - driftCount) times (\(count) in all)")
        }
        driftCount = count
        return steps
    }
}
