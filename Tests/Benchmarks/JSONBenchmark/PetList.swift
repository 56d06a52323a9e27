import Documents

/// A list of pets as an API server sends it: each with two managers and a status.
enum PetList {
    static func bytes(count: Int) -> [UInt8] {
        var output: [UInt8] = []
        let head = #"{"apiVersion":"petstore.example.com/v1alpha1","kind":"PetList","#
        output.append(contentsOf: head.utf8)
        output.append(contentsOf: #""metadata":{"resourceVersion":"88214"},"items":["#.utf8)
        // In one piece: what a growing buffer leaves behind would count as memory of the reader.
        output.reserveCapacity(count * 2600)
        for index in 0..<count {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            pet(index).write(into: &output)
        }
        output.append(contentsOf: "]}\n".utf8)
        return output
    }

    private static func pet(_ index: Int) -> JSONValue {
        let name = "pet-\(index)"
        return [
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
            "metadata": [
                "annotations": ["example.com/note": .string("Número \(index): \"a <b> & c\"\n")],
                "creationTimestamp": "2026-02-03T04:05:06Z",
                "finalizers": ["petstore.example.com/finalizer"],
                "generation": .integer(Int64(index % 7)),
                "labels": ["app": "petstore", "tier": "gold"],
                "managedFields": [applied, updated], "name": .string(name), "namespace": "default",
                "resourceVersion": .string(String(10_000 + index)),
                "uid": .string("6f1c2a3e-5d4b-4c8a-9e7f-\(100_000_000_000 + index)"),
            ],
            "spec": [
                "id": .integer(Int64(index)), "name": .string(name), "status": "available",
                "photoUrls": ["https://img.example.com/\(index).png?size=1&x=2"].map(
                    JSONValue.string
                ).array,
                "category": ["id": 1, "name": "Dogs"],
                "tags": [["id": 1, "name": "friendly"], ["id": 2, "name": "small"]],
                "weight": 12.5, "target": ["statefulSet": ["name": "petstore-api", "ordinal": 0]],
            ],
            "status": [
                "state": "Synced", "message": "Resource is in sync with the API",
                "lastSyncTime": "2026-02-03T04:06:00Z", "externalID": .string(String(index)),
                "observedGeneration": 1, "syncCount": .integer(Int64(index * 3)),
                "driftDetectedCount": 0,
                "response": [
                    "statusCode": 200, "success": true,
                    "data": [
                        "id": .integer(Int64(index)), "name": .string(name), "status": "available",
                    ],
                ],
                "conditions": [
                    [
                        "type": "Ready", "status": "True", "reason": "Synced",
                        "lastTransitionTime": "2026-02-03T04:06:00Z", "message": "in sync",
                    ]
                ],
            ],
        ]
    }

    private static let applied: JSONValue = [
        "apiVersion": "petstore.example.com/v1alpha1", "fieldsType": "FieldsV1",
        "fieldsV1": [
            "f:metadata": [
                "f:labels": ["f:app": [:], "f:tier": [:]],
                "f:annotations": ["f:example.com/note": [:]],
            ],
            "f:spec": [
                "f:category": ["f:id": [:], "f:name": [:]], "f:id": [:], "f:name": [:],
                "f:photoUrls": [:],
                "f:status": [:], "f:tags": [:], "f:weight": [:], "f:target": [:],
            ],
        ],
        "manager": "kubectl", "operation": "Apply", "time": "2026-02-03T04:05:06Z",
    ]

    private static let updated: JSONValue = [
        "apiVersion": "petstore.example.com/v1alpha1", "fieldsType": "FieldsV1",
        "fieldsV1": [
            "f:status": [
                ".": [:], "f:conditions": [:], "f:driftDetectedCount": [:], "f:externalID": [:],
                "f:lastSyncTime": [:], "f:message": [:], "f:observedGeneration": [:],
                "f:response": [".": [:], "f:data": [:], "f:statusCode": [:], "f:success": [:]],
                "f:state": [:], "f:syncCount": [:],
            ]
        ],
        "manager": "petstore-operator", "operation": "Update", "subresource": "status",
        "time": "2026-02-03T04:06:00Z",
    ]
}

extension [JSONValue] {
    fileprivate var array: JSONValue { .array(self) }
}
