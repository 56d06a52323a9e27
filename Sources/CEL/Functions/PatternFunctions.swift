extension CELLibrary {
    /// Finding by patterns.
    package static let patterns = CELLibrary(
        """
        string.find(string) -> string
        string.findAll(string) -> list<string>
        string.findAll(string, int) -> list<string>
        """,
        [".find": CELPatternFunctions.find, ".findAll": CELPatternFunctions.findAll])
}

/// Functions of texts and patterns.
enum CELPatternFunctions {
    /// The functions for patterns that are known before evaluation, without that argument.
    static let prepared: [String: @Sendable (CELPattern) -> CELFunction] = [
        ".matches": { pattern in
            { machine, given throws(CELError) in
                try isFound(pattern, machine, given)
            }
        },
        "matches": { pattern in
            { machine, given throws(CELError) in
                try isFound(pattern, machine, given)
            }
        },
        ".find": { pattern in
            { machine, given throws(CELError) in
                try first(pattern, machine, given)
            }
        },
        ".findAll": { pattern in
            { machine, given throws(CELError) in
                try all(pattern, machine, given)
            }
        },
    ]

    static let matches: CELFunction = { machine, given throws(CELError) in
        try isFound(try pattern(machine, given), machine, given)
    }

    static let find: CELFunction = { machine, given throws(CELError) in
        try first(try pattern(machine, given), machine, given)
    }

    static let findAll: CELFunction = { machine, given throws(CELError) in
        let pattern = try pattern(machine, given)
        return try all(pattern, machine, [given[0]] + given.dropFirst(2))
    }

    private static func pattern(
        _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> CELPattern {
        guard case .string(let text) = given[1] else { throw .noOverload }
        // Compiling is many times the work of looking at the text.
        try machine.spend(text.utf8.count + 1)
        do throws(CELError) {
            let pattern = try CELPattern(text)
            try machine.spend(pattern.effort)
            return pattern
        } catch {
            // What was refused for its size was work as well.
            try machine.spend(CELLimits.patternProgram / CELLimits.bytesPerCost)
            throw error
        }
    }

    private static func text(
        _ pattern: CELPattern, _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> String {
        guard case .string(let text) = given[0] else { throw .noOverload }
        try machine.spend(pattern.cost(ofBytes: text.utf8.count))
        return text
    }

    private static func isFound(
        _ pattern: CELPattern, _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> CELValue {
        .bool(pattern.isFound(in: try text(pattern, machine, given)))
    }

    private static func first(
        _ pattern: CELPattern, _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> CELValue {
        let text = try text(pattern, machine, given)
        return .string(pattern.matches(in: text, limit: 1).first ?? "")
    }

    private static func all(
        _ pattern: CELPattern, _ machine: CELMachine, _ given: [CELValue]
    ) throws(CELError) -> CELValue {
        var limit: Int?
        if given.count > 1 {
            guard case .int(let given) = given[1] else { throw .noOverload }
            limit = given < 0 ? nil : Int(clamping: given)
        }
        let text = try text(pattern, machine, given)
        return .list(pattern.matches(in: text, limit: limit).map(CELValue.string))
    }
}
