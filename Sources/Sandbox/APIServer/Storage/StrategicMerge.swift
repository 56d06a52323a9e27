import Documents

/// Strategic merge for the built-in kinds: maps merge, known lists merge by their key.
enum StrategicMerge {
    /// The key by which the items of a list are told apart, by the list's name.
    private static let keys: [String: [String]] = [
        "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"],
        "volumes": ["name"], "env": ["name"], "ports": ["containerPort", "port"],
        "volumeMounts": ["mountPath"], "volumeDevices": ["devicePath"],
        "conditions": ["type"], "ownerReferences": ["uid"], "imagePullSecrets": ["name"],
        "secrets": ["name"], "hostAliases": ["ip"], "topologySpreadConstraints": ["topologyKey"],
    ]
    private static let sets: Set<String> = ["finalizers"]

    static func apply(_ patch: JSONValue, to value: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        switch changes["$patch"]?.stringValue {
        case "replace": return .object(clean(changes))
        case "delete": return [:]
        default: break
        }
        var result = value.objectValue ?? JSONObject()
        for member in changes where !member.name.hasPrefix("$") {
            if member.value.isNull {
                result[member.name] = nil
            } else if let items = member.value.arrayValue {
                result[member.name] = .array(
                    merge(items, into: result[member.name]?.arrayValue ?? [], member.name))
            } else {
                result[member.name] = apply(member.value, to: result[member.name] ?? .null)
            }
        }
        for member in changes where member.name.hasPrefix("$deleteFromPrimitiveList/") {
            let name = String(member.name.dropFirst("$deleteFromPrimitiveList/".count))
            let gone = member.value.arrayValue ?? []
            guard let rest = result[name]?.arrayValue?.filter({ !gone.contains($0) }) else {
                continue
            }
            result[name] = .array(rest)
        }
        return .object(result)
    }

    private static func clean(_ object: JSONObject) -> JSONObject {
        JSONObject(distinct: object.members.filter { !$0.name.hasPrefix("$") })
    }

    private static func merge(
        _ patch: [JSONValue], into list: [JSONValue], _ name: String
    ) -> [JSONValue] {
        if sets.contains(name) { return list + patch.filter { !list.contains($0) } }
        guard let candidates = keys[name],
            let key = candidates.first(where: { key in patch.contains { $0[key] != nil } }),
            !patch.contains(where: { $0["$patch"] == "replace" })
        else { return patch.filter { $0["$patch"] == nil } }
        var result = list
        for item in patch {
            let at = result.firstIndex { $0[key] == item[key] }
            if item["$patch"] == "delete" {
                if let at { result.remove(at: at) }
            } else if let at {
                result[at] = apply(item, to: result[at])
            } else {
                result.append(apply(item, to: [:]))
            }
        }
        return result
    }
}
