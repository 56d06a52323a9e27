/// What an expression yields, as far as it is known before it is evaluated.
package indirect enum CELType: Sendable, Hashable, CustomStringConvertible {
    /// Known only when it is evaluated.
    case dyn
    case null
    case bool
    case int
    case uint
    case double
    case string
    case bytes
    case timestamp
    case duration
    case list(CELType)
    case map(CELType, CELType)
    case optional(CELType)
    /// A type as a value.
    case type
    case object(CELObjectType)
    case opaque(String)
    /// A type that the checker has yet to find out.
    case variable(Int)
    /// What a declaration leaves open: `A` in `list<A>`.
    case parameter(String)

    package var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .optional(let value): "optional_type(\(value))"
        case .type: "type"
        case .object(let object): object.fields.typeName
        case .opaque(let name): name
        case .variable: "dyn"
        case .parameter(let name): name
        }
    }
}

/// A type with fields that a schema names.
package struct CELObjectType: Sendable, Hashable {
    package let fields: CELFields

    package init(_ fields: CELFields) { self.fields = fields }

    package static func == (left: CELObjectType, right: CELObjectType) -> Bool {
        left.fields === right.fields
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(fields)) }
}
