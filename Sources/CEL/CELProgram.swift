// CEL: the expression language of Kubernetes (Common Expression Language) over JSON documents.
// Text is parsed, checked against types, and evaluated under a limit of cost. It must never read
// a clock, a file or the environment, nor go wrong on hostile text.

/// An expression, compiled once and evaluated as often as wanted.
package struct CELProgram: Sendable {
    package let source: String
    /// What it yields, as far as that is known.
    package let type: CELType
    /// The variables that it names.
    package let variables: Set<String>
    private let root: CELStep
    /// The variables of the environment in the order of their slots.
    private let slots: [String]
    private let width: Int

    /// Compiles an expression.
    ///
    /// - Parameters:
    ///   - source: the text.
    ///   - environment: the variables and functions that it may use.
    /// - Throws: a syntax error, a name that is not there, types that do not fit, or a text past
    ///   the limits; with its place.
    package init(
        compiling source: String, in environment: CELEnvironment
    ) throws(CELError) {
        let node = try CELParser.parse(source)
        var checker = CELChecker(environment)
        let checked = try checker.check(node)
        self.source = source
        root = checked.step
        type = checker.unifier.settle(checked.type)
        variables = checker.used
        slots = checker.scope.map(\.name)
        width = checker.width
    }

    /// The value of the expression.
    ///
    /// - Parameters:
    ///   - values: the variables; one that is missing is an error where it is used.
    ///   - limit: the cost that the evaluation may have.
    /// - Returns: the value.
    /// - Throws: what the language calls an error, and a cost past the limit.
    package func evaluate(
        _ values: [String: CELValue], limit: Int = CELLimits.cost
    ) throws(CELError) -> CELValue {
        try run(values, limit: limit).result.get()
    }

    /// The value of the expression, or why there is none, and what it cost.
    package func run(
        _ values: [String: CELValue], limit: Int = CELLimits.cost
    ) -> (result: Result<CELValue, CELError>, cost: Int) {
        let machine = CELMachine(
            slots: slots.map { variables.contains($0) ? values[$0] : nil },
            width: width, limit: limit)
        let result: Result<CELValue, CELError>
        do throws(CELError) {
            let value = try machine.value(of: root)
            result = .success(value)
        } catch {
            result = .failure(error)
        }
        return (result, machine.cost)
    }

    /// Whether the expression holds.
    ///
    /// - Throws: as `evaluate`, and for a value that is no bool.
    package func holds(
        _ values: [String: CELValue], limit: Int = CELLimits.cost
    ) throws(CELError) -> Bool {
        guard case .bool(let value) = try evaluate(values, limit: limit) else {
            throw .noOverload
        }
        return value
    }
}
