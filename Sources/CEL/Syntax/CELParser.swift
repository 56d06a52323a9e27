/// Reads an expression by the grammar of the Common Expression Language.
///
/// Operators of one precedence are read in a loop, nesting by recursion down to
/// `CELLimits.depth`, so that no text can exhaust the stack.
struct CELParser {
    private var lexer: CELLexer
    private(set) var token: CELToken
    private var depth = 0

    /// The whole text as one expression.
    static func parse(_ source: String) throws(CELError) -> CELNode {
        guard source.utf8.count <= CELLimits.sourceBytes else {
            throw CELError(
                .limit, "expression is longer than \(CELLimits.sourceBytes) bytes", at: 0)
        }
        var parser = try CELParser(source)
        let node = try parser.expression()
        guard case .end = parser.token.kind else { throw parser.unexpected() }
        return node
    }

    private init(_ source: String) throws(CELError) {
        lexer = CELLexer(source)
        token = try lexer.next()
    }

    /// Words of the language, which name nothing.
    static let keywords: Set<String> = ["in", "true", "false", "null"]

    /// Words that are kept for other languages; they may name fields but no variables.
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    ]

    // MARK: - Tokens

    @discardableResult
    private mutating func advance() throws(CELError) -> CELToken {
        let current = token
        token = try lexer.next()
        return current
    }

    private mutating func take(_ symbol: CELToken.Symbol) throws(CELError) -> Bool {
        guard token.isSymbol(symbol) else { return false }
        try advance()
        return true
    }

    private mutating func expect(_ symbol: CELToken.Symbol) throws(CELError) {
        guard try take(symbol) else {
            throw unexpected("expected '\(symbol.rawValue)'")
        }
    }

    private func unexpected(_ detail: String = "") -> CELError {
        let text = "Syntax error: unexpected \(token.text)"
        return CELError(.syntax, detail.isEmpty ? text : "\(text), \(detail)", at: token.offset)
    }

    private func make(_ kind: CELNode.Kind, at offset: Int) throws(CELError) -> CELNode {
        let node = CELNode(kind, at: offset)
        guard node.height <= CELLimits.depth else { throw tooDeep(offset) }
        return node
    }

    private func tooDeep(_ offset: Int) -> CELError {
        CELError(
            .limit, "expression recursion limit exceeded: \(CELLimits.depth)", at: offset)
    }

    // MARK: - Operators

    private mutating func expression() throws(CELError) -> CELNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= CELLimits.depth else { throw tooDeep(token.offset) }
        let test = try disjunction()
        let offset = token.offset
        guard try take(.question) else { return test }
        let first = try disjunction()
        try expect(.colon)
        let second = try expression()
        return try make(.conditional(test, first, second), at: offset)
    }

    private mutating func disjunction() throws(CELError) -> CELNode {
        var terms = [try conjunction()]
        let offset = token.offset
        while try take(.or) { terms.append(try conjunction()) }
        return terms.count == 1 ? terms[0] : try make(.disjunction(terms), at: offset)
    }

    private mutating func conjunction() throws(CELError) -> CELNode {
        var terms = [try binary(0)]
        let offset = token.offset
        while try take(.and) { terms.append(try binary(0)) }
        return terms.count == 1 ? terms[0] : try make(.conjunction(terms), at: offset)
    }

    /// The function that the operator here stands for, and how tightly it binds: relations 0,
    /// sums 1, products 2.
    private var operation: (name: String, level: Int)? {
        switch token.kind {
        case .name("in"): return ("@in", 0)
        case .symbol(let symbol):
            let name = "_\(symbol.rawValue)_"
            switch symbol {
            case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
                return (name, 0)
            case .plus, .minus: return (name, 1)
            case .times, .divide, .modulo: return (name, 2)
            default: return nil
            }
        default: return nil
        }
    }

    /// Operators that bind at least so tightly, those of one level to the left.
    private mutating func binary(_ least: Int) throws(CELError) -> CELNode {
        var left = try unary()
        while let (name, level) = operation, level >= least {
            let offset = try advance().offset
            let right = try binary(level + 1)
            left = try make(.call(name, receiver: nil, [left, right]), at: offset)
        }
        return left
    }

    private mutating func unary() throws(CELError) -> CELNode {
        let offset = token.offset
        if token.isSymbol(.not) {
            var isOdd = false
            while try take(.not) { isOdd.toggle() }
            let operand = try member()
            return isOdd ? try make(.call("!_", receiver: nil, [operand]), at: offset) : operand
        }
        var isOdd = false
        while token.isSymbol(.minus) {
            let minus = try advance()
            switch token.kind {
            case .int, .double:
                // The sign belongs to the number, so that the least integer can be written.
                let operand = try member(negativeAt: minus.offset)
                return isOdd
                    ? try make(.call("-_", receiver: nil, [operand]), at: offset) : operand
            default: isOdd.toggle()
            }
        }
        let operand = try member()
        return isOdd ? try make(.call("-_", receiver: nil, [operand]), at: offset) : operand
    }

    // MARK: - Members

    private mutating func member(negativeAt minus: Int? = nil) throws(CELError) -> CELNode {
        var node: CELNode
        if let minus { node = try number(negativeAt: minus) } else { node = try primary() }
        while true {
            let offset = token.offset
            if try take(.dot) {
                let isOptional = try take(.question)
                let name = try fieldName()
                let call = token.offset
                if !isOptional, try take(.openParenthesis) {
                    let arguments = try self.arguments(until: .closeParenthesis)
                    node = try makeCall(name, receiver: node, arguments, at: call)
                } else {
                    node = try make(.select(node, name, isOptional: isOptional), at: offset)
                }
            } else if try take(.openBracket) {
                let isOptional = try take(.question)
                let index = try expression()
                try expect(.closeBracket)
                node = try make(.index(node, index, isOptional: isOptional), at: offset)
            } else if token.isSymbol(.openBrace) {
                throw CELError(
                    .syntax, "Syntax error: messages cannot be constructed here", at: offset)
            } else {
                return node
            }
        }
    }

    private mutating func fieldName() throws(CELError) -> String {
        guard case .name(let name) = token.kind, !Self.keywords.contains(name) else {
            throw unexpected("expected the name of a field")
        }
        try advance()
        return name
    }

    private mutating func number(negativeAt offset: Int) throws(CELError) -> CELNode {
        let number = try advance()
        switch number.kind {
        case .int(let magnitude):
            return try make(.literal(.int(Int64(truncatingIfNeeded: 0 &- magnitude))), at: offset)
        case .double(let value): return try make(.literal(.double(-value)), at: offset)
        default: throw unexpected()
        }
    }

    private mutating func primary() throws(CELError) -> CELNode {
        switch token.kind {
        case .symbol(.openParenthesis): return try group()
        case .symbol(.openBracket): return try list()
        case .symbol(.openBrace): return try map()
        case .symbol(.dot):
            try advance()
            return try name()
        case .name("true"), .name("false"), .name("null"): return try literal()
        case .name: return try name()
        default: return try literal()
        }
    }

    private mutating func group() throws(CELError) -> CELNode {
        try advance()
        let inner = try expression()
        try expect(.closeParenthesis)
        return inner
    }

    private mutating func literal() throws(CELError) -> CELNode {
        switch token.kind {
        case .int(let magnitude):
            guard let value = Int64(exactly: magnitude) else {
                throw CELError(.syntax, "Syntax error: invalid int literal", at: token.offset)
            }
            return try literal(.int(value))
        case .uint(let value): return try literal(.uint(value))
        case .double(let value): return try literal(.double(value))
        case .string(let value): return try literal(.string(value))
        case .bytes(let value): return try literal(.bytes(value))
        case .name("true"): return try literal(.bool(true))
        case .name("false"): return try literal(.bool(false))
        case .name("null"): return try literal(.null)
        default: throw unexpected()
        }
    }

    private mutating func literal(_ value: CELValue) throws(CELError) -> CELNode {
        try make(.literal(value), at: try advance().offset)
    }

    private mutating func name() throws(CELError) -> CELNode {
        guard case .name(let name) = token.kind, !Self.keywords.contains(name) else {
            throw unexpected()
        }
        let offset = try advance().offset
        if Self.reserved.contains(name) {
            throw CELError(.syntax, "reserved identifier: \(name)", at: offset)
        }
        let call = token.offset
        guard try take(.openParenthesis) else { return try make(.name(name), at: offset) }
        let arguments = try arguments(until: .closeParenthesis)
        return try makeCall(name, receiver: nil, arguments, at: call)
    }

    private func makeCall(
        _ name: String, receiver: CELNode?, _ arguments: [CELNode], at offset: Int
    ) throws(CELError) -> CELNode {
        let macro = try CELMacro.expand(name, receiver: receiver, arguments, at: offset)
        return try make(macro ?? .call(name, receiver: receiver, arguments), at: offset)
    }

    // MARK: - Lists

    private mutating func arguments(
        until end: CELToken.Symbol
    ) throws(CELError) -> [CELNode] {
        var found: [CELNode] = []
        if try take(end) { return found }
        repeat { found.append(try expression()) } while try take(.comma)
        try expect(end)
        return found
    }

    private mutating func list() throws(CELError) -> CELNode {
        let offset = try advance().offset
        var elements: [CELNode.Element] = []
        while !token.isSymbol(.closeBracket) {
            let isOptional = try take(.question)
            elements.append(.init(value: try expression(), isOptional: isOptional))
            guard try take(.comma) else { break }
        }
        try expect(.closeBracket)
        return try make(.list(elements), at: offset)
    }

    private mutating func map() throws(CELError) -> CELNode {
        let offset = try advance().offset
        var entries: [CELNode.Entry] = []
        while !token.isSymbol(.closeBrace) {
            let isOptional = try take(.question)
            let key = try expression()
            try expect(.colon)
            let value = try expression()
            entries.append(.init(key: key, value: value, isOptional: isOptional))
            guard try take(.comma) else { break }
        }
        try expect(.closeBrace)
        return try make(.map(entries), at: offset)
    }
}
