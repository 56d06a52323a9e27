import Render

/// Help and errors on a terminal: usage is broken between arguments, what is wrong between words.
///
/// Hints stay as they are: their commands are copied, and must come as one line.
enum UsageText {
    /// - Parameters:
    ///   - text: help or an error, with lines that begin with `USAGE:`, `usage:`, `error:` or in
    ///     a server's words.
    ///   - columns: of the terminal; nil where there is none.
    /// - Returns: the text with those lines as they fit.
    static func fitted(_ text: String, columns: Int?) -> String {
        guard let columns else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let line = String(line)
                guard line.displayWidth > columns else { return line }
                if line.hasPrefix("USAGE: ") || line.hasPrefix("usage: ") {
                    return wrapped(line, to: columns)
                }
                guard let opening = Failure.openings.first(where: line.hasPrefix) else {
                    return line
                }
                let lead = opening.hasSuffix(": ") ? opening : ""
                return Paragraph(lead, String(line.dropFirst(lead.count)))
                    .lines(width: columns).joined(separator: "\n")
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
