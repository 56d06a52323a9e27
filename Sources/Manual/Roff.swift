/// Text for troff: what is data never becomes a request or an escape.
enum Roff {
    /// Running text or part of it.
    static func text(_ plain: String) -> String {
        var out = ""
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "\\": out += "\\e"
            case "-": out += "\\-"
            case "'": out += "\\(aq"
            case "`": out += "\\(ga"
            case "^": out += "\\(ha"
            case "~": out += "\\(ti"
            case "\"": out += "\\(dq"
            case "\n": out += "\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: out += " "
            case _ where scalar.isASCII: out.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                out += "\\[u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + "]"
            }
        }
        // A line that begins with a control character would be a request.
        return out.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(".") ? "\\&" + $0 : String($0) }
            .joined(separator: "\n")
    }

    static func bold(_ plain: String) -> String { "\\fB\(text(plain))\\fR" }

    static func italic(_ plain: String) -> String { "\\fI\(text(plain))\\fR" }

    /// A macro with its arguments.
    static func macro(_ name: String, _ arguments: String...) -> String {
        ([".\(name)"] + arguments.map { "\"\($0)\"" }).joined(separator: " ") + "\n"
    }

    /// Lines kept as they stand.
    static func example(_ plain: String) -> String {
        ".RS 4\n.nf\n\(text(plain))\n.fi\n.RE\n"
    }

    /// Paragraphs of a text: blocks that are indented stay as they stand.
    static func paragraphs(_ plain: String) -> String {
        var out = ""
        for block in blocks(of: plain) {
            if block.allSatisfy({ $0.hasPrefix("  ") }) {
                let lines = block.map { $0.dropFirst(2) }.joined(separator: "\n")
                out += ".PP\n" + example(lines)
            } else {
                out += ".PP\n" + text(block.joined(separator: "\n")) + "\n"
            }
        }
        return out
    }

    private static func blocks(of plain: String) -> [[Substring]] {
        plain.split(separator: "\n", omittingEmptySubsequences: false)
            .split { $0.allSatisfy(\.isWhitespace) }.map(Array.init)
    }
}
