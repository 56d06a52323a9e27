package import Documents

/// A value of an expression.
///
/// Lists and maps may stand on a JSON document; their elements become values when they are asked
/// for, so that making a value of a large document costs nothing.
package enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list(CELList)
    case map(CELMap)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    /// A type, by its name.
    case type(String)
    indirect case optional(CELValue?)
    indirect case quantity(CELQuantity)
    indirect case url(CELURL)
}

extension CELValue {
    /// The value of a JSON document, read as that shape says.
    package init(_ json: JSONValue, as shape: CELShape = .any) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = shape.isDouble ? .double(Double(value)) : .int(value)
        case .double(let value): self = shape.number(value)
        case .number(let text): self = shape.number(Double(text) ?? .nan)
        case .string(let text): self = shape.text(text)
        case .array(let items): self = .list(.json(items, shape))
        case .object(let object): self = .map(.json(object, shape))
        }
    }

    /// The value of a part of a document that is not made yet.
    package init(_ view: JSONView, as shape: CELShape = .any) {
        switch view.kind {
        case .array: self = .list(.view(view, shape))
        case .object: self = .map(.view(view, shape))
        case .null, .bool, .number, .string: self.init(view.value, as: shape)
        }
    }

    package static func list(_ elements: [CELValue]) -> CELValue { .list(.made(elements)) }

    /// The name of the value's type, as `type()` gives it.
    package var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .optional: "optional_type"
        case .quantity: "kubernetes.Quantity"
        case .url: "kubernetes.URL"
        }
    }

    /// Whether `optional.ofNonZeroValue` takes the value for nothing.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let list): list.isEmpty
        case .map(let map): map.count == 0
        case .duration(let value): value.nanoseconds == 0
        case .timestamp, .type, .optional, .quantity, .url: false
        }
    }
}

/// A list, made or standing on a document.
package enum CELList: Sendable {
    case made([CELValue])
    case json([JSONValue], CELShape)
    case view(JSONView, CELShape)

    package var count: Int {
        switch self {
        case .made(let elements): elements.count
        case .json(let elements, _): elements.count
        case .view(let view, _): view.elements.count
        }
    }

    package var isEmpty: Bool { first { _ in true } == nil }

    /// The element at that place, nil where there is none.
    package subscript(index: Int) -> CELValue? {
        guard index >= 0 else { return nil }
        switch self {
        case .made(let elements): return index < elements.count ? elements[index] : nil
        case .json(let elements, let shape):
            return index < elements.count
                ? CELValue(elements[index], as: shape.element) : nil
        case .view(let view, let shape):
            return view[index].map { CELValue($0, as: shape.element) }
        }
    }

    /// How the schema wants the list to be compared and added to.
    var listType: CELShape.ListType {
        switch self {
        case .made: .atomic
        case .json(_, let shape), .view(_, let shape): shape.listType
        }
    }
}

extension CELList: Sequence {
    package struct Iterator: IteratorProtocol {
        private let list: CELList
        private var index = 0
        private var views: JSONView.Elements?

        init(_ list: CELList) {
            self.list = list
            if case .view(let view, _) = list { views = view.elements }
        }

        package mutating func next() -> CELValue? {
            if case .view(_, let shape) = list {
                return views?.next().map { CELValue($0, as: shape.element) }
            }
            defer { index += 1 }
            return list[index]
        }
    }

    package func makeIterator() -> Iterator { Iterator(self) }
}
