import Catalog
import Diagnostics
import Documents
import Render

/// A comparison for people and for programs.
struct ComparisonReport: Sendable {
    let comparison: Comparison
    /// `pet/fluffy`.
    let object: String
    /// In front of the fields of an answer: `response.data`.
    let prefix: String
    let showsSecrets: Bool
    /// Also the many fields that are alike.
    let showsAll: Bool
    /// Of the terminal, where there is one.
    let width: Int?
    /// As a table of kubectl, the heading is in capitals.
    let form: Face.Form
    let namespace: String
    let standing: StandingPlace

    var report: Report {
        var sections = ComparisonTable(
            comparison: comparison, prefix: prefix, showsSecrets: showsSecrets,
            showsAll: showsAll, width: width, form: form
        ).sections
        let reasons = zip(comparison.observations, comparison.verdicts).compactMap {
            observation, verdict in
            observation.reason.map { reason in
                Paragraph(
                    "\(observation.title): ", "\(verdict.rawValue): \(reason)", tint: .bad)
            }
        }
        if !reasons.isEmpty { sections.append(Section(nil, .paragraphs(reasons))) }
        sections.append(
            Section(
                nil,
                .paragraphs([
                    Paragraph(
                        "Result: ", comparison.result, tint: comparison.isConsistent ? .good : .bad)
                ])))
        var report = Report(
            kind: "Comparison", sections: sections, payload: payload,
            names: comparison.observations.map(\.pod))
        report.nextSteps = steps
        return report
    }

    /// Where to look on when the pods do not agree.
    private var steps: [NextStep] {
        remedies.compactMap { standing.step($0, for: namespace) }
    }

    /// What all pods have in common is looked for behind them, what some have in those.
    private var remedies: [Remedy] {
        guard !comparison.isConsistent else { return [] }
        var remedies: [Remedy] = []
        if comparison.doubt != nil {
            remedies.append(Remedy(["init"], "shows how the operator finds its pods"))
        }
        let verdicts = zip(comparison.observations, comparison.verdicts)
        let ill = verdicts.filter { $0.1 == .failed || $0.1 == .unreachable }
        if ill.count == comparison.observations.count {
            remedies.append(
                Remedy(["health-check", "--all"], "tells whether other objects fail, too"))
        }
        if !comparison.verdicts.allSatisfy({ $0 == .same || $0 == .different }) {
            remedies.append(Remedy(["targets"], "shows which pods there are, and ready"))
        }
        if let (pod, verdict) = ill.first {
            let place = ["-n", namespace]
            remedies.append(
                verdict == .failed
                    ? .kubectl(["logs", pod.pod] + place, "shows what that pod says of it")
                    : .kubectl(["describe", "pod", pod.pod] + place, "tells how that pod is"))
        }
        remedies.append(Remedy(["diagnose", object], "finds out what is wrong with it"))
        return remedies
    }

    // MARK: For programs

    private var payload: JSONValue {
        [
            "kind": "Comparison", "object": .string(object),
            "consistent": .bool(comparison.isConsistent), "result": .string(comparison.result),
            "doubt": comparison.doubt.map(JSONValue.string) ?? .null,
            "nextSteps": StepText.payload(steps),
            "pods": .array(
                zip(comparison.observations, comparison.verdicts).map { observation, verdict in
                    [
                        "title": .string(observation.title), "name": .string(observation.pod),
                        "verdict": .string(verdict.rawValue),
                        "state": observation.state.map(JSONValue.string) ?? .null,
                        "reason": observation.reason.map(JSONValue.string) ?? .null,
                        "observedAt": observation.time.map(JSONValue.string) ?? .null,
                        "data": observation.data ?? .null,
                    ]
                }),
            "fields": .array(
                comparison.fields.map { field in
                    [
                        "path": .string(ComparisonTable.label(of: field.path, below: prefix)),
                        "different": .bool(comparison.isDifferent(field)),
                        "values": .object(
                            JSONObject(
                                zip(comparison.observations, field.values).compactMap {
                                    observation, value in
                                    value.map { .init(observation.pod, $0) }
                                })),
                    ]
                }),
        ]
    }
}

extension Comparison {
    /// The paths of all fields that are looked at, as `--field` takes them.
    var allPaths: [String] { known.map(\.description) }
}
