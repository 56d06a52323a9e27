import Catalog
import Diagnostics
import Documents
import Render

/// The fields of a comparison beside one another, or where a terminal is too narrow for that, below
/// one another.
///
/// Values that differ are never cut so that they look equal: long ones get a letter and stand below
/// the table, with as much of them as tells them apart.
struct ComparisonTable: Sendable {
    let comparison: Comparison
    /// In front of the fields of an answer: `response.data`.
    let prefix: String
    let showsSecrets: Bool
    /// Also the many fields that are alike.
    let showsAll: Bool
    /// Of the terminal, where there is one.
    let width: Int?
    let form: Face.Form

    /// Up to so many fields those that are alike are shown as well.
    private static let manyFields = 40
    /// A cell that is narrower than this says nothing.
    private static let narrowest = 8
    private static let gap = 3

    /// A line of the table.
    private struct Row {
        var label: String
        var texts: [String]
        var differs = false
        var isState = false
        /// Of each text.
        var tints: [Tint?] = []
    }

    var sections: [Section] {
        let rows = rows
        var sections: [Section]
        switch layout(of: rows) {
        case .whole: sections = [table(of: rows)]
        case .cut(let room, let width):
            var legend = ComparedLegend(width: width)
            var cut = rows
            for index in cut.indices where !cut[index].isState {
                cut[index].texts = legend.shortened(
                    cut[index].texts, to: room, differs: cut[index].differs)
            }
            sections = [table(of: cut)]
            if !legend.lines.isEmpty { sections.append(Section(nil, .lines(legend.lines))) }
        case .below(let width):
            sections = [Section(nil, .tinted(rows.flatMap { lines(of: $0, width) }))]
        }
        if let hidden = hiddenText { sections.append(Section(nil, .lines([hidden]))) }
        return sections
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

    private var marks: Bool { !comparison.differences.isEmpty }

    private var rows: [Row] {
        var rows = shown.map { field in
            let differs = comparison.isDifferent(field)
            let texts = ComparedTexts.cells(texts(of: field))
            return Row(
                label: (marks ? (differs ? "≠ " : "  ") : "") + label(of: field.path),
                texts: texts, differs: differs, tints: texts.map { _ in differs ? .bad : nil })
        }
        if comparison.showsState {
            rows.insert(
                Row(
                    label: (marks ? "  " : "") + "status.state",
                    texts: comparison.observations.map { Escape.line(Self.state(of: $0)) },
                    isState: true,
                    tints: comparison.observations.map(Self.tint)), at: 0)
        }
        return rows
    }

    // MARK: Beside one another

    private enum Layout {
        case whole
        /// Cells of at most so many columns.
        case cut(to: Int, width: Int)
        case below(width: Int)
    }

    private func layout(of rows: [Row]) -> Layout {
        guard let width, !comparison.observations.isEmpty else { return .whole }
        let titles = comparison.observations.map { Escape.line($0.title).displayWidth }
        var widths = titles
        for row in rows {
            for (column, text) in row.texts.enumerated() {
                widths[column] = max(widths[column], text.displayWidth)
            }
        }
        let names = rows.map(\.label.displayWidth).max() ?? 0
        let rest = width - names - Self.gap * widths.count
        guard widths.reduce(0, +) > rest else { return .whole }
        let room = rest / widths.count
        let states =
            comparison.showsState ? rows.first?.texts.map(\.displayWidth).max() ?? 0 : 0
        // Neither a pod's name nor what it answered at all may be cut.
        guard room >= max(Self.narrowest, titles.max() ?? 0, states) else {
            return .below(width: width)
        }
        return .cut(to: room, width: width)
    }

    private func table(of rows: [Row]) -> Section {
        let words = ["Field"] + comparison.observations.map(\.title)
        return Section(
            nil,
            .table(
                TextTable(
                    columns: words.map {
                        .init(form == .tables ? $0.uppercased() : $0, fit: .keeps)
                    },
                    rows: rows.map { row in
                        [.init(row.label, tint: row.differs ? .bad : nil)]
                            + zip(row.texts, row.tints).map { .init($0, tint: $1) }
                    })))
    }

    // MARK: Below one another

    /// What is the same everywhere takes a line, anything else a line for each pod.
    private func lines(of row: Row, _ width: Int) -> [TintedLine] {
        let answers = zip(comparison.observations, row.texts).filter { $0.0.data != nil }
        let alike = row.isState ? Set(row.texts).count == 1 : !row.differs
        if alike, let text = row.isState ? row.texts.first : answers.first?.1 {
            return [TintedLine(CellText.cut("\(row.label): \(text)", to: width))]
        }
        var texts = row.texts
        if row.differs {
            texts = ComparedLegend(width: width).excerpted(texts)
        }
        let longest = comparison.observations.map { Escape.line($0.title).displayWidth }.max() ?? 0
        let lines = comparison.observations.indices.map { index in
            let title = Escape.line(comparison.observations[index].title)
            let blanks = String(repeating: " ", count: longest - title.displayWidth)
            return TintedLine("    \(title)\(blanks)  \(texts[index])", row.tints[index])
        }
        return [TintedLine(row.label + ":", row.differs ? .bad : nil)] + lines
    }

    // MARK: Words

    private func label(of path: AnswerPath) -> String {
        Escape.line(Self.label(of: path, below: prefix))
    }

    /// `response.data.category.name`.
    static func label(of path: AnswerPath, below prefix: String) -> String {
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
}
