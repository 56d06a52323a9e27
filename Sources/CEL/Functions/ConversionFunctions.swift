package import Documents

/// From one type to another.
enum ConversionFunctions {
    static let all: [String: CELFunction] = [
        "int": { _, given throws(CELError) in .int(try int(given[0])) },
        "uint": { _, given throws(CELError) in .uint(try uint(given[0])) },
        "double": { _, given throws(CELError) in .double(try double(given[0])) },
        "bool": { _, given throws(CELError) in .bool(try bool(given[0])) },
        "string": { machine, given throws(CELError) in
            let text = try string(given[0])
            try machine.spend(moving: text.utf8.count)
            return .string(text)
        },
        "bytes": { machine, given throws(CELError) in
            switch given[0] {
            case .bytes: return given[0]
            case .string(let text):
                try machine.spend(moving: text.utf8.count)
                return .bytes(Array(text.utf8))
            default: throw .noOverload
            }
        },
        "timestamp": { _, given throws(CELError) in .timestamp(try timestamp(given[0])) },
        "duration": { _, given throws(CELError) in .duration(try duration(given[0])) },
        "dyn": { _, given throws(CELError) in given[0] },
        "type": { _, given throws(CELError) in .type(given[0].typeName) },
    ]

    private static func int(_ value: CELValue) throws(CELError) -> Int64 {
        switch value {
        case .int(let value): return value
        case .uint(let value):
            guard let whole = Int64(exactly: value) else { throw .evaluation("integer overflow") }
            return whole
        case .double(let value):
            // Both ends are left out: the doubles there stand for numbers beyond.
            guard value > -0x1p63, value < 0x1p63 else { throw .evaluation("integer overflow") }
            return Int64(value)
        case .string(let text):
            guard let value = Int64(text) else {
                throw .evaluation("type conversion error from 'string' to 'int'")
            }
            return value
        case .timestamp(let moment): return moment.seconds
        case .duration(let length): return length.nanoseconds
        default: throw .noOverload
        }
    }

    private static func uint(_ value: CELValue) throws(CELError) -> UInt64 {
        let overflow = CELError.evaluation("unsigned integer overflow")
        switch value {
        case .uint(let value): return value
        case .int(let value):
            guard let whole = UInt64(exactly: value) else { throw overflow }
            return whole
        case .double(let value):
            guard value >= 0, value < 0x1p64 else { throw overflow }
            return UInt64(value)
        case .string(let text):
            guard let value = UInt64(text) else {
                throw .evaluation("type conversion error from 'string' to 'uint'")
            }
            return value
        default: throw .noOverload
        }
    }

    private static func double(_ value: CELValue) throws(CELError) -> Double {
        switch value {
        case .double(let value): return value
        case .int(let value): return Double(value)
        case .uint(let value): return Double(value)
        case .string(let text):
            guard let value = Double(text) else {
                throw .evaluation("type conversion error from 'string' to 'double'")
            }
            return value
        default: throw .noOverload
        }
    }

    private static func bool(_ value: CELValue) throws(CELError) -> Bool {
        switch value {
        case .bool(let value): return value
        case .string("1"), .string("t"), .string("T"), .string("true"), .string("TRUE"),
            .string("True"):
            return true
        case .string("0"), .string("f"), .string("F"), .string("false"), .string("FALSE"),
            .string("False"):
            return false
        case .string: throw .evaluation("type conversion error from 'string' to 'bool'")
        default: throw .noOverload
        }
    }

    static func string(_ value: CELValue) throws(CELError) -> String {
        switch value {
        case .string(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return String(value)
        case .uint(let value): return String(value)
        case .double(let value): return GoNumber.text(value)
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw .evaluation("invalid UTF-8 in bytes, cannot convert to string")
            }
            return text
        case .timestamp(let moment): return moment.rfc3339
        case .duration(let length): return length.text
        default: throw .noOverload
        }
    }

    private static func timestamp(_ value: CELValue) throws(CELError) -> CELTimestamp {
        switch value {
        case .timestamp(let moment): return moment
        case .string(let text):
            guard let moment = CELTimestamp(rfc3339: text) else {
                throw .evaluation("invalid timestamp: '\(text)'")
            }
            return moment
        case .int(let seconds):
            guard let moment = CELTimestamp(seconds: seconds) else {
                throw .evaluation("timestamp overflow")
            }
            return moment
        default: throw .noOverload
        }
    }

    private static func duration(_ value: CELValue) throws(CELError) -> CELDuration {
        switch value {
        case .duration(let length): return length
        case .string(let text):
            guard let length = CELDuration(text) else {
                throw .evaluation("invalid duration: '\(text)'")
            }
            return length
        case .int(let nanoseconds): return CELDuration(nanoseconds: nanoseconds)
        default: throw .noOverload
        }
    }
}

extension CELValue {
    /// The value as messages name it.
    package var shortText: String {
        switch self {
        case .null: "null"
        case .type(let name): name
        case .quantity(let quantity): quantity.text
        case .url(let url): url.text
        case .list, .map, .optional, .bytes: typeName
        case .bool, .int, .uint, .double, .string, .timestamp, .duration:
            // These always have a text.
            (try? ConversionFunctions.string(self)) ?? typeName
        }
    }

    /// The value as a document.
    ///
    /// Times and durations become text, bytes Base64, an optional its value or null.
    ///
    /// - Throws: for a value that shares so much with itself that its document would be huge.
    package func json() throws(CELError) -> JSONValue {
        var budget = CELLimits.resultNodes
        return try json(&budget)
    }

    private func json(_ budget: inout Int) throws(CELError) -> JSONValue {
        budget -= 1
        guard budget > 0 else { throw CELError(.limit, "the result is too large") }
        switch self {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .integer(value)
        case .uint(let value):
            return Int64(exactly: value).map(JSONValue.integer) ?? .number(String(value))
        case .double(let value):
            return value.isFinite ? .double(value) : .string(GoNumber.text(value))
        case .bytes(let bytes): return .string(Base64.encode(bytes))
        case .optional(let inner): return try inner?.json(&budget) ?? .null
        case .list(let list):
            var items: [JSONValue] = []
            for element in list { items.append(try element.json(&budget)) }
            return .array(items)
        case .map(let map):
            var object: [JSONObject.Member] = []
            for key in map.keys {
                object.append(.init(key.shortText, try map[key]?.json(&budget) ?? .null))
            }
            return .object(JSONObject(distinct: object))
        case .string, .timestamp, .duration, .type, .quantity, .url: return .string(shortText)
        }
    }
}
