import CurlTransport
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import TestCluster

/// A custom kind of our own on a real kube-apiserver, made once for all contract tests.
enum Shelter {
    static let animals = ResourceType(
        group: "shelter.example.org", version: "v1", plural: "animals", kind: "Animal",
        shortNames: ["an"])

    static func client(token: String? = nil) async throws -> KubernetesClient {
        let server = try await RealAPIServer.shared()
        var configuration = server.configuration
        var credentials = Credentials()
        if let token {
            configuration.identity = nil
            credentials = Credentials(.token(token))
        }
        return KubernetesClient(
            connection: ClusterConnection(
                server: server.url, configuration: configuration, credentials: credentials),
            transport: CurlTransport(configuration))
    }

    /// A client of the administrator, once the kind is served.
    static func ready() async throws -> KubernetesClient {
        try await preparing.value
        return try await client()
    }

    private static let preparing = Task { () async throws -> Void in
        let admin = try await client()
        let definitions = KubernetesClient.definitions
        do throws(KubernetesError) {
            _ = try await admin.create(KubernetesObject(definition), definitions, namespace: nil)
        } catch {
            guard error.isAlreadyExists else { throw error }
        }
        let mine = ListOptions(fieldSelector: "metadata.name=\(animals.qualifiedName)")
        for try await update in admin.watch(definitions, namespace: nil, options: mine) {
            switch update {
            case .restarted(let list) where list.items.contains(where: isEstablished): return
            case .event(let event) where event.object.map(isEstablished) == true: return
            default: continue
            }
        }
    }

    private static func isEstablished(_ definition: KubernetesObject) -> Bool {
        definition.status["conditions"]?.arrayValue?.contains {
            $0["type"] == "Established" && $0["status"] == "True"
        } ?? false
    }

    static func animal(_ name: String, spec: JSONValue = ["kind": "cat"]) -> KubernetesObject {
        KubernetesObject(animals, namespace: "default", name: name, spec: spec)
    }

    private static let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": .string(animals.qualifiedName)],
        "spec": [
            "group": "shelter.example.org", "scope": "Namespaced",
            "names": [
                "kind": "Animal", "plural": "animals", "singular": "animal", "shortNames": ["an"],
            ],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                    "additionalPrinterColumns": [
                        ["name": "Kind", "type": "string", "jsonPath": ".spec.kind"],
                        [
                            "name": "Chip", "type": "integer", "jsonPath": ".spec.chip",
                            "priority": 1,
                        ],
                    ],
                    "schema": ["openAPIV3Schema": schema],
                ]
            ],
        ],
    ]

    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object", "required": ["kind"],
                "properties": [
                    "kind": ["type": "string", "enum": ["cat", "dog"]],
                    "chip": ["type": "integer", "format": "int64"],
                    "note": ["type": "string"],
                    "tame": ["type": "boolean", "default": true],
                    "tags": ["type": "array", "items": ["type": "string"]],
                    "home": ["type": "object", "properties": ["street": ["type": "string"]]],
                ],
            ],
            "status": [
                "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                "properties": ["state": ["type": "string"]],
            ],
        ],
    ]
}

/// The error that a call must end with.
func failure<Value>(
    of call: () async throws(KubernetesError) -> Value
) async -> KubernetesError? {
    do throws(KubernetesError) {
        _ = try await call()
        return nil
    } catch {
        return error
    }
}
