package import Documents

/// A typed view on one place of an OpenAPI schema (the subset that CRDs may use).
package struct SchemaNode: Sendable, Hashable {
    package let json: JSONValue

    package init(_ json: JSONValue) { self.json = json }

    package var type: String? { json["type"]?.stringValue }
    package var format: String? { json["format"]?.stringValue }
    package var description: String { json["description"]?.stringValue ?? "" }
    package var enumValues: [JSONValue] { json["enum"]?.arrayValue ?? [] }
    package var defaultValue: JSONValue? { json["default"] }
    package var required: [String] {
        (json["required"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
    package var isNullable: Bool { json["nullable"]?.boolValue ?? false }
    package var isIntOrString: Bool { json["x-kubernetes-int-or-string"]?.boolValue ?? false }
    package var preservesUnknown: Bool {
        json["x-kubernetes-preserve-unknown-fields"]?.boolValue ?? false
    }

    /// The members in the schema's order.
    package var properties: [(name: String, node: SchemaNode)] {
        (json["properties"]?.objectValue?.members ?? []).map { ($0.name, SchemaNode($0.value)) }
    }
    package func property(_ name: String) -> SchemaNode? {
        json["properties"]?[name].map(SchemaNode.init)
    }
    /// What the items of a list are.
    package var items: SchemaNode? { json["items"].map(SchemaNode.init) }
    /// What the values of a map are; nil for objects with fixed members.
    package var values: SchemaNode? {
        guard let values = json["additionalProperties"] else { return nil }
        return values == .bool(false) ? nil : SchemaNode(values.objectValue == nil ? [:] : values)
    }

    /// `map`, `set` or `atomic`.
    package var listType: String? { json["x-kubernetes-list-type"]?.stringValue }
    package var listMapKeys: [String] {
        (json["x-kubernetes-list-map-keys"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
    /// The validation rules, each with its text and message.
    package var rules: [(rule: String, message: String)] {
        (json["x-kubernetes-validations"]?.arrayValue ?? []).compactMap { entry in
            entry["rule"]?.stringValue.map { ($0, entry["message"]?.stringValue ?? "") }
        }
    }

    /// The node one step further in: a member, an item (any index, or `-`), a map's value.
    package func child(_ token: String) -> SchemaNode? {
        if let property = property(token) { return property }
        if let items, token == "-" || token.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) {
            return items
        }
        return values
    }

    /// Whether anything may stand here that the schema does not name.
    package var isOpen: Bool {
        preservesUnknown || values != nil || (json["properties"] == nil && json["items"] == nil)
    }

    /// The type in words, for people.
    package var typeName: String {
        if isIntOrString { return "integer or string" }
        switch (type, format) {
        case ("integer", let format?): return format
        case ("string", "date-time"): return "date-time"
        case ("array", _): return "list of \(items?.typeName ?? "anything")"
        case ("object", _): return values.map { "map of \($0.typeName)" } ?? "object"
        case (let type?, _): return type
        case (nil, _): return "anything"
        }
    }

    /// Whether a value here should not be shown: by its format, or a text of such a name.
    package func isSecret(name: String) -> Bool {
        if format == "password" { return true }
        guard type == nil || type == "string" else { return false }
        return SecretName.isSecret(name)
    }
}

/// Names that people give to what should not be shown.
package enum SecretName {
    /// What is shown in place of such a value.
    package static let mask = "********"

    private static let endings = [
        "password", "passwd", "passphrase", "token", "secret", "apikey", "accesskey",
        "privatekey", "secretkey", "credential", "credentials",
    ]

    package static func isSecret(_ name: String) -> Bool {
        let plain = FriendlyNames.normalized(name)
        return endings.contains { plain.hasSuffix($0) }
    }
}

/// The schema of a kind, from the object's root.
package struct KindSchema: Sendable, Hashable {
    package let root: SchemaNode

    package init(_ json: JSONValue) { root = SchemaNode(json) }

    /// The node at a path from the object's root; nil where the schema has none.
    package func node(at path: [String]) -> SchemaNode? {
        path.reduce(SchemaNode?.some(root)) { $0?.child($1) }
    }

    package func node(at pointer: JSONPointer) -> SchemaNode? { node(at: pointer.tokens) }

    /// Whether the server puts a default there when the member is absent.
    package func hasDefault(at pointer: JSONPointer) -> Bool {
        node(at: pointer)?.defaultValue != nil
    }

    /// The keys of a list whose items have names (`x-kubernetes-list-type: map`); nil else.
    package func listKeys(at pointer: JSONPointer) -> [String]? {
        guard let node = node(at: pointer), node.listType == "map" else { return nil }
        return node.listMapKeys
    }

    /// Whether the value there, or one that it is part of, should not be shown.
    package func isSecret(at pointer: JSONPointer) -> Bool {
        var node: SchemaNode? = root
        for token in pointer.tokens {
            node = node?.child(token)
            if node?.isSecret(name: token) ?? SecretName.isSecret(token) { return true }
        }
        return false
    }

    /// The names that may stand below a place; nil where the schema does not limit them.
    package func names(at pointer: JSONPointer) -> [String]? {
        guard let node = node(at: pointer), !node.isOpen else { return nil }
        return node.properties.map(\.name)
    }

    /// The rules on the way to a place that compare with the value before (`oldSelf`).
    package func transitionRules(at pointer: JSONPointer) -> [String] {
        (0...pointer.tokens.count).flatMap { count in
            (node(at: Array(pointer.tokens.prefix(count)))?.rules ?? []).map(\.rule)
                .filter { $0.contains("oldSelf") }
        }
    }
}
