/// How the parts of a JSON document are read: which of its texts are times, which of its numbers
/// are doubles, and what its fields are called.
package final class CELShape: Sendable {
    package enum Kind: Sendable {
        /// By what the JSON itself says.
        case any
        case double
        case bytes
        case timestamp
        case date
        case duration
        case list
        case map
        case object(CELFields)
    }

    /// `x-kubernetes-list-type`: how a list is compared and added to.
    package enum ListType: Sendable, Hashable {
        case atomic
        case set
        case map(keys: [String])
    }

    let kind: Kind
    private let inner: CELShape?
    let listType: ListType
    /// Whether every number below is a double.
    private let hasDoubles: Bool

    /// Numbers are what they look like: `1` an int, `1.5` a double.
    package static let any = CELShape(.any)
    /// Every number is a double, as where JSON was read without regard to types.
    package static let doubles = CELShape(.any, hasDoubles: true)

    init(
        _ kind: Kind, of inner: CELShape? = nil, listType: ListType = .atomic,
        hasDoubles: Bool = false
    ) {
        self.kind = kind
        self.inner = inner
        self.listType = listType
        self.hasDoubles = hasDoubles
    }

    /// The shape of the elements of a list, or of the values of a map.
    var element: CELShape { inner ?? self.loose }

    /// What lies in a part of which nothing is known.
    private var loose: CELShape { hasDoubles ? .doubles : .any }

    var fields: CELFields? {
        guard case .object(let fields) = kind else { return nil }
        return fields
    }

    var isDouble: Bool {
        if case .double = kind { return true }
        return hasDoubles
    }

    func number(_ value: Double) -> CELValue { .double(value) }

    /// A text as its format says; one that does not follow its format stays text.
    func text(_ text: String) -> CELValue {
        switch kind {
        case .timestamp: CELTimestamp(rfc3339: text).map(CELValue.timestamp) ?? .string(text)
        case .date:
            CELTimestamp(rfc3339: text + "T00:00:00Z").map(CELValue.timestamp) ?? .string(text)
        case .duration: CELDuration(text).map(CELValue.duration) ?? .string(text)
        case .bytes: Base64.decode(text).map(CELValue.bytes) ?? .string(text)
        default: .string(text)
        }
    }
}

/// The fields that a schema names.
package final class CELFields: Sendable {
    package struct Field: Sendable {
        package var jsonName: String
        package var shape: CELShape
        package var type: CELType
    }

    /// What error messages call the type.
    package let typeName: String
    /// By their names in expressions.
    package let named: [String: Field]

    package init(typeName: String, named: [String: Field]) {
        self.typeName = typeName
        self.named = named
    }
}
