package import Documents

/// A place in an object, as people read it: `spec.tags[0].name`.
package struct StatePath: Sendable, Hashable, CustomStringConvertible {
    package var pointer: JSONPointer
    package let description: String

    package init(_ pointer: JSONPointer, in value: JSONValue) {
        self.pointer = pointer
        var text = ""
        var here: JSONValue? = value
        for token in pointer.tokens {
            if here?.arrayValue != nil, let index = Int(token) {
                text += "[\(token)]"
                here = here?[index]
            } else {
                text += Self.member(token, isFirst: text.isEmpty)
                here = here?[token]
            }
        }
        description = text
    }

    private static func member(_ name: String, isFirst: Bool) -> String {
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                    || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F
            }
        guard !isPlain else { return isFirst ? name : "." + name }
        return "[" + JSONValue.string(name).text() + "]"
    }

    package static func == (left: StatePath, right: StatePath) -> Bool {
        left.pointer == right.pointer
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
