package import Documents
import KubernetesCore

/// `field=value` as typed on a command line, with the value in the type that the schema asks for.
package struct FieldAssignment: Sendable, Hashable {
    /// Below the spec.
    package var path: TypedPath
    /// Nil removes the member.
    package var value: JSONValue?

    package init(path: TypedPath, value: JSONValue?) {
        self.path = path
        self.value = value
    }

    /// The place from the object's root: `/spec/category/name`.
    package var pointer: JSONPointer { path.pointer }

    /// Cuts `field=value` in two; `field-` (kubectl's way to remove) has no value.
    static func split(_ text: String) throws(CatalogError) -> (path: TypedPath, text: String?) {
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case "=" where depth == 0:
                let path = try TypedPath(String(text[..<index]))
                return (path, String(text[text.index(after: index)...]))
            default: break
            }
        }
        guard text.hasSuffix("-"), text.count > 1 else {
            throw CatalogError(.malformed("\"\(text)\" is not of the form field=value"))
        }
        return (try TypedPath(String(text.dropLast())), nil)
    }
}

extension CatalogKind {
    /// Reads `field=value`, where fields are those of the spec.
    ///
    /// The schema decides the type, and refuses unknown fields, other types, numbers out of range
    /// and values that are not allowed. `field-`, and `field=null` for anything but texts, remove
    /// the member. Without a schema a value that is JSON is taken as JSON, else as a text.
    package func assignment(_ text: String) throws(CatalogError) -> FieldAssignment {
        var (path, typed) = try FieldAssignment.split(text)
        guard let spec = schema?.node(at: ["spec"]) else {
            return FieldAssignment(path: path, value: typed.flatMap(ValueReader.untyped))
        }
        if path.tokens.count > 1, path.tokens[0] == "spec", spec.property("spec") == nil {
            path.tokens.removeFirst()
        }
        let node = try self.node(of: path, in: spec)
        guard let typed else { return FieldAssignment(path: path, value: nil) }
        let isText = node.type == "string"
        if typed == "null", !isText { return FieldAssignment(path: path, value: nil) }
        let name = path.description
        let value = try ValueReader.value(of: typed, for: node, named: name)
        if path.tokens == [intervalField].compactMap(\.self) {
            try ValueReader.checkInterval(typed, named: name)
        }
        return FieldAssignment(path: path, value: value)
    }

    /// Checks a whole spec, as `--spec JSON` or a file gives it.
    package func check(spec value: JSONValue) throws(CatalogError) {
        guard value.objectValue != nil else {
            throw CatalogError(
                .wrongType(field: "spec", expected: "an object", got: ValueReader.shown(value)))
        }
        guard let spec = schema?.node(at: ["spec"]) else { return }
        try ValueReader.check(value, against: spec, named: "")
        if let name = intervalField, let text = value[name]?.stringValue {
            try ValueReader.checkInterval(text, named: name)
        }
    }

    /// All that is wrong with a whole spec, each with its place from the object's root.
    package func problems(inSpec value: JSONValue) -> [FieldProblem] {
        let place = JSONPointer(tokens: ["spec"])
        guard let spec = schema?.node(at: place) else { return [] }
        var found = ValueReader.problems(in: value, against: spec, named: "spec", at: place)
        if let name = intervalField, let text = value[name]?.stringValue {
            do throws(CatalogError) {
                try ValueReader.checkInterval(text, named: "spec." + name)
            } catch {
                found.append(FieldProblem(place: place.appending(name), error: error))
            }
        }
        return found
    }

    private func node(of path: TypedPath, in spec: SchemaNode) throws(CatalogError) -> SchemaNode {
        var node = spec
        for (index, token) in path.tokens.enumerated() {
            if let next = node.child(token) {
                node = next
                continue
            }
            if node.isOpen, node.json["properties"] == nil || node.preservesUnknown {
                guard node.type == nil || node.type == "object" else {
                    let name = TypedPath(tokens: Array(path.tokens.prefix(index))).description
                    throw CatalogError(
                        .malformed("\(name) is a \(node.typeName) and has no members"))
                }
                return SchemaNode([:])
            }
            let name = TypedPath(tokens: Array(path.tokens.prefix(index + 1))).description
            if node.items != nil {
                throw CatalogError(
                    .malformed("\(name): a list's items are addressed by index, such as [0]"))
            }
            throw Self.unknown(
                name, token, among: node.properties.map(\.name), kind: type.kind)
        }
        return node
    }

    static func unknown(
        _ path: String, _ token: String, among names: [String], kind: String?
    ) -> CatalogError {
        let plain = FriendlyNames.normalized(token)
        let suggestion =
            names.first { FriendlyNames.normalized($0) == plain }
            ?? Spelling.suggestion(for: token, among: names)
        return CatalogError(
            .unknownField(field: path, kind: kind, suggestion: suggestion, known: names))
    }
}
