/// Reads the syntax of RE2.
struct PatternParser {
    /// What `(?ims)` turns on.
    private struct Flags {
        var isCaseless = false
        var isMultiline = false
        var dotTakesAll = false
        var isSwapped = false
    }

    private let text: [Unicode.Scalar]
    private var position = 0
    private var flags = Flags()
    private var depth = 0
    /// The code points that were looked at for their other case.
    private var folds = 0

    static func parse(_ text: String) throws(CELError) -> (node: PatternNode, folds: Int) {
        var parser = PatternParser(text: Array(text.unicodeScalars))
        let node = try parser.alternatives()
        guard parser.position == parser.text.count else { throw error("unexpected )") }
        return (node, parser.folds)
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private static func error(_ what: String) -> CELError {
        .evaluation("error parsing regexp: \(what)")
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        position + ahead < text.count ? text[position + ahead] : nil
    }

    private mutating func take(_ wanted: String) -> Bool {
        let scalars = Array(wanted.unicodeScalars)
        guard position + scalars.count <= text.count,
            text[position..<position + scalars.count].elementsEqual(scalars)
        else { return false }
        position += scalars.count
        return true
    }

    private mutating func next(_ missing: String) throws(CELError) -> Unicode.Scalar {
        guard let scalar = peek() else { throw Self.error(missing) }
        position += 1
        return scalar
    }

    // MARK: - Structure

    private mutating func alternatives() throws(CELError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= CELLimits.patternDepth else { throw Self.error("nested too deep") }
        var found = [try sequence()]
        while take("|") { found.append(try sequence()) }
        return found.count == 1 ? found[0] : .either(found)
    }

    private mutating func sequence() throws(CELError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let scalar = peek(), scalar != "|", scalar != ")" {
            if take("\\Q") {
                while peek() != nil, !take("\\E") {
                    nodes.append(try literal(try next("")))
                }
                // What follows repeats the last of them.
                if let last = nodes.popLast() { nodes.append(try repeated(last)) }
                continue
            }
            guard let atom = try atom() else { continue }
            nodes.append(try repeated(atom))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func repeated(_ atom: PatternNode) throws(CELError) -> PatternNode {
        guard let (least, most) = try count() else { return atom }
        let isLazy = take("?") != flags.isSwapped
        let node = PatternNode.repeated(atom, least: least, most: most, isLazy: isLazy)
        if try count() != nil { throw Self.error("invalid nested repetition operator") }
        return node
    }

    /// `*`, `+`, `?` or `{n,m}`; nil where none stands, also for braces that are no count.
    private mutating func count() throws(CELError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        let start = position
        guard take("{"), let least = number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = peek() == "}" ? nil : number() ?? -1 }
        guard most != -1, take("}") else {
            position = start
            return nil
        }
        guard max(least, most ?? 0) <= CELLimits.patternRepeats, least <= most ?? .max else {
            throw Self.error("invalid repeat count")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek().flatMap({ Character($0).wholeNumberValue }),
            peek()?.isASCII == true
        {
            value = min((value ?? 0) * 10 + digit, CELLimits.patternRepeats + 1)
            position += 1
        }
        return value
    }

    // MARK: - Atoms

    private mutating func literal(_ scalar: Unicode.Scalar) throws(CELError) -> PatternNode {
        .set(try folded(ScalarSet(scalar)))
    }

    private mutating func folded(_ set: ScalarSet) throws(CELError) -> ScalarSet {
        guard flags.isCaseless else { return set.merged }
        folds += set.foldWork
        guard folds <= CELLimits.patternFolds else {
            throw CELError(.limit, "the pattern is too large")
        }
        return set.caseless.merged
    }

    /// One atom; nil for a group that only sets flags.
    private mutating func atom() throws(CELError) -> PatternNode? {
        let scalar = try next("")
        switch scalar {
        case ".": return .set(flags.dotTakesAll ? .all : .allButLineEnd)
        case "^": return .check(flags.isMultiline ? .lineStart : .textStart)
        case "$": return .check(flags.isMultiline ? .lineEnd : .textEnd)
        case "(": return try group()
        case "[": return .set(try set())
        case "\\": return try escape()
        case "*", "+", "?":
            throw Self.error("missing argument to repetition operator: `\(scalar)`")
        default: return try literal(scalar)
        }
    }

    private mutating func group() throws(CELError) -> PatternNode? {
        let outer = flags
        if take("?") {
            if take("P<") || take("<") {
                guard let first = peek(), first != "=", first != "!" else {
                    throw Self.error("invalid or unsupported Perl syntax: `(?<`")
                }
                while let scalar = peek(), ScalarSet.word.contains(scalar) { position += 1 }
                guard take(">") else { throw Self.error("invalid named capture") }
            } else if try !setFlags() {
                return nil
            }
        }
        let body = try alternatives()
        guard take(")") else { throw Self.error("missing closing )") }
        flags = outer
        return body
    }

    /// `i`, `-m` and so on; whether a group follows, which a colon tells.
    private mutating func setFlags() throws(CELError) -> Bool {
        var isOn = true
        while true {
            let scalar = try next("missing closing )")
            switch scalar {
            case "i": flags.isCaseless = isOn
            case "m": flags.isMultiline = isOn
            case "s": flags.dotTakesAll = isOn
            case "U": flags.isSwapped = isOn
            case "-" where isOn: isOn = false
            case ":": return true
            case ")": return false
            default: throw Self.error("invalid or unsupported Perl syntax: `(?\(scalar)`")
            }
        }
    }

    private mutating func escape() throws(CELError) -> PatternNode {
        switch peek() {
        case "A": position += 1; return .check(.textStart)
        case "z": position += 1; return .check(.textEnd)
        case "b": position += 1; return .check(.wordEdge)
        case "B": position += 1; return .check(.noWordEdge)
        default: break
        }
        if let set = try classEscape() { return .set(try folded(set)) }
        return try literal(try characterEscape())
    }

    /// `\d`, `\pL` and their like, behind the backslash; nil for what is no class.
    private mutating func classEscape() throws(CELError) -> ScalarSet? {
        guard let letter = peek() else { throw Self.error("trailing backslash at end") }
        let sets: [Unicode.Scalar: ScalarSet] = ["d": .digit, "w": .word, "s": .blank]
        if let set = sets[letter] {
            position += 1
            return set
        }
        if let lower = letter.properties.lowercaseMapping.unicodeScalars.first,
            let set = sets[lower]
        {
            position += 1
            return set.negated
        }
        guard letter == "p" || letter == "P" else { return nil }
        position += 1
        var name = String(try next("invalid character class range: `\\\(letter)`"))
        var isNegated = letter == "P"
        if name == "{" {
            name = ""
            while let scalar = peek(), scalar != "}" {
                name.unicodeScalars.append(scalar)
                position += 1
            }
            guard take("}") else { throw Self.error("invalid character class range") }
            if name.hasPrefix("^") {
                isNegated.toggle()
                name.removeFirst()
            }
        }
        guard let codes = ScalarSet.categories(name) else {
            throw Self.error("invalid character class range: `\\\(letter){\(name)}`")
        }
        var set = ScalarSet()
        set.insert(codes, isNegated: isNegated)
        return set
    }

    /// One escaped code point, behind the backslash.
    private mutating func characterEscape() throws(CELError) -> Unicode.Scalar {
        let letter = try next("trailing backslash at end")
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
            "a": "\u{7}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t", "v": "\u{B}",
        ]
        if let scalar = simple[letter] { return scalar }
        if letter == "x" {
            var value: UInt32?
            if take("{") {
                while let digit = peek().flatMap({ Character($0).hexDigitValue }) {
                    value = min((value ?? 0) * 16 + UInt32(digit), 0x110000)
                    position += 1
                }
                guard take("}") else { throw Self.error("invalid escape sequence: `\\x{`") }
            } else if let high = peek().flatMap({ Character($0).hexDigitValue }),
                let low = peek(1).flatMap({ Character($0).hexDigitValue })
            {
                value = UInt32(high * 16 + low)
                position += 2
            }
            if let scalar = value.flatMap(Unicode.Scalar.init) { return scalar }
            throw Self.error("invalid escape sequence: `\\x`")
        }
        let isPunctuation = letter.value < 0x80 && !ScalarSet.word.contains(letter)
        guard isPunctuation || letter == "_" else {
            throw Self.error("invalid escape sequence: `\\\(letter)`")
        }
        return letter
    }

    // MARK: - Classes

    private mutating func set() throws(CELError) -> ScalarSet {
        var set = ScalarSet()
        let isNegated = take("^")
        var isFirst = true
        while isFirst || peek() != "]" {
            isFirst = false
            guard peek() != nil else { throw Self.error("missing closing ]") }
            if take("[:") {
                try insertNamed(into: &set)
                continue
            }
            let isEscaped = take("\\")
            if isEscaped, let part = try classEscape() {
                set.insert(part)
                continue
            }
            let low = try isEscaped ? characterEscape() : next("missing closing ]")
            guard peek() == "-", let after = peek(1), after != "]" else {
                set.insert(low.value...low.value)
                continue
            }
            position += 1
            let high = try take("\\") ? characterEscape() : next("missing closing ]")
            guard low.value <= high.value else {
                throw Self.error("invalid character class range: `\(low)-\(high)`")
            }
            set.insert(low.value...high.value)
        }
        position += 1
        set = try folded(set)
        return isNegated ? set.negated : set
    }

    private mutating func insertNamed(into set: inout ScalarSet) throws(CELError) {
        let isNegated = take("^")
        var name = ""
        while let scalar = peek(), scalar != ":" {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard take(":]"), let found = ScalarSet.named[name] else {
            throw Self.error("invalid character class range: `[:\(name):]`")
        }
        set.insert(isNegated ? found.negated : found)
    }
}
