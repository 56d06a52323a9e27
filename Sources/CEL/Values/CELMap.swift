package import Documents

/// A map, made or standing on an object of a document.
package enum CELMap: Sendable {
    case made(CELEntries)
    case json(JSONObject, CELShape)
    case view(JSONView, CELShape)

    package var count: Int {
        switch self {
        case .made(let entries): entries.list.count
        case .json, .view: keys.count
        }
    }

    /// What a look-up costs beyond its step: objects of documents are walked through.
    var lookUpCost: Int {
        guard case .json(let object, _) = self else { return 0 }
        return object.count / 64
    }

    /// The value of a key, nil where there is none.
    package subscript(key: CELValue) -> CELValue? {
        switch self {
        case .made(let entries): return entries[key]
        case .json, .view:
            guard case .string(let name) = key else { return nil }
            return self[field: name]
        }
    }

    /// The value of a key that is text.
    ///
    /// Fields that a schema names are asked for by their escaped names, and a null there counts
    /// as absent.
    package subscript(field name: String) -> CELValue? {
        let shape: CELShape
        switch self {
        case .made(let entries): return entries[.string(name)]
        case .json(_, let own), .view(_, let own): shape = own
        }
        guard let fields = shape.fields else {
            return raw(name).map { CELValue($0, as: shape.element) }
        }
        guard let field = fields.named[name], let found = raw(field.jsonName) else { return nil }
        let value = CELValue(found, as: field.shape)
        if case .null = value { return nil }
        return value
    }

    fileprivate enum Raw {
        case json(JSONValue)
        case view(JSONView)
    }

    private func raw(_ name: String) -> Raw? {
        switch self {
        case .made: nil
        case .json(let object, _): object[name].map(Raw.json)
        case .view(let view, _): view[name].map(Raw.view)
        }
    }

    /// The keys in their order; of fields that a schema names only those that it knows.
    package var keys: [CELValue] {
        let (names, shape): ([String], CELShape)
        switch self {
        case .made(let entries): return entries.list.map(\.key)
        case .json(let object, let own): (names, shape) = (object.names, own)
        case .view(let view, let own): (names, shape) = (Self.names(of: view), own)
        }
        guard let fields = shape.fields else { return names.map(CELValue.string) }
        return names.compactMap { name in
            let escaped = CELFieldName.escape(name)
            guard let escaped, fields.named[escaped] != nil, self[field: escaped] != nil else {
                return nil
            }
            return .string(escaped)
        }
    }

    private static func names(of view: JSONView) -> [String] {
        var names: [String] = []
        var seen: Set<[UInt8]> = []
        for member in view.members where seen.insert(Array(member.name.utf8)).inserted {
            names.append(member.name)
        }
        return names
    }
}

extension CELValue {
    fileprivate init(_ raw: CELMap.Raw, as shape: CELShape) {
        switch raw {
        case .json(let json): self.init(json, as: shape)
        case .view(let view): self.init(view, as: shape)
        }
    }
}

/// The entries of a map that an expression made, in order.
package struct CELEntries: Sendable {
    package private(set) var list: [(key: CELValue, value: CELValue)] = []
    private var index: [CELKey: Int] = [:]

    package init() {}

    package subscript(key: CELValue) -> CELValue? {
        CELKey(key).flatMap { index[$0] }.map { list[$0].value }
    }

    /// Adds an entry.
    ///
    /// - Throws: for a key of a type that cannot be one, or one that is there already.
    package mutating func add(_ key: CELValue, _ value: CELValue) throws(CELError) {
        guard let own = CELKey(key) else {
            throw .evaluation("unsupported key type: \(key.typeName)")
        }
        guard index[own] == nil else {
            throw .evaluation("insert failed: key \(key.shortText) already exists")
        }
        index[own] = list.count
        list.append((key, value))
    }
}

/// A key of a map: numbers of any type that are equal are the same key.
enum CELKey: Hashable, Sendable {
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case string([UInt8])

    init?(_ value: CELValue) {
        switch value {
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = Int64(exactly: value).map(CELKey.int) ?? .uint(value)
        case .double(let value):
            if let whole = Int64(exactly: value) {
                self = .int(whole)
            } else if let whole = UInt64(exactly: value) {
                self = .uint(whole)
            } else {
                return nil
            }
        case .string(let text): self = .string(Array(text.utf8))
        default: return nil
        }
    }
}
