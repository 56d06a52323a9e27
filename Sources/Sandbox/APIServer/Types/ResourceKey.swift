/// What storage is keyed by: a resource of a group, whatever the version it is served as.
struct ResourceKey: Sendable, Hashable {
    var group: String
    var plural: String

    init(_ group: String, _ plural: String) {
        self.group = group
        self.plural = plural
    }

    /// `pets.petstore.example.com`; for the core group `pods`.
    var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }

    static let namespaces = ResourceKey("", "namespaces")
    static let definitions = ResourceKey("apiextensions.k8s.io", "customresourcedefinitions")
}

/// An object's place among its kind.
struct ObjectKey: Sendable, Hashable, Comparable {
    /// Empty for cluster-scoped objects.
    var namespace: String
    var name: String

    static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        left.namespace == right.namespace
            ? left.name < right.name : left.namespace < right.namespace
    }
}
