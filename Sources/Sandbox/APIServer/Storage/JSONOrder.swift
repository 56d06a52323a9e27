import Documents

/// The order in which a server writes members: by the bytes of their names.
enum JSONOrder {
    static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            var members = object.members
            for at in members.indices { members[at].value = sorted(members[at].value) }
            if !isSorted(members) {
                members.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            }
            return .object(JSONObject(distinct: members))
        case .array(let items): return .array(items.map(sorted))
        default: return value
        }
    }

    private static func isSorted(_ members: [JSONObject.Member]) -> Bool {
        zip(members, members.dropFirst()).allSatisfy {
            !$1.name.utf8.lexicographicallyPrecedes($0.name.utf8)
        }
    }
}
