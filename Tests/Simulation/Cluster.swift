import Documents
import KubernetesCore
import Session

/// The kind that is changed, and what its objects hold at first.
enum Cluster {
    static let pets = ResourceType(
        group: "petstore.example.com", version: "v1alpha1", plural: "pets", kind: "Pet",
        shortNames: ["pe"], subresources: ["status"])
    static let definitions = ResourceType(
        group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions",
        kind: "CustomResourceDefinition", isNamespaced: false)
    static let namespaces = ResourceType(
        group: "", version: "v1", plural: "namespaces", kind: "Namespace", isNamespaced: false)
    static let identity = ClusterIdentity(uid: "cluster-1", server: "https://cluster")

    static let rules = FieldRules(
        listKeys: { $0.tokens == ["spec", "ports"] ? ["name"] : nil })

    static func manifest(_ name: String, _ scenario: Scenario) -> JSONValue {
        var spec: JSONValue = [
            "name": "Fluffy", "photoUrls": ["http://x/?a=1&b=<2>"], "status": "available",
            "ports": [["name": "http", "port": 80], ["name": "admin", "port": 443]],
        ]
        if scenario.hasTarget { spec["target"] = ["pod": "p-0", "podOrdinal": 0] }
        var metadata: JSONValue = [
            "name": .string(name), "namespace": "default", "labels": ["app": "petstore"],
        ]
        if scenario.hasAnnotations {
            metadata["annotations"] = ["example.com/note": "first", "example.com/other": "o"]
        }
        return [
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet", "metadata": metadata,
            "spec": spec,
        ]
    }

    private static let text: JSONValue = ["type": "string"]
    private static let integer: JSONValue = ["type": "integer", "format": "int64"]

    private static let spec: JSONValue = [
        "type": "object",
        "properties": [
            "id": integer, "name": text, "nickname": text, "status": text,
            "photoUrls": ["type": "array", "items": text],
            "readOnly": ["type": "boolean"],
            "mergeOnUpdate": ["type": "boolean", "default": true],
            "category": ["type": "object", "properties": ["id": integer, "name": text]],
            "target": [
                "type": "object",
                "properties": [
                    "pod": text, "podOrdinal": integer,
                    "labels": ["type": "object", "additionalProperties": text],
                ],
            ],
            "ports": [
                "type": "array", "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["name"],
                "items": [
                    "type": "object", "required": ["name"],
                    "properties": ["name": text, "port": integer],
                ],
            ],
            "extra": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
        ],
    ]

    static let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "pets.petstore.example.com"],
        "spec": [
            "group": "petstore.example.com", "scope": "Namespaced",
            "names": [
                "plural": "pets", "singular": "pet", "kind": "Pet", "listKind": "PetList",
                "shortNames": ["pe"],
            ],
            "versions": [
                [
                    "name": "v1alpha1", "served": true, "storage": true,
                    "subresources": ["status": .object(JSONObject())],
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object",
                            "properties": [
                                "spec": spec,
                                "status": [
                                    "type": "object",
                                    "x-kubernetes-preserve-unknown-fields": true,
                                ],
                            ],
                        ]
                    ],
                ]
            ],
        ],
    ]
}
