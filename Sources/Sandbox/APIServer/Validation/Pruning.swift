import Documents

/// Takes members away that the schema does not know, and names them.
struct Pruner {
    /// Paths of what was taken away, as `unknown field` warnings name them.
    private(set) var unknown: [String] = []

    /// Prunes a whole custom resource.
    static func prune(_ object: JSONValue, _ schema: Schema) -> (JSONValue, unknown: [String]) {
        var pruner = Pruner()
        let result = pruner.visitResource(object, schema, "")
        return (result, pruner.unknown)
    }

    private static let envelope: Set<String> = ["apiVersion", "kind", "metadata"]

    private mutating func visitResource(
        _ value: JSONValue, _ schema: Schema, _ path: String
    ) -> JSONValue {
        guard case .object(let object) = value else { return value }
        var kept: [JSONObject.Member] = []
        for member in object {
            let place = Self.join(path, member.name)
            if member.name == "metadata" {
                kept.append(.init("metadata", visitMetadata(member.value, place)))
            } else if Self.envelope.contains(member.name) {
                kept.append(member)
            } else if let value = visitMember(member, schema, place) {
                kept.append(.init(member.name, value))
            }
        }
        return .object(JSONObject(distinct: kept))
    }

    private mutating func visit(
        _ value: JSONValue, _ schema: Schema, _ path: String
    ) -> JSONValue {
        if schema.isEmbedded { return visitResource(value, schema, path) }
        switch value {
        case .object(let object):
            var kept: [JSONObject.Member] = []
            for member in object {
                if let value = visitMember(member, schema, Self.join(path, member.name)) {
                    kept.append(.init(member.name, value))
                }
            }
            return .object(JSONObject(distinct: kept))
        case .array(let list):
            guard let items = schema.items else { return value }
            var result: [JSONValue] = []
            for (index, item) in list.enumerated() {
                result.append(visit(item, items, "\(path)[\(index)]"))
            }
            return .array(result)
        default: return value
        }
    }

    private mutating func visitMember(
        _ member: JSONObject.Member, _ schema: Schema, _ place: String
    ) -> JSONValue? {
        if let inner = schema.member(member.name) { return visit(member.value, inner, place) }
        if schema.keeps(member.name) { return member.value }
        unknown.append(place)
        return nil
    }

    private mutating func visitMetadata(_ value: JSONValue, _ path: String) -> JSONValue {
        guard case .object(let object) = value else { return value }
        var kept: [JSONObject.Member] = []
        for member in object {
            if MetadataRules.knownMembers.contains(member.name) {
                kept.append(member)
            } else {
                unknown.append(Self.join(path, member.name))
            }
        }
        return .object(JSONObject(distinct: kept))
    }

    private static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }
}
