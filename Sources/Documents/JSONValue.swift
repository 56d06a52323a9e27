// Documents: JSON and YAML as values. Ordered members, exact integers, and the operations that
// RFCs define on them (pointer, patch, merge patch). It must never know Kubernetes, read a file,
// or print.

/// A JSON document (RFC 8259) as a value that loses nothing which an API server would keep.
///
/// Members stay in the order in which they were read or set. Integers are exact within `Int64`;
/// other numbers are `Double` where that holds them exactly enough to be written back as they
/// came; a number that fits neither keeps its text.
/// Equality is that of the text an API server stores: the order of members does not matter,
/// strings and names are compared by their bytes, and numbers by what is written, so that 1, 1.0
/// and 1e0 are three values. `isNumericallyEqual` compares numbers as RFC 6902 does.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
        case (.number(let left), .number(let right)): left.hasBytes(of: right)
        case (.string(let left), .string(let right)): left.hasBytes(of: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        // The same bytes have the same canonical form, so a string's own hash is good enough.
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value.bitPattern)
        case .number(let text): hasher.combine(text)
        case .string(let text): hasher.combine(text)
        case .array(let items): hasher.combine(items)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue {
    package var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }

    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var integerValue: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    /// The number as a `Double`, whatever its case (a rounding one for huge integers).
    package var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .number(let text): Double(text)
        default: nil
        }
    }

    package var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var arrayValue: [JSONValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var objectValue: JSONObject? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    /// A member of an object.
    ///
    /// Reading it from anything else gives nil. Setting it makes `null` an object first; setting
    /// it on any other value that is no object does nothing. Setting nil removes the member.
    package subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let object) = self else { return nil }
            return object[key]
        }
        set {
            switch self {
            case .object(var object):
                self = .null  // lets go of the storage, so that the change is made in place
                object[key] = newValue
                self = .object(object)
            case .null where newValue != nil:
                var object = JSONObject()
                object[key] = newValue
                self = .object(object)
            default: break
            }
        }
    }

    /// An item of an array, nil where there is none.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// A member of a member: `value["metadata", "labels", "app"]`.
    package subscript(first: String, second: String, rest: String...) -> JSONValue? {
        rest.reduce(self[first]?[second]) { $0?[$1] }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { .init($0.0, $0.1) }))
    }
}
