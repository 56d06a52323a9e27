import Catalog
import Documents
import KubernetesCore

// Kinds of two made-up generated APIs. The first has the nested target and the newer names, the
// second the flat fields and the older names.

enum Fixtures {
    static let library = GroupVersion(group: "library.example.org", version: "v1alpha1")
    static let archive = GroupVersion(group: "archive.example.org", version: "v1")

    static func type(
        _ kind: String, plural: String? = nil, short: [String] = [], in version: GroupVersion
    ) -> ResourceType {
        ResourceType(
            group: version.group, version: version.version,
            plural: plural ?? kind.lowercased() + "s", kind: kind, shortNames: short)
    }

    static let resources = [
        type("Book", short: ["bk"], in: library),
        type("Fine", in: library),
        type("BookFindbytagsQuery", plural: "bookfindbytagsqueries", in: library),
        type("BookFindbystatusQuery", plural: "bookfindbystatusqueries", in: library),
        type("ShelfInventoryQuery", plural: "shelfinventoryqueries", in: library),
        type("StoreInventoryQuery", plural: "storeinventoryqueries", in: library),
        type("MemberLoginQuery", plural: "memberloginqueries", in: library),
        type("BookUploadimageAction", in: library),
        type("LibraryAggregate", short: ["agg"], in: library),
        type("LibraryBundle", short: ["bundle"], in: library),
        type("Book", in: archive),
        type("SearchQuery", plural: "searchqueries", in: archive),
        type("VaultCheckAggregate", in: archive),
        type("Secret", in: GroupVersion(group: "", version: "v1")),
    ]

    static let catalog = Catalog(
        resources: resources,
        schemas: [
            library: GroupSchemas(source: .openAPIv3, kinds: librarySchemas),
            archive: GroupSchemas(source: .customResourceDefinitions, kinds: archiveSchemas),
        ])

    static let namesOnly = Catalog(resources: resources)

    static func kind(_ name: String, in version: GroupVersion = library) -> CatalogKind {
        let found = catalog.kinds.first {
            $0.type.kind == name && $0.type.groupVersion == version
        }
        return found ?? catalog.kinds[0]
    }

    static func schema(spec: JSONValue, status: JSONValue) -> JSONValue {
        [
            "type": "object",
            "properties": [
                "spec": spec, "status": ["type": "object", "properties": status],
            ],
        ]
    }

    private static let text: JSONValue = ["type": "string"]
    private static let whole: JSONValue = ["type": "integer", "format": "int64"]
    private static let flag: JSONValue = ["type": "boolean"]
    private static let target: JSONValue = [
        "type": "object",
        "properties": [
            "baseURL": text, "pod": text, "podOrdinal": ["type": "integer", "format": "int32"],
            "labels": ["type": "object", "additionalProperties": text],
        ],
    ]

    private static func states(_ names: String...) -> JSONValue {
        ["type": "string", "enum": .array(names.map(JSONValue.string))]
    }

    private static let librarySchemas: [String: JSONValue] = [
        "Book": schema(
            spec: [
                "type": "object", "required": ["title"],
                "x-kubernetes-validations": [
                    ["rule": "has(self.title)"],
                    ["rule": "self.isbn == oldSelf.isbn", "message": "isbn stays"],
                ],
                "properties": [
                    "isbn": whole,
                    "pages": [
                        "type": "integer", "format": "int32", "minimum": 1, "maximum": 9999,
                        "description": "How thick it is.",
                    ],
                    "title": ["type": "string", "minLength": 1, "maxLength": 20],
                    "condition": states("new", "worn"),
                    "lent": flag, "price": ["type": "number", "minimum": 0],
                    "dueDate": ["type": "string", "format": "date-time"],
                    "shelfMark": [
                        "type": "object", "required": ["room"],
                        "properties": ["room": text, "row": whole],
                    ],
                    "tags": [
                        "type": "array", "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name"],
                        "items": ["type": "object", "properties": ["name": text, "id": whole]],
                    ],
                    "photoUrls": ["type": "array", "items": text],
                    "notes": ["type": "object", "additionalProperties": text],
                    "extra": [
                        "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                    ],
                    "port": ["x-kubernetes-int-or-string": true],
                    "apiToken": text, "tokenCount": whole,
                    "pin": ["type": "string", "format": "password"],
                    "target": target, "executionInterval": text, "paused": flag,
                    "readOnly": flag, "mergeOnUpdate": ["type": "boolean", "default": true],
                ],
            ], status: ["state": text, "driftDetected": flag, "externalID": text]),
        "Fine": schema(
            spec: ["type": "object", "properties": ["amount": whole]],
            status: ["state": states("Pending", "Observed")]),
        "BookFindbytagsQuery": query, "BookFindbystatusQuery": query,
        "ShelfInventoryQuery": query, "StoreInventoryQuery": query, "MemberLoginQuery": query,
        "BookUploadimageAction": schema(
            spec: [
                "type": "object", "required": ["bookId"],
                "properties": ["bookId": whole, "dataURL": text, "target": target],
            ], status: ["result": ["type": "object"], "completedAt": text]),
        "LibraryAggregate": schema(
            spec: ["type": "object", "properties": ["resourceSelectors": ["type": "array"]]],
            status: ["summary": ["type": "object"], "state": text]),
        "LibraryBundle": schema(
            spec: [
                "type": "object",
                "properties": [
                    "resources": [
                        "type": "array",
                        "items": ["type": "object", "required": ["id", "kind", "spec"]],
                    ]
                ],
            ], status: ["operationState": ["type": "object"], "summary": ["type": "object"]]),
    ]

    private static let query = schema(
        spec: [
            "type": "object",
            "properties": ["status": text, "target": target, "executionInterval": text],
        ],
        status: ["results": ["type": "object"], "resultCount": whole])

    private static let archiveSchemas: [String: JSONValue] = [
        "Book": schema(
            spec: [
                "type": "object",
                "properties": [
                    "title": text, "targetPodOrdinal": whole, "targetBaseURL": text,
                    "reExecuteInterval": text,
                ],
            ], status: ["state": text, "externalID": text]),
        // A resource that is only called so.
        "SearchQuery": schema(
            spec: ["type": "object", "properties": ["text": text, "onDelete": text]],
            status: ["driftDetected": flag]),
        "VaultCheckAggregate": schema(
            spec: ["type": "object", "properties": [:]],
            status: ["aggregatedHealth": text]),
    ]
}
