import Catalog
import Documents

/// Values that the schema, or their names, mark as secret.
struct SecretFields: Sendable {
    private let root: SchemaNode?

    init(_ schema: KindSchema?) { root = schema?.root }

    /// Takes secret texts and numbers out, and notes where they were.
    func remove(from document: inout StateForm.Document) {
        var found: [JSONPointer] = []
        let json = document.json
        let rest = without(json, node: root, at: JSONPointer(), found: &found)
        guard !found.isEmpty else { return }
        document.json = rest
        document.secrets = found.map { StatePath($0, in: json) }
    }

    /// The places of secret values.
    func places(in json: JSONValue) -> [JSONPointer] {
        var found: [JSONPointer] = []
        _ = without(json, node: root, at: JSONPointer(), found: &found)
        return found
    }

    private func without(
        _ value: JSONValue, node: SchemaNode?, at place: JSONPointer,
        found: inout [JSONPointer]
    ) -> JSONValue {
        switch value {
        case .object(let members):
            // Labels are shown wherever an object is, and chosen by.
            guard place.tokens != ["metadata", "labels"] else { return value }
            var rest: [JSONObject.Member] = []
            for member in members {
                let inner = place.appending(member.name)
                let child = node?.child(member.name)
                if Self.isSecret(member, child) {
                    found.append(inner)
                } else {
                    rest.append(
                        .init(
                            member.name,
                            without(member.value, node: child, at: inner, found: &found)))
                }
            }
            return rest.count == members.count && found.isEmpty
                ? value : .object(JSONObject(distinct: rest))
        case .array(let items):
            return .array(
                items.enumerated().map { index, item in
                    without(
                        item, node: node?.child(String(index)), at: place.appending(index),
                        found: &found)
                })
        default: return value
        }
    }

    private static func isSecret(_ member: JSONObject.Member, _ node: SchemaNode?) -> Bool {
        let isLeaf =
            switch member.value {
            case .string(let text): !text.isEmpty
            case .integer, .double, .number: true
            default: false
            }
        guard isLeaf else { return false }
        return node?.isSecret(name: member.name) ?? SecretName.isSecret(member.name)
    }
}
