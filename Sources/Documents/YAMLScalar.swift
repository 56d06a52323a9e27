/// What plain scalars mean to the YAML reader of kubectl and API servers.
///
/// The table was made by asking kubectl 1.32: `y`, `on` and their kin are booleans, numbers may
/// have underscores and the prefixes 0x, 0o, 0b and 0, timestamps and sexagesimals are strings.
enum YAMLScalar {
    /// The value of a plain scalar; nil for infinities and not-a-number, which JSON lacks.
    static func value(ofPlain text: String) -> JSONValue? {
        if let value = word(text) { return value }
        switch text {
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
            "-.inf", "-.Inf", "-.INF":
            return nil
        default: return number(text) ?? .string(text)
        }
    }

    /// The names of the tags that such a value may have.
    static func kinds(_ value: JSONValue) -> [String] {
        switch value {
        case .null: ["null"]
        case .bool: ["bool"]
        case .integer: ["int", "float"]
        case .double, .number: ["float"]
        case .string, .array, .object: []
        }
    }

    private static func word(_ text: String) -> JSONValue? {
        guard text.utf8.count <= 5 else { return nil }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
            return .bool(true)
        case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
            return .bool(false)
        default: return nil
        }
    }

    private static func number(_ text: String) -> JSONValue? {
        guard let first = text.utf8.first,
            (0x30...0x39).contains(first) || [0x2B, 0x2D, 0x2E].contains(first)
        else { return nil }
        // A number that begins with its point has no underscores.
        let digits = first == 0x2E ? text : String(text.filter { $0 != "_" })
        return integer(digits) ?? float(digits)
    }

    private static func integer(_ text: String) -> JSONValue? {
        var body = Substring(text)
        let isNegative = body.first == "-"
        if isNegative || body.first == "+" { body = body.dropFirst() }
        var radix = 10
        switch body.prefix(2) {
        case "0x", "0X": radix = 16
        case "0o", "0O": radix = 8
        case "0b", "0B": radix = 2
        default: break
        }
        if radix != 10 {
            body = body.dropFirst(2)
        } else if body.hasPrefix("0"), body.count > 1 {
            radix = 8
            body = body.dropFirst()
        } else {
            guard !body.isEmpty, body.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return nil
            }
            return JSONValue(numberText: (isNegative ? "-" : "") + body)
        }
        guard let digit = body.first, digit != "-", digit != "+",
            let magnitude = UInt64(body, radix: radix)
        else { return nil }
        return JSONValue(numberText: (isNegative && magnitude > 0 ? "-" : "") + String(magnitude))
    }

    /// A decimal fraction, spelled as JSON spells it.
    private static func float(_ text: String) -> JSONValue? {
        var rest = text.utf8[...]
        func digits() -> Substring.UTF8View {
            let found = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(found.count)
            return found
        }
        var number = ""
        if let sign = rest.first, sign == 0x2D || sign == 0x2B {
            if sign == 0x2D { number = "-" }
            rest = rest.dropFirst()
        }
        let whole = digits()
        var fraction = rest.prefix(0)
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            fraction = digits()
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        let significant = Substring(whole.drop { $0 == 0x30 })
        number += significant.isEmpty ? "0" : significant
        if !fraction.isEmpty { number += "." + Substring(fraction) }
        if let mark = rest.first, mark | 0x20 == 0x65 {
            number += mark == 0x65 ? "e" : "E"
            rest = rest.dropFirst()
            if let sign = rest.first, sign == 0x2D || sign == 0x2B {
                number += sign == 0x2D ? "-" : "+"
                rest = rest.dropFirst()
            }
            let exponent = digits()
            guard !exponent.isEmpty else { return nil }
            number += Substring(exponent)
        }
        guard rest.isEmpty else { return nil }
        return JSONValue(numberText: number)
    }
}
