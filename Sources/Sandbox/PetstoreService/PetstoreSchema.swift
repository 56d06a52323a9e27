import Documents

/// What a field of the API may hold.
indirect enum FieldType: Sendable {
    case integer(minimum: Int64 = .min, maximum: Int64 = .max)
    case string
    case boolean
    case dateTime
    case oneOf([String])
    case list(FieldType)
    case object([String: FieldType])

    static let int64 = FieldType.integer()
    static let int32 = FieldType.integer(
        minimum: Int64(Int32.min), maximum: Int64(Int32.max))

    /// Why a value does not fit, nil when it does; null counts as absent.
    func objection(to value: JSONValue, at path: String) -> String? {
        if value.isNull { return nil }
        switch self {
        case .integer(let minimum, let maximum):
            guard let number = value.integerValue, number >= minimum, number <= maximum else {
                return "\(path) must be an integer"
            }
        case .string:
            guard value.stringValue != nil else { return "\(path) must be a string" }
        case .boolean:
            guard value.boolValue != nil else { return "\(path) must be true or false" }
        case .dateTime:
            guard let text = value.stringValue, Self.looksLikeDateTime(text) else {
                return "\(path) must be a date and time"
            }
        case .oneOf(let values):
            guard let text = value.stringValue, values.contains(text) else {
                return "\(path) must be one of \(values.joined(separator: ", "))"
            }
        case .list(let type):
            guard let items = value.arrayValue else { return "\(path) must be a list" }
            for (index, item) in items.enumerated() {
                if let text = type.objection(to: item, at: "\(path)[\(index)]") { return text }
            }
        case .object(let fields):
            guard let object = value.objectValue else { return "\(path) must be an object" }
            for member in object {
                let inner = fields[member.name]?.objection(
                    to: member.value, at: "\(path).\(member.name)")
                if let inner { return inner }
            }
        }
        return nil
    }

    /// The value that a text stands for in a field of this type, nil when it cannot stand there.
    func value(of text: String) -> JSONValue? {
        let value: JSONValue? =
            switch self {
            case .integer: Int64(text).map { .integer($0) }
            case .boolean: Bool(text).map { .bool($0) }
            case .string, .dateTime, .oneOf: .string(text)
            case .list, .object: try? JSONValue(parsing: text)
            }
        guard let value, objection(to: value, at: "value") == nil else { return .none }
        return value
    }

    /// `2024-01-27T10:00:00…`: enough for a service that only hands it back.
    private static func looksLikeDateTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20 else { return false }
        let shape = Array("0000-00-00T00:00:00".utf8)
        return zip(shape, bytes).allSatisfy { pattern, byte in
            pattern == 0x30 ? (0x30...0x39).contains(byte) : byte | 0x20 == pattern | 0x20
        }
    }
}

/// The fields of one collection and which of them must be there.
struct PetstoreSchema: Sendable {
    var fields: [String: FieldType]
    var required: [String]

    /// Why an object may not be stored, nil when it may.
    func objection(to value: JSONValue) -> String? {
        guard case .object(let object) = value else { return "the body must be a JSON object" }
        for name in required where object[name] ?? .null == .null { return "\(name) is required" }
        for member in object {
            if let text = fields[member.name]?.objection(to: member.value, at: member.name) {
                return text
            }
        }
        return nil
    }

    static func of(_ collection: ObjectName.Collection) -> PetstoreSchema {
        switch collection {
        case .pet: pet
        case .order: order
        case .user: user
        }
    }

    static let petStatuses = ["available", "pending", "sold"]

    private static let named: FieldType = .object(["id": .int64, "name": .string])

    private static let pet = PetstoreSchema(
        fields: [
            "id": .int64, "name": .string, "photoUrls": .list(.string), "category": named,
            "tags": .list(named), "status": .oneOf(petStatuses),
        ], required: ["name", "photoUrls"])

    private static let order = PetstoreSchema(
        fields: [
            "id": .int64, "petId": .int64, "quantity": .int32, "shipDate": .dateTime,
            "status": .oneOf(["placed", "approved", "delivered"]), "complete": .boolean,
        ], required: [])

    private static let user = PetstoreSchema(
        fields: [
            "id": .int64, "username": .string, "firstName": .string, "lastName": .string,
            "email": .string, "password": .string, "phone": .string, "userStatus": .int32,
        ], required: [])
}
