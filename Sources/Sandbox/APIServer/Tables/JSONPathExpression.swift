import Documents

/// A simple JSONPath as CRDs use it: members, indices, wildcards and one kind of filter.
///
/// Forms: `.a.b`, `['a']`, `[0]`, `[-1]`, `[*]`, `.*`, `[?(@.type=="Ready")]`, and a backslash
/// before a dot inside a name.
struct JSONPathExpression: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
        case all
        /// Items whose member path equals (or does not equal) a text.
        case filter(path: [String], equals: String, negated: Bool)
    }

    let steps: [Step]

    init(_ text: String) {
        var reader = Reader(text)
        steps = reader.read()
    }

    /// All values that the path leads to.
    func values(in value: JSONValue) -> [JSONValue] {
        steps.reduce([value]) { found, step in found.flatMap { Self.apply(step, to: $0) } }
    }

    private static func apply(_ step: Step, to value: JSONValue) -> [JSONValue] {
        switch step {
        case .member(let name): return value[name].map { [$0] } ?? []
        case .index(let index):
            let items = value.arrayValue ?? []
            let at = index < 0 ? items.count + index : index
            return items.indices.contains(at) ? [items[at]] : []
        case .all:
            return value.arrayValue ?? value.objectValue.map { $0.members.map(\.value) } ?? []
        case .filter(let path, let expected, let negated):
            return (value.arrayValue ?? []).filter { item in
                let found = path.reduce(Optional(item)) { $0?[$1] }
                guard let found else { return false }
                let text = found.stringValue ?? found.text(.compact)
                return (text == expected) != negated
            }
        }
    }

    private struct Reader {
        private var rest: Substring

        init(_ text: String) {
            rest = text[...]
            if rest.first == "{", rest.last == "}" { rest = rest.dropFirst().dropLast() }
            if rest.first == "$" { rest.removeFirst() }
        }

        mutating func read() -> [Step] {
            var steps: [Step] = []
            while let character = rest.first {
                if character == "[" {
                    guard let step = bracket() else { break }
                    steps.append(step)
                } else {
                    if character == "." { rest.removeFirst() }
                    let name = self.name()
                    if name == "*" {
                        steps.append(.all)
                    } else if !name.isEmpty {
                        steps.append(.member(name))
                    } else if rest.first != "[" {
                        break
                    }
                }
            }
            return steps
        }

        private mutating func name() -> String {
            var name = ""
            while let character = rest.first, character != ".", character != "[" {
                rest.removeFirst()
                if character == "\\", let next = rest.first {
                    name.append(next)
                    rest.removeFirst()
                } else {
                    name.append(character)
                }
            }
            return name
        }

        private mutating func bracket() -> Step? {
            guard let end = closing() else { return nil }
            let inner = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            if inner == "*" { return .all }
            if let index = Int(inner) { return .index(index) }
            if let quote = inner.first, quote == "'" || quote == "\"" {
                return .member(String(inner.dropFirst().dropLast()))
            }
            return filter(inner)
        }

        /// The bracket that closes the first one, quotes left aside.
        private func closing() -> Substring.Index? {
            var quote: Character?
            var depth = 0
            for index in rest.indices {
                let character = rest[index]
                if let open = quote {
                    if character == open { quote = nil }
                } else if character == "'" || character == "\"" {
                    quote = character
                } else if character == "[" {
                    depth += 1
                } else if character == "]" {
                    depth -= 1
                    if depth == 0 { return index }
                }
            }
            return nil
        }

        private func filter(_ inner: Substring) -> Step? {
            guard inner.hasPrefix("?("), inner.hasSuffix(")") else { return nil }
            let body = inner.dropFirst(2).dropLast()
            for (sign, negated) in [("==", false), ("!=", true)] {
                let parts = body.split(separator: sign, maxSplits: 1)
                guard parts.count == 2 else { continue }
                let left = parts[0].filter { !$0.isWhitespace }
                guard left.hasPrefix("@.") else { return nil }
                var right = parts[1].drop { $0.isWhitespace }
                while right.last?.isWhitespace == true { right.removeLast() }
                if let quote = right.first, quote == "'" || quote == "\"", right.last == quote {
                    right = right.dropFirst().dropLast()
                }
                return .filter(
                    path: left.dropFirst(2).split(separator: ".").map(String.init),
                    equals: String(right), negated: negated)
            }
            return nil
        }
    }
}
