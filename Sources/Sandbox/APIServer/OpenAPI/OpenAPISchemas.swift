import Documents

/// The schemas of resources and of what all objects share.
enum OpenAPISchemas {
    typealias Reference = (String) -> JSONValue

    private static let metaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1."

    /// `com.example.petstore.v1alpha1.Pet`, `io.k8s.api.core.v1.Pod`.
    static func name(of resource: ServedResource) -> String {
        guard !resource.isCustom else {
            let domain = resource.group.split(separator: ".").reversed().joined(separator: ".")
            return "\(domain).\(resource.version).\(resource.kind)"
        }
        let group = resource.group.split(separator: ".").first.map(String.init) ?? "core"
        return "io.k8s.api.\(group).\(resource.version).\(resource.kind)"
    }

    /// `petstoreExampleCom_v1alpha1`, `core_v1`.
    static func tag(of resource: ServedResource) -> String {
        let words = resource.group.split(separator: ".")
        let first = words.first.map(String.init) ?? "core"
        let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return "\(first)\(rest.joined())_\(resource.version)"
    }

    static func schemas(
        of resource: ServedResource, reference: Reference
    ) -> [JSONObject.Member] {
        let name = name(of: resource)
        let one = JSONObject.Member(name, object(resource, reference: reference))
        guard !resource.listKind.isEmpty else { return [one] }
        let list: JSONValue = [
            "description": .string("\(resource.listKind) is a list of \(resource.kind)"),
            "type": "object", "required": ["items"],
            "properties": [
                "apiVersion": apiVersion, "kind": kind,
                "items": ["type": "array", "items": reference(name)],
                "metadata": reference(metaPrefix + "ListMeta"),
            ],
            "x-kubernetes-group-version-kind": [identity(resource, resource.listKind)],
        ]
        return [one, .init("\(name)List", list)]
    }

    private static func object(_ resource: ServedResource, reference: Reference) -> JSONValue {
        var schema = resource.openAPISchema ?? builtIn(resource)
        if schema["properties"] == nil { schema["properties"] = [:] }
        schema["properties"]?["apiVersion"] = apiVersion
        schema["properties"]?["kind"] = kind
        schema["properties"]?["metadata"] = [
            "description":
                "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            "allOf": [reference(metaPrefix + "ObjectMeta")], "default": [:],
        ]
        schema["x-kubernetes-group-version-kind"] = [identity(resource, resource.kind)]
        return schema
    }

    /// A built-in kind by its parts; what is inside them is not described here.
    private static func builtIn(_ resource: ServedResource) -> JSONValue {
        let free: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
        var properties: JSONValue = [:]
        switch resource.plural {
        case "configmaps":
            for name in ["data", "binaryData"] { properties[name] = texts }
            properties["immutable"] = ["type": "boolean"]
        case "secrets":
            for name in ["data", "stringData"] { properties[name] = texts }
            properties["type"] = ["type": "string"]
            properties["immutable"] = ["type": "boolean"]
        case "events":
            for name in ["reason", "message", "type", "firstTimestamp", "lastTimestamp"] {
                properties[name] = ["type": "string"]
            }
            for name in ["involvedObject", "source", "series"] { properties[name] = free }
            properties["count"] = ["type": "integer", "format": "int32"]
        case "clusterroles", "roles":
            properties["rules"] = ["type": "array", "items": free]
        case "clusterrolebindings", "rolebindings":
            properties["roleRef"] = free
            properties["subjects"] = ["type": "array", "items": free]
        case "serviceaccounts":
            properties["secrets"] = ["type": "array", "items": free]
        default:
            properties["spec"] = free
            if resource.hasStatus || resource.origin == .review { properties["status"] = free }
        }
        return [
            "description": .string("\(resource.kind), stored as it is written."),
            "type": "object", "properties": properties,
        ]
    }

    private static func identity(_ resource: ServedResource, _ kind: String) -> JSONValue {
        [
            "group": .string(resource.group), "version": .string(resource.version),
            "kind": .string(kind),
        ]
    }

    private static let texts: JSONValue = [
        "type": "object", "additionalProperties": ["type": "string"],
    ]
    private static let apiVersion: JSONValue = [
        "type": "string",
        "description":
            "APIVersion defines the versioned schema of this representation of an object.",
    ]
    private static let kind: JSONValue = [
        "type": "string",
        "description":
            "Kind is a string value representing the REST resource this object represents.",
    ]

    /// What all objects share.
    static func meta(reference: Reference) -> [JSONObject.Member] {
        func text(_ description: String) -> JSONValue {
            ["type": "string", "description": .string(description)]
        }
        let time: JSONValue = ["type": "string", "format": "date-time"]
        let whole: JSONValue = ["type": "integer", "format": "int64"]
        let objectMeta: JSONValue = [
            "description": "ObjectMeta is metadata that all persisted resources must have.",
            "type": "object",
            "properties": [
                "annotations": texts, "creationTimestamp": time,
                "deletionGracePeriodSeconds": whole, "deletionTimestamp": time,
                "finalizers": ["type": "array", "items": ["type": "string"]],
                "generateName": text("A prefix for a name that the server makes."),
                "generation": whole, "labels": texts,
                "managedFields": [
                    "type": "array", "items": reference(metaPrefix + "ManagedFieldsEntry"),
                ],
                "name": text("Name must be unique within a namespace."),
                "namespace": text("The space within which the name is unique."),
                "ownerReferences": [
                    "type": "array", "items": reference(metaPrefix + "OwnerReference"),
                    "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["uid"],
                ],
                "resourceVersion": text("The revision of the object."),
                "selfLink": text("No longer set."),
                "uid": text("Unique in time and space."),
            ],
        ]
        let entry: JSONValue = [
            "type": "object",
            "properties": [
                "apiVersion": text("The version the fields are named in."),
                "fieldsType": text("FieldsV1."), "fieldsV1": ["type": "object"],
                "manager": text("Who owns the fields."),
                "operation": text("Apply or Update."), "subresource": text("Such as status."),
                "time": time,
            ],
        ]
        let owner: JSONValue = [
            "type": "object", "required": ["apiVersion", "kind", "name", "uid"],
            "properties": [
                "apiVersion": text("Of the owner."), "kind": text("Of the owner."),
                "name": text("Of the owner."), "uid": text("Of the owner."),
                "controller": ["type": "boolean"], "blockOwnerDeletion": ["type": "boolean"],
            ],
        ]
        let listMeta: JSONValue = [
            "type": "object",
            "properties": [
                "continue": text("Where the list goes on."), "remainingItemCount": whole,
                "resourceVersion": text("The revision of the list."),
                "selfLink": text("No longer set."),
            ],
        ]
        return [
            .init(metaPrefix + "ListMeta", listMeta),
            .init(metaPrefix + "ManagedFieldsEntry", entry),
            .init(metaPrefix + "ObjectMeta", objectMeta),
            .init(metaPrefix + "OwnerReference", owner),
        ]
    }
}
