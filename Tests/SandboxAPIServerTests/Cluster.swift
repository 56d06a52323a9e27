import Documents
import HTTP
import KubernetesCore
import SandboxAPIServer
import Testing

/// A server in this process with a definition that uses every schema keyword, and short ways to
/// speak to it.
struct Cluster {
    static let gizmos = "/apis/shop.example.com/v1/namespaces/default/gizmos"
    static let start = Timestamp(rfc3339: "2026-03-01T12:00:00Z") ?? Timestamp(seconds: 0)

    let server: APIServer
    let transport: InProcessTransport

    init(_ change: (inout APIServer.Settings) -> Void = { _ in }) async throws {
        var settings = APIServer.Settings(clock: { Self.start }, seed: 7)
        change(&settings)
        server = APIServer(settings)
        transport = InProcessTransport(server)
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        let made = try await send(.post, path, Definitions.gizmo)
        #expect(made.status == 201, "\(made.json.text())")
    }

    struct Reply {
        var status: Int
        var headers: HTTPHeaders
        var json: JSONValue
        var text: String

        var message: String { json["message"]?.stringValue ?? "" }
        var reason: String { json["reason"]?.stringValue ?? "" }
        var revision: String { json["metadata", "resourceVersion"]?.stringValue ?? "" }
        var causes: [String] {
            (json["details", "causes"]?.arrayValue ?? []).map {
                "\($0["reason"]?.stringValue ?? "") \($0["field"]?.stringValue ?? "")"
            }
        }
    }

    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil,
        type: String = "application/json", accept: String? = nil, headers: HTTPHeaders = [:]
    ) async throws -> Reply {
        try await send(
            method, path, bytes: body?.bytes(), type: type, accept: accept, headers: headers)
    }

    @discardableResult
    func send(
        _ method: HTTPMethod, _ path: String, bytes: [UInt8]?, type: String = "application/json",
        accept: String? = nil, headers: HTTPHeaders = [:]
    ) async throws -> Reply {
        let response = try await open(
            method, path, bytes: bytes, type: type, accept: accept, headers: headers)
        let bytes = try await response.body.collect()
        return Reply(
            status: response.status, headers: response.headers,
            json: (try? JSONValue(parsing: bytes)) ?? .null,
            text: String(decoding: bytes, as: UTF8.self))
    }

    func open(
        _ method: HTTPMethod, _ path: String, bytes: [UInt8]? = nil,
        type: String = "application/json", accept: String? = nil, headers: HTTPHeaders = [:]
    ) async throws -> HTTPResponse {
        var fields = headers
        if bytes != nil { fields["Content-Type"] = type }
        if let accept { fields["Accept"] = accept }
        return try await transport.send(
            HTTPRequest(
                method, "http://sandbox.invalid" + path, headers: fields, body: bytes,
                limits: CallLimits(total: .seconds(20))))
    }

    func merge(_ path: String, _ patch: JSONValue) async throws -> Reply {
        try await send(.patch, path, patch, type: "application/merge-patch+json")
    }

    func jsonPatch(_ path: String, _ patch: JSONValue) async throws -> Reply {
        try await send(.patch, path, patch, type: "application/json-patch+json")
    }

    /// Creates a gizmo of that name and spec.
    @discardableResult
    func make(
        _ name: String, _ spec: JSONValue = ["colour": "red"], labels: JSONValue? = nil,
        finalizers: JSONValue? = nil, query: String = ""
    ) async throws -> Reply {
        var object = Self.gizmo(name, spec)
        if let labels { object["metadata"]?["labels"] = labels }
        if let finalizers { object["metadata"]?["finalizers"] = finalizers }
        return try await send(.post, Self.gizmos + query, object)
    }

    static func gizmo(_ name: String, _ spec: JSONValue) -> JSONValue {
        [
            "apiVersion": "shop.example.com/v1", "kind": "Gizmo",
            "metadata": ["name": .string(name)], "spec": spec,
        ]
    }

    func names(_ query: String = "") async throws -> [String] {
        let reply = try await send(.get, Self.gizmos + query)
        #expect(reply.status == 200, "\(reply.text)")
        return (reply.json["items"]?.arrayValue ?? []).compactMap {
            $0["metadata", "name"]?.stringValue
        }
    }
}

/// Definitions that the tests load.
enum Definitions {
    static let gizmo: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "gizmos.shop.example.com"],
        "spec": [
            "group": "shop.example.com", "scope": "Namespaced",
            "names": [
                "kind": "Gizmo", "plural": "gizmos", "shortNames": ["gz"], "categories": ["all"],
            ],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "subresources": ["status": [:]],
                    "additionalPrinterColumns": [
                        ["name": "Colour", "type": "string", "jsonPath": ".spec.colour"],
                        [
                            "name": "Count", "type": "integer", "jsonPath": ".spec.count",
                            "priority": 1,
                        ],
                        [
                            "name": "Ready", "type": "string",
                            "jsonPath": ".status.conditions[?(@.type=='Ready')].status",
                        ],
                        [
                            "name": "Age", "type": "date",
                            "jsonPath": ".metadata.creationTimestamp",
                        ],
                    ],
                    "schema": ["openAPIV3Schema": schema],
                ]
            ],
        ],
    ]

    private static let schema: JSONValue = [
        "type": "object", "required": ["spec"], "description": "A thing that is sold.",
        "properties": [
            "apiVersion": ["type": "string"], "kind": ["type": "string"],
            "metadata": ["type": "object"],
            "spec": [
                "type": "object", "required": ["colour"],
                "properties": [
                    "colour": ["type": "string", "enum": ["red", "green", "blue"]],
                    "count": [
                        "type": "integer", "format": "int64", "minimum": 0, "maximum": 10,
                    ],
                    "ratio": [
                        "type": "number", "minimum": 1, "exclusiveMinimum": true,
                        "multipleOf": 0.5,
                    ],
                    "code": [
                        "type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$",
                    ],
                    "when": ["type": "string", "format": "date-time"],
                    "flag": ["type": "boolean"],
                    "size": ["type": "string", "default": "medium"],
                    "note": ["type": "string", "nullable": true],
                    "parts": [
                        "type": "array", "items": ["type": "string"], "minItems": 1,
                        "maxItems": 2,
                    ],
                    "unique": [
                        "type": "array", "items": ["type": "string"],
                        "x-kubernetes-list-type": "set",
                    ],
                    "slots": [
                        "type": "array", "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["key"],
                        "items": [
                            "type": "object", "required": ["key"],
                            "properties": [
                                "key": ["type": "string"], "value": ["type": "integer"],
                                "mode": ["type": "string", "default": "on"],
                            ],
                        ],
                    ],
                    "map": [
                        "type": "object", "additionalProperties": ["type": "integer"],
                        "maxProperties": 2,
                    ],
                    "port": ["x-kubernetes-int-or-string": true],
                    "free": [
                        "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                    ],
                    "deep": [
                        "type": "object",
                        "properties": [
                            "inner": [
                                "type": "object",
                                "properties": ["leaf": ["type": "string"]],
                            ]
                        ],
                    ],
                ],
            ],
            "status": [
                "type": "object",
                "properties": [
                    "state": ["type": "string", "enum": ["Good", "Bad"]],
                    "conditions": [
                        "type": "array",
                        "items": [
                            "type": "object",
                            "properties": [
                                "type": ["type": "string"], "status": ["type": "string"],
                            ],
                        ],
                    ],
                ],
            ],
        ],
    ]
}
