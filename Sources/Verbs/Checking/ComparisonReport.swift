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

    /// Up to so many fields those that are alike are shown as well.
    private static let manyFields = 40
    /// Cells are never made narrower than this, whatever the terminal.
    private static let narrowest = 8

    var report: Report {
        var sections: [Section] = []
        var legend = Legend()
        let rows = rows(&legend)
        sections.append(
            Section(
                nil,
                .table(TextTable(heading, rows: rows))))
        if !legend.lines.isEmpty { sections.append(Section(nil, .lines(legend.lines))) }
        if let hidden = hiddenText { sections.append(Section(nil, .lines([hidden]))) }
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

    // MARK: The table

    private var heading: [String] {
        let words = ["Field"] + comparison.observations.map(\.title)
        return form == .tables ? words.map { $0.uppercased() } : words
    }

    private var shown: [ComparedField] {
        guard !showsAll, comparison.fields.count > Self.manyFields else {
            return comparison.fields
        }
        return comparison.differences
    }

    private var hiddenText: String? {
        let count = comparison.fields.count - shown.count
        return count == 0 ? nil : "\(count) equal fields are not shown; -o wide shows them."
    }

    private func rows(_ legend: inout Legend) -> [[TextTable.Cell]] {
        let shown = shown
        let marks = !comparison.differences.isEmpty
        let cells = shown.map { field in texts(of: field) }
        let room = room(for: shown, cells, marks)
        var rows: [[TextTable.Cell]] = []
        if comparison.showsState {
            rows.append(
                [.init((marks ? "  " : "") + "status.state")]
                    + comparison.observations.map { observation in
                        .init(Self.state(of: observation), tint: Self.tint(of: observation))
                    })
        }
        for (field, texts) in zip(shown, cells) {
            let differs = comparison.isDifferent(field)
            let mark = marks ? (differs ? "≠ " : "  ") : ""
            let texts = room.map { legend.shortened(texts, to: $0, differs: differs) } ?? texts
            rows.append(
                [.init(mark + label(of: field.path), tint: differs ? .bad : nil)]
                    + texts.map { .init($0, tint: differs ? .bad : nil) })
        }
        return rows
    }

    /// How long a cell may be so that a line fits; nil where all lines fit as they are.
    private func room(
        for fields: [ComparedField], _ cells: [[String]], _ marks: Bool
    ) -> Int? {
        guard let width, !comparison.observations.isEmpty else { return nil }
        var widths = comparison.observations.map { $0.title.displayWidth }
        for row in cells {
            for (column, text) in row.enumerated() {
                widths[column] = max(widths[column], text.displayWidth)
            }
        }
        let names = fields.map { label(of: $0.path).displayWidth }.max() ?? 0
        let rest = width - names - (marks ? 2 : 0) - 3 * widths.count
        guard widths.reduce(0, +) > rest else { return nil }
        return max(rest / widths.count, Self.narrowest)
    }

    private func label(of path: AnswerPath) -> String {
        let text = path.description
        if text.isEmpty { return prefix }
        return text.hasPrefix("[") ? prefix + text : "\(prefix).\(text)"
    }

    /// What stands in the cells; secrets that differ stay different.
    private func texts(of field: ComparedField) -> [String] {
        let isSecret = !showsSecrets && field.path.names.contains(where: SecretName.isSecret)
        guard isSecret else { return field.values.map { $0.map(DataText.scalar) ?? "-" } }
        var known: [JSONValue] = []
        let differs = comparison.isDifferent(field)
        return field.values.map { value in
            guard let value else { return "-" }
            let place = known.firstIndex { ComparedField.same($0, value) } ?? known.count
            if place == known.count { known.append(value) }
            return differs ? "\(Mask.text) (\(place + 1))" : Mask.text
        }
    }

    /// The operator's word, or what is to be said in its place.
    private static func state(of observation: Observation) -> String {
        switch observation.answer {
        case .present: observation.state ?? "-"
        case .missing: "NotFound"
        case .failed: "Failed"
        case .unreachable: "Unreachable"
        }
    }

    private static func tint(of observation: Observation) -> Tint? {
        observation.data == nil ? .bad : nil
    }

    /// Long values, told apart by letters and written out below the table.
    private struct Legend {
        private(set) var values: [String] = []

        /// Equal ones may be cut, since that makes nothing look equal that is not.
        mutating func shortened(
            _ texts: [String], to room: Int, differs: Bool
        ) -> [String] {
            texts.map { text in
                guard text.displayWidth > room else { return text }
                guard differs else { return String(text.prefix(room - 1)) + "…" }
                if !values.contains(text) { values.append(text) }
                return "(\(Self.letter(values.firstIndex(of: text) ?? 0)))"
            }
        }

        var lines: [String] {
            values.enumerated().map { "(\(Self.letter($0.offset))) \($0.element)" }
        }

        /// The letters a to z, then a1, b1 and so on.
        private static func letter(_ index: Int) -> String {
            let letter = String(UnicodeScalar(UInt8(0x61 + index % 26)))
            return index < 26 ? letter : letter + String(index / 26)
        }
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
                        "path": .string(label(of: field.path)),
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
