import CEL
import Documents

/// What is wrong with the validation rules of a definition's schema.
struct RuleProblems {
    private(set) var errors: [FieldError] = []

    private static let reasons = [
        "FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate",
    ]
    /// The longest message, in bytes.
    private static let messageLimit = 2048

    /// Complaints about all rules below a schema.
    static func find(in schema: JSONValue, at path: String) -> [FieldError] {
        var problems = RuleProblems()
        problems.visit(schema, path, isResource: true, uncorrelated: nil)
        return problems.errors
    }

    /// - Parameters:
    ///   - schema: the schema to look through.
    ///   - path: its place.
    ///   - isResource: whether it is that of a whole resource.
    ///   - uncorrelated: the list above whose items have no former values; nil: there is none.
    private mutating func visit(
        _ schema: JSONValue, _ path: String, isResource: Bool, uncorrelated: String?
    ) {
        for (index, json) in (schema["x-kubernetes-validations"]?.arrayValue ?? []).enumerated() {
            check(
                json, in: schema, "\(path).x-kubernetes-validations[\(index)]",
                isResource: isResource, uncorrelated)
        }
        var below = uncorrelated
        if schema["x-kubernetes-map-type"]?.stringValue == "atomic" { below = below ?? path }
        for member in schema["properties"]?.objectValue ?? JSONObject() {
            visit(
                member.value, "\(path).properties[\(member.name)]", isResource: false,
                uncorrelated: below)
        }
        if let values = schema["additionalProperties"], values.objectValue != nil {
            visit(
                values, "\(path).additionalProperties", isResource: false, uncorrelated: below)
        }
        if let items = schema["items"] {
            if schema["x-kubernetes-list-type"]?.stringValue != "map" { below = below ?? path }
            visit(items, "\(path).items", isResource: false, uncorrelated: below)
        }
    }

    // MARK: - One rule

    private mutating func check(
        _ json: JSONValue, in schema: JSONValue, _ path: String, isResource: Bool,
        _ uncorrelated: String?
    ) {
        let rule = Schema.rule(json)
        let shown = Self.shown(json)
        guard !rule.expression.allSatisfy(\.isWhitespace) else {
            errors.append(.required("\(path).rule", "rule is not specified"))
            return
        }
        checkWords(rule, path)
        if let fieldPath = rule.fieldPath {
            do throws(RulePath.Problem) {
                _ = try RulePath(fieldPath, below: schema)
            } catch {
                errors.append(
                    .invalid(
                        "\(path).fieldPath", .string(fieldPath),
                        "fieldPath must be a valid path: \(error.message)"))
            }
        }
        let type = CELSchema(schema, isResource: isResource)
        let environment = RuleSet.environment(type, rule)
        do throws(CELError) {
            let program = try CELProgram(compiling: rule.expression, in: environment)
            checkProgram(program, rule, shown, path, uncorrelated)
        } catch {
            errors.append(
                .invalid(
                    "\(path).rule", shown,
                    "compilation failed: \(error.report(in: rule.expression))"))
        }
        guard let message = rule.messageExpression else { return }
        let place = "\(path).messageExpression"
        do throws(CELError) {
            let program = try CELProgram(compiling: message, in: environment)
            if program.type != .string, program.type != .dyn {
                errors.append(
                    .invalid(place, shown, "messageExpression must evaluate to a string"))
            }
        } catch {
            errors.append(
                .invalid(
                    place, shown,
                    "messageExpression compilation failed: \(error.report(in: message))"))
        }
    }

    private mutating func checkProgram(
        _ program: CELProgram, _ rule: Schema.Rule, _ shown: JSONValue, _ path: String,
        _ uncorrelated: String?
    ) {
        if program.type != .bool, program.type != .dyn {
            errors.append(
                .invalid("\(path).rule", shown, "cel expression must evaluate to a bool"))
        }
        let readsOld = program.variables.contains("oldSelf")
        if readsOld, let uncorrelated {
            errors.append(
                .invalid(
                    "\(path).rule", .string(rule.expression),
                    "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                        + uncorrelated))
        }
        if rule.optionalOldSelf, !readsOld {
            errors.append(
                .invalid(
                    "\(path).optionalOldSelf", .bool(true),
                    "may not be set if oldSelf is not used in rule"))
        }
    }

    private mutating func checkWords(_ rule: Schema.Rule, _ path: String) {
        if let message = rule.message {
            if message.allSatisfy(\.isWhitespace) {
                errors.append(
                    .invalid(
                        "\(path).message", .string(message),
                        "message must be non-empty if specified"))
            } else if message.contains(where: \.isNewline) {
                errors.append(
                    .invalid(
                        "\(path).message", .string(message),
                        "message must not contain line breaks"))
            } else if message.utf8.count > Self.messageLimit {
                errors.append(.tooLong("\(path).message", limit: Self.messageLimit))
            }
        } else if rule.expression.contains(where: \.isNewline), rule.messageExpression == nil {
            errors.append(
                .required(
                    "\(path).message", "message must be specified if rule contains line breaks"))
        }
        if let reason = rule.reason, !Self.reasons.contains(reason) {
            errors.append(.notSupported("\(path).reason", .string(reason), Self.reasons))
        }
    }

    /// The rule as messages print it: with all members of the server's own type.
    private static func shown(_ json: JSONValue) -> JSONValue {
        [
            "Rule": json["rule"] ?? "", "Message": json["message"] ?? "",
            "MessageExpression": json["messageExpression"] ?? "",
            "Reason": json["reason"] ?? .null, "FieldPath": json["fieldPath"] ?? "",
            "OptionalOldSelf": json["optionalOldSelf"] ?? .null,
        ]
    }
}
