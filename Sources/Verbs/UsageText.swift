import Render

/// Usage lines on a terminal: broken between arguments, and going on under the first of them.
enum UsageText {
    /// - Parameters:
    ///   - text: help or an error, with a line that begins with `USAGE:` or `usage:`.
    ///   - columns: of the terminal; nil where there is none.
    /// - Returns: the text with that line as it fits.
    static func fitted(_ text: String, columns: Int?) -> String {
        guard let columns else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let isUsage = line.hasPrefix("USAGE: ") || line.hasPrefix("usage: ")
                guard isUsage, String(line).displayWidth > columns else { return String(line) }
                return wrapped(String(line), to: columns)
            }.joined(separator: "\n")
    }

    private static let blankInside: Character = "\u{A0}"

    private static func wrapped(_ line: String, to columns: Int) -> String {
        let start = line.firstRange(of: /[ ](?=[\[<\-])/)?.upperBound ?? line.startIndex
        var depth = 0
        // A flag and its value stay together.
        let rest = String(
            line[start...].replacing(" <", with: "\(blankInside)<").map { character in
                if character == "[" { depth += 1 }
                if character == "]" { depth -= 1 }
                return character == " " && depth > 0 ? blankInside : character
            })
        return Paragraph(String(line[..<start]), rest).lines(width: columns)
            .joined(separator: "\n").replacing(String(blankInside), with: " ")
    }
}

extension Example {
    /// The line with the program in front, as it is typed: one that is too long for a terminal goes
    /// on behind a backslash.
    var typed: String {
        let room = 76
        var lines = [Root.programName]
        for word in words {
            let longer = "\(lines[lines.count - 1]) \(word)"
            if longer.count <= room {
                lines[lines.count - 1] = longer
            } else {
                lines.append("    \(word)")
            }
        }
        return lines.joined(separator: " \\\n  ")
    }

    /// The words, with their quotes.
    private var words: [String] {
        var words: [String] = []
        var quote: Character?
        for character in line {
            if character == " ", quote == nil {
                words.append("")
                continue
            }
            if words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
            if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            }
        }
        return words
    }
}
