package import Documents
import KubernetesCore

/// One thing in a value that its schema does not allow.
package struct FieldProblem: Sendable, Hashable {
    package var place: JSONPointer
    package var error: CatalogError

    package init(place: JSONPointer, error: CatalogError) {
        self.place = place
        self.error = error
    }
}

/// Makes values of the type that a schema asks for, and checks those that come as JSON.
enum ValueReader {
    /// Without a schema: JSON where the text is JSON, else the text; `null` gives nil.
    static func untyped(_ text: String) -> JSONValue? {
        guard let value = try? JSONValue(parsing: text) else { return .string(text) }
        // `nil` alone would be JSON's null here.
        return value.isNull ? Optional.none : value
    }

    /// The value that a typed text means.
    static func value(
        of text: String, for node: SchemaNode, named name: String
    ) throws(CatalogError) -> JSONValue {
        let value = try read(text, for: node, named: name)
        try check(value, against: node, named: name)
        return value
    }

    private static func read(
        _ text: String, for node: SchemaNode, named name: String
    ) throws(CatalogError) -> JSONValue {
        func refuse(_ expected: String) -> CatalogError {
            CatalogError(.wrongType(field: name, expected: expected, got: "\"\(text)\""))
        }
        if node.isIntOrString { return Int64(text).map(JSONValue.integer) ?? .string(text) }
        switch node.type {
        case "string": return .string(text)
        case "boolean":
            guard text == "true" || text == "false" else { throw refuse("true or false") }
            return .bool(text == "true")
        case "integer":
            guard let number = Int64(text) else {
                // A whole number all the same, only a large one: the range says more.
                let isWhole = text.drop { $0 == "-" }.allSatisfy { $0.isASCII && $0.isNumber }
                throw refuse(
                    isWhole && !text.isEmpty ? range(of: node) : "a whole number (\(node.typeName))"
                )
            }
            return .integer(number)
        case "number":
            // Whatever the reader objects to: it is no number.
            guard let value = try? JSONValue(parsing: text), value.doubleValue != nil else {
                throw refuse("a number")
            }
            return value
        case "array":
            if text.first == "[" { return try json(text, named: name) }
            guard let items = node.items, items.type != "object", items.type != "array" else {
                throw refuse("a list in JSON, such as [\(sample(node.items))]")
            }
            var values: [JSONValue] = []
            for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false)
                .enumerated() where !text.isEmpty
            {
                values.append(try read(String(part), for: items, named: "\(name)[\(index)]"))
            }
            return .array(values)
        case "object":
            guard text.first == "{" else {
                throw refuse("an object in JSON, such as \(sample(node))")
            }
            return try json(text, named: name)
        default: return untyped(text) ?? .null
        }
    }

    private static func json(_ text: String, named name: String) throws(CatalogError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: text)
        } catch {
            throw CatalogError(.malformed("\(name): \(error.message)"))
        }
    }

    /// Checks type, range, allowed values and members, as deep as the schema goes.
    static func check(
        _ value: JSONValue, against node: SchemaNode, named name: String
    ) throws(CatalogError) {
        let problems = problems(in: value, against: node, named: name, at: JSONPointer())
        if let first = problems.first { throw first.error }
    }

    /// All that the schema does not allow; members that are missing from the whole are not told.
    static func problems(
        in value: JSONValue, against node: SchemaNode, named name: String, at place: JSONPointer
    ) -> [FieldProblem] {
        if value.isNull { return [] }
        do throws(CatalogError) {
            try checkType(value, node, name)
        } catch {
            return [FieldProblem(place: place, error: error)]
        }
        let allowed = node.enumValues
        if !allowed.isEmpty, !allowed.contains(value) {
            let error = CatalogError(
                .notAllowed(field: name, allowed: allowed.map(\.plainText), got: shown(value)))
            return [FieldProblem(place: place, error: error)]
        }
        switch value {
        case .array(let items):
            guard let node = node.items else { return [] }
            return items.enumerated().flatMap { index, item in
                problems(
                    in: item, against: node, named: "\(name)[\(index)]",
                    at: place.appending(index))
            }
        case .object(let members): return problems(in: members, node, name, place)
        default: return []
        }
    }

    private static func problems(
        in members: JSONObject, _ node: SchemaNode, _ name: String, _ place: JSONPointer
    ) -> [FieldProblem] {
        var found: [FieldProblem] = []
        for member in members {
            let path = name.isEmpty ? member.name : "\(name).\(member.name)"
            let inner = place.appending(member.name)
            if let node = node.property(member.name) ?? node.values {
                found += problems(in: member.value, against: node, named: path, at: inner)
            } else if !node.isOpen {
                let error = CatalogKind.unknown(
                    path, member.name, among: node.properties.map(\.name), kind: nil)
                found.append(FieldProblem(place: inner, error: error))
            }
        }
        for missing in node.required where members[missing] == nil && !name.isEmpty {
            let error = CatalogError(.malformed("\(name).\(missing) is required"))
            found.append(FieldProblem(place: place, error: error))
        }
        return found
    }

    private static func checkType(
        _ value: JSONValue, _ node: SchemaNode, _ name: String
    ) throws(CatalogError) {
        func refuse(_ expected: String) -> CatalogError {
            CatalogError(
                .wrongType(
                    field: name.isEmpty ? "spec" : name, expected: expected, got: shown(value)))
        }
        if node.isIntOrString {
            guard value.integerValue != nil || value.stringValue != nil else {
                throw refuse("a whole number or a text")
            }
            return
        }
        switch node.type {
        case "string":
            guard let text = value.stringValue else { throw refuse("a text") }
            try checkText(text, node, name)
        case "boolean": if value.boolValue == nil { throw refuse("true or false") }
        case "integer":
            guard let number = value.integerValue else {
                throw refuse("a whole number (\(node.typeName))")
            }
            guard limits(of: node).contains(number) else { throw refuse(range(of: node)) }
        case "number":
            guard let number = value.doubleValue else { throw refuse("a number") }
            let low = node.json["minimum"]?.doubleValue ?? -.infinity
            let high = node.json["maximum"]?.doubleValue ?? .infinity
            guard number >= low, number <= high else { throw refuse(range(of: node)) }
        case "array": if value.arrayValue == nil { throw refuse("a list") }
        case "object": if value.objectValue == nil { throw refuse("an object") }
        default: break
        }
    }

    private static func checkText(
        _ text: String, _ node: SchemaNode, _ name: String
    ) throws(CatalogError) {
        func refuse(_ expected: String) -> CatalogError {
            CatalogError(.wrongType(field: name, expected: expected, got: "\"\(text)\""))
        }
        if node.format == "date-time", Timestamp(rfc3339: text) == nil {
            throw refuse("an instant such as 2026-01-31T12:00:00Z")
        }
        let length = Int64(text.unicodeScalars.count)
        if let least = node.json["minLength"]?.integerValue, length < least {
            throw refuse("at least \(least) characters long")
        }
        if let most = node.json["maxLength"]?.integerValue, length > most {
            throw refuse("at most \(most) characters long")
        }
    }

    /// The operator reads intervals as Go does, and stops altogether at one that it cannot read,
    /// though the server lets it pass.
    static func checkInterval(_ text: String, named name: String) throws(CatalogError) {
        // The error below says what an interval looks like; where parsing stopped would not help.
        guard (try? GoDuration.parse(text)) == nil, !text.isEmpty else { return }
        throw CatalogError(
            .wrongType(
                field: name, expected: "a duration such as 30s, 5m or 1h30m, or 0",
                got: "\"\(text)\""))
    }

    private static func limits(of node: SchemaNode) -> ClosedRange<Int64> {
        var low = node.format == "int32" ? Int64(Int32.min) : Int64.min
        var high = node.format == "int32" ? Int64(Int32.max) : Int64.max
        if let least = node.json["minimum"]?.integerValue { low = max(low, least) }
        if let most = node.json["maximum"]?.integerValue { high = min(high, most) }
        return low...max(low, high)
    }

    private static func range(of node: SchemaNode) -> String {
        let low = node.json["minimum"]
        let high = node.json["maximum"]
        switch (low, high) {
        case (let low?, let high?): return "between \(low.plainText) and \(high.plainText)"
        case (let low?, nil): return "at least \(low.plainText)"
        case (nil, let high?): return "at most \(high.plainText)"
        case (nil, nil):
            let limits = limits(of: node)
            return "a whole number between \(limits.lowerBound) and \(limits.upperBound)"
        }
    }

    static func shown(_ value: JSONValue) -> String {
        let text = value.text()
        return text.count <= 60 ? text : String(text.prefix(57)) + "..."
    }

    private static func sample(_ node: SchemaNode?) -> String {
        let members = (node?.properties ?? []).prefix(2).map { "\"\($0.name)\": …" }
        return members.isEmpty ? "{\"name\": …}" : "{\(members.joined(separator: ", "))}"
    }
}
