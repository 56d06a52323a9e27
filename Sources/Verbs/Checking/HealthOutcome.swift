import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render

/// The answer of `health-check` as a value.
struct HealthOutcome: Sendable {
    /// What an aggregate or a bundle reports.
    struct Summary: Sendable {
        var object: ObjectReference
        var health: HealthSummary
        var message: String

        init(_ object: ObjectReference, _ health: HealthSummary, message: String) {
            self.object = object
            self.health = health
            self.message = message
        }

        init(_ object: KubernetesObject, kind: CatalogKind) {
            self.init(
                ObjectReference(object, kind: kind), HealthSummary(object, kind: kind),
                message: kind.state(of: object).message)
        }

        var isHealthy: Bool { health.health == "Healthy" }
    }

    /// A temporary change of a session that is gone.
    struct Leftover: Sendable {
        var object: String
        var session: String
        var why: String
    }

    let showsNamespace: Bool
    let coversAll: Bool
    var standing = StandingPlace(nil)
    var summaries: [Summary] = []
    var review = HealthReview()
    var gaps: [String] = []
    var leftovers: [Leftover] = []

    init(showsNamespace: Bool, coversAll: Bool) {
        self.showsNamespace = showsNamespace
        self.coversAll = coversAll
    }

    var isEmpty: Bool { summaries.isEmpty && review.rows.allSatisfy { $0.total == 0 } }

    var isHealthy: Bool {
        summaries.allSatisfy(\.isHealthy) && review.isHealthy && leftovers.isEmpty
    }

    var report: Report {
        var sections = [
            Section(nil, .paragraphs([Paragraph("Health: ", verdict, tint: Tint(state: verdict))]))
        ]
        if !summaries.isEmpty { sections.append(Section(nil, .table(summaryTable))) }
        let rows = review.rows.filter { $0.total > 0 }
        if !rows.isEmpty { sections.append(Section(nil, .table(table(of: rows)))) }
        if !review.problems.isEmpty {
            sections.append(Section("PROBLEMS:", .table(problemTable)))
        }
        if !leftovers.isEmpty {
            sections.append(Section("LEFT BEHIND:", .table(leftoverTable)))
        }
        var report = Report(
            kind: "HealthCheck", sections: sections, payload: payload,
            names: summaries.filter { !$0.isHealthy }.map {
                $0.object.type.qualifiedName(of: $0.object.name)
            }, notices: gaps)
        report.nextSteps = steps
        return report
    }

    private var verdict: String {
        guard !isHealthy else { return "Healthy" }
        let isFailing =
            !review.problems.isEmpty || !leftovers.isEmpty
            || summaries.contains { $0.health.health != "Pending" && !$0.isHealthy }
        return isFailing ? "Degraded" : "Pending"
    }

    private func row(_ namespace: String?, _ cells: [TextTable.Cell]) -> [TextTable.Cell] {
        showsNamespace ? [.init(namespace ?? "")] + cells : cells
    }

    private func titles(_ titles: [String]) -> TextTable {
        TextTable(showsNamespace ? ["NAMESPACE"] + titles : titles)
    }

    private var summaryTable: TextTable {
        var table = titles(["RESOURCE", "HEALTH", "SYNCED", "FAILED", "PENDING", "MESSAGE"])
        table.rows = summaries.map { summary in
            let counts = summary.health.counts
            return row(
                summary.object.namespace,
                [
                    .init(summary.object.shortName),
                    .init(summary.health.health, tint: Tint(state: summary.health.health)),
                    .init(counts.map { String($0.synced) } ?? "-"),
                    .init(counts.map { String($0.failed) } ?? "-"),
                    .init(counts.map { String($0.pending) } ?? "-"), .init(summary.message),
                ])
        }
        return table
    }

    private func table(of rows: [HealthReview.Row]) -> TextTable {
        TextTable(
            ["KIND", "TOTAL", "SYNCED", "FAILED", "PENDING", "STALE", "STUCK", "DRIFT"],
            rows: rows.map { row in
                [.init(row.type.kind)]
                    + [
                        row.total, row.synced, row.failed, row.pending, row.stale, row.stuck,
                        row.drifting,
                    ].map { .init(String($0)) }
            })
    }

    private var problemTable: TextTable {
        var table = titles(["RESOURCE", "PROBLEM", "STATE", "MESSAGE"])
        for index in table.columns.indices where table.columns[index].title == "PROBLEM" {
            table.columns[index].fit = .keeps
        }
        table.rows = review.problems.map { problem in
            row(
                problem.object.namespace,
                [
                    .init(problem.object.shortName),
                    .init(problem.trouble.rawValue, tint: .bad),
                    .init(problem.state, tint: Tint(state: problem.state)),
                    .init(problem.message),
                ])
        }
        return table
    }

    private var leftoverTable: TextTable {
        TextTable(
            ["RESOURCE", "SESSION", "WHY"],
            rows: leftovers.map { [.init($0.object), .init($0.session), .init($0.why)] })
    }

    private static let mostSteps = 5

    /// What an operator leaves behind that ended.
    private static let signsOfSilence: Set<HealthReview.Trouble> = [
        .stale, .neverReported, .deletionHangs,
    ]

    private var steps: [NextStep] {
        var steps =
            leftovers.isEmpty
            ? []
            : [
                NextStep(
                    ["session", "recover"] + standing.words(for: nil),
                    "undoes what was left behind")
            ]
        if review.problems.contains(where: { Self.signsOfSilence.contains($0.trouble) }) {
            steps.append(
                NextStep(
                    ["init"] + standing.words(for: nil), "shows whether an operator runs"))
        }
        // A summary is no trouble of its own where its members were looked at.
        // One stale object is looked into for all.
        let stale = review.problems.filter { $0.trouble == .stale }.dropFirst()
        var ill = review.problems.filter { !stale.contains($0) }.map(\.object)
        if !coversAll { ill += summaries.filter { !$0.isHealthy }.map(\.object) }
        for object in ill {
            let step = NextStep(
                ["diagnose", object.shortName] + standing.words(for: object.namespace),
                "finds out why")
            if !steps.contains(step) { steps.append(step) }
        }
        return Array(steps.prefix(Self.mostSteps))
    }

    private var payload: JSONValue {
        [
            "kind": "HealthCheck", "healthy": .bool(isHealthy), "health": .string(verdict),
            "summaries": .array(
                summaries.map { summary in
                    var value: JSONValue = [
                        "resource": .string(
                            summary.object.type.qualifiedName(of: summary.object.name)),
                        "namespace": summary.object.namespace.map(JSONValue.string) ?? .null,
                    ]
                    for member in summary.health.payload.objectValue ?? JSONObject() {
                        value[member.name] = member.value
                    }
                    value["message"] = .string(summary.message)
                    return value
                }),
            "kinds": .array(
                review.rows.map { row in
                    [
                        "kind": .string(row.type.kind), "total": .integer(Int64(row.total)),
                        "synced": .integer(Int64(row.synced)),
                        "failed": .integer(Int64(row.failed)),
                        "pending": .integer(Int64(row.pending)),
                        "stale": .integer(Int64(row.stale)), "stuck": .integer(Int64(row.stuck)),
                        "drifting": .integer(Int64(row.drifting)),
                    ]
                }),
            "problems": .array(
                review.problems.map { problem in
                    [
                        "resource": .string(
                            problem.object.type.qualifiedName(of: problem.object.name)),
                        "namespace": problem.object.namespace.map(JSONValue.string) ?? .null,
                        "problem": .string(problem.trouble.rawValue),
                        "state": .string(problem.state), "message": .string(problem.message),
                    ]
                }),
            "leftBehind": .array(
                leftovers.map { left in
                    [
                        "object": .string(left.object), "session": .string(left.session),
                        "reason": .string(left.why),
                    ]
                }),
            "notListed": .array(gaps.map(JSONValue.string)),
            "nextSteps": StepText.payload(steps),
        ]
    }
}
