/// How much of a terminal's screen a text takes.
package enum ScreenFill {
    /// Nobody means so many bytes for one cell; they are taken for more than it can show.
    private static let mostBytesOfCell = 64

    /// Whether a text needs more rows than there are.
    ///
    /// - Parameters:
    ///   - text: UTF-8, with the colours of our own in it.
    ///   - rows: at least 1.
    ///   - columns: of the terminal, at least 1; lines that are longer take several rows.
    /// - Returns: true as soon as that is certain; the rest of the text is not looked at then.
    package static func exceeds(_ text: [UInt8], rows: Int, columns: Int) -> Bool {
        guard text.count <= rows * columns * mostBytesOfCell else { return true }
        var taken = 0
        var rest = text[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A }
            let width = self.width(of: String(decoding: line, as: UTF8.self))
            taken += max(1, (width + columns - 1) / columns)
            if taken > rows { return true }
            rest = rest.dropFirst(line.count + 1)
        }
        return false
    }

    /// Columns of a line: colours take none, a tab leads to the next multiple of eight.
    private static func width(of line: String) -> Int {
        var width = 0
        var rest = line[...]
        while let character = rest.popFirst() {
            switch character {
            case "\u{1B}":
                // What comes before the letter belongs to the sequence.
                rest = rest.drop { !$0.isLetter }.dropFirst()
            case "\t": width += 8 - width % 8
            case "\r": break
            default: width += character.displayWidth
            }
        }
        return width
    }
}
