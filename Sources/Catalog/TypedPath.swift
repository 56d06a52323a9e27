package import Documents

/// A place below an object's spec as people type it: `category.name`, `tags[0].name`,
/// `labels["example.com/team"]`.
package struct TypedPath: Sendable, Hashable, CustomStringConvertible {
    package var tokens: [String]

    package init(tokens: [String]) { self.tokens = tokens }

    /// Reads a path.
    package init(_ text: String) throws(CatalogError) {
        var tokens: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            if rest.first == "[" {
                tokens.append(try Self.bracket(&rest, of: text))
                guard rest.isEmpty || rest.first == "." || rest.first == "[" else {
                    throw Self.fault(text, "after \"]\" comes \".\", \"[\" or the end")
                }
            } else {
                if !tokens.isEmpty {
                    guard rest.first == "." else { throw Self.fault(text, "a \".\" is missing") }
                    rest.removeFirst()
                }
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { throw Self.fault(text, "a name is missing") }
                tokens.append(String(name))
                rest = rest.dropFirst(name.count)
            }
        }
        guard !tokens.isEmpty else { throw Self.fault(text, "it is empty") }
        self.tokens = tokens
    }

    private static func bracket(
        _ rest: inout Substring, of text: String
    ) throws(CatalogError) -> String {
        rest.removeFirst()
        if let quote = rest.first, quote == "\"" || quote == "'" {
            rest.removeFirst()
            guard let end = rest.firstIndex(of: quote),
                rest[rest.index(after: end)...].first == "]"
            else { throw fault(text, "a quoted name must end with \(quote)]") }
            let name = String(rest[..<end])
            rest = rest[rest.index(end, offsetBy: 2)...]
            return name
        }
        guard let end = rest.firstIndex(of: "]"), end > rest.startIndex,
            rest[..<end].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) || rest[..<end] == "-"
        else {
            throw fault(text, "brackets hold an index, such as [0], or a quoted name")
        }
        let index = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        return index
    }

    private static func fault(_ text: String, _ reason: String) -> CatalogError {
        CatalogError(.malformed("\"\(text)\" is not a path of fields: \(reason)"))
    }

    /// The text that people type.
    package var description: String {
        var text = ""
        for token in tokens {
            if token == "-" || (!token.isEmpty && token.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }) {
                text += "[\(token)]"
            } else if token.contains(where: { ".[]\"'=".contains($0) }) || token.isEmpty {
                text += "[\"\(token)\"]"
            } else {
                text += text.isEmpty ? token : ".\(token)"
            }
        }
        return text
    }

    /// The place from the object's root.
    package var pointer: JSONPointer { JSONPointer(tokens: ["spec"] + tokens) }
}
