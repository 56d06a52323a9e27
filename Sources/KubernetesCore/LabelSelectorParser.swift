/// Takes a label selector apart, word by word.
struct LabelSelectorParser {
    private enum Token: Equatable {
        case word(String)
        case symbol(String)
        case end
    }

    private let text: String
    private var tokens: [Token] = []
    private var position = 0

    init(_ text: String) {
        self.text = text
        tokens = Self.tokens(of: text)
    }

    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = Array(text.unicodeScalars)[...]
        while let first = rest.first {
            if first.properties.isWhitespace {
                rest = rest.dropFirst()
                continue
            }
            let symbols = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"]
            if let symbol = symbols.first(where: { rest.starts(with: $0.unicodeScalars) }) {
                tokens.append(.symbol(symbol))
                rest = rest.dropFirst(symbol.unicodeScalars.count)
                continue
            }
            let word = rest.prefix {
                !$0.properties.isWhitespace && !"=!(),<>".unicodeScalars.contains($0)
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: word)
            tokens.append(.word(String(view)))
            rest = rest.dropFirst(word.count)
        }
        return tokens
    }

    private var next: Token { position < tokens.count ? tokens[position] : .end }

    private mutating func take(_ symbol: String) -> Bool {
        guard next == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    mutating func requirements() throws(SelectorError) -> [LabelSelector.Requirement] {
        var result: [LabelSelector.Requirement] = []
        guard next != .end else { return result }
        while true {
            result.append(try requirement())
            if next == .end { return result }
            guard take(",") else { throw fault("expected \",\" or the end, found \(shown(next))") }
            if next == .end { throw fault("expected a key after the last \",\"") }
        }
    }

    private mutating func requirement() throws(SelectorError) -> LabelSelector.Requirement {
        let isNegated = take("!")
        let key = try key()
        if isNegated { return .init(key, .doesNotExist) }
        switch next {
        case .end, .symbol(","): return .init(key, .exists)
        case .symbol("="), .symbol("=="):
            position += 1
            return .init(key, .equals, [try value()])
        case .symbol("!="):
            position += 1
            return .init(key, .notEquals, [try value()])
        case .symbol(">"), .symbol("<"):
            let isGreater = next == .symbol(">")
            position += 1
            let limit = try value()
            guard Int64(limit) != nil else {
                throw fault("\"\(limit)\" is not a whole number, which > and < compare with")
            }
            return .init(key, isGreater ? .greaterThan : .lessThan, [limit])
        case .word("in"):
            position += 1
            return .init(key, .isIn, try set())
        case .word("notin"):
            position += 1
            return .init(key, .isNotIn, try set())
        case let other:
            throw fault(
                "expected =, ==, !=, in, notin, > or < after \"\(key)\", found \(shown(other))")
        }
    }

    private mutating func key() throws(SelectorError) -> String {
        guard case .word(let key) = next else {
            throw fault("expected a key, found \(shown(next))")
        }
        position += 1
        if let reason = LabelSyntax.fault(inKey: key) {
            throw fault("\"\(key)\" is not a label's key: \(reason)")
        }
        return key
    }

    private mutating func value() throws(SelectorError) -> String {
        guard case .word(let value) = next else {
            if next == .end || next == .symbol(",") { return "" }
            throw fault("expected a value, found \(shown(next))")
        }
        position += 1
        return try checked(value)
    }

    private mutating func set() throws(SelectorError) -> [String] {
        guard take("(") else { throw fault("expected \"(\", found \(shown(next))") }
        var values: [String] = []
        while true {
            if case .word(let value) = next {
                position += 1
                values.append(try checked(value))
            } else if next == .symbol(",") || next == .symbol(")") {
                values.append("")
            }
            if take(")") { return values }
            guard take(",") else { throw fault("expected \",\" or \")\", found \(shown(next))") }
        }
    }

    private func checked(_ value: String) throws(SelectorError) -> String {
        if let reason = LabelSyntax.fault(inValue: value) {
            throw fault("\"\(value)\" is not a label's value: \(reason)")
        }
        return value
    }

    private func shown(_ token: Token) -> String {
        switch token {
        case .word(let text), .symbol(let text): "\"\(text)\""
        case .end: "the end"
        }
    }

    private func fault(_ reason: String) -> SelectorError {
        SelectorError("unable to parse the label selector \"\(text)\": \(reason)")
    }
}
