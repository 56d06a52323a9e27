/// One way to call a function: `string.contains(string) -> bool`, `size(list<A>) -> int`.
struct CELSignature: Sendable, Hashable {
    var name: String
    /// Whether the first argument stands before the dot.
    var isMember: Bool
    var arguments: [CELType]
    var result: CELType

    /// Reads a table of signatures, one a line; several names may share one, with `|` between.
    static func table(_ text: String) -> [CELSignature] {
        text.split(separator: "\n").flatMap { line -> [CELSignature] in
            var reader = SignatureReader(line)
            return reader.signatures()
        }
    }
}

/// Reads the small language of the tables of functions; what it cannot read has no signature,
/// and a test counts them.
private struct SignatureReader {
    private var rest: Substring

    init(_ line: Substring) { rest = Substring(line.filter { $0 != " " }) }

    mutating func signatures() -> [CELSignature] {
        guard rest.contains("->"), let open = rest.firstIndex(of: "(") else { return [] }
        var head = rest[..<open]
        rest = rest[rest.index(after: open)...]
        var arguments: [CELType] = []
        while !rest.hasPrefix(")") {
            guard let argument = type() else { return [] }
            arguments.append(argument)
            if rest.hasPrefix(",") { rest.removeFirst() }
        }
        rest = rest.dropFirst(")->".count)
        guard let result = type(), rest.isEmpty else { return [] }
        // A type before the first dot makes it a member; a namespace does not.
        var receiver: CELType?
        if let dot = head.firstIndex(of: ".") {
            var own = SignatureReader(head[..<dot])
            receiver = own.type()
            if receiver != nil { head = head[head.index(after: dot)...] }
        }
        return head.split(separator: "|").map { name in
            CELSignature(
                name: String(name), isMember: receiver != nil,
                arguments: (receiver.map { [$0] } ?? []) + arguments, result: result)
        }
    }

    private static let plain: [Substring: CELType] = [
        "dyn": .dyn, "null": .null, "bool": .bool, "int": .int, "uint": .uint,
        "double": .double, "string": .string, "bytes": .bytes, "timestamp": .timestamp,
        "duration": .duration, "type": .type, "quantity": .opaque("kubernetes.Quantity"),
        "url": .opaque("kubernetes.URL"),
    ]

    mutating func type() -> CELType? {
        let name = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(name.count)
        guard rest.hasPrefix("<") else {
            if let type = Self.plain[name] { return type }
            return name.count == 1 && name.first?.isUppercase == true
                ? .parameter(String(name)) : nil
        }
        rest.removeFirst()
        guard let first = type() else { return nil }
        var second: CELType?
        if rest.hasPrefix(",") {
            rest.removeFirst()
            second = type()
        }
        guard rest.hasPrefix(">") else { return nil }
        rest.removeFirst()
        switch (name, second) {
        case ("list", nil): return .list(first)
        case ("optional", nil): return .optional(first)
        case ("map", let value?): return .map(first, value)
        default: return nil
        }
    }
}
