import Documents

/// The kinds that cases use: one with every keyword of schemas and a status, one without any
/// subresource in two versions, one of the cluster's own.
enum Definitions {
    static let all = [gadgets, plains, planets]

    static func definition(
        group: String = "contract.example.org", _ plural: String, _ kind: String,
        scope: String = "Namespaced", names: JSONValue = [:], versions: JSONValue
    ) -> JSONValue {
        var names = names
        names["plural"] = .string(plural)
        names["kind"] = .string(kind)
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).\(group)")],
            "spec": [
                "group": .string(group), "scope": .string(scope), "names": names,
                "versions": versions,
            ],
        ]
    }

    private static let gadgets = definition(
        "gadgets", "Gadget",
        names: ["singular": "gadget", "shortNames": ["gd"], "categories": ["contract"]],
        versions: [
            [
                "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                "additionalPrinterColumns": columns, "schema": ["openAPIV3Schema": gadget],
            ]
        ])

    private static let columns: JSONValue = [
        ["name": "Size", "type": "integer", "jsonPath": ".spec.size"],
        [
            "name": "Colour", "type": "string", "jsonPath": ".spec.colour", "priority": 1,
            "description": "How it looks.",
        ],
        ["name": "Ready", "type": "boolean", "jsonPath": ".status.ready"],
        ["name": "Ratio", "type": "number", "jsonPath": ".spec.ratio"],
        ["name": "When", "type": "date", "jsonPath": ".spec.when"],
        ["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"],
    ]

    private static let gadget: JSONValue = [
        "type": "object", "required": ["spec"],
        "properties": [
            "spec": spec,
            "status": [
                "type": "object",
                "properties": [
                    "ready": ["type": "boolean"],
                    "state": ["type": "string", "enum": ["Up", "Down"]],
                ],
            ],
        ],
    ]

    private static let spec: JSONValue = [
        "type": "object", "required": ["size"],
        "properties": [
            "size": ["type": "integer", "format": "int64", "minimum": 0],
            "colour": ["type": "string", "enum": ["red", "green"]],
            "ratio": ["type": "number", "maximum": 10],
            "code": ["type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"],
            "when": ["type": "string", "format": "date-time"],
            "flag": ["type": "boolean"], "text": ["type": "string"],
            "level": ["type": "string", "default": "low"],
            "note": ["type": "string", "nullable": true],
            "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
            "list": ["type": "array", "items": ["type": "string"], "maxItems": 3],
            "unique": [
                "type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set",
            ],
            "slots": slots,
            "map": ["type": "object", "additionalProperties": ["type": "integer"]],
            "atom": [
                "type": "object", "x-kubernetes-map-type": "atomic",
                "properties": ["a": ["type": "string"], "b": ["type": "string"]],
            ],
            "deep": [
                "type": "object",
                "properties": [
                    "mode": ["type": "string", "default": "soft"],
                    "leaf": ["type": "string"],
                    "inner": ["type": "object", "properties": ["leaf": ["type": "string"]]],
                ],
            ],
        ],
    ]

    private static let slots: JSONValue = [
        "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["key"],
        "items": [
            "type": "object", "required": ["key"],
            "properties": [
                "key": ["type": "string"], "value": ["type": "integer"],
                "mode": ["type": "string", "default": "on"],
            ],
        ],
    ]

    private static let plains = definition(
        "plains", "Plain",
        versions: [
            plainVersion("v1", storage: true), plainVersion("v1beta1", storage: false),
        ])

    private static func plainVersion(_ name: String, storage: Bool) -> JSONValue {
        [
            "name": .string(name), "served": true, "storage": .bool(storage),
            "schema": [
                "openAPIV3Schema": [
                    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                    "properties": [
                        "port": ["x-kubernetes-int-or-string": true],
                        "unique": [
                            "type": "array", "items": ["type": "string"],
                            "x-kubernetes-list-type": "set",
                        ],
                    ],
                ]
            ],
        ]
    }

    private static let rules: JSONValue = [
        ["rule": "!has(self.moons) || self.moons < 100", "message": "too many moons"],
        [
            "rule": "!has(oldSelf.moons) || has(self.moons) && self.moons >= oldSelf.moons",
            "message": "moons do not go",
        ],
    ]

    private static let planets = definition(
        "planets", "Planet", scope: "Cluster",
        versions: [
            [
                "name": "v1", "served": true, "storage": true,
                "schema": [
                    "openAPIV3Schema": [
                        "type": "object",
                        "properties": [
                            "spec": [
                                "type": "object", "properties": ["moons": ["type": "integer"]],
                                "x-kubernetes-validations": rules,
                            ]
                        ],
                    ]
                ],
            ]
        ])
}
