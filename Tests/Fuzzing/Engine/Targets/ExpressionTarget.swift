import CEL
import Documents

/// The expression language: parser, checker and evaluator.
enum ExpressionTarget {
    /// So that no input takes long; the limit of users is higher.
    private static let cost = 20_000

    static let cel = FuzzTarget(
        "cel",
        words: [
            "self", ".spec", ".status", "[0]", "(", ")", "[", "]", "{", "}", "?", ":", "&&", "||",
            "!", "==", "<=", " in ", ".all(x, ", ".exists(x, ", ".map(x, x", ".filter(x, ", "has(",
            "size(", ".matches('", "r'''", "b'\\x00'", "'\\u0041'", ".split(',')", ".join('-')",
            ".format([", "duration('1h')", "timestamp('2026-11-24T00:00:00Z')", "quantity('1Ki')",
            "url('https://h/p')", "optional.of(", ".?a", ".orValue(", ".sum()", "1u", "1.5e3",
            ".substring(", ".replace('a', 'b')", ".find('[a-z]+')", "type(", "%", "*", "//", "\n",
            "__dash__", "(a|a)*", "a{1000}", ".repeat", "int(", "string(", ".lowerAscii()",
        ]
    ) { input throws(FuzzFinding) in
        guard let text = String(validating: input, as: UTF8.self) else { return false }
        let program: CELProgram
        do throws(CELError) {
            program = try CELProgram(compiling: text, in: environment)
        } catch {
            let offset = error.offset ?? 0
            try demand(!error.message.isEmpty, "refused without a reason")
            try demand(
                (0...text.utf8.count).contains(offset), "the error's place \(offset) is outside")
            return false
        }
        let first = program.run(["self": subject], limit: cost)
        let second = program.run(["self": subject], limit: cost)
        try demand(first.cost == second.cost, "two runs cost \(first.cost) and \(second.cost)")
        guard case .success(let value) = first.result else { return true }
        let json: JSONValue
        do throws(CELError) {
            json = try value.json()
        } catch { return true }
        try demand(JSONTrip.value(json.bytes()) != nil, "the result is no JSON: \(json.text())")
        return true
    }

    private static let environment = CELEnvironment(
        ["self": .dyn], vocabulary: .kubernetes, allowsMixedLiterals: true)

    private static let subject = CELValue(
        [
            "spec": [
                "status": "available", "tags": ["a", "b", "ü"], "quantity": 3, "weight": 1.5,
                "map": ["x": 1, "y": 2], "none": .null,
            ],
            "status": ["state": "Synced", "time": "2026-11-24T00:00:00Z"],
        ])
}
