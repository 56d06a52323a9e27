/// Reads the text of a JSONPath.
struct JSONPathParser {
    /// How deep ranges, filters and unions may be nested: the parser goes down by recursion.
    private static let depthLimit = 64

    private let text: [UInt8]
    private var at = 0
    private var depth = 0

    init(_ text: String) { self.text = Array(text.utf8) }

    /// The whole text as a template.
    mutating func template() throws(JSONPathError) -> [JSONPath.Node] {
        try checkLength()
        let nodes = try nodes(insideRange: false)
        return nodes
    }

    /// The whole text as one expression without braces.
    mutating func expression() throws(JSONPathError) -> [JSONPath.Step] {
        try checkLength()
        let steps = try steps(until: [])
        guard at == text.count else { throw unexpected() }
        return steps
    }

    // MARK: Templates

    private mutating func nodes(insideRange: Bool) throws(JSONPathError) -> [JSONPath.Node] {
        var nodes: [JSONPath.Node] = []
        while at < text.count {
            if text[at] != UInt8(ascii: "{") {
                let start = at
                while at < text.count, text[at] != UInt8(ascii: "{") { at += 1 }
                nodes.append(.text(String(decoding: text[start..<at], as: UTF8.self)))
                continue
            }
            let open = at
            at += 1
            skipSpace()
            if takeWord("end") {
                guard insideRange else { throw error("end without range", at: open) }
                try expect("}")
                return nodes
            }
            if takeWord("range") {
                let list = try steps(until: ["}"])
                try expect("}")
                try descend()
                nodes.append(.range(list, try self.nodes(insideRange: true)))
                depth -= 1
                continue
            }
            nodes.append(.path(try steps(until: ["}"])))
            try expect("}")
        }
        guard !insideRange else { throw error("range without end", at: text.count) }
        return nodes
    }

    // MARK: Steps

    private mutating func steps(until ends: [Unicode.Scalar]) throws(JSONPathError)
        -> [JSONPath.Step]
    {
        var steps: [JSONPath.Step] = []
        while true {
            skipSpace()
            guard at < text.count else { return steps }
            let scalar = Unicode.Scalar(text[at])
            if ends.contains(scalar) { return steps }
            switch scalar {
            case "$": steps.append(take(.root))
            case "@": steps.append(take(.current))
            case ".": steps.append(try afterDot())
            case "[": steps.append(try bracket())
            case "\"", "'": steps.append(.literal(.string(try quoted())))
            case "*" where steps.isEmpty: steps.append(take(.wildcard))
            case "0"..."9", "-", "+": steps.append(.literal(try number()))
            case "a"..."z", "A"..."Z", "_": steps.append(try word())
            default: return steps
            }
        }
    }

    private mutating func take(_ step: JSONPath.Step) -> JSONPath.Step {
        at += 1
        return step
    }

    private mutating func afterDot() throws(JSONPathError) -> JSONPath.Step {
        at += 1
        guard at < text.count else { return .current }
        switch Unicode.Scalar(text[at]) {
        case ".": return .descent
        case "*": return take(.wildcard)
        default:
            let name = name()
            // A lone dot, also before a bracket, stands for the value itself.
            return name.isEmpty ? .current : .member(name)
        }
    }

    /// A name up to what ends one; a backslash takes the next character as it stands.
    private mutating func name() -> String {
        var name: [UInt8] = []
        while at < text.count, !Self.endsName(text[at]) {
            if text[at] == UInt8(ascii: "\\"), at + 1 < text.count { at += 1 }
            name.append(text[at])
            at += 1
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case ".", ",", "[", "]", "$", "@", "{", "}", "(", ")", "=", "!", "<", ">", " ", "\t", "\n",
            "\r", "\"", "'":
            true
        default: false
        }
    }

    private mutating func word() throws(JSONPathError) -> JSONPath.Step {
        let start = at
        let word = name()
        switch word {
        case "true": return .literal(true)
        case "false": return .literal(false)
        default: throw error("unrecognized word \"\(word)\"", at: start)
        }
    }

    private mutating func number() throws(JSONPathError) -> JSONValue {
        let start = at
        at += 1
        while at < text.count, "0123456789.eE".utf8.contains(text[at]) { at += 1 }
        let digits = String(decoding: text[start..<at], as: UTF8.self)
        if let integer = Int64(digits) { return .integer(integer) }
        guard let double = Double(digits), double.isFinite else {
            throw error("\"\(digits)\" is no number", at: start)
        }
        return .double(double)
    }

    /// A text in quotes, with the escapes `\n`, `\t`, `\r`, `\\` and of the quote.
    private mutating func quoted() throws(JSONPathError) -> String {
        let start = at
        let quote = text[at]
        at += 1
        var bytes: [UInt8] = []
        while at < text.count, text[at] != quote {
            if text[at] == UInt8(ascii: "\\"), at + 1 < text.count {
                at += 1
                switch Unicode.Scalar(text[at]) {
                case "n": bytes.append(10)
                case "t": bytes.append(9)
                case "r": bytes.append(13)
                default: bytes.append(text[at])
                }
            } else {
                bytes.append(text[at])
            }
            at += 1
        }
        guard at < text.count else { throw error("a quote is not closed", at: start) }
        at += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Brackets

    private mutating func bracket() throws(JSONPathError) -> JSONPath.Step {
        let open = at
        at += 1
        try descend()
        defer { depth -= 1 }
        skipSpace()
        if at < text.count, text[at] == UInt8(ascii: "?") { return try filter() }
        var parts: [[JSONPath.Step]] = []
        repeat {
            skipSpace()
            parts.append(try part(open))
            skipSpace()
        } while take(",")
        try expect("]")
        if parts.count == 1, parts[0].count == 1 { return parts[0][0] }
        return .union(parts)
    }

    /// One part of a bracket: `*`, a name in quotes, an index, a slice or a path.
    private mutating func part(_ open: Int) throws(JSONPathError) -> [JSONPath.Step] {
        guard at < text.count else { throw error("a bracket is not closed", at: open) }
        switch Unicode.Scalar(text[at]) {
        case "*": return [take(.wildcard)]
        case "\"", "'": return [.member(try quoted())]
        case "0"..."9", "-", "+", ":": return [try range()]
        case ".", "@", "$": return try steps(until: [",", "]"])
        case "]": throw error("the bracket is empty", at: open)
        default: throw unexpected()
        }
    }

    private mutating func range() throws(JSONPathError) -> JSONPath.Step {
        let first = try bound()
        guard take(":") else {
            guard let first else { throw unexpected() }
            return .index(first)
        }
        let second = try bound()
        let stride = take(":") ? try bound() : nil
        if let stride, stride < 1 { throw error("a step must be above 0", at: at) }
        return .slice(from: first, to: second, by: stride)
    }

    private mutating func bound() throws(JSONPathError) -> Int? {
        skipSpace()
        let start = at
        if at < text.count, "+-".utf8.contains(text[at]) { at += 1 }
        while at < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[at]) {
            at += 1
        }
        let digits = String(decoding: text[start..<at], as: UTF8.self)
        skipSpace()
        guard !digits.isEmpty else { return nil }
        guard let number = Int(digits), abs(Double(number)) < 1e15 else {
            throw error("\"\(digits)\" is no index", at: start)
        }
        return number
    }

    private mutating func filter() throws(JSONPathError) -> JSONPath.Step {
        at += 1
        try expect("(")
        let left = try steps(until: [")", "=", "!", "<", ">"])
        guard !left.isEmpty else { throw unexpected() }
        let comparison = comparison()
        let right = comparison == nil ? [] : try steps(until: [")"])
        guard comparison == nil || !right.isEmpty else { throw unexpected() }
        try expect(")")
        try expect("]")
        return .filter(.init(left: left, comparison: comparison, right: right))
    }

    private mutating func comparison() -> JSONPath.Filter.Comparison? {
        for comparison in JSONPath.Filter.Comparison.allCases
        where text[at...].starts(with: comparison.rawValue.utf8) {
            at += comparison.rawValue.utf8.count
            return comparison
        }
        return nil
    }

    // MARK: Characters

    private mutating func skipSpace() {
        while at < text.count, " \t\r\n".utf8.contains(text[at]) { at += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard at < text.count, Unicode.Scalar(text[at]) == scalar else { return false }
        at += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard text[at...].starts(with: word.utf8) else { return false }
        let end = at + word.utf8.count
        guard end == text.count || Self.endsName(text[end]) else { return false }
        at = end
        return true
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(JSONPathError) {
        skipSpace()
        guard !take(scalar) else { return }
        guard at < text.count else { throw error("\"\(scalar)\" is missing", at: at) }
        throw unexpected()
    }

    private mutating func descend() throws(JSONPathError) {
        depth += 1
        if depth > Self.depthLimit { throw error("nested too deep", at: at) }
    }

    private func checkLength() throws(JSONPathError) {
        guard text.count <= JSONPath.sourceLimit else {
            throw error("longer than \(JSONPath.sourceLimit) bytes", at: 0)
        }
    }

    private func unexpected() -> JSONPathError {
        guard at < text.count else { return error("the text ends too early", at: at) }
        let rest = String(decoding: text[at...].prefix(12), as: UTF8.self)
        return error("\"\(rest)\" is not expected here", at: at)
    }

    private func error(_ message: String, at offset: Int) -> JSONPathError {
        JSONPathError(message: message, offset: offset)
    }
}
