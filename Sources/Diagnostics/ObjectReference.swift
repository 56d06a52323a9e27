package import Catalog
package import KubernetesCore

/// Which object something is about.
package struct ObjectReference: Sendable, Hashable {
    package var type: ResourceType
    /// Nil for objects outside namespaces.
    package var namespace: String?
    package var name: String

    package init(_ type: ResourceType, namespace: String?, name: String) {
        self.type = type
        self.namespace = namespace
        self.name = name
    }

    package init(_ object: KubernetesObject, kind: CatalogKind) {
        self.init(kind.type, namespace: object.namespace, name: object.name)
    }

    /// `pet/fluffy`, as people speak of it.
    package var shortName: String { "\(type.kind.lowercased())/\(name)" }
}
