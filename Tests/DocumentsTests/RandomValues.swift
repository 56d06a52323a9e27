import Documents

/// Random values from a seed, with what tends to go wrong in them.
struct RandomValues: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func value(depth: Int = 4) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 14 : 9), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .integer(Int64.random(in: -50...50, using: &self))
        case 3: return .integer(Int64(bitPattern: next()))
        case 4: return number()
        case 5...8: return .string(text())
        case 9...10:
            let count = Int.random(in: 0...4, using: &self)
            return .array((0..<count).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...5, using: &self) {
                object[text()] = value(depth: depth - 1)
            }
            return .object(object)
        }
    }

    private mutating func number() -> JSONValue {
        let mantissa = Double(Int.random(in: -9999...9999, using: &self))
        let powers: [Double] = [1, 0.1, 0.001, 1e-9, 1e10, 1e22, 1e-300, 1e300]
        let double = mantissa * (powers.randomElement(using: &self) ?? 1)
        let texts = ["1e3", "1E400", "-0", "9223372036854775808", "1.10", "0.1e1", "-1e-7"]
        return Int.random(in: 0...3, using: &self) == 0
            ? .number(texts.randomElement(using: &self) ?? "1e3") : .double(double)
    }

    /// A string that some reader takes for something else, or one of random pieces.
    mutating func text() -> String {
        guard Int.random(in: 0...2, using: &self) > 0 else {
            return Self.treacherous.randomElement(using: &self) ?? ""
        }
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &self) {
            text += Self.pieces.randomElement(using: &self) ?? ""
        }
        return text
    }

    static let treacherous = [
        "", " ", "~", "null", "Null", "NULL", "true", "True", "yes", "Yes", "YES", "no", "on",
        "Off",
        "y", "N", "0", "1", "-1", "+1", "017", "08", "0o17", "0b11", "0x1F", "0X1f", "1_000", "1.0",
        ".5", "5.", "1e3", "1E-3", "-.5", "+.5e1", ".inf", "-.INF", ".nan", "1:30", "190:20:30.15",
        "2001-12-14", "2001-12-14T21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "20011214",
        "1.2.3", "10.0.0.1", "v1", "=", "<<", "-", "--", "---", "...", "- a", "-a", "? a", "?", ":",
        ": a", "a:", "a: b", "a:b", "a #b", "a#b", "#a", "&a", "*a", "!a", "!!str a", "|", ">",
        "%a",
        "@a", "`a`", "'a'", "\"a\"", "{a}", "[a]", "a, b", "{", "}", "[", "]", ",", "a ", " a",
        "\ta", "a\t", "a\tb", "a\nb", "a\nb\n", "a\n\nb\n\n", "\n", "\n\n", "\na", " a\nb",
        "a\n b\n",
        "  a\n b\n\n", "a\n  ", "a\n\t b", "\ta\nb", "a\r\nb", "a\rb", "\u{0}", "\u{1}", "\u{7F}",
        "\u{85}", "a\u{85}b\n", "\u{A0}", "\u{2028}", "a\u{2029}b\nc", "a\u{FEFF}", "\u{FFFD}",
        "\u{FEFF}", "\u{FEFF}a", "\u{FEFF}ab", "\u{FEFF}a: b\nc",
        "\u{FFFE}", "\u{FFFF}", "\u{1F431}", "é", "e\u{301}", "\u{10FFFF}", "\\", "\\n", "a\\\nb",
        "---\na", "a\n---\nb", "a\n...\n", "a\n# b\n", "key: |\n  x\n", "\u{8}\u{C}", "0_", "0x",
        "_1",
        "1e", "+", ".", "..", "+-1", "1-2", "1,000", "0.1.", "00:00", "12e03", "1e10-abc",
        "6f1c2a3e-5d4b-4c8a-9e7f-000000000001", "https://a.example.com/?x=1&y=<2>", "a: b\nc: d\n",
    ]

    private static let pieces = [
        "a", "b", "Z", "0", "7", "-", ".", ":", " ", " ", "\n", "\n", "\t", "#", "'", "\"", "\\",
        "é",
        "\u{1F431}", "{", "]", ",", "&", "<", "e", "x", "_", "+", "=", "true", "null", "\u{2028}",
        "\r",
    ]
}
