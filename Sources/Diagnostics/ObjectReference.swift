package import Catalog
package import KubernetesCore

/// Which object something is about.
package struct ObjectReference: Sendable, Hashable {
    package var type: ResourceType
    /// Nil for objects outside namespaces.
    package var namespace: String?
    package var name: String
    /// What is typed for the kind.
    private let word: String

    package init(_ kind: CatalogKind, namespace: String?, name: String) {
        type = kind.type
        word = kind.word
        self.namespace = namespace
        self.name = name
    }

    package init(_ object: KubernetesObject, kind: CatalogKind) {
        self.init(kind, namespace: object.namespace, name: object.name)
    }

    /// `pet/fluffy`, as people speak of it and type it.
    package var shortName: String { "\(word)/\(name)" }
}
