import Catalog
import Documents
import KubernetesCore
import Render

/// How an action went, for people and for programs.
struct ActionReport: Sendable {
    let finding: AnswerFinding
    let kind: CatalogKind
    let showsSecrets: Bool

    var report: Report {
        var sections = [Section(nil, .fields(fields))]
        if !finding.endpoints.isEmpty { sections.append(Section("Endpoints:", .table(table))) }
        if finding.fault == nil, let data = finding.data {
            sections.append(
                AnswerTable.section(data, title: "Result:", showSecrets: showsSecrets))
        }
        return Report(
            kind: "Action", sections: sections, payload: payload,
            names: [kind.type.qualifiedName(of: finding.object.name)])
    }

    private var isGood: Bool { finding.fault == nil && !finding.isPartial }

    private var fields: [Field] {
        let status = finding.object.status
        var fields = [
            Field("Action", kind.friendlyName),
            Field("State", finding.state.state ?? "unknown", tint: isGood ? .good : .bad),
        ]
        if let code = finding.statusCode, code > 0 {
            fields.append(Field("Status Code", String(code)))
        }
        if let time = kind.lastRun(of: finding.object) { fields.append(Field("Executed", time)) }
        if let fault = finding.fault {
            fields.append(Field("Reason", fault))
        } else if !finding.endpoints.isEmpty {
            fields.append(Field("Endpoints", finding.share))
        }
        if let runs = kind.runs(of: finding.object), runs > 1 {
            fields.append(Field("Runs", String(runs)))
        }
        if let next = status["nextExecutionTime"]?.stringValue {
            fields.append(Field("Next", next))
        }
        return fields
    }

    private var table: TextTable {
        TextTable(
            ["ENDPOINT", "STATUS", "OUTCOME"],
            rows: finding.endpoints.map { endpoint in
                [
                    .init(endpoint.url), .init(endpoint.statusCode.map(String.init) ?? "-"),
                    .init(
                        endpoint.fault ?? "ok", tint: endpoint.fault == nil ? .good : .bad),
                ]
            })
    }

    private var payload: JSONValue {
        var payload: JSONValue = [
            "kind": "Action", "action": .string(kind.friendlyName),
            "state": finding.state.state.map(JSONValue.string) ?? .null,
            "success": .bool(isGood),
        ]
        if let code = finding.statusCode { payload["statusCode"] = .integer(code) }
        if let fault = finding.fault { payload["reason"] = .string(fault) }
        payload["result"] = finding.fault == nil ? finding.data ?? .null : .null
        if !finding.endpoints.isEmpty {
            payload["endpoints"] = .array(
                finding.endpoints.map { endpoint in
                    [
                        "url": .string(endpoint.url), "success": .bool(endpoint.fault == nil),
                        "statusCode": endpoint.statusCode.map(JSONValue.integer) ?? .null,
                        "error": endpoint.fault.map(JSONValue.string) ?? .null,
                    ]
                })
        }
        return payload
    }
}
