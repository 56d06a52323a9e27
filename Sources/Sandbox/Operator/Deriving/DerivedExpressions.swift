import CEL
package import Documents
package import KubernetesCore

/// Computes the `derivedValues` of aggregates: standard CEL, lists' sums and times.
///
/// As in the generated operators, numbers of documents are doubles and those of the summary are
/// ints, and every value is told as text. Functions are declared as there; `sum`, `max`, `min`
/// and `avg` skip what is no number and yield a double, 0 for nothing.
package struct DerivedExpressions: Sendable {
    private let vocabulary: CELVocabulary

    /// - Parameter now: the time that `now()` and its like tell.
    package init(now: @escaping @Sendable () -> Timestamp) {
        vocabulary = CELVocabulary([.standard, Self.numbers, DerivedTimes.library(now)])
    }

    /// The value of an expression as text, or why there is none.
    ///
    /// - Parameters:
    ///   - expression: the text.
    ///   - variables: what it may name; `summary` holds ints.
    /// - Returns: the text.
    /// - Throws: what is wrong with the expression, or went wrong in it.
    package func evaluate(
        _ expression: String, variables: [String: JSONValue]
    ) throws(EvaluationFailure) -> String {
        let (program, values) = try compile(expression, variables)
        do throws(CELError) {
            let value = try program.evaluate(values)
            var text = DerivedText()
            return try text.write(value)
        } catch {
            throw Self.failure(error)
        }
    }

    /// Whether a condition holds.
    ///
    /// - Throws: what is wrong with it, or that it is no condition.
    func holds(
        _ condition: String, variables: [String: JSONValue]
    ) throws(EvaluationFailure) -> Bool {
        let (program, values) = try compile(condition, variables)
        do throws(CELError) {
            return try program.holds(values)
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: CELError) -> EvaluationFailure {
        EvaluationFailure("failed to evaluate expression: \(error.message)")
    }

    private func compile(
        _ expression: String, _ variables: [String: JSONValue]
    ) throws(EvaluationFailure) -> (CELProgram, [String: CELValue]) {
        let environment = CELEnvironment(
            variables.mapValues { _ in .dyn }, vocabulary: vocabulary, allowsMixedLiterals: true)
        let program: CELProgram
        do throws(CELError) {
            program = try CELProgram(compiling: expression, in: environment)
        } catch {
            throw EvaluationFailure(
                "failed to compile expression: \(error.report(in: expression))")
        }
        var values: [String: CELValue] = [:]
        for name in program.variables {
            values[name] = variables[name].map {
                CELValue($0, as: name == "summary" ? .any : .doubles)
            }
        }
        return (program, values)
    }

    // MARK: - Numbers of lists

    private static let numbers = CELLibrary(
        "sum|max|min|avg(list<dyn>) -> double",
        [
            "sum": { machine, given throws(CELError) in
                .double(try doubles(machine, given).reduce(0, +))
            },
            "max": { machine, given throws(CELError) in
                .double(try doubles(machine, given).max() ?? 0)
            },
            "min": { machine, given throws(CELError) in
                .double(try doubles(machine, given).min() ?? 0)
            },
            "avg": { machine, given throws(CELError) in
                let all = try doubles(machine, given)
                return .double(all.isEmpty ? 0 : all.reduce(0, +) / Double(all.count))
            },
        ])

    private static func doubles(
        _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> [Double] {
        guard case .list(let list) = given[0] else { throw .noOverload }
        try machine.spend(moving: list.count)
        return list.compactMap { element in
            switch element {
            case .int(let value): Double(value)
            case .uint(let value): Double(value)
            case .double(let value): value
            default: nil
            }
        }
    }
}

/// Why an expression has no value.
package struct EvaluationFailure: Error, Sendable, Hashable {
    package var message: String

    package init(_ message: String) { self.message = message }
}

/// Writes values as Go prints them: `[1 2]`, `map[a:1]`.
struct DerivedText {
    /// The longest text that is told.
    private static let limit = 64 * 1024
    private var left = limit

    mutating func write(_ value: CELValue) throws(CELError) -> String {
        if case .double(let number) = value, let whole = Int64(exactly: number) {
            return String(whole)
        }
        return try inner(value)
    }

    private mutating func inner(_ value: CELValue) throws(CELError) -> String {
        let text: String
        switch value {
        case .list(let list):
            var parts: [String] = []
            for element in list { parts.append(try inner(element)) }
            text = "[\(parts.joined(separator: " "))]"
        case .map(let map):
            var parts: [(key: String, text: String)] = []
            for key in map.keys {
                let name = try inner(key)
                parts.append((name, "\(name):\(try inner(map[key] ?? .null))"))
            }
            parts.sort { $0.key.precedesByBytes($1.key) }
            text = "map[\(parts.map(\.text).joined(separator: " "))]"
        case .bytes(let bytes):
            text = "[\(bytes.map(String.init).joined(separator: " "))]"
        case .null: text = "<nil>"
        case .double(let number): text = GoNumber.text(number)
        default: text = value.shortText
        }
        left -= text.utf8.count + 1
        guard left > 0 else { throw CELError(.limit, "the result is too large") }
        return text
    }
}
