import Documents

/// One complaint about one field, with kube-apiserver's words.
struct FieldError: Sendable, Hashable, Error {
    /// The reason codes that `details.causes` carries.
    enum Kind: String, Sendable {
        case invalid = "FieldValueInvalid"
        case required = "FieldValueRequired"
        case notSupported = "FieldValueNotSupported"
        case typeInvalid = "FieldValueTypeInvalid"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
        case duplicate = "FieldValueDuplicate"
        case forbidden = "FieldValueForbidden"
        case notFound = "FieldValueNotFound"
    }

    var type: Kind
    var field: String
    /// Everything after the field: `Invalid value: "x": must be …`.
    var body: String

    /// The whole line as it stands in the message of the `Status`.
    var text: String { "\(field): \(body)" }

    static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(
            type: .invalid, field: field, body: "Invalid value: \(value.goText): \(detail)")
    }

    static func typeInvalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldError {
        FieldError(
            type: .typeInvalid, field: field, body: "Invalid value: \(value.goText): \(detail)")
    }

    static func required(_ field: String, _ detail: String = "") -> FieldError {
        FieldError(
            type: .required, field: field,
            body: detail.isEmpty ? "Required value" : "Required value: \(detail)")
    }

    static func notSupported(_ field: String, _ value: JSONValue, _ allowed: [String])
        -> FieldError
    {
        let list = allowed.map(\.goQuoted).joined(separator: ", ")
        return FieldError(
            type: .notSupported, field: field,
            body: "Unsupported value: \(value.goText): supported values: \(list)")
    }

    static func tooLong(_ field: String, limit: Int) -> FieldError {
        FieldError(
            type: .tooLong, field: field, body: "Too long: may not be more than \(limit) bytes")
    }

    static func tooMany(_ field: String, count: Int, limit: Int) -> FieldError {
        FieldError(
            type: .tooMany, field: field,
            body: "Too many: \(count): must have at most \(limit) item\(limit == 1 ? "" : "s")")
    }

    static func duplicate(_ field: String, _ value: JSONValue) -> FieldError {
        FieldError(type: .duplicate, field: field, body: "Duplicate value: \(value.goText)")
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldError {
        FieldError(type: .forbidden, field: field, body: "Forbidden: \(detail)")
    }
}

extension JSONValue {
    /// The value as kube-apiserver prints a bad value: strings quoted, structures as JSON.
    var goText: String {
        switch self {
        case .string(let text): text.goQuoted
        case .null: "\"null\""
        default: text(.compact)
        }
    }

    /// The name of the JSON type as the messages call it.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .double, .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
