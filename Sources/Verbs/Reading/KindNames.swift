package import KubernetesCore

extension ResourceType {
    /// `pet.petstore.example.com/fluffy`, as `-o name` prints it.
    package func qualifiedName(of name: String) -> String { "\(qualifiedKind)/\(name)" }

    /// `pet.petstore.example.com`, a word that means no other kind.
    package var qualifiedKind: String {
        let kind = kind.lowercased()
        return group.isEmpty ? kind : "\(kind).\(group)"
    }

    /// `pet/fluffy`, as people speak of it.
    package func shortName(of name: String) -> String { "\(kind.lowercased())/\(name)" }
}
