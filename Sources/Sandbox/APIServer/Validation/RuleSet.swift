import CEL
import Documents

/// The validation rules of one schema (`x-kubernetes-validations`), compiled.
struct RuleSet: Sendable {
    struct Rule: Sendable {
        let source: Schema.Rule
        /// Nil where the rule does not compile; such a schema is refused, so nobody meets it.
        let program: CELProgram?
        let message: CELProgram?
        /// Whether it speaks of the value that was there before.
        let readsOld: Bool
        /// Where a violation is told, below the value's own place.
        let place: RulePath?
    }

    let rules: [Rule]
    /// How values are read.
    let shape: CELShape

    /// Compiles the rules; nil where the schema has none.
    init?(_ json: JSONValue, _ sources: [Schema.Rule], isResource: Bool) {
        guard !sources.isEmpty else { return nil }
        let schema = CELSchema(json, isResource: isResource)
        shape = schema?.shape ?? .any
        rules = sources.map { source in
            let environment = Self.environment(schema, source)
            // What does not compile was complained about when the definition came in.
            let program = try? CELProgram(compiling: source.expression, in: environment)
            let message = source.messageExpression.flatMap {
                try? CELProgram(compiling: $0, in: environment)
            }
            return Rule(
                source: source, program: program, message: message,
                readsOld: program?.variables.contains("oldSelf") ?? false,
                place: source.fieldPath.flatMap { try? RulePath($0, below: json) })
        }
    }

    /// The variables of a rule: `self`, and `oldSelf`, which may be optional.
    static func environment(_ schema: CELSchema?, _ rule: Schema.Rule) -> CELEnvironment {
        let type = schema?.type ?? .dyn
        return CELEnvironment([
            "self": type, "oldSelf": rule.optionalOldSelf ? .optional(type) : type,
        ])
    }

    /// The variables' values.
    func variables(
        _ rule: Schema.Rule, _ value: JSONValue, _ old: JSONValue?
    ) -> [String: CELValue] {
        var values = ["self": CELValue(value, as: shape)]
        let former = old.map { CELValue($0, as: shape) }
        values["oldSelf"] = rule.optionalOldSelf ? .optional(former) : former
        return values
    }
}

/// A rule's `fieldPath`: `.spec.name`, `.labels['app']`.
struct RulePath: Sendable, Hashable {
    /// The path as messages write it.
    let text: String

    /// Reads a path and follows it through the schema.
    ///
    /// - Throws: a word on what is wrong with it.
    init(_ text: String, below schema: JSONValue) throws(Problem) {
        var rest = text[...]
        var schema = schema
        var result = ""
        while let first = rest.first {
            rest = rest.dropFirst()
            let name: String
            switch first {
            case ".":
                name = String(rest.prefix { $0 != "." && $0 != "[" && $0 != "]" })
                rest = rest.dropFirst(name.count)
                guard !name.isEmpty else { throw Problem("unexpected end of JSON path") }
            case "[":
                name = try Self.quoted(&rest)
            default: throw Problem("expected [ or . but got: \(first)\(rest.prefix { $0 != "." })")
            }
            if let properties = schema["properties"] {
                guard let inner = properties[name] else {
                    throw Problem("does not refer to a valid field")
                }
                result += result.isEmpty ? name : ".\(name)"
                schema = inner
            } else if let values = schema["additionalProperties"], values.objectValue != nil {
                result += "[\(name)]"
                schema = values
            } else {
                throw Problem("does not refer to a valid field")
            }
        }
        guard !result.isEmpty else { throw Problem("unexpected end of JSON path") }
        self.text = result
    }

    /// What is wrong with a path.
    struct Problem: Error {
        let message: String

        init(_ message: String) { self.message = message }
    }

    /// The key between `['` and `']`, which the opening bracket was taken from.
    private static func quoted(_ rest: inout Substring) throws(Problem) -> String {
        guard rest.first == "'" else {
            throw Problem("expected single quoted string but got \(rest.prefix { $0 != "]" })")
        }
        rest = rest.dropFirst()
        var name = ""
        while let character = rest.popFirst(), character != "'" {
            guard character == "\\" else {
                name.append(character)
                continue
            }
            guard let escaped = rest.popFirst(), escaped == "'" || escaped == "\\" else {
                throw Problem("invalid string literal: invalid escape char")
            }
            name.append(escaped)
        }
        guard rest.popFirst() == "]" else { throw Problem("unexpected end of JSON path") }
        return name
    }
}
