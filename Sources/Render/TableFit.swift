/// How the columns of a table share a terminal that is too narrow for them.
///
/// The rule: columns of sentences give way first and go on below themselves, the widest first, down
/// to `narrowestWrap`; then other columns are cut, the widest first, down to `narrowestCut`, and an
/// ellipsis shows it. Paths go on below themselves instead: of their ends each counts. What names an
/// object, says how it is or counts is never cut: somebody is going to type it. If that is not
/// enough, the sentences leave their columns and stand below their rows; only then does the terminal
/// wrap the lines.
struct TableFit: Sendable, Hashable {
    static let narrowestWrap = 24
    static let narrowestCut = 10

    /// Columns of text, without the gaps between them.
    var widths: [Int]
    /// How many columns of the terminal are still missing.
    private(set) var excess: Int

    /// - Parameters:
    ///   - widths: how wide each column's text is.
    ///   - fits: what each column does.
    ///   - gap: blanks between two columns.
    ///   - room: the columns of the terminal.
    init(_ widths: [Int], fits: [TextTable.Fit], gap: Int, room: Int) {
        self.widths = widths
        excess = widths.reduce(0, +) + gap * max(widths.count - 1, 0) - room
        let steps: [(Set<TextTable.Fit>, Int)] = [
            ([.wraps], Self.narrowestWrap), ([.cuts, .breaks], Self.narrowestCut),
        ]
        for (some, least) in steps where excess > 0 {
            let columns = widths.indices.filter { some.contains(fits[$0]) }
            excess = shrink(columns, to: least, by: excess)
        }
    }

    /// Takes columns off the widest, until enough is gone; answers what is still too much.
    private mutating func shrink(_ columns: [Int], to least: Int, by excess: Int) -> Int {
        var excess = excess
        while excess > 0 {
            let open = columns.filter { widths[$0] > least }
            guard let widest = open.map({ widths[$0] }).max() else { return excess }
            let sharing = open.filter { widths[$0] == widest }
            let next = open.map { widths[$0] }.filter { $0 < widest }.max() ?? least
            // All of the widest go down together, to the next width or as far as is needed.
            let drop = min(widest - next, (excess + sharing.count - 1) / sharing.count)
            for column in sharing { widths[column] -= max(drop, 1) }
            excess -= max(drop, 1) * sharing.count
        }
        return excess
    }
}

/// A text in the room that its column has.
package enum CellText {
    /// Cut at its end, with an ellipsis, where it is too wide.
    package static func cut(_ text: String, to width: Int) -> String {
        guard text.displayWidth > width else { return text }
        var out = ""
        var used = 0
        for character in text {
            used += character.displayWidth
            if used > width - 1 { break }
            out.append(character)
        }
        return out + "…"
    }

    /// Lines of at most that width, broken between words where that is possible.
    static func wrap(_ text: String, to width: Int) -> [String] {
        guard text.displayWidth > width, width > 0 else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let joined = line.isEmpty ? String(word) : line + " " + word
            if joined.displayWidth <= width {
                line = joined
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = String(word)
            while line.displayWidth > width {
                let piece = head(of: line, width)
                lines.append(String(piece))
                line = String(line[piece.endIndex...])
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// As many characters as fit, at least one; whole parts of an address where that leaves a line
    /// at least half full, and of a path where it leaves it a third full.
    private static func head(of text: String, _ width: Int) -> Substring {
        var used = 0
        var end = text.startIndex
        while end < text.endIndex {
            used += text[end].displayWidth
            if used > width, end > text.startIndex { break }
            end = text.index(after: end)
        }
        let head = text[..<end]
        for (mark, share) in [("/", 2), (".", 3)] as [(Character, Int)] {
            guard let last = head.lastIndex(of: mark) else { continue }
            let parts = text[...last]
            if String(parts).displayWidth * share >= width { return parts }
        }
        return head
    }
}

/// How the lines of a table are laid out on a terminal that is too narrow for them.
struct TableLayout: Sendable, Hashable {
    private static let margin = "    "

    /// What each column that stays in the grid takes, with the gap behind it.
    private(set) var columns: [Int] = []
    /// The room of each column's text.
    private var texts: [Int]
    private let fits: [TextTable.Fit]
    /// Whether sentences stand below their rows.
    private let isStacked: Bool
    private let room: Int

    /// - Parameters:
    ///   - widths: how wide each column's text is.
    ///   - fits: what each column does.
    ///   - gap: blanks between two columns.
    ///   - room: the columns of the terminal.
    init(_ widths: [Int], fits: [TextTable.Fit], gap: Int, room: Int) {
        self.fits = fits
        self.room = room
        let fit = TableFit(widths, fits: fits, gap: gap, room: room)
        isStacked = fit.excess > 0 && fits.contains(.wraps) && fits.contains { $0 != .wraps }
        texts = fit.widths
        if isStacked {
            let kept = fits.indices.filter { fits[$0] != .wraps }
            let grid = TableFit(
                kept.map { widths[$0] }, fits: kept.map { fits[$0] }, gap: gap, room: room)
            for (place, column) in kept.enumerated() { texts[column] = grid.widths[place] }
        }
        columns = fits.indices.filter(isInGrid).map { texts[$0] + gap }
    }

    private func isInGrid(_ column: Int) -> Bool { !isStacked || fits[column] != .wraps }

    /// A line as the lines that it takes.
    func lines(of line: [TextTable.Cell]) -> [[TextTable.Cell]] {
        let grid = line.indices.filter(isInGrid)
        let cells = grid.map { pieces(of: line[$0].text, in: $0) }
        let height = cells.map(\.count).max() ?? 1
        let rows = (0..<height).map { row in
            zip(grid, cells).map { column, texts in
                TextTable.Cell(row < texts.count ? texts[row] : "", tint: line[column].tint)
            }
        }
        let below = line.indices.filter { !isInGrid($0) && !line[$0].text.isEmpty }.flatMap {
            column in
            CellText.wrap(line[column].text, to: max(room - Self.margin.count, 1)).map { text in
                [TextTable.Cell(Self.margin + text, tint: line[column].tint)]
            }
        }
        return rows + below
    }

    private func pieces(of text: String, in column: Int) -> [String] {
        switch fits[column] {
        case .keeps: [text]
        case .cuts: [CellText.cut(text, to: texts[column])]
        case .wraps, .breaks: CellText.wrap(text, to: texts[column])
        }
    }
}
