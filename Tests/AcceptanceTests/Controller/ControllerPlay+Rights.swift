import Documents
import KubernetesClient
import KubernetesCore
import Testing

extension ControllerPlay {
    /// Lets the controller patch that pet alone, or everything of the group as its manifests say.
    func limitPatches(to name: String?) async throws {
        let printed = try await run("controller manifests --group petstore.example.com")
        let objects = try YAML.parse(printed.output)
        let json = try #require(objects.first { $0["kind"] == "ClusterRole" })
        var rules = json["rules"]?.arrayValue ?? []
        if let name {
            rules[0]["verbs"] = ["get", "list", "watch", "delete"]
            rules.append([
                "apiGroups": ["petstore.example.com"], "resources": ["pets"],
                "verbs": ["patch"], "resourceNames": [.string(name)],
            ])
        }
        _ = try await client.patch(
            .merge(["rules": .array(rules)]), Self.role, namespace: nil,
            name: KubernetesObject(json).name)
        // It counts when the server goes by it.
        try await wait("the rights are known") { try await mayPatchBuddy() == (name == nil) }
    }

    private func mayPatchBuddy() async throws -> Bool {
        let reviews = ResourceType(
            group: "authorization.k8s.io", version: "v1", plural: "subjectaccessreviews",
            kind: "SubjectAccessReview", isNamespaced: false)
        let review = KubernetesObject([
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
            "spec": [
                "user": .string(identity.last ?? ""),
                "resourceAttributes": [
                    "group": "petstore.example.com", "resource": "pets", "verb": "patch",
                    "namespace": "default", "name": "buddy",
                ],
            ],
        ])
        return try await client.create(review, reviews, namespace: nil)
            .status["allowed"]?.boolValue == true
    }
}
