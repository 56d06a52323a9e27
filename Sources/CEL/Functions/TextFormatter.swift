/// `format`: a text with places for values, `%s`, `%d`, `%.2f`.
struct TextFormatter {
    private var layout: [Unicode.Scalar]
    private let values: [CELValue]
    private let machine: CELMachine
    private var position = 0
    private var used = 0

    /// The digits after the point that `%f` and `%e` have when none are asked for.
    private static let places = 6
    /// The digits that may be asked for.
    private static let mostPlaces = 1000

    init(_ layout: String, _ values: [CELValue], _ machine: CELMachine) {
        self.layout = Array(layout.unicodeScalars)
        self.values = values
        self.machine = machine
    }

    mutating func text() throws(CELError) -> String {
        try machine.spend(moving: layout.count)
        var result = String.UnicodeScalarView()
        while position < layout.count {
            let scalar = layout[position]
            position += 1
            guard scalar == "%" else {
                result.append(scalar)
                continue
            }
            guard position < layout.count else {
                throw .evaluation("unexpected end of string in format()")
            }
            if layout[position] == "%" {
                result.append("%")
                position += 1
                continue
            }
            let text = try clause()
            try machine.spend(moving: text.utf8.count)
            result.append(contentsOf: text.unicodeScalars)
        }
        return String(result)
    }

    private mutating func clause() throws(CELError) -> String {
        var places: Int?
        if layout[position] == "." {
            position += 1
            var count = 0
            while position < layout.count, let digit = Character(layout[position]).wholeNumberValue
            {
                count = min(count * 10 + digit, Self.mostPlaces + 1)
                position += 1
            }
            guard count <= Self.mostPlaces else {
                throw .evaluation("precision is too large in format()")
            }
            places = count
        }
        guard position < layout.count else {
            throw .evaluation("unexpected end of string in format()")
        }
        let verb = layout[position]
        position += 1
        guard used < values.count else { throw .evaluation("index \(used) out of range") }
        let value = values[used]
        used += 1
        switch verb {
        case "s": return try plain(value)
        case "d": return try decimal(value)
        case "f": return try floating(value, places ?? Self.places, GoNumber.fixed)
        case "e": return try floating(value, places ?? Self.places, GoNumber.exponential)
        case "b": return try based(value, 2, isUpper: false)
        case "o": return try based(value, 8, isUpper: false)
        case "x", "X": return try based(value, 16, isUpper: verb == "X")
        default:
            throw .evaluation("unrecognized formatting clause \"\(verb)\"")
        }
    }

    /// A value as `%s` shows it: lists and maps with what is in them.
    private func plain(_ value: CELValue) throws(CELError) -> String {
        try machine.spend()
        switch value {
        case .list(let list):
            var parts: [String] = []
            for element in list { parts.append(try plain(element)) }
            let text = "[" + parts.joined(separator: ", ") + "]"
            try machine.spend(moving: text.utf8.count)
            return text
        case .map(let map):
            var parts: [(key: String, text: String)] = []
            for key in map.keys {
                let name = try plain(key)
                let text = try plain(map[key] ?? .null)
                parts.append((name, "\(name): \(text)"))
            }
            // A map has no order of its own, so its keys are sorted.
            parts.sort { $0.key < $1.key }
            let text = "{" + parts.map(\.text).joined(separator: ", ") + "}"
            try machine.spend(moving: text.utf8.count)
            return text
        case .optional: throw .evaluation("could not convert argument to string")
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .double(let number): return GoNumber.plain(number)
        default: return value.shortText
        }
    }

    private func decimal(_ value: CELValue) throws(CELError) -> String {
        switch value {
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number) where !number.isFinite: return GoNumber.text(number)
        default:
            throw .evaluation(
                "decimal clause can only be used on integers, was given "
                    + value.typeName)
        }
    }

    private func floating(
        _ value: CELValue, _ places: Int, _ write: (Double, Int) -> String
    ) throws(CELError) -> String {
        switch value {
        case .double(let number): return write(number, places)
        case .int(let number): return write(Double(number), places)
        case .uint(let number): return write(Double(number), places)
        default:
            throw .evaluation(
                "fixed-point clause can only be used on numbers, was given " + value.typeName)
        }
    }

    private func based(
        _ value: CELValue, _ radix: Int, isUpper: Bool
    ) throws(CELError) -> String {
        switch value {
        case .int(let number): return String(number, radix: radix, uppercase: isUpper)
        case .uint(let number): return String(number, radix: radix, uppercase: isUpper)
        case .bool(let flag) where radix == 2: return flag ? "1" : "0"
        case .string(let text) where radix == 16: return hex(Array(text.utf8), isUpper)
        case .bytes(let bytes) where radix == 16: return hex(bytes, isUpper)
        default:
            throw .evaluation(
                "integer clause can only be used on integers, was given " + value.typeName)
        }
    }

    private func hex(_ bytes: [UInt8], _ isUpper: Bool) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16, uppercase: isUpper)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
