/// Makes text from an API harmless for a terminal.
package enum Escape {
    /// One line: control characters become visible, line breaks included.
    ///
    /// ESC is shown as `^[` and CR as `\r`, as kubectl shows them; characters that turn the
    /// direction of writing are shown too, because they make a line look like another.
    package static func line(_ text: String) -> String {
        isPlain(text) ? text : escaped(text, keepsLineBreaks: false)
    }

    /// Several lines: like `line`, but line breaks and tabs stay.
    package static func lines(_ text: String) -> String {
        isPlain(text) ? text : escaped(text, keepsLineBreaks: true)
    }

    /// Whether all bytes are printable ASCII, which is nearly always so.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    private static func escaped(_ text: String, keepsLineBreaks: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where keepsLineBreaks, 0x09 where keepsLineBreaks:
                out.unicodeScalars.append(scalar)
            case 0x1B: out += "^["
            case 0x0A: out += "\\n"
            case 0x0D: out += "\\r"
            case 0x09: out += "\\t"
            case 0x7F: out += "^?"
            case 0x00...0x1F:
                out += "^"
                out.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) + 0x40))
            case 0x80...0x9F, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069:
                out += codePoint(scalar.value)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private static func codePoint(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
