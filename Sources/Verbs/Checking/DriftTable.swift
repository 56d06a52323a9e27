import Diagnostics
import Documents
import KubernetesCore
import Render

/// The answer of `drift-report`: a row for each difference, and below what a row cannot say.
struct DriftTable: Sendable {
    var findings: [DriftFinding]
    let showsNamespace: Bool
    /// The pods by their addresses, as far as they are known.
    var pods = PodNames([])
    let now: Timestamp
    /// Where next commands work; nil: none are proposed.
    var standing: StandingPlace?

    var report: Report {
        var sections = [Section(nil, .table(table()))]
        let remarks = findings.flatMap(remarks)
        if !remarks.isEmpty { sections.append(Section(nil, .paragraphs(remarks))) }
        var report = Report(
            kind: "DriftReport", sections: sections,
            payload: [
                "kind": "DriftReport", "drift": .bool(findings.contains(where: \.isPresent)),
                "items": .array(findings.map(payload)), "nextSteps": StepText.payload(steps),
            ], rows: table(isWhole: true),
            names: findings.filter(\.isPresent).map {
                $0.object.type.qualifiedName(of: $0.object.name)
            })
        report.nextSteps = steps
        return report
    }

    private static let mostSteps = 5

    /// What differs or fails is looked into; what is not known is read again.
    private var steps: [NextStep] {
        guard let standing else { return [] }
        let sorted = findings.filter(\.isPresent) + findings.filter { !$0.isPresent }
        // Several that were not read in time have one reason.
        let old = findings.filter { !$0.isPresent && !$0.isCallLost && $0.isUnknown }
        let silence = NextStep(
            ["init"] + standing.words(for: nil), "shows whether an operator reads them")
        let steps = sorted.compactMap { finding -> NextStep? in
            let object = [finding.object.shortName] + standing.words(for: finding.object.namespace)
            if finding.isPresent || finding.isCallLost {
                return NextStep(["diagnose"] + object, "finds out why")
            }
            guard finding.isUnknown else { return nil }
            if old.count > 1 { return finding.object == old[0].object ? silence : nil }
            return NextStep(["refresh"] + object, "has the operator read the API again")
        }
        return Array(steps.prefix(Self.mostSteps))
    }

    /// The rows of all findings, or of one.
    ///
    /// - Parameters:
    ///   - only: the one; nil: all.
    ///   - isWhole: whether long values stay as they are.
    /// - Returns: a row for each difference.
    func table(of only: DriftFinding? = nil, isWhole: Bool = false) -> TextTable {
        var columns: [TextTable.Column] = []
        if showsNamespace { columns.append(.init("NAMESPACE")) }
        columns.append(.init("RESOURCE"))
        if showsEndpoint { columns.append(.init("ENDPOINT")) }
        columns += ["DRIFT", "FIELD"].map { .init($0) }
        // What differs is not cut, or it could look alike.
        columns += ["SPEC VALUE", "ACTUAL VALUE"].map { .init($0, fit: .wraps) }
        columns += ["COUNT", "WRITTEN BY"].map { .init($0, isWide: true) }
        var table = TextTable(columns: columns)
        for finding in only.map({ [$0] }) ?? findings {
            for part in finding.parts { table.rows += rows(of: part, finding, isWhole) }
        }
        return table
    }

    /// Of longer values only what tells them apart is shown.
    private static let longestValue = 160

    private var showsEndpoint: Bool {
        findings.contains { $0.parts.contains { $0.endpoint != nil } }
    }

    private func rows(
        of part: DriftFinding.Part, _ finding: DriftFinding, _ isWhole: Bool
    ) -> [[TextTable.Cell]] {
        let isBad = part.verdict == .present || finding.flapping != nil
        var lead: [TextTable.Cell] = []
        if showsNamespace { lead.append(.init(finding.object.namespace ?? "")) }
        lead.append(.init(finding.object.shortName))
        if showsEndpoint { lead.append(.init(part.endpoint.map(pods.name) ?? "-")) }
        lead.append(.init(finding.word(of: part), tint: isBad ? .bad : nil))
        let count = TextTable.Cell(String(finding.count))
        guard !part.differences.isEmpty else {
            return [lead + ["-", "-", "-", count, "-"]]
        }
        return part.differences.map { difference in
            var values = [difference.wanted, difference.actual].map(difference.cell)
            if !isWhole {
                values = ComparedTexts.excerpts(
                    of: ComparedTexts.cells(values), room: Self.longestValue)
            }
            let age = difference.writer?.time.map { " \($0.age(until: now)) ago" } ?? ""
            return lead + [
                .init(difference.field), .init(values[0]), .init(values[1]), count,
                .init(difference.writer.map { $0.manager + age } ?? "-"),
            ]
        }
    }

    /// What matters and fits no column.
    private func remarks(_ finding: DriftFinding) -> [Paragraph] {
        var texts: [String] = []
        for part in finding.parts {
            guard case .unknown(let why) = part.verdict else { continue }
            let place = part.endpoint.map { " on \(pods.name(of: $0))" } ?? ""
            texts.append("not known\(place): \(why)")
        }
        if let corrected = finding.corrected {
            texts.append("put right by the operator \(corrected.age(until: now)) ago")
        }
        if let flapping = finding.flapping { texts.append(flapping.text) }
        for difference in finding.differences where difference.isNeverWritten {
            texts.append(
                "\(difference.field) stays different: in merge mode the operator never writes "
                    + difference.shown(difference.wanted))
        }
        return texts.map { Paragraph("\(finding.object.shortName): ", $0) }
    }

    private func payload(_ finding: DriftFinding) -> JSONValue {
        var value: JSONValue = [
            "resource": .string(finding.object.type.qualifiedName(of: finding.object.name)),
            "kind": .string(finding.object.type.kind), "name": .string(finding.object.name),
        ]
        if let namespace = finding.object.namespace { value["namespace"] = .string(namespace) }
        for member in finding.payload.objectValue ?? JSONObject() {
            value[member.name] = member.value
        }
        return value
    }
}

extension Flapping {
    /// `differs again after each write: counted 12 → 15 within 1.2s, and nobody edited it`.
    var text: String {
        let seconds = Double(span.milliseconds) / 1000
        let time = "within \((seconds * 10).rounded() / 10)s, and nobody edited it"
        guard after > before else { return "written again and again: twice \(time)" }
        return "differs again after each write: counted \(before) → \(after) \(time)"
    }
}

/// What the pods are called behind the addresses that a status names.
struct PodNames: Sendable {
    private var names: [String: String] = [:]

    init(_ pods: [KubernetesObject]) {
        for pod in pods {
            if let address = pod.status["podIP"]?.stringValue { names[address] = pod.name }
        }
    }

    /// The pod of a base URL; the first label of a cluster's own host name; else host and port.
    func name(of endpoint: String) -> String {
        var rest = endpoint[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        let authority = String(rest.prefix { $0 != "/" })
        let host =
            authority.hasPrefix("[")
            ? String(authority.dropFirst().prefix { $0 != "]" })
            : String(authority.prefix { $0 != ":" })
        if let pod = names[host] { return pod }
        let labels = host.split(separator: ".")
        return labels.count > 2 && labels.contains("svc") ? String(labels[0]) : authority
    }
}
