/// Rows in columns, aligned as kubectl aligns them.
package struct TextTable: Sendable, Hashable {
    /// kubectl's numbers: no column is narrower than 6, and 3 blanks stand between two.
    private static let gap = 3
    private static let narrowest = 6

    /// What a column does on a terminal that is too narrow for the table.
    package enum Fit: Sendable, Hashable {
        /// Stays as it is: names, states, numbers, ages.
        case keeps
        /// Is cut at its end, with an ellipsis.
        case cuts
        /// Goes on below itself: messages.
        case wraps
        /// Goes on below itself where other columns are cut: paths, of which each part counts.
        case breaks
    }

    package struct Column: Sendable, Hashable {
        package var title: String
        /// Shown only in the wide format.
        package var isWide: Bool
        package var fit: Fit

        /// - Parameters:
        ///   - title: the heading.
        ///   - isWide: whether only the wide format shows it.
        ///   - fit: what it does where room is short; nil: what columns of that title do.
        package init(_ title: String, isWide: Bool = false, fit: Fit? = nil) {
            self.title = title
            self.isWide = isWide
            self.fit = fit ?? Self.usualFit(title)
        }

        private static let kept: Set<String> = [
            "#", "NAME", "NAMESPACE", "KIND", "RESOURCE", "STATE", "STATUS", "HEALTH", "AGE",
            "READY", "DRIFT", "POD", "NUMBER", "LEVEL", "TTL", "FIELD",
        ]
        private static let sentences: Set<String> = [
            "MESSAGE", "REASON", "DETAIL", "DETAILS", "FINDING", "HINT", "REMARK", "CHANGE",
            "ERROR", "WHY", "DESCRIPTION", "PURPOSE", "WHAT",
        ]

        private static func usualFit(_ title: String) -> Fit {
            let title = title.uppercased()
            if title == "PATH" { return .breaks }
            return kept.contains(title) ? .keeps : sentences.contains(title) ? .wraps : .cuts
        }
    }

    package struct Cell: Sendable, Hashable, ExpressibleByStringLiteral {
        package var text: String
        package var tint: Tint?

        package init(_ text: String, tint: Tint? = nil) {
            self.text = text
            self.tint = tint
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    package var columns: [Column]
    package var rows: [[Cell]]
    package var showsHeader: Bool

    package init(columns: [Column], rows: [[Cell]] = [], showsHeader: Bool = true) {
        self.columns = columns
        self.rows = rows
        self.showsHeader = showsHeader
    }

    package init(_ titles: [String], rows: [[Cell]] = []) {
        self.init(columns: titles.map { Column($0) }, rows: rows)
    }

    /// The whole table as text.
    package func text(wide: Bool = false, style: Style = .plain) -> [UInt8] {
        var widths: [Int] = []
        return text(wide: wide, style: style, widths: &widths)
    }

    /// A page of a longer table: columns never become narrower than on the page before.
    package func text(wide: Bool, style: Style, widths: inout [Int]) -> [UInt8] {
        let lines = lines(wide: wide)
        measure(lines, into: &widths)
        return draw(lines, widths: widths, wide: wide, style: style)
    }

    /// All columns as comma-separated values.
    package func separated(onScreen: Bool = false) -> [UInt8] {
        CommaSeparated.bytes(
            rows.map { row in columns.indices.map { $0 < row.count ? row[$0].text : "" } },
            heading: showsHeader ? columns.map(\.title) : nil, onScreen: onScreen)
    }

    /// Makes the columns as wide as this page needs them.
    package func measure(wide: Bool, into widths: inout [Int]) {
        measure(lines(wide: wide), into: &widths)
    }

    private func lines(wide: Bool) -> [[Cell]] {
        let shown = columns.indices.filter { wide || !columns[$0].isWide }
        var lines: [[Cell]] = []
        lines.reserveCapacity(rows.count + 1)
        if showsHeader {
            lines.append(shown.map { Cell(columns[$0].title, tint: .strong) })
        }
        for row in rows {
            lines.append(shown.map { $0 < row.count ? row[$0] : Cell("") })
        }
        for index in lines.indices {
            for column in lines[index].indices {
                lines[index][column].text = Escape.line(lines[index][column].text)
            }
        }
        return lines
    }

    private func measure(_ lines: [[Cell]], into widths: inout [Int]) {
        let count = lines.first?.count ?? 0
        if widths.count < count {
            widths += Array(repeating: Self.narrowest, count: count - widths.count)
        }
        for line in lines {
            for (column, cell) in line.enumerated() {
                widths[column] = max(widths[column], cell.text.displayWidth + Self.gap)
            }
        }
    }

    private func draw(
        _ lines: [[Cell]], widths: [Int], wide: Bool, style: Style
    ) -> [UInt8] {
        var out: [UInt8] = []
        let layout = layout(widths, wide: wide, room: style.width)
        for line in layout.map({ layout in lines.flatMap(layout.lines) }) ?? lines {
            let end = line.lastIndex { !$0.text.isEmpty } ?? 0
            for (column, cell) in line.enumerated() where column <= end || layout == nil {
                out += style.draw(cell.text, cell.tint).utf8
                guard column < (layout == nil ? line.count - 1 : end) else { continue }
                let blanks = (layout?.columns ?? widths)[column] - cell.text.displayWidth
                out += repeatElement(UInt8(ascii: " "), count: max(blanks, 1))
            }
            out.append(UInt8(ascii: "\n"))
        }
        return out
    }

    /// How columns share a terminal; nil where there is room for all.
    private func layout(_ widths: [Int], wide: Bool, room: Int?) -> TableLayout? {
        guard let room, widths.reduce(0, +) - Self.gap > room else { return nil }
        let fits = columns.filter { wide || !$0.isWide }.map(\.fit)
        guard fits.count == widths.count else { return nil }
        return TableLayout(
            widths.map { $0 - Self.gap }, fits: fits, gap: Self.gap, room: room)
    }
}
