import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render
import Session

/// An object for people: which facts of which category stand where.
struct Description: Sendable {
    let object: KubernetesObject
    let kind: CatalogKind
    let now: Timestamp
    let showSecrets: Bool
    /// The most lines of an answer of the API; nil: all.
    let responseLimit: Int?

    init(
        _ object: KubernetesObject, kind: CatalogKind, now: Timestamp, showSecrets: Bool,
        responseLimit: Int? = nil
    ) {
        self.object = object
        self.kind = kind
        self.now = now
        self.showSecrets = showSecrets
        self.responseLimit = responseLimit
    }

    private var status: JSONValue { object.status }

    var report: Report {
        var sections = [Section(nil, .fields(head))]
        sections += categorySections
        sections.append(Section("Details:", .fields(details)))
        if let spec = shownSpec { sections.append(Section("Spec:", .data(hide(spec)))) }
        if let conditions { sections.append(Section("Conditions:", .table(conditions))) }
        let changes = TemporaryChanges(object)
        if let table = changes.table { sections.append(Section("Temporary Changes:", table)) }
        return Report(
            kind: "Description", sections: sections,
            payload: [
                "kind": "Description",
                "state": .string(stateText),
                "drift": drift.payload,
                "temporaryChanges": changes.payload,
                "object": hide(object.withoutManagedFields.json),
            ], names: [kind.type.qualifiedName(of: object.name)])
    }

    private func hide(_ value: JSONValue) -> JSONValue {
        showSecrets ? value : Mask.hide(in: value, secret: kind.secretFields)
    }

    // MARK: Head

    private var stateText: String {
        let state = status["state"]?.stringValue ?? ""
        return state.isEmpty ? "-" : state
    }

    /// Whether somebody who reads it will ask why: it failed, or nobody has read it for too long.
    var isInTrouble: Bool {
        kind.category != .unknown && (isBad || Evidence(object, kind: kind, now: now).isStale)
    }

    private var isBad: Bool { Tint(state: stateText) == .bad }

    private var head: [Field] {
        var fields = [Field("Name", object.name)]
        let state =
            stateText == "-" ? "- (the operator has not reported on it yet)" : stateText
        switch kind.category {
        case .resource, .unknown: fields += resourceHead(state)
        case .query: fields += queryHead(state)
        case .action: fields += actionHead(state)
        case .aggregate, .bundle: fields += summaryHead(state)
        }
        if isBad, let message = text("message") {
            fields.append(Field("Message", message, tint: .bad))
        }
        return fields
    }

    private func resourceHead(_ state: String) -> [Field] {
        [
            Field("State", state, tint: Tint(state: stateText)),
            Field("External ID", text("externalID") ?? "-"),
            Field("Last Sync", lastSync),
            Field("Drift", drift.text, tint: drift.isPresent ? .bad : nil),
        ]
    }

    /// An adopted object that never differed was never written; the last reading counts then.
    private var lastSync: String {
        if let time = text("lastSyncTime") { return time }
        guard let read = text("lastGetTime") else { return "-" }
        return "\(read) (read; nothing had to be written)"
    }

    private func queryHead(_ state: String) -> [Field] {
        [
            Field("State", state, tint: Tint(state: stateText)),
            Field("Results", scalar("resultCount") ?? "-"),
            Field("Last Query", text("lastQueryTime") ?? text("lastExecutionTime") ?? "-"),
            Field("Executions", scalar("executionCount") ?? scalar("queryCount") ?? "0"),
            Field("Next", text("nextExecutionTime") ?? "- (runs once)"),
        ]
    }

    private func actionHead(_ state: String) -> [Field] {
        var fields = [
            Field("State", state, tint: Tint(state: stateText)),
            Field("HTTP Status", scalar("httpStatusCode") ?? "-"),
            Field("Executed", text("executedAt") ?? "-"),
            Field("Completed", text("completedAt") ?? "-"),
            Field("Executions", scalar("executionCount") ?? "0"),
            Field("Next", text("nextExecutionTime") ?? "- (runs once)"),
        ]
        if let total = status["totalEndpoints"]?.integerValue, total > 1 {
            fields.append(Field("Endpoints", "\(scalar("successCount") ?? "0")/\(total) good"))
        }
        return fields
    }

    private func summaryHead(_ state: String) -> [Field] {
        let summary = HealthSummary(object, kind: kind)
        var fields = [Field("Health", summary.text, tint: Tint(state: summary.health))]
        if kind.category == .bundle {
            fields.insert(Field("State", state, tint: Tint(state: stateText)), at: 0)
            if let phase = status["operationState"]?["phase"]?.stringValue {
                fields.append(Field("Phase", phase))
            }
        }
        fields.append(
            Field("Strategy", object.spec["aggregationStrategy"]?.stringValue ?? "AllHealthy"))
        let updated = healthStatus["lastAggregationTime"]?.stringValue
        fields.append(Field("Updated", updated ?? "-"))
        return fields
    }

    /// Where the health of what belongs together is told: bundles have a place of their own.
    private var healthStatus: JSONValue {
        kind.category == .bundle ? status["aggregatedHealth"] ?? .null : status
    }

    // MARK: Sections

    private var categorySections: [Section] {
        switch kind.category {
        case .resource, .query, .action, .unknown:
            return ResponseSections.sections(
                of: object, kind: kind, now: now, secret: kind.secretFields,
                showSecrets: showSecrets, limit: responseLimit)
        case .aggregate, .bundle:
            return [computedValues, members].compactMap { $0 }
        }
    }

    private var computedValues: Section? {
        guard let values = healthStatus["computedValues"]?.arrayValue, !values.isEmpty else {
            return nil
        }
        return Section(
            "Computed Values:",
            .fields(
                values.map { value in
                    let error = value["error"]?.stringValue ?? ""
                    let text = value["value"].map(DataText.scalar) ?? ""
                    return Field(
                        value["name"]?.stringValue ?? "?",
                        error.isEmpty ? text : "error: \(error)", tint: error.isEmpty ? nil : .bad)
                }))
    }

    private var members: Section? {
        guard let members = status["resources"]?.arrayValue, !members.isEmpty else { return nil }
        let rows = members.map { member -> [TextTable.Cell] in
            let state = member["state"]?.stringValue ?? member["health"]?["status"]?.stringValue
            return [
                .init(member["kind"]?.stringValue ?? ""),
                .init(member["name"]?.stringValue ?? ""),
                .init(state ?? "-", tint: Tint(state: state ?? "")),
                .init(member["externalID"]?.stringValue ?? ""),
                .init(member["message"]?.stringValue ?? ""),
            ]
        }
        return Section(
            "Resources:",
            .table(TextTable(["KIND", "NAME", "STATE", "EXTERNAL-ID", "MESSAGE"], rows: rows)))
    }

    private var details: [Field] {
        var fields = [
            Field("Kind", "\(object.kind) (\(object.apiVersion))"),
            Field("Category", kind.category.rawValue),
        ]
        if let namespace = object.namespace { fields.append(Field("Namespace", namespace)) }
        if let created = object.creationTimestamp {
            fields.append(
                Field("Created", "\(created.rfc3339) (\(created.age(until: now)) ago)"))
        }
        if let deleted = object.deletionTimestamp {
            fields.append(
                Field(
                    "Deleting",
                    "for \(deleted.age(until: now)), held by "
                        + object.finalizers.joined(separator: ", "), tint: .bad))
        }
        if !isBad, let message = text("message") { fields.append(Field("Message", message)) }
        if let read = text("lastGetTime") { fields.append(Field("Last Read", read)) }
        fields.append(Field("Observed", observedText))
        if object.spec["paused"]?.boolValue == true {
            let why = object.pauseReason.map { " (\($0))" } ?? ""
            fields.append(Field("Paused", "yes\(why)", tint: .waiting))
        }
        if object.spec["readOnly"]?.boolValue == true {
            fields.append(Field("Read Only", "yes (observed, never written)"))
        }
        fields.append(Field("Target", targetText))
        fields += life
        if !object.labels.isEmpty { fields.append(Field("Labels", pairs(object.labels))) }
        return fields
    }

    private func pairs(_ map: [String: String]) -> String {
        map.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    private var observedText: String {
        let generation = object.generation.map(String.init) ?? "?"
        guard let observed = status["observedGeneration"]?.integerValue else {
            return "not yet (generation \(generation))"
        }
        if observed == object.generation { return "generation \(generation), up to date" }
        return "generation \(observed), the object is at \(generation)"
    }

    private var targetText: String { EffectiveTarget(object, kind: kind).text }

    private var shownSpec: JSONValue? {
        guard let spec = object.spec.objectValue, !spec.isEmpty else { return nil }
        return .object(spec)
    }

    private var conditions: TextTable? {
        guard let conditions = status["conditions"]?.arrayValue, !conditions.isEmpty else {
            return nil
        }
        let rows = conditions.map { condition -> [TextTable.Cell] in
            let since = condition["lastTransitionTime"]?.stringValue
                .flatMap { Timestamp(rfc3339: $0) }
            return [
                .init(condition["type"]?.stringValue ?? ""),
                .init(condition["status"]?.stringValue ?? ""),
                .init(condition["reason"]?.stringValue ?? ""),
                .init(since.map { $0.age(until: now) } ?? ""),
                .init(condition["message"]?.stringValue ?? ""),
            ]
        }
        return TextTable(["TYPE", "STATUS", "REASON", "SINCE", "MESSAGE"], rows: rows)
    }

    private var drift: DriftFinding { DriftFinding(object, kind: kind, now: now) }

    func text(_ name: String) -> String? {
        status[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func scalar(_ name: String) -> String? { status[name].map(DataText.scalar) }
}
