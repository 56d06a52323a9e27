import Documents

/// The words that the sandbox's CRDs are written with: each makes a piece of OpenAPI schema.
enum SchemaWords {
    static let string: JSONValue = ["type": "string"]
    static let boolean: JSONValue = ["type": "boolean"]
    static let integer: JSONValue = ["type": "integer"]
    static let int32: JSONValue = ["type": "integer", "format": "int32"]
    static let int64: JSONValue = ["type": "integer", "format": "int64"]
    static let dateTime: JSONValue = ["type": "string", "format": "date-time"]
    /// An object of any content.
    static let anything: JSONValue = [
        "type": "object", "x-kubernetes-preserve-unknown-fields": true,
    ]

    static func oneOf(_ values: [String], default value: String? = nil) -> JSONValue {
        var schema: JSONValue = ["type": "string", "enum": .array(values.map { .string($0) })]
        if let value { schema["default"] = .string(value) }
        return schema
    }

    static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static func map(_ values: JSONValue) -> JSONValue {
        ["type": "object", "additionalProperties": values]
    }

    static func object(
        _ properties: [(String, JSONValue)], required: [String] = []
    ) -> JSONValue {
        var schema: JSONValue = [
            "type": "object",
            "properties": .object(JSONObject(properties.map { .init($0.0, $0.1) })),
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return schema
    }
}

extension JSONValue {
    /// The schema with a description.
    func described(_ text: String) -> JSONValue {
        var schema = self
        schema["description"] = .string(text)
        return schema
    }

    /// The schema with another keyword.
    func with(_ keyword: String, _ value: JSONValue) -> JSONValue {
        var schema = self
        schema[keyword] = value
        return schema
    }
}

/// A CustomResourceDefinition in the making.
struct Definition {
    enum Columns {
        case resource, query, action, summary
    }

    var group: String
    var kind: String
    var plural: String
    var shortNames: [String] = []
    var description: String
    var columns: Columns
    /// Where the first column of a summary finds the health.
    var statePath = ".status.state"
    var spec: JSONValue
    var status: JSONValue

    static let version = "v1alpha1"

    /// The whole manifest.
    var manifest: JSONValue {
        var names: JSONValue = [
            "kind": .string(kind), "listKind": .string(kind + "List"), "plural": .string(plural),
            "singular": .string(kind.lowercased()),
        ]
        if !shortNames.isEmpty { names["shortNames"] = .array(shortNames.map { .string($0) }) }
        let schema = SchemaWords.object([
            (
                "apiVersion",
                SchemaWords.string.described("The group and version of this object's form.")
            ),
            ("kind", SchemaWords.string.described("The kind of this object, in CamelCase.")),
            ("metadata", ["type": "object"]),
            ("spec", spec),
            ("status", status),
        ]).described(description)
        return [
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).\(group)")],
            "spec": [
                "group": .string(group), "names": names, "scope": "Namespaced",
                "versions": [
                    [
                        "name": .string(Self.version), "served": true, "storage": true,
                        "schema": ["openAPIV3Schema": schema],
                        "subresources": ["status": [:]],
                        "additionalPrinterColumns": .array(printerColumns),
                    ]
                ],
            ],
        ]
    }

    private var printerColumns: [JSONValue] {
        func column(_ name: String, _ path: String, _ type: String) -> JSONValue {
            ["name": .string(name), "jsonPath": .string(path), "type": .string(type)]
        }
        var columns = [column("State", statePath, "string")]
        switch self.columns {
        case .resource: columns.append(column("External-ID", ".status.externalID", "string"))
        case .query: columns.append(column("Results", ".status.resultCount", "integer"))
        case .action: columns.append(column("HTTP Status", ".status.httpStatusCode", "integer"))
        case .summary:
            for name in ["Total", "Synced", "Failed"] {
                columns.append(
                    column(name, ".status.summary.\(name.lowercased())", "integer"))
            }
        }
        return columns + [column("Age", ".metadata.creationTimestamp", "date")]
    }
}
