import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render

/// Diagnoses for people and programs.
struct DiagnosisReport: Sendable {
    private let diagnoses: [Diagnosis]
    /// Whether checks that found nothing are shown, too.
    private let showsAll: Bool
    /// The namespace that was asked for.
    private let namespace: String
    private let standing: StandingPlace

    init(
        _ diagnoses: [Diagnosis], showsAll: Bool, namespace: String, standing: StandingPlace
    ) {
        self.diagnoses = diagnoses
        self.showsAll = showsAll
        self.namespace = namespace
        self.standing = standing
    }

    /// The lines that the specification shows, whatever they say.
    private static let leading: Set<CheckID> = [
        .state, .drift, .apiResponse, .responseTime,
    ]

    var report: Report {
        var sections: [Section] = []
        for diagnosis in byWeight {
            sections.append(
                Section(nil, .lines(["Running diagnostics for \(name(of: diagnosis))..."])))
            sections.append(Section(nil, .paragraphs(lines(of: diagnosis))))
        }
        sections.append(Section(nil, .lines([result])))
        var report = Report(
            kind: "Diagnosis", sections: sections, payload: payload,
            names: diagnoses.map { $0.object.type.qualifiedName(of: $0.object.name) })
        report.nextSteps = steps
        return report
    }

    /// The worst first; those that are equally bad in the order in which they were asked for.
    private var byWeight: [Diagnosis] {
        Severity.allCases.sorted(by: >).flatMap { severity in
            diagnoses.filter { $0.severity == severity }
        }
    }

    private func name(of diagnosis: Diagnosis) -> String {
        guard let place = diagnosis.object.namespace, place != namespace else {
            return diagnosis.object.shortName
        }
        return "\(diagnosis.object.shortName) in \(place)"
    }

    private func lines(of diagnosis: Diagnosis) -> [Paragraph] {
        let shown = diagnosis.byWeight.filter { finding in
            showsAll || finding.severity != .ok || Self.leading.contains(finding.check)
        }
        return shown.flatMap { finding -> [Paragraph] in
            let line = Paragraph(
                "[\(finding.severity.rawValue.uppercased())] ", finding.summary,
                tint: Tint(finding.severity))
            guard let cause = finding.cause, finding.severity != .ok else { return [line] }
            return [line, Paragraph("       cause: ", cause)]
        }
    }

    /// `Result: 1 failed, 2 warnings, 3 skipped, 14 passed`.
    private var result: String {
        let findings = diagnoses.flatMap(\.findings)
        func count(_ severity: Severity) -> Int { findings.count { $0.severity == severity } }
        var parts: [String] = []
        if count(.fail) > 0 { parts.append("\(count(.fail)) failed") }
        if count(.warn) > 0 {
            parts.append("\(count(.warn)) warning\(count(.warn) == 1 ? "" : "s")")
        }
        if count(.skip) > 0 { parts.append("\(count(.skip)) skipped") }
        parts.append("\(count(.ok)) passed")
        let hint = showsAll ? "" : " (-o wide shows them all)"
        return "Result: \(parts.joined(separator: ", "))\(hint)"
    }

    // MARK: what to do

    /// All that helps a single object; of several the first step for each of the worst.
    private var steps: [NextStep] {
        var steps: [NextStep] = []
        let worst = diagnoses.map(\.severity).max() ?? .ok
        for diagnosis in diagnoses where diagnosis.severity == worst || diagnoses.count == 1 {
            let own = diagnosis.remedies.filter { diagnoses.count == 1 || !isDone($0) }
                .compactMap { standing.step($0, for: diagnosis.object.namespace) }
            for step in own.prefix(diagnoses.count == 1 ? own.count : 1)
            where !steps.contains(where: { $0.words == step.words }) { steps.append(step) }
        }
        return Array(steps.prefix(Self.mostSteps))
    }

    private static let mostSteps = 6

    /// Whether a remedy is the diagnosis of what is diagnosed here anyhow.
    private func isDone(_ remedy: Remedy) -> Bool {
        guard remedy.program == nil, remedy.words.first == "diagnose" else { return false }
        let shown = remedy.words.dropFirst().joined(separator: "/")
        return diagnoses.contains { $0.object.shortName == shown }
    }

    // MARK: for programs

    private var payload: JSONValue {
        [
            "kind": "Diagnosis",
            "severity": .string((diagnoses.map(\.severity).max() ?? .ok).rawValue),
            "items": .array(diagnoses.map(payload)),
            "nextSteps": StepText.payload(steps),
        ]
    }

    private func payload(_ diagnosis: Diagnosis) -> JSONValue {
        [
            "resource": .string(diagnosis.object.type.qualifiedName(of: diagnosis.object.name)),
            "kind": .string(diagnosis.object.type.kind),
            "name": .string(diagnosis.object.name),
            "namespace": diagnosis.object.namespace.map(JSONValue.string) ?? .null,
            "category": .string(diagnosis.category.rawValue),
            "severity": .string(diagnosis.severity.rawValue),
            "findings": .array(diagnosis.findings.map { payload($0, of: diagnosis.object) }),
        ]
    }

    private func payload(_ finding: Finding, of object: ObjectReference) -> JSONValue {
        var value: JSONValue = [
            "id": .string(finding.check.rawValue),
            "severity": .string(finding.severity.rawValue),
            "summary": .string(finding.summary),
        ]
        if let cause = finding.cause { value["cause"] = .string(cause) }
        if !finding.facts.isEmpty {
            value["facts"] = .array(
                finding.facts.map { ["name": .string($0.name), "value": .string($0.value)] })
        }
        if !finding.next.isEmpty {
            value["next"] = .array(
                finding.next.compactMap { standing.step($0, for: object.namespace) }
                    .map { .string(StepText.typed($0)) })
        }
        return value
    }
}

extension Tint {
    init(_ severity: Severity) {
        self =
            switch severity {
            case .skip: .faint
            case .ok: .good
            case .warn: .waiting
            case .fail: .bad
            }
    }
}
