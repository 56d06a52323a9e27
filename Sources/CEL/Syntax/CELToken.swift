/// One word of an expression.
struct CELToken: Sendable {
    enum Kind: Sendable {
        case name(String)
        /// The magnitude; the sign is the parser's matter.
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Sendable {
        case openParenthesis = "("
        case closeParenthesis = ")"
        case openBracket = "["
        case closeBracket = "]"
        case openBrace = "{"
        case closeBrace = "}"
        case dot = "."
        case comma = ","
        case colon = ":"
        case question = "?"
        case not = "!"
        case minus = "-"
        case plus = "+"
        case times = "*"
        case divide = "/"
        case modulo = "%"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case and = "&&"
        case or = "||"
    }

    var kind: Kind
    var offset: Int

    /// How an error names the token.
    var text: String {
        switch kind {
        case .name(let name): "'\(name)'"
        case .int(let value): "'\(value)'"
        case .uint(let value): "'\(value)u'"
        case .double(let value): "'\(value)'"
        case .string, .bytes: "a string"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the expression"
        }
    }

    func isSymbol(_ symbol: Symbol) -> Bool {
        guard case .symbol(let own) = kind else { return false }
        return own == symbol
    }
}
