/// How a value is written as JSON text.
package struct JSONStyle: Sendable, Hashable {
    /// Spaces a level; nil for everything on one line.
    var indent: Int?
    /// Names sorted by their bytes, instead of in the value's order.
    package var sortsNames: Bool
    /// `<`, `>`, `&` and U+2028/2029 as escapes, numbers as Go prints a float64.
    var isGo = false
    /// `\b` and `\f`, instead of `\u0008` and `\u000c`.
    var shortEscapes = true

    /// One line, no spaces.
    package static let compact = JSONStyle(indent: nil, sortsNames: false)
    /// Four spaces a level, as `kubectl -o json` lays it out.
    package static let pretty = JSONStyle(indent: 4, sortsNames: false)
    /// The text that Go's encoder writes, names sorted: what an API server compares by.
    ///
    /// Servers differ in `\b` and `\f`: since Go 1.22 they are short, before they were `\u0008` and
    /// `\u000c`.
    package static func goText(shortEscapes: Bool) -> JSONStyle {
        JSONStyle(indent: nil, sortsNames: true, isGo: true, shortEscapes: shortEscapes)
    }
    /// Go's text with short escapes, as servers since Go 1.22 write it.
    package static let goText = goText(shortEscapes: true)
}

extension JSONValue {
    /// The value as UTF-8 JSON text, without a line end.
    ///
    /// A `Double` that is no number has no JSON form and is written as `null`.
    package func bytes(_ style: JSONStyle = .compact) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.write(self)
        return writer.output
    }

    package func text(_ style: JSONStyle = .compact) -> String {
        String(decoding: bytes(style), as: UTF8.self)
    }

    /// Adds the text to a buffer, so that large outputs need no second copy.
    package func write(_ style: JSONStyle = .compact, into output: inout [UInt8]) {
        var writer = JSONWriter(style: style)
        swap(&writer.output, &output)
        writer.write(self)
        swap(&writer.output, &output)
    }
}

/// Writes values as JSON text into a growing buffer.
struct JSONWriter {
    let style: JSONStyle
    var output: [UInt8] = []
    private var level = 0

    init(style: JSONStyle) { self.style = style }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .double(let value): number(value)
        case .number(let text):
            if style.isGo, let value = Double(text), value.isFinite {
                number(value)
            } else {
                output.append(contentsOf: text.utf8)
            }
        case .string(let text): string(text)
        case .array(let items): array(items)
        case .object(let object): self.object(object)
        }
    }

    private mutating func number(_ value: Double) {
        guard value.isFinite else {
            output.append(contentsOf: "null".utf8)
            return
        }
        let text = style.isGo ? GoNumber.text(value) : value.description
        output.append(contentsOf: text.utf8)
    }

    private mutating func array(_ items: [JSONValue]) {
        output.append(UInt8(ascii: "["))
        level += 1
        var isFirst = true
        for item in items {
            separate(isFirst)
            isFirst = false
            write(item)
        }
        level -= 1
        if !isFirst { newLine() }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func object(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        level += 1
        var isFirst = true
        let members =
            style.sortsNames
            ? object.members.sorted { $0.name.precedesByBytes($1.name) } : object.members
        for member in members {
            separate(isFirst)
            isFirst = false
            string(member.name)
            output.append(UInt8(ascii: ":"))
            if style.indent != nil { output.append(UInt8(ascii: " ")) }
            write(member.value)
        }
        level -= 1
        if !isFirst { newLine() }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func separate(_ isFirst: Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        newLine()
    }

    private mutating func newLine() {
        guard let indent = style.indent else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * indent))
    }

    private mutating func string(_ text: String) {
        output.append(UInt8(ascii: "\""))
        if needsEscape(text) {
            escape(text)
        } else {
            output.append(contentsOf: text.utf8)
        }
        output.append(UInt8(ascii: "\""))
    }

    private func needsEscape(_ text: String) -> Bool {
        let bytes = text.utf8.span
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return true
            }
            if style.isGo, byte == 0xE2 || Self.isMarkup(byte) { return true }
        }
        return false
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
    }

    private mutating func escape(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output.append(contentsOf: #"\""#.utf8)
            case "\\": output.append(contentsOf: #"\\"#.utf8)
            case "\n": output.append(contentsOf: #"\n"#.utf8)
            case "\r": output.append(contentsOf: #"\r"#.utf8)
            case "\t": output.append(contentsOf: #"\t"#.utf8)
            case "\u{8}" where style.shortEscapes: output.append(contentsOf: #"\b"#.utf8)
            case "\u{C}" where style.shortEscapes: output.append(contentsOf: #"\f"#.utf8)
            case "\u{0}"..<" ": unicodeEscape(scalar)
            case "<", ">", "&", "\u{2028}", "\u{2029}":
                if style.isGo { unicodeEscape(scalar) } else { fallthrough }
            default: output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.CodeUnits())
            }
        }
    }

    private mutating func unicodeEscape(_ scalar: Unicode.Scalar) {
        output.append(contentsOf: #"\u"#.utf8)
        for shift: UInt32 in [12, 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: scalar.value >> shift & 0xF)
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension UTF8 { fileprivate typealias CodeUnits = UTF8.EncodedScalar }

/// Numbers as Go's encoding/json writes a float64: plain digits, an exponent only below 1e-6 and
/// from 1e21 on.
enum GoNumber {
    static func text(_ value: Double) -> String {
        guard value != 0 else { return value.sign == .minus ? "-0" : "0" }
        let (digits, exponent) = shortest(value.magnitude)
        let sign = value < 0 ? "-" : ""
        let magnitude = value.magnitude
        guard magnitude >= 1e-6, magnitude < 1e21 else {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let power = exponent < 0 ? "-\(-exponent)" : "+\(exponent)"
            return sign + digits.prefix(1) + fraction + "e" + power
        }
        if exponent < 0 {
            return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
        }
        let whole = exponent + 1
        guard digits.count > whole else {
            return sign + digits + String(repeating: "0", count: whole - digits.count)
        }
        return sign + digits.prefix(whole) + "." + digits.dropFirst(whole)
    }

    /// The fewest digits that read back as this number, d.ddd × 10^exponent; Swift and Go agree on
    /// them.
    private static func shortest(_ magnitude: Double) -> (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let all = whole + fraction
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return (digits, power + whole.count - 1 - leading)
    }
}

extension JSONValue {
    /// The value as an API server holds it after decoding: a number that is no `Int64` goes through
    /// a float64, so `1.0` and `1e3` become 1 and 1000, and `-0` becomes 0.
    package var asGoDecodes: JSONValue {
        switch self {
        case .double(let value) where value.isFinite: Self.decoded(value)
        case .number(let text):
            if let value = Double(text), value.isFinite { Self.decoded(value) } else { self }
        case .array(let items): .array(items.map(\.asGoDecodes))
        case .object(let object):
            .object(
                JSONObject(distinct: object.members.map { .init($0.name, $0.value.asGoDecodes) }))
        default: self
        }
    }

    private static func decoded(_ value: Double) -> JSONValue {
        value == 0 ? .integer(0) : JSONValue(numberText: GoNumber.text(value))
    }

    /// Whether both are equal where numbers are compared by what they are worth (RFC 6902, 4.6):
    /// 1, 1.0 and 1e0 are the same.
    package func isNumericallyEqual(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)) where left.hasBytes(of: right): true
        case (.integer, _), (.double, _), (.number, _):
            switch (doubleValue, other.doubleValue) {
            case (let left?, let right?): left == right
            default: false
            }
        case (.array(let left), .array(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.isNumericallyEqual(to: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.members.allSatisfy {
                    right[$0.name]?.isNumericallyEqual(to: $0.value) ?? false
                }
        default: self == other
        }
    }
}
