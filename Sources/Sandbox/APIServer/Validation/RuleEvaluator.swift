package import Documents

/// Evaluates the validation rules of a schema (`x-kubernetes-validations`).
///
/// The seam for the expression language: a server that is given none does not check rules, and
/// says so in nothing that it serves.
package protocol RuleEvaluator: Sendable {
    /// Holds one value against one rule.
    ///
    /// - Parameters:
    ///   - rule: the text of the expression.
    ///   - value: what `self` stands for.
    ///   - old: what `oldSelf` stands for; nil when the object is new.
    /// - Returns: whether the rule holds; `.failed` for a rule that could not be evaluated.
    func evaluate(rule: String, value: JSONValue, old: JSONValue?) -> RuleOutcome

    /// Evaluates a `messageExpression`; nil where it yields no usable text.
    func message(expression: String, value: JSONValue, old: JSONValue?) -> String?
}

package enum RuleOutcome: Sendable, Hashable {
    case holds
    case violated
    /// The rule speaks of `oldSelf` and there is none: it is not evaluated.
    case notApplicable
    case failed(String)
}

/// Walks a value with its schema and asks for every rule on the way.
struct RuleWalker {
    let evaluator: any RuleEvaluator
    private(set) var errors: [FieldError] = []

    init(_ evaluator: any RuleEvaluator) { self.evaluator = evaluator }

    mutating func visit(_ value: JSONValue, old: JSONValue?, _ schema: Schema, _ path: String) {
        for rule in schema.rules { check(rule, value, old, path) }
        switch value {
        case .object(let object):
            for member in object {
                guard let inner = schema.member(member.name) else { continue }
                let place = path.isEmpty ? member.name : "\(path).\(member.name)"
                visit(member.value, old: old?[member.name], inner, place)
            }
        case .array(let list):
            guard let items = schema.items else { return }
            for (index, item) in list.enumerated() {
                visit(item, old: counterpart(of: item, in: old, schema), items, "\(path)[\(index)]")
            }
        default: break
        }
    }

    /// The item of the former list that is the same by its keys; lists without keys have none.
    private func counterpart(
        of item: JSONValue, in old: JSONValue?, _ schema: Schema
    ) -> JSONValue? {
        guard schema.listType == "map" else { return nil }
        return old?.arrayValue?.first { candidate in
            schema.listMapKeys.allSatisfy { candidate[$0] == item[$0] }
        }
    }

    private mutating func check(
        _ rule: Schema.Rule, _ value: JSONValue, _ old: JSONValue?, _ path: String
    ) {
        let place = (path.isEmpty ? "<nil>" : path) + (rule.fieldPath ?? "")
        let detail: String
        switch evaluator.evaluate(rule: rule.expression, value: value, old: old) {
        case .holds, .notApplicable: return
        case .failed(let why): detail = "rule evaluation failed: \(why)"
        case .violated:
            let computed = rule.messageExpression.flatMap {
                evaluator.message(expression: $0, value: value, old: old)
            }
            detail = computed ?? rule.message ?? "failed rule: \(rule.expression)"
        }
        switch rule.reason {
        case "FieldValueForbidden": errors.append(.forbidden(place, detail))
        case "FieldValueRequired": errors.append(.required(place, detail))
        default:
            errors.append(
                FieldError(
                    type: .invalid, field: place,
                    body: "Invalid value: \(value.typeName.goQuoted): \(detail)"))
        }
    }
}
