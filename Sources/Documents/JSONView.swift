/// What a JSON value is.
package enum JSONKind: Sendable, Hashable {
    case null, bool, number, string, array, object
}

/// One value of a document, not yet made.
///
/// A view keeps its document alive. Look-ups walk the tape over whole siblings; nothing is copied
/// until `value`, `string` or `sourceBytes` is asked for.
package struct JSONView: Sendable {
    let storage: JSONDocument.Storage
    let index: Int

    private var token: JSONToken { storage.token(index) }
    var isContainer: Bool { token.isContainer }
    /// The index of the closing bracket.
    private var end: Int { index + token.length - 1 }

    package var kind: JSONKind {
        switch token.kind {
        case .null, .close: .null
        case .bool: .bool
        case .integer, .number: .number
        case .string, .escapedString: .string
        case .array: .array
        case .object: .object
        }
    }

    package var isNull: Bool { kind == .null }

    package var bool: Bool? { kind == .bool ? token.length == 4 : nil }

    package var string: String? {
        guard kind == .string else { return nil }
        return storage.read { $0.string(token) }
    }

    /// The exact integer; nil for a fraction, an exponent and what does not fit.
    package var int64: Int64? {
        guard token.kind == .integer else { return nil }
        return storage.read { $0.integer(token) }
    }

    package var double: Double? {
        guard kind == .number else { return nil }
        return Double(storage.read { $0.text(token) })
    }

    /// The value with all that is in it.
    package var value: JSONValue {
        storage.read {
            var index = index
            return $0.value(at: &index)
        }
    }

    /// The bytes of this value as they stand in the document.
    package var source: ArraySlice<UInt8> {
        let token = token
        let end = token.isContainer ? storage.token(end).offset + 1 : token.offset + token.length
        return storage.bytes[token.offset..<end]
    }

    /// A member of an object, the last one of that name; nil where there is none.
    package subscript(name: String) -> JSONView? {
        guard kind == .object else { return nil }
        let (first, end) = (index + 1, end)
        let found = storage.read { reader in
            var index = first
            var found: Int?
            while index < end {
                if unsafe reader.matches(JSONToken(word: reader.tape[index]), name) {
                    found = index + 1
                }
                index += 1
                unsafe index += JSONToken(word: reader.tape[index]).skip
            }
            return found
        }
        return found.map { JSONView(storage: storage, index: $0) }
    }

    /// An item of an array; nil where there is none.
    package subscript(position: Int) -> JSONView? {
        guard position >= 0 else { return nil }
        return elements.dropFirst(position).first { _ in true }
    }

    /// The items of an array; none for anything else.
    package var elements: Elements {
        kind == .array
            ? Elements(storage: storage, start: index + 1, end: end)
            : Elements(storage: storage, start: 0, end: 0)
    }

    /// The members of an object as they stand, a repeated name as often as it comes; none for
    /// anything else.
    package var members: Members {
        Members(
            elements: kind == .object
                ? Elements(storage: storage, start: index + 1, end: end)
                : Elements(storage: storage, start: 0, end: 0))
    }

    /// The items of an array, one after the other.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        let storage: JSONDocument.Storage
        var start: Int
        let end: Int

        package mutating func next() -> JSONView? {
            guard start < end else { return nil }
            let view = JSONView(storage: storage, index: start)
            start += storage.token(start).skip
            return view
        }

        package var isEmpty: Bool { start >= end }

        /// Items without making them.
        package var count: Int {
            var (index, count) = (start, 0)
            while index < end {
                index += storage.token(index).skip
                count += 1
            }
            return count
        }
    }

    /// The members of an object, one after the other.
    package struct Members: Sequence, IteratorProtocol, Sendable {
        var elements: Elements

        package mutating func next() -> (name: String, value: JSONView)? {
            guard let name = elements.next()?.string, let value = elements.next() else {
                return nil
            }
            return (name, value)
        }
    }
}
