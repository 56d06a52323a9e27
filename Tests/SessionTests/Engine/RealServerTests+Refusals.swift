import Documents
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Testing

@testable import Session

// Undos that a real server refuses, and values in which others have the last word on a part.
extension RealServerTests {
    private static let webhooks = ResourceType(
        group: "admissionregistration.k8s.io", version: "v1",
        plural: "validatingwebhookconfigurations", kind: "ValidatingWebhookConfiguration",
        isNamespaced: false)

    /// Admission that nobody answers, for the pets with one label; what it is asked about fails.
    private static func webhook(_ name: String) -> JSONValue {
        [
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration", "metadata": ["name": .string(name)],
            "webhooks": [
                [
                    "name": "unreachable.example.com", "failurePolicy": "Fail",
                    "sideEffects": "None", "admissionReviewVersions": ["v1"],
                    "timeoutSeconds": 1,
                    // A port on which nobody listens.
                    "clientConfig": ["url": "https://127.0.0.1:9/"],
                    "objectSelector": ["matchLabels": ["admission": .string(name)]],
                    "rules": [
                        [
                            "apiGroups": ["petstore.example.com"], "apiVersions": ["*"],
                            "operations": ["UPDATE"], "resources": ["pets"],
                        ]
                    ],
                ]
            ],
        ]
    }

    @Test("P19: admission refuses the undo: its words, nothing half written, later it works")
    func refusedByAdmission() async throws {
        let name = "admitted"
        try await makePet(name)
        _ = try await client.patch(
            .merge(["metadata": ["labels": ["admission": .string(name)]]]), Harness.pets,
            namespace: "default", name: name, options: WriteOptions(fieldManager: "kubectl-edit"))
        func isRefused() async -> Bool {
            // Only whether the server would take it.
            let answer = try? await client.patch(
                .merge(["spec": ["name": "Probe"]]), Harness.pets, namespace: "default",
                name: name, options: WriteOptions(dryRun: true))
            return answer == nil
        }
        let before = try await essence(name)
        let session = session("realadmission")
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/status", to: "pending")], name: name))
        let changed = try await essence(name)
        _ = try await client.create(
            KubernetesObject(Self.webhook(name)), Self.webhooks, namespace: nil,
            options: WriteOptions())
        try await settle("admission is asked") { await isRefused() }
        let report = await session.undo(.all, options: UndoOptions(limit: .seconds(120)))
        _ = try await client.delete(
            Self.webhooks, namespace: nil, name: name, options: DeleteOptions())
        guard case .failed(let reason)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(reason.contains("unreachable.example.com"), "\(reason)")
        #expect(try await essence(name) == changed)
        try await settle("admission is not asked any more") { await !isRefused() }
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await essence(name) == before)
    }

    @Test("P5 P23: who writes one member of our value keeps it; the others go back to their owner")
    func memberOfWhole() async throws {
        let name = "members"
        try await makePet(name)
        func merge(_ spec: JSONValue) async throws {
            _ = try await client.patch(
                .merge(["spec": spec]), Harness.pets, namespace: "default", name: name,
                options: WriteOptions(fieldManager: "kubectl-edit"))
        }
        try await merge(["target": ["pod": "p-0", "podOrdinal": 7]])
        let session = session("realmembers")
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/target", to: ["pod": "ours"])], name: name))
        try await merge(["target": ["pod": "theirs"]])
        let report = await session.close()
        guard case .conflict(let kept)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(kept.map(\.path.description) == ["spec.target.pod"])
        #expect(kept.first?.author?.manager == "kubectl-edit")
        let pet = try await client.get(Harness.pets, namespace: "default", name: name)
        #expect(pet.spec["target"] == ["pod": "theirs", "podOrdinal": 7])
        #expect(!pet.managedFields.contains { $0["manager"] == "petstore-cli" })
    }
}
