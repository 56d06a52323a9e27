import Catalog
import Documents
import KubernetesCore
import Render

/// A place of a schema, explained.
struct Explanation: Sendable {
    private let type: ResourceType
    private let path: [String]
    private let node: SchemaNode
    private let isRequired: Bool
    private let isRecursive: Bool

    /// How deep fields of fields are shown; schemas may hold themselves.
    private static let deepest = 12

    /// - Throws: `CatalogError` for a field that the schema does not have.
    init(
        _ type: ResourceType, schema: SchemaNode, path: [String], isRecursive: Bool
    ) throws(CatalogError) {
        var node = schema
        var isRequired = false
        for (depth, name) in path.enumerated() {
            let holder = Self.inner(node)
            guard let next = holder.property(name) else {
                let known = holder.properties.map(\.name)
                let place = ([type.kind] + path.prefix(depth)).joined(separator: ".")
                throw CatalogError(
                    .unknownField(
                        field: name, kind: place,
                        suggestion: Spelling.suggestion(for: name, among: known), known: known))
            }
            isRequired = holder.required.contains(name)
            node = next
        }
        self.type = type
        self.path = path
        self.node = node
        self.isRequired = isRequired
        self.isRecursive = isRecursive
    }

    /// What stands in a list, or behind the keys of a map.
    private static func inner(_ node: SchemaNode) -> SchemaNode {
        if let items = node.items { return inner(items) }
        if node.properties.isEmpty, let values = node.values { return inner(values) }
        return node
    }

    // MARK: For people

    var report: Report {
        var head: [Field] = []
        if !type.group.isEmpty { head.append(Field("GROUP", type.group)) }
        head += [Field("KIND", type.kind), Field("VERSION", type.version)]
        if let name = path.last {
            head.append(Field("FIELD", "\(name) \(Self.mark(node, isRequired: isRequired))"))
        }
        var sections = [Section(nil, .fields(head))]
        if !node.enumValues.isEmpty {
            sections.append(
                Section("ENUM:", .lines(node.enumValues.map { "    \($0.plainText)" })))
        }
        if let value = node.defaultValue {
            sections.append(Section("DEFAULT:", .lines(["    \(value.plainText)"])))
        }
        let text = node.description.isEmpty ? "<empty>" : node.description
        sections.append(Section("DESCRIPTION:", .paragraphs([Paragraph("    ", text)])))
        for rule in node.rules {
            let message = rule.message.isEmpty ? "" : " (\(rule.message))"
            sections.append(
                Section("RULE:", .paragraphs([Paragraph("    ", rule.rule + message)])))
        }
        let inner = Self.inner(node)
        if !inner.properties.isEmpty {
            let fields =
                isRecursive
                ? Self.tree(of: inner, indent: 2, depth: 0) : Self.list(of: inner)
            sections.append(Section("FIELDS:", .paragraphs(fields)))
        }
        return Report(
            kind: "Explanation", sections: sections, payload: payload, rows: table,
            names: [([type.plural] + path).joined(separator: ".")])
    }

    /// Each field with its type and what it means.
    private static func list(of node: SchemaNode) -> [Paragraph] {
        let required = Set(node.required)
        return node.properties.enumerated().flatMap { index, property in
            let (name, field) = property
            var paragraphs = index == 0 ? [] : [Paragraph("", "")]
            let mark = mark(field, isRequired: required.contains(name))
            paragraphs.append(Paragraph("  \(name)  \(mark)", ""))
            if !field.enumValues.isEmpty {
                let values = field.enumValues.map(\.plainText).joined(separator: ", ")
                paragraphs.append(Paragraph("    enum: ", values))
            }
            if !field.description.isEmpty {
                paragraphs.append(Paragraph("    ", field.description))
            }
            return paragraphs
        }
    }

    private static func tree(of node: SchemaNode, indent: Int, depth: Int) -> [Paragraph] {
        let required = Set(node.required)
        let blanks = String(repeating: " ", count: indent)
        return node.properties.flatMap { name, field in
            let mark = mark(field, isRequired: required.contains(name))
            let own = Paragraph("\(blanks)\(name)  \(mark)", "")
            guard depth < deepest else { return [own] }
            return [own] + tree(of: inner(field), indent: indent + 2, depth: depth + 1)
        }
    }

    /// `<[]Object> -required-`, in kubectl's spelling.
    private static func mark(_ node: SchemaNode, isRequired: Bool) -> String {
        "<\(typeName(node))>" + (isRequired ? " -required-" : "")
    }

    private static func typeName(_ node: SchemaNode) -> String {
        if node.isIntOrString { return "IntOrString" }
        if let items = node.items { return "[]\(typeName(items))" }
        if node.properties.isEmpty, let values = node.values {
            return "map[string]\(typeName(values))"
        }
        switch node.type {
        case "object": return "Object"
        case let type?: return type
        case nil: return "Object"
        }
    }

    // MARK: For programs

    private var table: TextTable {
        let inner = Self.inner(node)
        let required = Set(inner.required)
        return TextTable(
            ["FIELD", "TYPE", "REQUIRED", "DESCRIPTION"],
            rows: inner.properties.map { name, field in
                [
                    .init(name), .init(Self.typeName(field)),
                    .init(required.contains(name) ? "true" : "false"), .init(field.description),
                ]
            })
    }

    private var payload: JSONValue {
        let own = Self.payload(
            of: node, isRequired: isRequired, levels: isRecursive ? Self.deepest : 1)
        var value: JSONValue = [
            "kind": "Explanation", "group": .string(type.group), "version": .string(type.version),
            "resource": .string(type.kind), "path": .string(path.joined(separator: ".")),
        ]
        for member in own.objectValue ?? JSONObject() { value[member.name] = member.value }
        return value
    }

    private static func payload(
        of node: SchemaNode, isRequired: Bool, levels: Int
    ) -> JSONValue {
        var value: JSONValue = ["type": .string(typeName(node)), "required": .bool(isRequired)]
        if let format = node.format { value["format"] = .string(format) }
        if !node.description.isEmpty { value["description"] = .string(node.description) }
        if !node.enumValues.isEmpty { value["enum"] = .array(node.enumValues) }
        if let standard = node.defaultValue { value["default"] = standard }
        let inner = inner(node)
        guard levels > 0, !inner.properties.isEmpty else { return value }
        let required = Set(inner.required)
        value["fields"] = .array(
            inner.properties.map { name, field in
                var member: JSONValue = ["name": .string(name)]
                let own = payload(
                    of: field, isRequired: required.contains(name), levels: levels - 1)
                for part in own.objectValue ?? JSONObject() { member[part.name] = part.value }
                return member
            })
        return value
    }
}
