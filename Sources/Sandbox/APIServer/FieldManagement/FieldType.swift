import Documents
import KubernetesCore

/// How the values at a place are merged and owned, from the OpenAPI schema of that place.
///
/// The rules are those of Kubernetes' merge strategies: objects are merged member by member unless
/// they are marked atomic, lists are whole unless they are marked as sets or maps. A place without
/// a schema is merged by what its values are.
struct FieldType {
    enum List {
        case atomic
        case set
        case map(keys: [String])
    }

    let schema: JSONValue?

    /// The type of a whole object of a kind: metadata is the same for all kinds.
    init(kind schema: JSONValue?) {
        var schema = schema ?? [:]
        var properties = schema["properties"] ?? [:]
        properties["apiVersion"] = ["type": "string"]
        properties["kind"] = ["type": "string"]
        properties["metadata"] = Self.metadata
        schema["properties"] = properties
        self.schema = schema
    }

    private init(schema: JSONValue?) { self.schema = schema }

    var isAtomicMap: Bool { schema?["x-kubernetes-map-type"]?.stringValue == "atomic" }

    var list: List {
        switch schema?["x-kubernetes-list-type"]?.stringValue {
        case "set": .set
        case "map":
            .map(
                keys: (schema?["x-kubernetes-list-map-keys"]?.arrayValue ?? [])
                    .compactMap(\.stringValue))
        default: .atomic
        }
    }

    var isAtomicList: Bool {
        guard case .atomic = list else { return false }
        return true
    }

    /// Whether the schema names the member; other members of a map own themselves.
    func declares(_ name: String) -> Bool { schema?["properties"]?[name] != nil }

    func member(_ name: String) -> FieldType {
        FieldType(schema: schema?["properties"]?[name] ?? schema?["additionalProperties"])
    }

    var item: FieldType { FieldType(schema: schema?["items"]) }

    /// The step to an item of a list that is merged by items; nil for an item without its keys.
    func step(to value: JSONValue) -> FieldStep? {
        switch list {
        case .atomic: return nil
        case .set: return .value(value)
        case .map(let keys):
            var key = JSONObject()
            for name in keys {
                key[name] = value[name] ?? item.schema?["properties"]?[name]?["default"]
            }
            return key.isEmpty ? nil : .key(key)
        }
    }

    /// The items of a list by their steps, in order; of equal items the first counts.
    func items(of value: JSONValue?) -> [(step: FieldStep, value: JSONValue)] {
        var seen: Set<FieldStep> = []
        return (value?.arrayValue ?? []).compactMap { value in
            guard let step = step(to: value), seen.insert(step).inserted else { return nil }
            return (step, value)
        }
    }

    private static let metadata: JSONValue = {
        let text: JSONValue = ["type": "string"]
        let texts: JSONValue = ["type": "object", "additionalProperties": text]
        let names = [
            "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation",
            "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "clusterName",
        ]
        var properties = JSONObject(names.map { .init($0, text) })
        properties["labels"] = texts
        properties["annotations"] = texts
        properties["finalizers"] = [
            "type": "array", "items": text, "x-kubernetes-list-type": "set",
        ]
        properties["ownerReferences"] = [
            "type": "array", "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["uid"],
            "items": ["type": "object", "x-kubernetes-map-type": "atomic"],
        ]
        properties["managedFields"] = ["type": "array"]
        return ["type": "object", "properties": .object(properties)]
    }()
}
