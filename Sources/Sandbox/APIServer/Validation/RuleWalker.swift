import CEL
import Documents

/// Walks a value with its schema and holds it against every rule on the way.
///
/// Messages are those of kube-apiserver. A rule that speaks of `oldSelf` is asked only where there
/// is a former value of the same place: items of lists without keys have none. A violation that
/// was there before, of a value that does not change, is let pass, as newer servers do.
struct RuleWalker {
    private(set) var errors: [FieldError] = []
    /// What all rules of the object may still cost.
    private var budget = CELLimits.objectCost
    private var isOver = false

    /// The longest text that a `messageExpression` may yield, in bytes.
    private static let messageLimit = 5 * 1024

    /// A value, the former one of its place, and whether a parent is known to be unchanged.
    private struct Visit {
        var value: JSONValue
        var old: JSONValue?
        var path: String
        /// The nearest pair that has a former value.
        var pair: (new: JSONValue, old: JSONValue)?

        var isUnchanged: Bool { pair.map { $0.new == $0.old } ?? false }
    }

    mutating func check(_ object: JSONValue, old: JSONValue?, _ schema: Schema) {
        visit(Visit(value: object, old: old, path: "", pair: old.map { (object, $0) }), schema)
    }

    private mutating func visit(_ visit: Visit, _ schema: Schema) {
        guard !isOver, visit.value != .null else { return }
        if let set = schema.ruleSet {
            for rule in set.rules where !isOver { check(rule, of: set, visit, schema) }
        }
        switch visit.value {
        case .object(let object):
            for member in object {
                guard let inner = schema.member(member.name) else { continue }
                let isNamed = schema.properties[member.name] != nil
                let path =
                    isNamed
                    ? (visit.path.isEmpty ? "" : visit.path + ".") + member.name
                    : "\(visit.path)[\(member.name)]"
                let old = schema.mapType == "atomic" ? nil : visit.old?[member.name]
                step(into: member.value, old, path, visit, inner)
            }
        case .array(let list):
            guard let items = schema.items else { return }
            for (index, item) in list.enumerated() {
                let old = counterpart(of: item, in: visit.old, schema)
                step(into: item, old, "\(visit.path)[\(index)]", visit, items)
            }
        default: break
        }
    }

    private mutating func step(
        into value: JSONValue, _ given: JSONValue?, _ path: String, _ outer: Visit,
        _ schema: Schema
    ) {
        let old = given == .null ? nil : given
        let pair = old.map { (value, $0) } ?? outer.pair
        visit(Visit(value: value, old: old, path: path, pair: pair), schema)
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

    // MARK: - One rule

    private mutating func check(
        _ rule: RuleSet.Rule, of set: RuleSet, _ visit: Visit, _ schema: Schema
    ) {
        guard let program = rule.program else { return }
        if rule.readsOld, visit.old == nil, !rule.source.optionalOldSelf { return }
        let type = schema.type ?? visit.value.typeName
        let place = visit.path.isEmpty ? "<nil>" : visit.path
        let variables = set.variables(rule.source, visit.value, visit.old)
        let outcome = program.run(variables, limit: min(CELLimits.cost, max(0, budget)))
        budget -= outcome.cost
        switch outcome.result {
        case .success(.bool(true)): return
        case .failure(let error):
            errors.append(Self.invalid(place, type, failed(error, rule.source)))
        case .success:
            guard rule.readsOld || !visit.isUnchanged else { return }
            let detail = message(rule, variables) ?? Self.message(of: rule.source)
            let below = rule.place.map { path in
                visit.path.isEmpty
                    ? path.text : visit.path + (path.text.hasPrefix("[") ? "" : ".") + path.text
            }
            errors.append(Self.violation(below ?? place, type, detail, rule.source.reason))
        }
    }

    /// What went wrong in evaluating a rule.
    private mutating func failed(_ error: CELError, _ rule: Schema.Rule) -> String {
        let name = Self.trimmed(rule.message ?? rule.expression)
        if error.kind == .limit {
            isOver = true
            return budget <= 0
                ? "validation failed due to running out of cost budget, no further validation "
                    + "rules will be run"
                : "'\(error.message)': no further validation rules will be run due to call cost "
                    + "exceeds limit for rule: \(name)"
        }
        if error == .noOverload {
            return "'\(error.message)': call arguments did not match a supported operator, "
                + "function or macro signature for rule: \(name)"
        }
        return "\(error.message) evaluating rule: \(name)"
    }

    /// The text of a `messageExpression`; nil where there is none that can be shown.
    private mutating func message(
        _ rule: RuleSet.Rule, _ variables: [String: CELValue]
    ) -> String? {
        guard let program = rule.message else { return nil }
        let outcome = program.run(variables, limit: min(CELLimits.cost, max(0, budget)))
        budget -= outcome.cost
        guard case .success(.string(let given)) = outcome.result else { return nil }
        let text = Self.trimmed(given)
        let isUsable = !text.isEmpty && text.utf8.count <= Self.messageLimit
        return isUsable && !text.utf8.contains(0x0A) ? text : nil
    }

    private static func message(of rule: Schema.Rule) -> String {
        let given = trimmed(rule.message ?? "")
        return given.isEmpty ? "failed rule: \(trimmed(rule.expression))" : given
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }

    private static func invalid(_ place: String, _ type: String, _ detail: String) -> FieldError {
        .invalid(place, .string(type), detail)
    }

    private static func violation(
        _ place: String, _ type: String, _ detail: String, _ reason: String?
    ) -> FieldError {
        switch reason {
        case "FieldValueForbidden": .forbidden(place, detail)
        case "FieldValueRequired": .required(place, detail)
        case "FieldValueDuplicate": .duplicate(place, .string(type))
        default: invalid(place, type, detail)
        }
    }
}
