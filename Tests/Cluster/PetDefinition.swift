package import Documents

/// A definition of the kind Pet, as small as a test of changes may have it.
package enum PetDefinition {
    private static let text: JSONValue = ["type": "string"]

    package static let json: JSONValue = [
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
                                "spec": [
                                    "type": "object",
                                    "properties": [
                                        "id": ["type": "integer", "format": "int64"],
                                        "name": text, "password": text,
                                        "status": [
                                            "type": "string",
                                            "enum": ["available", "pending", "sold"],
                                        ],
                                        "photoUrls": ["type": "array", "items": text],
                                        "mergeOnUpdate": ["type": "boolean", "default": true],
                                        "category": [
                                            "type": "object",
                                            "properties": [
                                                "id": ["type": "integer"], "name": text,
                                            ],
                                        ],
                                        "target": [
                                            "type": "object",
                                            "properties": [
                                                "pod": text, "podOrdinal": ["type": "integer"],
                                                "labels": [
                                                    "type": "object",
                                                    "additionalProperties": text,
                                                ],
                                            ],
                                        ],
                                    ],
                                ],
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
