import Catalog
import Documents
import KubernetesCore

@testable import Diagnostics

/// Objects of made-up kinds, for judging without a cluster.
enum Things {
    static let now = Timestamp(rfc3339: "2026-01-31T12:00:00Z") ?? Timestamp(seconds: 0)

    static func kind(_ category: Category, _ name: String = "Thing") -> CatalogKind {
        let status: JSONValue =
            switch category {
            case .query: ["results": [:], "resultCount": [:]]
            case .action: ["result": [:], "httpStatusCode": [:]]
            case .aggregate: ["summary": [:]]
            case .bundle: ["operationState": [:]]
            case .resource, .unknown: ["driftDetected": [:], "externalID": [:]]
            }
        let parts: JSONValue = ["items": ["required": ["id", "kind", "spec"]]]
        return CatalogKind(
            type: ResourceType(
                group: "g.example.com", version: "v1", plural: name.lowercased() + "s", kind: name),
            schema: KindSchema([
                "properties": [
                    "spec": [
                        "properties": [
                            "id": ["type": "integer"], "readOnly": [:], "executionInterval": [:],
                            "resourceSelectors": [:],
                            "resources": parts, "pin": ["type": "string", "format": "password"],
                            "target": ["properties": ["pod": [:]]],
                        ]
                    ],
                    "status": ["properties": status],
                ]
            ]))
    }

    /// An object that was edited an hour ago, with what its operator said since.
    static func thing(
        _ spec: JSONValue, _ status: JSONValue, generation: Int64 = 1,
        edited: String = "2026-01-31T11:00:00Z"
    ) -> KubernetesObject {
        var status = status
        if status["observedGeneration"] == nil, status["state"] != nil {
            status["observedGeneration"] = .integer(generation)
        }
        return KubernetesObject([
            "apiVersion": "g.example.com/v1", "kind": "Thing",
            "metadata": [
                "name": "one", "namespace": "default", "uid": "u1",
                "generation": .integer(generation), "creationTimestamp": .string(edited),
                "managedFields": [
                    [
                        "manager": "anna", "operation": "Apply", "time": .string(edited),
                        "fieldsV1": ["f:spec": ["f:a": [:], "f:category": [:]]],
                    ],
                    [
                        "manager": "operator", "operation": "Update",
                        "time": "2026-01-31T11:59:50Z", "subresource": "status",
                        "fieldsV1": ["f:status": ["f:state": [:]]],
                    ],
                ],
            ],
            "spec": spec, "status": status,
        ])
    }

    /// A synced thing, read ten seconds ago.
    static func synced(
        _ spec: JSONValue, _ data: JSONValue, count: Int64 = 0, written: String? = nil
    ) -> KubernetesObject {
        var status: JSONValue = [
            "state": "Synced", "driftDetected": false, "driftDetectedCount": .integer(count),
            "lastGetTime": "2026-01-31T11:59:50Z",
            "response": ["success": true, "statusCode": 200, "data": data],
        ]
        if let written { status["lastSyncTime"] = .string(written) }
        return thing(spec, status)
    }
}
