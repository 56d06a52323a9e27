import Documents
import SandboxAPIServer

/// Checks the validation rules of the form `has(self.a) || has(self.b)`, which are all that the
/// sandbox's own CRDs have; any other rule is not evaluated.
struct PresenceRules: RuleEvaluator {
    func evaluate(rule: String, value: JSONValue, old: JSONValue?) -> RuleOutcome {
        var anyHolds = false
        for part in rule.split(separator: "||") {
            let term = part.filter { $0 != " " }
            guard term.hasPrefix("has(self."), term.hasSuffix(")") else { return .notApplicable }
            let path = term.dropFirst("has(self.".count).dropLast().split(separator: ".")
            guard path.allSatisfy({ $0.allSatisfy { $0.isLetter || $0.isNumber } }) else {
                return .notApplicable
            }
            let found = path.reduce(JSONValue?.some(value)) { $0?[String($1)] }
            if found != nil { anyHolds = true }
        }
        return anyHolds ? .holds : .violated
    }

    func message(expression: String, value: JSONValue, old: JSONValue?) -> String? { nil }
}
