import Documents

/// What sort of thing a generated kind is.
package enum Category: String, Sendable, Hashable, CaseIterable {
    /// An object of the application's API, kept in sync.
    case resource
    /// A question to the API, asked once or again and again.
    case query
    /// A call that does something.
    case action
    /// The health of other objects, summed up.
    case aggregate
    /// Several objects as one unit.
    case bundle
    /// Cannot be told; such kinds are only shown.
    case unknown
}

/// Tells a kind's category; the first rule that fits wins.
///
/// Shape comes before names: a REST resource may itself be called `SearchQuery`. Names come last,
/// for generators' option that gives all kinds one generic schema, and where no schema is shown.
enum CategoryRule {
    static func category(of kind: String, schema: KindSchema?) -> Category {
        guard let schema else { return named(kind) ?? .unknown }
        let spec = schema.node(at: ["spec"])
        let status = schema.node(at: ["status"])
        if let shaped = shaped(spec: spec, status: status) { return shaped }
        let states = status?.property("state")?.enumValues.compactMap(\.stringValue) ?? []
        for (state, category) in Self.tellingStates where states.contains(state) {
            return category
        }
        if let named = named(kind) { return named }
        return status?.property("externalID") != nil ? .resource : .unknown
    }

    private static let tellingStates: [(String, Category)] = [
        ("Queried", .query), ("Completed", .action), ("Healthy", .aggregate),
        ("Observed", .resource),
    ]

    private static func shaped(spec: SchemaNode?, status: SchemaNode?) -> Category? {
        func reports(_ name: String) -> Bool { status?.property(name) != nil }
        func takes(_ name: String) -> Bool { spec?.property(name) != nil }
        if reports("results"), reports("resultCount") { return .query }
        if reports("result"), reports("httpStatusCode") || reports("completedAt") {
            return .action
        }
        if reports("operationState"),
            let parts = spec?.property("resources")?.items?.required,
            ["id", "kind", "spec"].allSatisfy(parts.contains)
        {
            return .bundle
        }
        if takes("resourceSelectors"), reports("summary") { return .aggregate }
        if reports("driftDetected"),
            takes("readOnly") || takes("mergeOnUpdate") || takes("onDelete")
        {
            return .resource
        }
        return nil
    }

    private static func named(_ kind: String) -> Category? {
        for (suffix, category) in Self.suffixes where kind.hasSuffix(suffix) { return category }
        return nil
    }

    /// The words that the generator ends a kind's name with.
    static let suffixes: [(String, Category)] = [
        ("Query", .query), ("Action", .action), ("Aggregate", .aggregate), ("Bundle", .bundle),
    ]
}
