import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render

/// The two forms that the specification has for the status of an application.
enum StatusForm: Sendable, Hashable {
    /// A paragraph for each aggregate.
    case paragraphs
    /// One table, as the plugin of kubectl prints it.
    case table

    init(_ face: Face) {
        switch face.form {
        case .conversation: self = .paragraphs
        case .tables: self = .table
        }
    }
}

extension ApplicationStatus {
    /// - Parameters:
    ///   - form: how it looks for people.
    ///   - namespaces: whether objects of several namespaces are in it.
    ///   - details: whether computed values and kinds are shown where there is an aggregate.
    /// - Returns: the report; everything is in its payload.
    func report(_ form: StatusForm, namespaces: Bool, details: Bool = false) -> Report {
        var sections: [Section]
        switch form {
        case .paragraphs:
            sections = (aggregates + bundles).map { member in
                let computed = details ? Self.computed(member).map { "  \($0.0): \($0.1)" } : []
                let label = member.kind.category == .bundle ? "Bundle" : "Aggregate"
                return section(
                    label, title(of: member, namespaces),
                    HealthSummary(member.object, kind: member.kind), computed)
            }
            for sum in sums {
                sections.append(section("API", sum.api.displayName, sum.summary, []))
                if !sum.kinds.isEmpty { sections.append(Section(nil, .table(table(of: sum)))) }
            }
        case .table:
            sections = [Section(nil, .table(summaryTable(namespaces, total: false)))]
            for sum in sums where !sum.kinds.isEmpty {
                sections.append(Section(nil, .table(self.table(of: sum))))
            }
            if details, !computedTable.rows.isEmpty {
                sections.append(Section("COMPUTED VALUES:", .table(computedTable)))
            }
        }
        if !failed.isEmpty {
            sections.append(Section("FAILED RESOURCES:", .table(failureTable(namespaces))))
        }
        return Report(
            kind: "Status", sections: sections, payload: payload,
            rows: summaryTable(namespaces, total: true),
            names: (aggregates + bundles).map { $0.kind.type.qualifiedName(of: $0.object.name) },
            notices: notices)
    }

    private var notices: [String] {
        let gaps = gaps.map { gap in
            let what = "\(gap.kind.type.plural): left out, because they cannot be listed"
            return "\(what): \(gap.error.message)"
        }
        guard stale > 0 else { return gaps }
        return gaps + [
            "note: not everything was read again in time, so this may be old; init shows whether an "
                + "operator runs"
        ]
    }

    private func title(of member: Survey.Member, _ namespaces: Bool) -> String {
        guard namespaces, let namespace = member.object.namespace else {
            return member.object.name
        }
        return "\(namespace)/\(member.object.name)"
    }

    /// Two lines as the specification has them, and what was computed below.
    private func section(
        _ label: String, _ name: String, _ summary: HealthSummary, _ more: [String]
    ) -> Section {
        Section(
            nil,
            .tinted(
                [
                    TintedLine("\(label): \(name)"),
                    TintedLine("Health: \(summary.text)", Tint(state: summary.health)),
                ] + more.map { TintedLine($0) }))
    }

    private static func computed(_ member: Survey.Member) -> [(String, String)] {
        computedValues(member).compactMap { value in
            guard let name = value["name"]?.stringValue else { return nil }
            if let error = value["error"]?.stringValue, !error.isEmpty {
                return (name, "error: \(error)")
            }
            return (name, value["value"].map { $0.stringValue ?? $0.text() } ?? "")
        }
    }

    private static func computedValues(_ member: Survey.Member) -> [JSONValue] {
        let status = member.object.status
        let values = status["computedValues"] ?? status["aggregatedHealth"]?["computedValues"]
        return values?.arrayValue ?? []
    }

    private var computedTable: TextTable {
        TextTable(
            ["AGGREGATE", "NAME", "VALUE"],
            rows: (aggregates + bundles).flatMap { member in
                Self.computed(member).map {
                    [.init(member.object.name), .init($0.0), .init($0.1)]
                }
            })
    }

    /// A row for each aggregate, bundle, and API without either.
    private func summaryTable(_ namespaces: Bool, total: Bool) -> TextTable {
        var table = TextTable([
            "AGGREGATE", "HEALTH", "TOTAL", "SYNCED", "FAILED", "PENDING", "MESSAGE",
        ])
        table.rows = (aggregates + bundles).map { member in
            row(
                title(of: member, namespaces), HealthSummary(member.object, kind: member.kind),
                message: member.state.message)
        }
        table.rows += sums.map { row("\($0.api.displayName) (all resources)", $0.summary) }
        guard !total else { return table }
        table.columns.remove(at: 2)
        for index in table.rows.indices { table.rows[index].remove(at: 2) }
        return table
    }

    private func row(
        _ name: String, _ summary: HealthSummary, message: String = ""
    ) -> [TextTable.Cell] {
        let counts = summary.counts
        let numbers = [counts?.total, counts?.synced, counts?.failed, counts?.pending].map {
            TextTable.Cell($0.map { String($0) } ?? "-")
        }
        let failed = counts?.failed ?? 0
        let told =
            !message.isEmpty || failed == 0
            ? message : "\(failed) resource\(failed == 1 ? "" : "s") failed"
        return [.init(name), .init(summary.health, tint: Tint(state: summary.health))]
            + numbers + [.init(told)]
    }

    private func table(of sum: APISum) -> TextTable {
        TextTable(
            ["KIND", "TOTAL", "SYNCED", "FAILED", "PENDING"],
            rows: sum.kinds.compactMap { kind in
                guard let counts = kind.summary.counts else { return nil }
                return [
                    .init(kind.kind.type.kind), .init("\(counts.total)"),
                    .init("\(counts.synced)"),
                    .init("\(counts.failed)", tint: counts.failed > 0 ? .bad : nil),
                    .init("\(counts.pending)"),
                ]
            })
    }

    private func failureTable(_ namespaces: Bool) -> TextTable {
        var table = TextTable(["KIND", "NAME", "STATE", "MESSAGE"])
        table.rows = failed.map { member in
            [
                .init(member.kind.type.kind), .init(member.object.name),
                .init(member.state.state ?? "", tint: Tint(state: member.state.state ?? "")),
                .init(member.state.message),
            ]
        }
        if namespaces {
            table.columns.insert(.init("NAMESPACE"), at: 0)
            for (index, member) in failed.enumerated() {
                table.rows[index].insert(.init(member.object.namespace ?? ""), at: 0)
            }
        }
        return table
    }

    // MARK: For programs

    private var payload: JSONValue {
        [
            "kind": "Status",
            "healthy": .bool(isHealthy),
            "aggregates": .array(aggregates.map(summaryPayload)),
            "bundles": .array(bundles.map(summaryPayload)),
            "apis": .array(
                sums.map { sum in
                    var value = sum.summary.payload
                    value["name"] = .string(sum.api.displayName)
                    value["group"] = .string(sum.api.group)
                    value["kinds"] = .array(
                        sum.kinds.map {
                            var kind = $0.summary.payload
                            kind["kind"] = .string($0.kind.type.kind)
                            return kind
                        })
                    return value
                }),
            "failed": .array(failed.map(failurePayload)),
            "notListed": .array(
                gaps.map {
                    [
                        "resource": .string($0.kind.type.qualifiedName),
                        "reason": .string($0.error.message),
                    ]
                }),
        ]
    }

    private func summaryPayload(_ member: Survey.Member) -> JSONValue {
        var value = HealthSummary(member.object, kind: member.kind).payload
        value["name"] = .string(member.object.name)
        if let namespace = member.object.namespace { value["namespace"] = .string(namespace) }
        let computed = Self.computedValues(member)
        if !computed.isEmpty { value["computedValues"] = .array(computed) }
        if !member.state.message.isEmpty { value["message"] = .string(member.state.message) }
        return value
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
