/// A part of a pattern as it was written.
indirect enum PatternNode: Sendable {
    case empty
    case set(ScalarSet)
    case check(PatternAssertion)
    case sequence([PatternNode])
    case either([PatternNode])
    case repeated(PatternNode, least: Int, most: Int?, isLazy: Bool)
}

/// Makes a program of a pattern.
struct PatternCompiler {
    private var program: [PatternInstruction] = []

    mutating func compile(_ node: PatternNode) throws(CELError) -> [PatternInstruction] {
        try emit(node)
        try append(.match)
        return program
    }

    @discardableResult
    private mutating func append(_ instruction: PatternInstruction) throws(CELError) -> Int {
        guard program.count < CELLimits.patternProgram else {
            throw CELError(.limit, "the pattern is too large")
        }
        program.append(instruction)
        return program.count - 1
    }

    private mutating func emit(_ node: PatternNode) throws(CELError) {
        switch node {
        case .empty: break
        case .set(let set): try append(.take(set))
        case .check(let assertion): try append(.check(assertion))
        case .sequence(let nodes):
            for node in nodes { try emit(node) }
        case .either(let nodes): try emit(either: nodes)
        case .repeated(let body, let least, let most, let isLazy):
            for _ in 0..<least { try emit(body) }
            guard let most else {
                try emit(loop: body, isLazy)
                return
            }
            var splits: [Int] = []
            for _ in 0..<max(0, most - least) {
                splits.append(try append(.match))
                try emit(body)
            }
            for split in splits { set(split, split + 1, program.count, isLazy) }
        }
    }

    private mutating func set(_ split: Int, _ body: Int, _ exit: Int, _ isLazy: Bool) {
        program[split] = isLazy ? .split(exit, body) : .split(body, exit)
    }

    private mutating func emit(loop body: PatternNode, _ isLazy: Bool) throws(CELError) {
        let split = try append(.match)
        try emit(body)
        try append(.jump(split))
        set(split, split + 1, program.count, isLazy)
    }

    private mutating func emit(either nodes: [PatternNode]) throws(CELError) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try emit(node)
                break
            }
            let split = try append(.match)
            try emit(node)
            jumps.append(try append(.match))
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }
}
