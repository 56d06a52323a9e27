package import KubernetesCore

/// The shortest words that mean a kind and no other.
///
/// Several groups may serve a kind of the same name. A bare word then means that of the first
/// group, and a command about another one has to name the group.
package struct KindWords: Sendable, Hashable {
    /// The group whose kind a plural, singular or kind in small letters means by itself.
    private var groups: [String: String] = [:]

    /// Of a cluster that nothing is known of: bare words do.
    package init() {}

    /// - Parameter resources: all that a word may mean, in the order of discovery.
    package init(_ resources: [ResourceType]) {
        for type in resources {
            for name in [type.plural, type.singular, type.kind]
            where groups[name.lowercased()] == nil {
                groups[name.lowercased()] = type.group
            }
        }
    }

    /// What is typed for a kind.
    ///
    /// - Parameters:
    ///   - name: its kind, singular or plural, in any case.
    ///   - group: its group.
    /// - Returns: the name in small letters, with the group where it means another kind without.
    package func word(_ name: String, group: String) -> String {
        let name = name.lowercased()
        guard let meant = groups[name], meant != group, !group.isEmpty else { return name }
        return "\(name).\(group)"
    }

    /// The same word without its group, where that means the same.
    package func shortened(_ word: String) -> String {
        guard let dot = word.firstIndex(of: ".") else { return word }
        let name = String(word[..<dot])
        return groups[name] == String(word[word.index(after: dot)...]) ? name : word
    }
}

extension CatalogKind {
    /// What is typed for the kind: `pet`, or `pet.shelter.example.com` where `pet` means another.
    package var word: String { names.word(type.kind, group: type.group) }

    /// What is typed for all of the kind: `pets`.
    package var pluralWord: String { names.word(type.plural, group: type.group) }

    /// `pet/fluffy`, as it is spoken of and typed.
    package func shownName(of name: String) -> String { "\(word)/\(name)" }
}
