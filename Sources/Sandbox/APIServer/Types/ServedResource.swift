import Documents

/// One resource as it is served under one version: names, scope, columns and schema.
struct ServedResource: Sendable {
    enum Origin: Sendable, Hashable { case builtIn, custom, review }

    var group: String
    var version: String
    var plural: String
    var singular: String
    var kind: String
    var listKind: String
    var shortNames: [String] = []
    var categories: [String] = []
    var isNamespaced: Bool
    var verbs: [String] = ServedResource.allVerbs
    var hasStatus = false
    /// Whether `metadata.generation` is kept and moves with the spec.
    var tracksGeneration = false
    var origin = Origin.builtIn
    var columns: [TableColumn] = []
    /// The structural schema of a custom resource; nil: anything goes.
    var schema: Schema?
    /// The schema as the CRD gives it, for OpenAPI.
    var openAPISchema: JSONValue?
    var selectableFields: [String] = []
    /// The version whose `apiVersion` the stored object carries.
    var storageVersion: String
    /// A version of a CRD that is marked deprecated: text of the warning.
    var deprecationWarning: String?

    static let allVerbs = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]

    /// The same for custom kinds, in the order in which the real server names them.
    static let customVerbs = [
        "delete", "deletecollection", "get", "list", "patch", "create", "update", "watch",
    ]

    var key: ResourceKey { ResourceKey(group, plural) }
    var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    var storageGroupVersion: String {
        group.isEmpty ? storageVersion : "\(group)/\(storageVersion)"
    }
    var isCustom: Bool { origin == .custom }

    /// The object with the `apiVersion` of this version.
    func present(_ object: JSONValue) -> JSONValue {
        guard version != storageVersion else { return object }
        var object = object
        object["apiVersion"] = .string(groupVersion)
        return object
    }
}

/// One column of a printed table.
struct TableColumn: Sendable, Hashable {
    var name: String
    var type: String
    var format = ""
    var description = ""
    var priority = 0
    var source: Source

    enum Source: Sendable, Hashable {
        case path(JSONPathExpression)
        case builtIn(BuiltInCell)
    }
}
