import Render

/// Kinds and names in every form that kubectl users type.
///
/// `pets`, `pets,orders`, `pet fluffy buddy`, `pet/fluffy order/order-456`.
package struct ObjectWords: Sendable, Hashable {
    /// One kind and the names asked for; no names: all objects of the kind.
    package struct Selection: Sendable, Hashable {
        package var kind: String
        package var names: [String]

        package init(_ kind: String, _ names: [String] = []) {
            self.kind = kind
            self.names = names
        }
    }

    package var selections: [Selection]

    /// Reads the words of a command line.
    ///
    /// - Throws: `Failure` of a usage kind when the words mix the two forms or a part is empty.
    package init(_ words: [String]) throws(Failure) {
        guard let first = words.first else { throw Self.missingKind }
        if words.contains(where: { $0.contains("/") }) {
            selections = try Self.pairs(words)
            return
        }
        let kinds = first.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard kinds.allSatisfy({ !$0.isEmpty }) else {
            throw Failure(.usage(""), "\"\(first)\" holds an empty kind name")
        }
        let names = Array(words.dropFirst())
        guard names.allSatisfy({ !$0.isEmpty }) else {
            throw Failure(.usage(""), "a name may not be empty")
        }
        selections = kinds.map { Selection($0, names) }
    }

    private static let missingKind = Failure(
        .usage(""), "which kind of resource? For example: pets, order, pet/fluffy",
        steps: [NextStep(["init"], "lists the kinds that the cluster offers")])

    private static func pairs(_ words: [String]) throws(Failure) -> [Selection] {
        var selections: [Selection] = []
        for word in words {
            guard let slash = word.firstIndex(of: "/") else {
                throw Failure(
                    .usage(""), "\"\(word)\" stands beside KIND/NAME words and is none itself",
                    hints: ["write either KIND NAME… or KIND/NAME KIND/NAME…"])
            }
            let kind = String(word[..<slash])
            let name = String(word[word.index(after: slash)...])
            guard !kind.isEmpty, !name.isEmpty, !name.contains("/") else {
                throw Failure(.usage(""), "\"\(word)\" is not of the form KIND/NAME")
            }
            if selections.last?.kind == kind {
                selections[selections.count - 1].names.append(name)
            } else {
                selections.append(Selection(kind, [name]))
            }
        }
        return selections
    }

    /// Whether objects were named (and not all of a kind asked for).
    package var hasNames: Bool { selections.contains { !$0.names.isEmpty } }
}

extension ObjectWords {
    /// The one object that a verb is about.
    ///
    /// - Throws: `Failure` of a usage kind when the words name none, or several.
    package static func one(
        _ words: [String], verb: String
    ) throws(Failure) -> (kind: String, name: String) {
        let chosen = try ObjectWords(words)
        guard chosen.selections.count == 1, chosen.selections[0].names.count == 1 else {
            let isNameless = chosen.selections.count == 1 && !chosen.hasNames
            throw Failure(
                .usage(""),
                isNameless
                    ? "which \(chosen.selections[0].kind)? \(verb) takes one by its name"
                    : "\(verb) takes one object at a time",
                hints: ["for example: \(verb) pet fluffy"])
        }
        return (chosen.selections[0].kind, chosen.selections[0].names[0])
    }
}
