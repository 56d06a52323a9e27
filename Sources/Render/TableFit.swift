/// How the columns of a table share a terminal that is too narrow for them.
///
/// The rule: columns of sentences give way first and go on below themselves, the widest first, down
/// to `narrowestWrap`; then other columns are cut, the widest first, down to `narrowestCut`, and an
/// ellipsis shows it. What names an object, says how it is or counts is never cut: somebody is
/// going to type it. If that is not enough, the terminal wraps the lines.
struct TableFit: Sendable, Hashable {
    static let narrowestWrap = 24
    static let narrowestCut = 10

    /// Columns of text, without the gaps between them.
    var widths: [Int]

    /// - Parameters:
    ///   - widths: how wide each column's text is.
    ///   - fits: what each column does.
    ///   - gap: blanks between two columns.
    ///   - room: the columns of the terminal.
    init(_ widths: [Int], fits: [TextTable.Fit], gap: Int, room: Int) {
        self.widths = widths
        var excess = widths.reduce(0, +) + gap * max(widths.count - 1, 0) - room
        let steps = [(TextTable.Fit.wraps, Self.narrowestWrap), (.cuts, Self.narrowestCut)]
        for (fit, least) in steps where excess > 0 {
            excess = shrink(widths.indices.filter { fits[$0] == fit }, to: least, by: excess)
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
enum CellText {
    /// Cut at its end, with an ellipsis, where it is too wide.
    static func cut(_ text: String, to width: Int) -> String {
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

    /// As many characters as fit, at least one.
    private static func head(of text: String, _ width: Int) -> Substring {
        var used = 0
        var end = text.startIndex
        while end < text.endIndex {
            used += text[end].displayWidth
            if used > width, end > text.startIndex { break }
            end = text.index(after: end)
        }
        return text[..<end]
    }
}
