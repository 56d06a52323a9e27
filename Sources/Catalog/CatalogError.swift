/// Why a word or a value does not fit what the cluster offers.
package struct CatalogError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        case unknownKind(word: String, suggestion: String?)
        case ambiguousKind(word: String, candidates: [String])
        case unknownField(field: String, kind: String?, suggestion: String?, known: [String])
        case wrongType(field: String, expected: String, got: String)
        case notAllowed(field: String, allowed: [String], got: String)
        /// A text that is no assignment, path or value at all.
        case malformed(String)
    }

    package var kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    /// The word names no kind; perhaps it does elsewhere.
    package var isUnknown: Bool {
        if case .unknownKind = kind { return true }
        return false
    }

    /// One line without "error:" in front.
    package var message: String {
        switch kind {
        case .unknownKind(let word, _):
            "the server doesn't have a resource type \"\(word)\""
        case .ambiguousKind(let word, let candidates):
            "\"\(word)\" is ambiguous: it may mean \(Self.list(candidates, "or"))"
        case .unknownField(let field, let kind, _, _):
            "unknown field \"\(field)\"" + (kind.map { " of \($0)" } ?? "")
        case .wrongType(let field, let expected, let got):
            "\(field) must be \(expected), not \(got)"
        case .notAllowed(let field, let allowed, let got):
            "\(field) must be \(Self.list(allowed, "or")), not \(got)"
        case .malformed(let text): text
        }
    }

    /// What to type instead, where that can be guessed.
    package var hint: String? {
        switch kind {
        case .unknownKind(_, let suggestion?): "did you mean \"\(suggestion)\"?"
        case .unknownField(_, _, let suggestion?, _): "did you mean \"\(suggestion)\"?"
        case .unknownField(_, _, nil, let known) where !known.isEmpty:
            "known fields: \(known.joined(separator: ", "))"
        case .ambiguousKind(_, let candidates):
            candidates.first.map { "say more, such as \"\($0)\"" }
        default: nil
        }
    }

    package var description: String { message }

    private static func list(_ words: [String], _ conjunction: String) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }
}
