package import KubernetesCore

extension ResourceType {
    /// `pet.petstore.example.com/fluffy`, as `-o name` prints it.
    package func qualifiedName(of name: String) -> String {
        let kind = kind.lowercased()
        return group.isEmpty ? "\(kind)/\(name)" : "\(kind).\(group)/\(name)"
    }

    /// `pet/fluffy`, as people speak of it.
    package func shortName(of name: String) -> String { "\(kind.lowercased())/\(name)" }
}
