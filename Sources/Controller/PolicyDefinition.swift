package import Documents

extension CleanupPolicy {
    /// The CustomResourceDefinition of the policies of an API.
    ///
    /// - Parameter group: the API's.
    /// - Returns: the manifest.
    package static func definition(group: String) -> JSONValue {
        [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).\(group)")],
            "spec": [
                "group": .string(group), "scope": "Namespaced",
                "names": [
                    "kind": .string(kind), "listKind": .string(kind + "List"),
                    "plural": .string(plural), "singular": .string(singular),
                ],
                "versions": [
                    [
                        "name": .string(version), "served": true, "storage": true,
                        "additionalPrinterColumns": columns,
                        "schema": ["openAPIV3Schema": schema],
                    ]
                ],
            ],
        ]
    }

    private static let columns: JSONValue = [
        ["name": "TTL-Expired", "type": "boolean", "jsonPath": ".spec.ttlExpired"],
        ["name": "Max-Age", "type": "string", "jsonPath": ".spec.maxAge"],
        ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
    ]

    private static let schema: JSONValue = [
        "type": "object",
        "description": "What is cleaned up in its namespace besides the promises of sessions.",
        "properties": [
            "apiVersion": ["type": "string"], "kind": ["type": "string"],
            "metadata": ["type": "object"],
            "spec": [
                "type": "object",
                "properties": [
                    "ttlExpired": [
                        "type": "boolean",
                        "description": "Delete what is labelled temporary=true and past its ttl.",
                    ],
                    "maxAge": [
                        "type": "string", "pattern": "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$",
                        "description":
                            "Delete what is labelled temporary=true and older, such as 24h.",
                    ],
                    "labelSelector": selector,
                    "excludeLabels": [
                        "type": "object", "additionalProperties": ["type": "string"],
                        "description":
                            "Leave objects with one of these labels alone, whatever else is asked.",
                    ],
                ],
            ],
        ],
    ]

    private static let selector: JSONValue = [
        "type": "object",
        "description": "The labels that maxAge is limited to.",
        "properties": [
            "matchLabels": ["type": "object", "additionalProperties": ["type": "string"]],
            "matchExpressions": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["key", "operator"],
                    "properties": [
                        "key": ["type": "string"],
                        "operator": [
                            "type": "string",
                            "enum": ["In", "NotIn", "Exists", "DoesNotExist"],
                        ],
                        "values": ["type": "array", "items": ["type": "string"]],
                    ],
                ],
            ],
        ],
    ]
}
