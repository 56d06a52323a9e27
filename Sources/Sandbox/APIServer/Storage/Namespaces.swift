import Documents
import KubernetesCore

extension ClusterState {
    /// Makes namespaces that are simply there, as a new cluster has them.
    mutating func makeNamespaces(_ names: [String]) {
        guard let type = registry.resource(.namespaces) else { return }
        for name in names {
            var object: JSONValue = [
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": [
                    "name": .string(name), "uid": .string(newUID()),
                    "creationTimestamp": .string(now.rfc3339),
                ],
            ]
            object = JSONOrder.sorted(BuiltInDefaults.complete(object, type))
            put(object, .namespaces, ObjectKey(namespace: "", name: name))
        }
    }
}
