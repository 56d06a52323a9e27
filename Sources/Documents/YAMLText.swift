/// How a string is spelled in YAML so that every reader takes it for that string.
enum YAMLText {
    /// How a string is best written.
    enum Form { case plain, single, double, literal }

    /// The string on one line: plain where that is safe, else in quotes.
    static func append(_ text: String, _ form: Form, to output: inout [UInt8]) {
        // Readers take this character at the beginning for a byte order mark, and drop it.
        if text.unicodeScalars.first == "\u{FEFF}" {
            output.append(contentsOf: "!!binary ".utf8)
            output.append(contentsOf: Base64.encoded(text.utf8))
            return
        }
        switch form {
        case .plain: output.append(contentsOf: text.utf8)
        case .single: output.append(contentsOf: singleQuoted(text).utf8)
        case .double, .literal: output.append(contentsOf: doubleQuoted(text).utf8)
        }
    }

    static func form(_ text: String) -> Form {
        let bytes = text.utf8.span
        guard bytes.count > 0 else { return .double }
        var isPlain = canStart(bytes)
        var hasOther = false
        var hasLines = false
        for index in bytes.indices {
            let byte = bytes[index]
            if byte > UInt8(ascii: ":"), byte < 0x7F { continue }
            switch byte {
            case UInt8(ascii: "\n"): hasLines = true
            case UInt8(ascii: "\t"): hasOther = true
            case 0..<0x20, 0x7F: return .double
            case UInt8(ascii: ":"):
                if index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: " ") {
                    isPlain = false
                }
            case UInt8(ascii: "#"):
                if index > 0, bytes[index - 1] == UInt8(ascii: " ") { isPlain = false }
            case 0x80...: hasOther = true
            default: break
            }
        }
        if hasLines { return isLiteral(text) ? .literal : .double }
        if hasOther, !text.unicodeScalars.allSatisfy(isPrintable) { return .double }
        if isAmbiguous(text) { return .double }
        if bytes[bytes.count - 1] == UInt8(ascii: " ") { isPlain = false }
        return isPlain ? .plain : .single
    }

    /// Whether a string is better written as a literal block: several lines, the first with
    /// something in it, and nothing that a block cannot hold.
    private static func isLiteral(_ text: String) -> Bool {
        var startsLine = true
        var firstLineIsBlank = true
        var isFirstLine = true
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n":
                if isFirstLine, firstLineIsBlank { return false }
                isFirstLine = false
                startsLine = true
                continue
            // Some readers refuse a tab where the indent ends.
            case "\t":
                if startsLine { return false }
            case " ": break
            default:
                guard isPrintable(scalar) else { return false }
                firstLineIsBlank = false
                startsLine = false
            }
        }
        return true
    }

    private static func singleQuoted(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { quoted += "'" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "'"
    }

    private static func canStart(_ bytes: borrowing Span<UInt8>) -> Bool {
        switch bytes[0] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "/"),
            UInt8(ascii: "("), UInt8(ascii: "$"), UInt8(ascii: "^"), UInt8(ascii: "+"),
            UInt8(ascii: ";"), UInt8(ascii: "\\"), 0x80...:
            return true
        case UInt8(ascii: "."): return !(bytes.count > 1 && bytes[1] == UInt8(ascii: "."))
        case UInt8(ascii: "-"):
            return bytes.count > 1 && bytes[1] != UInt8(ascii: " ")
                && bytes[1] != UInt8(ascii: "-")
        default: return false
        }
    }

    /// Whether some YAML reader takes the plain text for a number, a boolean, null, a date or a
    /// special key.
    private static func isAmbiguous(_ text: String) -> Bool {
        let bytes = text.utf8.span
        let first = bytes[0]
        if bytes.count <= 5 { if isWord(text) { return true } }
        guard
            (0x30...0x39).contains(first) || first == UInt8(ascii: "+")
                || first == UInt8(ascii: "-") || first == UInt8(ascii: ".")
        else { return false }
        let hasSign = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        let start = hasSign ? 1 : 0
        // 0x1F, 0o17, 0b11
        if bytes.count > start + 1, bytes[start] == UInt8(ascii: "0"), bytes[start + 1] > 0x40 {
            return true
        }
        // 2001-12-14 and what begins so
        if bytes.count >= 8, bytes[4] == UInt8(ascii: "-"),
            (0..<4).allSatisfy({ (0x30...0x39).contains(text.utf8.span[$0]) }),
            (0x30...0x39).contains(bytes[5])
        {
            return true
        }
        // Numbers and sexagesimals consist of these; two points make a version or an address.
        var points = 0
        var colons = 0
        for index in bytes.indices {
            switch bytes[index] {
            case 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: ","):
                break
            case UInt8(ascii: "."): points += 1
            case UInt8(ascii: ":"): colons += 1
            default: return false
            }
        }
        return points < 2 || colons > 0
    }

    private static func isWord(_ text: String) -> Bool {
        switch text.utf8.first {
        case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"),
            UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"),
            UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "~"), UInt8(ascii: "."),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "<"), UInt8(ascii: "="):
            break
        default: return false
        }
        switch text.lowercased() {
        case "~", "null", "y", "n", "yes", "no", "on", "off", "true", "false", ".nan", ".inf",
            "+.inf", "-.inf", "<<", "=":
            return true
        default: return false
        }
    }

    /// What YAML lets stand raw, line breaks other than the line feed left out.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x10000...0x10FFFF:
            true
        default: false
        }
    }

    private static func doubleQuoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case "\u{8}": quoted += "\\b"
            case "\u{C}": quoted += "\\f"
            case _ where isPrintable(scalar): quoted.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let width = scalar.value < 0x100 ? 2 : 4
                let zeros = String(repeating: "0", count: max(0, width - digits.count))
                quoted += (width == 2 ? "\\x" : "\\u") + zeros + digits
            }
        }
        return quoted + "\""
    }
}
