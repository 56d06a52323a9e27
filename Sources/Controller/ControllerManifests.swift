package import Documents
import Session

/// What has to be in a cluster for the controller to live there.
package enum ControllerManifests {
    /// All objects, in the order in which they are applied.
    ///
    /// - Parameters:
    ///   - group: of the API whose policies are followed.
    ///   - rules: of RBAC, that the work needs.
    ///   - image: of the container.
    /// - Returns: Namespace, definition, account, rights, Deployment.
    package static func all(group: String, rules: [JSONValue], image: String) -> [JSONValue] {
        let place = SessionLease.controllerNamespace
        return [
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(place)]],
            CleanupPolicy.definition(group: group),
            object("v1", "ServiceAccount", place),
            object(access, "ClusterRole", nil, ["rules": .array(rules)]),
            object(access, "ClusterRoleBinding", nil, binding),
            object("apps/v1", "Deployment", place, ["spec": deployment(image)]),
        ]
    }

    private static let access = "rbac.authorization.k8s.io/v1"
    private static let name = SessionLease.controllerName
    private static let labels: JSONValue = ["app.kubernetes.io/name": .string(name)]

    private static func object(
        _ version: String, _ kind: String, _ namespace: String?, _ rest: JSONObject = JSONObject()
    ) -> JSONValue {
        var metadata: JSONValue = ["name": .string(name), "labels": labels]
        if let namespace { metadata["namespace"] = .string(namespace) }
        var object: JSONValue = [
            "apiVersion": .string(version), "kind": .string(kind), "metadata": metadata,
        ]
        for member in rest { object[member.name] = member.value }
        return object
    }

    private static let binding: JSONObject = [
        "roleRef": [
            "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(name),
        ],
        "subjects": [
            [
                "kind": "ServiceAccount", "name": .string(name),
                "namespace": .string(SessionLease.controllerNamespace),
            ]
        ],
    ]

    private static func deployment(_ image: String) -> JSONValue {
        func probe(_ path: String) -> JSONValue {
            ["httpGet": ["path": .string(path), "port": "http"], "periodSeconds": 10]
        }
        let container: JSONValue = [
            "name": "controller", "image": .string(image),
            "args": ["controller", "run", "--leader-elect", "--metrics-address", ":8080"],
            "env": [["name": "HOME", "value": "/tmp"]],
            "ports": [["name": "http", "containerPort": 8080]],
            "livenessProbe": probe("/healthz"), "readinessProbe": probe("/readyz"),
            "resources": [
                "requests": ["cpu": "10m", "memory": "32Mi"], "limits": ["memory": "128Mi"],
            ],
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "capabilities": ["drop": ["ALL"]],
            ],
        ]
        return [
            "replicas": 2, "selector": ["matchLabels": labels],
            "template": [
                "metadata": ["labels": labels],
                "spec": [
                    "serviceAccountName": .string(name), "containers": [container],
                    "securityContext": [
                        "runAsNonRoot": true, "runAsUser": 65_532,
                        "seccompProfile": ["type": "RuntimeDefault"],
                    ],
                ],
            ],
        ]
    }
}
