/// A text for people that goes on under itself where the terminal is too narrow for it.
///
/// `lead` is what the text is about; following lines begin under the text. Words are kept whole:
/// one that is wider than the room stands on a line of its own, as it is.
package struct Paragraph: Sendable, Hashable {
    package var lead: String
    package var text: String
    /// The colour of the lead.
    package var tint: Tint?

    package init(_ lead: String = "", _ text: String, tint: Tint? = nil) {
        self.lead = lead
        self.text = text
        self.tint = tint
    }

    /// The lines as they are drawn.
    func lines(style: Style) -> [String] {
        var lines = lines(width: style.width)
        let word = Escape.line(lead).trimmingEnd
        if tint != nil, lines[0].hasPrefix(word) {
            lines[0] = style.draw(word, tint) + lines[0].dropFirst(word.count)
        }
        return lines
    }

    /// The lines for a terminal of that width; one line where there is none.
    package func lines(width: Int?) -> [String] {
        let words = Escape.line(text).split(separator: " ").map(String.init)
        let head = Escape.line(lead)
        guard let width, head.displayWidth + Escape.line(text).displayWidth > width else {
            return [head + words.joined(separator: " ")]
        }
        let column = head.displayWidth <= width / 2 ? head.displayWidth : Self.narrowColumn
        let margin = String(repeating: " ", count: column)
        var lines: [String] = []
        var line = head
        var used = head.displayWidth
        var isFresh = true
        for word in words {
            let room = isFresh ? used + word.displayWidth : used + 1 + word.displayWidth
            // A lead that fills its line leaves it to the text to begin below.
            let holdsNothing = isFresh && used <= column
            if room > width, !holdsNothing {
                lines.append(line.trimmingEnd)
                line = margin + word
                used = column + word.displayWidth
            } else {
                line += isFresh ? word : " " + word
                used = room
            }
            isFresh = false
        }
        return lines + [line]
    }

    /// Where lines go on under a lead that is too wide to stand beside.
    private static let narrowColumn = 4
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
