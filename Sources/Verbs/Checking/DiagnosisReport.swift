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
    /// What is typed in front of our commands; nil in a shell.
    private let program: String?
    /// The namespace that commands mean by themselves.
    private let namespace: String

    init(_ diagnoses: [Diagnosis], showsAll: Bool, program: String?, namespace: String) {
        self.diagnoses = diagnoses
        self.showsAll = showsAll
        self.program = program
        self.namespace = namespace
    }

    /// The lines that the specification shows, whatever they say.
    private static let leading: Set<CheckID> = [
        .state, .drift, .apiResponse, .responseTime,
    ]

    var report: Report {
        var sections: [Section] = []
        for diagnosis in diagnoses {
            sections.append(
                Section(nil, .lines(["Running diagnostics for \(name(of: diagnosis))..."])))
            sections.append(Section(nil, .paragraphs(lines(of: diagnosis))))
        }
        sections.append(Section(nil, .lines([result])))
        let steps = steps
        if !steps.isEmpty { sections.append(Section("Next steps:", .paragraphs(text(of: steps)))) }
        return Report(
            kind: "Diagnosis", sections: sections, payload: payload,
            names: diagnoses.map { $0.object.type.qualifiedName(of: $0.object.name) })
    }

    private func name(of diagnosis: Diagnosis) -> String {
        guard let place = diagnosis.object.namespace, place != namespace else {
            return diagnosis.object.shortName
        }
        return "\(diagnosis.object.shortName) in \(place)"
    }

    private func lines(of diagnosis: Diagnosis) -> [Paragraph] {
        let shown = diagnosis.findings.filter { finding in
            showsAll || finding.severity != .ok || Self.leading.contains(finding.check)
        }
        return shown.flatMap { finding -> [Paragraph] in
            let line = Paragraph("[\(finding.severity.rawValue.uppercased())] ", finding.summary)
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

    private var steps: [Step] {
        var steps: [Step] = []
        for diagnosis in diagnoses.sorted(by: { $0.severity > $1.severity }) {
            for remedy in diagnosis.remedies {
                let step = Step(remedy, place: place(of: diagnosis, for: remedy))
                if !steps.contains(where: { $0.words == step.words }) { steps.append(step) }
            }
        }
        return Array(steps.prefix(Self.mostSteps))
    }

    private static let mostSteps = 12

    /// A command with the namespace that it needs.
    private struct Step: Sendable, Hashable {
        var program: String?
        var words: [String]
        var purpose: String

        init(_ remedy: Remedy, place: [String]) {
            program = remedy.program
            words = remedy.words + place
            purpose = remedy.purpose
        }
    }

    private func place(of diagnosis: Diagnosis, for remedy: Remedy) -> [String] {
        guard remedy.program == nil, let place = diagnosis.object.namespace, place != namespace
        else { return [] }
        return ["-n", place]
    }

    /// Our own commands have numbers, by which a shell runs them.
    private func text(of steps: [Step]) -> [Paragraph] {
        var number = 0
        return steps.map { step in
            let command = step.words.map(Self.quoted).joined(separator: " ")
            let end = "(\(step.purpose))"
            if let other = step.program { return Paragraph("  $  ", "\(other) \(command) \(end)") }
            number += 1
            let own = program.map { "\($0) " } ?? ""
            return Paragraph("  \(number). ", "\(own)\(command) \(end)")
        }
    }

    /// As a shell takes it for one word.
    private static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0))
        }
        return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }

    // MARK: for programs

    private var payload: JSONValue {
        [
            "kind": "Diagnosis",
            "severity": .string((diagnoses.map(\.severity).max() ?? .ok).rawValue),
            "items": .array(diagnoses.map(Self.payload)),
            "nextSteps": .array(
                steps.map { step in
                    [
                        "program": .string(step.program ?? Root.programName),
                        "words": .array(step.words.map { .string($0) }),
                        "purpose": .string(step.purpose),
                    ]
                }),
        ]
    }

    private static func payload(_ diagnosis: Diagnosis) -> JSONValue {
        [
            "resource": .string(diagnosis.object.type.qualifiedName(of: diagnosis.object.name)),
            "kind": .string(diagnosis.object.type.kind),
            "name": .string(diagnosis.object.name),
            "namespace": diagnosis.object.namespace.map(JSONValue.string) ?? .null,
            "category": .string(diagnosis.category.rawValue),
            "severity": .string(diagnosis.severity.rawValue),
            "findings": .array(diagnosis.findings.map(payload)),
        ]
    }

    private static func payload(_ finding: Finding) -> JSONValue {
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
                finding.next.map { remedy in
                    .string(
                        ([remedy.program ?? Root.programName] + remedy.words).map(quoted)
                            .joined(separator: " "))
                })
        }
        return value
    }
}
