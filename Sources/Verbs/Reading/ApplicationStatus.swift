import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render

/// The answer of `status` as a value.
struct ApplicationStatus: Sendable {
    private var survey: Survey
    private let showsNamespace: Bool
    private var aggregates: [Survey.Member]
    /// APIs that no aggregate speaks for, summed up by us.
    private var sums: [(api: GeneratedAPI, summary: HealthSummary)]
    private var failed: [Survey.Member]

    init(_ survey: Survey, showsNamespace: Bool) {
        self.survey = survey
        self.showsNamespace = showsNamespace
        aggregates = survey.summaries.filter { $0.kind.category == .aggregate }
        failed = survey.members.filter { $0.state.class == .failed }
        sums = survey.apis.compactMap { api in
            let hasAggregate = survey.summaries.contains {
                $0.api == api.group && $0.kind.category == .aggregate
            }
            let members = survey.members.filter { $0.api == api.group }
            guard !hasAggregate, !members.isEmpty else { return nil }
            return (api, Self.sum(members))
        }
        if aggregates.isEmpty, sums.isEmpty, let first = survey.apis.first {
            sums = [(first, Self.sum([]))]
        }
    }

    /// Our own sum: one failure degrades the whole, as the strategy AllHealthy has it.
    private static func sum(_ members: [Survey.Member]) -> HealthSummary {
        let failed = members.count { $0.state.class == .failed }
        let synced = members.count { $0.state.class == .good }
        let pending = members.count - failed - synced
        let health =
            failed > 0 ? "Degraded" : pending > 0 || members.isEmpty ? "Pending" : "Healthy"
        return HealthSummary(
            health: health,
            counts: HealthCounts(
                total: Int64(members.count), synced: Int64(synced), failed: Int64(failed),
                pending: Int64(pending), skipped: 0))
    }

    /// One aggregate and the failures among its members.
    func narrowed(to name: String, apis: [GeneratedAPI]) throws(Failure) -> ApplicationStatus {
        var narrow = self
        narrow.aggregates = aggregates.filter { $0.object.name == name }
        guard !narrow.aggregates.isEmpty else {
            let names = aggregates.map(\.object.name) + apis.map(\.displayName)
            let suggestion = Spelling.suggestion(for: name, among: names)
            throw Failure(
                .notFound, "there is no API and no aggregate called \"\(name)\"",
                hints: [
                    suggestion.map { "did you mean \"\($0)\"?" }
                        ?? "there are: \(names.joined(separator: ", "))"
                ])
        }
        narrow.sums = []
        let members = narrow.aggregates.flatMap {
            $0.object.status["resources"]?.arrayValue ?? []
        }
        narrow.failed = failed.filter { failure in
            members.contains {
                $0["kind"]?.stringValue == failure.kind.type.kind
                    && $0["name"]?.stringValue == failure.object.name
            }
        }
        return narrow
    }

    var report: Report {
        var sections: [Section] = aggregates.map { aggregate in
            section(
                "Aggregate", title(of: aggregate),
                HealthSummary(aggregate.object, kind: aggregate.kind))
        }
        sections += sums.map { section("API", $0.api.displayName, $0.summary) }
        if !failed.isEmpty {
            sections.append(Section("FAILED RESOURCES:", .table(failureTable)))
        }
        return Report(
            kind: "Status", sections: sections, payload: payload,
            names: aggregates.map { $0.kind.type.qualifiedName(of: $0.object.name) },
            notices: survey.gaps.map { gap in
                let what = "\(gap.kind.type.plural): left out, because they cannot be listed"
                return "\(what): \(gap.error.message)"
            })
    }

    private func title(of aggregate: Survey.Member) -> String {
        guard showsNamespace, let namespace = aggregate.object.namespace else {
            return aggregate.object.name
        }
        return "\(namespace)/\(aggregate.object.name)"
    }

    /// Two lines as the specification has them.
    private func section(_ label: String, _ name: String, _ summary: HealthSummary) -> Section {
        Section(nil, .lines(["\(label): \(name)", "Health: \(summary.text)"]))
    }

    private var failureTable: TextTable {
        var table = TextTable(["KIND", "NAME", "STATE", "MESSAGE"])
        table.rows = failed.map { member in
            [
                .init(member.kind.type.kind), .init(member.object.name),
                .init(member.state.state ?? "", tint: Tint(state: member.state.state ?? "")),
                .init(member.state.message),
            ]
        }
        if showsNamespace {
            table.columns.insert(.init("NAMESPACE"), at: 0)
            for (index, member) in failed.enumerated() {
                table.rows[index].insert(.init(member.object.namespace ?? ""), at: 0)
            }
        }
        return table
    }

    private var payload: JSONValue {
        [
            "kind": "Status",
            "aggregates": .array(
                aggregates.map { aggregate in
                    var value = HealthSummary(aggregate.object, kind: aggregate.kind).payload
                    value["name"] = .string(aggregate.object.name)
                    if let namespace = aggregate.object.namespace {
                        value["namespace"] = .string(namespace)
                    }
                    if let computed = aggregate.object.status["computedValues"] {
                        value["computedValues"] = computed
                    }
                    if !aggregate.state.message.isEmpty {
                        value["message"] = .string(aggregate.state.message)
                    }
                    return value
                }),
            "apis": .array(
                sums.map { sum in
                    var value = sum.summary.payload
                    value["name"] = .string(sum.api.displayName)
                    value["group"] = .string(sum.api.group)
                    return value
                }),
            "failed": .array(failed.map(failurePayload)),
            "notListed": .array(
                survey.gaps.map {
                    [
                        "resource": .string($0.kind.type.qualifiedName),
                        "reason": .string($0.error.message),
                    ]
                }),
        ]
    }

    private func failurePayload(_ member: Survey.Member) -> JSONValue {
        var value: JSONValue = [
            "kind": .string(member.kind.type.kind), "name": .string(member.object.name),
        ]
        if let namespace = member.object.namespace { value["namespace"] = .string(namespace) }
        value["state"] = .string(member.state.state ?? "")
        value["message"] = .string(member.state.message)
        return value
    }
}
