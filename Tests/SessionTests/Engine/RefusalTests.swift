import Catalog
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization
import Testing

@testable import Session

/// P2, P11, P16, P19, P21, P22, P24: what is refused, told, kept and never written.
@Suite("Refusals, levels and what the user is told")
struct RefusalTests {
    private static let ours = [Edit(set: "/spec/status", to: "pending")]

    @Test("P21: what cannot be undone is refused before anything is written")
    func refusals() async throws {
        let harness = try await Harness()
        try await harness.makePet("owned")
        let owner: JSONValue = [
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "PetstoreBundle",
            "name": "all", "uid": "u-1", "controller": true,
        ]
        try await harness.edit(["metadata": ["ownerReferences": [owner]]], name: "owned")
        try await harness.makePet("leaving")
        try await harness.edit(["metadata": ["finalizers": ["x.y/z"]]], name: "leaving")
        _ = try await harness.admin.delete(
            Harness.pets, namespace: "default", name: "leaving", options: DeleteOptions())
        let immutable = FieldRules(transitionRules: { _ in ["self == oldSelf"] })
        let secret = FieldRules(isSecret: { _ in true })
        let cases: [(ChangeRequest, SessionError.Kind, String)] = [
            (Harness.request(Self.ours, category: .action), .refused, "is an action"),
            (Harness.request(Self.ours, name: "owned"), .refused, "petstorebundle/all"),
            (Harness.request(Self.ours, name: "leaving"), .refused, "being deleted"),
            (Harness.request(Self.ours, rules: immutable), .refused, "transition rule"),
            (
                Harness.request([Edit(set: "/spec/password", to: "********")], rules: secret),
                .invalid, "mask"
            ),
            (Harness.request([Edit(set: "/spec/status", to: "flying")]), .server, "flying"),
            (Harness.request([Edit(set: "/spec/colour", to: "red")]), .server, "colour"),
            (
                Harness.request([Edit(set: "/spec/status", to: "available")]),
                .nothingToChange, "already"
            ),
            (Harness.request(Self.ours, name: "nobody"), .server, "not found"),
        ]
        let revision = harness.server.revision
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        for (request, kind, text) in cases {
            let error = await #expect(throws: SessionError.self) {
                try await session.change(request)
            }
            #expect(error?.kind == kind, "\(text): \(error?.message ?? "")")
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        }
        #expect(harness.server.revision == revision)
        #expect(try JournalStore(disk: disk).sessions().isEmpty)
        #expect(await session.entries.isEmpty)
    }

    @Test("P21: with consent an action is changed for good, without record or marks")
    func permanentByConsent() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let entry = try await session.change(
            Harness.request(Self.ours, category: .action, acceptsPermanent: true))
        #expect(!entry.isTemporary)
        #expect(entry.level == .g0)
        let pet = try await harness.pet()
        #expect(pet.labels == ["app": "petstore"])
        #expect(pet.annotations.isEmpty)
        _ = await session.close()
        #expect(try await harness.pet().spec["status"] == "pending")
    }

    @Test("a permanent change can be taken back while the session lives")
    func permanent() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(Harness.request(Self.ours, isTemporary: false))
        #expect(await session.pendingCount == 0)
        let report = await session.undo(.numbers([1]))
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(try await harness.essence() == before)
    }

    @Test("P22: keep makes a change permanent and clears record and marks")
    func keep() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        _ = try await session.change(Harness.request(Self.ours, lifetime: .seconds(60)))
        let report = await session.keep(.all)
        #expect(report.lines.map(\.outcome) == [.kept])
        _ = await session.close()
        let pet = try await harness.pet()
        #expect(pet.spec["status"] == "pending")
        #expect(pet.labels == ["app": "petstore"])
        #expect(pet.annotations.isEmpty)
        #expect(try JournalStore(disk: disk).sessions().isEmpty)
    }

    @Test("P16: no right to patch is told before anything is written")
    func noRight() async throws {
        let harness = try await Harness()
        harness.server.policy = .forbidding(verbs: ["patch"], resource: "pets")
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        let error = await #expect(throws: SessionError.self) {
            try await session.change(Harness.request(Self.ours))
        }
        #expect(error?.cause?.isForbidden == true)
        #expect(try JournalStore(disk: disk).sessions().isEmpty)
    }

    @Test("P16, P19: a right that is lost later makes the undo fail with the server's words")
    func lostRight() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Self.ours))
        harness.server.policy = .forbidding(verbs: ["patch"], resource: "pets")
        let revision = harness.server.revision
        let report = await session.undo(.all)
        guard case .failed(let reason)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(reason.contains("forbidden"))
        #expect(harness.server.revision == revision)
        harness.server.policy = .open
        #expect(await session.close().lines.map(\.outcome) == [.undone])
    }

    @Test("P11: deadlines come from the server's clock")
    func deadline() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let entry = try await session.change(
            Harness.request(
                Self.ours + [Edit(set: "/spec/target/pod", to: "p")], lifetime: .seconds(600)))
        let ttl = try await harness.pet().annotations["diagnostics.example.com/ttl"]
        #expect(ttl == entry.deadline?.rfc3339)
        #expect(entry.level == .g2)
        #expect(await session.undoExpired().lines.isEmpty)
        harness.clock.advance(.seconds(601))
        _ = try await harness.admin.get(
            Harness.pets, namespace: "default", name: "fluffy")
        // Any answer tells the session the time.
        _ = try? await session.change(Harness.request(Self.ours, name: "nobody"))
        #expect(await session.undoExpired().lines.map(\.outcome) == [.undone])
    }

    @Test("G3: the operator's rollback is armed where it is sound, and cleared by the undo")
    func operatorRollback() async throws {
        let harness = try await Harness()
        try await harness.edit(["status": ["state": "Paused"]], by: "op", subresource: "status")
        let before = try await harness.essence()
        let session = harness.session()
        let entry = try await session.change(
            Harness.request(Self.ours, lifetime: .seconds(3600)))
        #expect(entry.level == .g3)
        #expect(entry.undoneByText().hasSuffix("operator (G3)"))
        #expect(entry.notices.contains { $0.contains("overwrite later edits of spec.status") })
        let annotations = try await harness.pet().annotations
        let prefix = "petstore.example.com/"
        #expect(annotations[prefix + "patch-original-state"] == "{\"status\":\"available\"}")
        #expect(annotations[prefix + "patch-expires"] == entry.deadline?.rfc3339)
        let report = await session.undo(.all, options: UndoOptions(waitsForOperator: false))
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(try await harness.essence() == before)
    }

    @Test("G1: where the server refuses the record, the change is undone from this machine")
    func localOnly() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, request in
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            return body.contains("original-state") ? .answer(403) : .none
        }
        let disk = FaultyDisk()
        let session = harness.session(disk: disk, transport: wire)
        let entry = try await session.change(Harness.request(Self.ours))
        #expect(entry.level == .g1)
        #expect(entry.notices.contains { $0.contains("this machine only") })
        disk.crash(keeping: 0)
        let report = await (try harness.recover(disk: disk)).close()
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(try await harness.essence() == before)
        var strict = Harness.request(Self.ours)
        strict.requiredLevel = .g2
        let refused = harness.session("s2", transport: wire)
        await #expect(throws: SessionError.self) { try await refused.change(strict) }
        #expect(try await harness.essence() == before)
    }

    @Test("P24: no secret is in the journal, the ledger or an error")
    func secrets() async throws {
        let harness = try await Harness()
        try await harness.edit(["spec": ["password": "old-secret"]])
        try await harness.edit(["status": ["state": "Synced"]], by: "op", subresource: "status")
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        let rules = FieldRules(isSecret: { $0 == "/spec/password" })
        let entry = try await session.change(
            Harness.request(
                [Edit(set: "/spec/password", to: "new-secret")], rules: rules,
                lifetime: .seconds(60)))
        #expect(entry.fields.map(\.beforeText) == ["********"])
        #expect(entry.fields.map(\.nowText) == ["********"])
        disk.crash(keeping: 0)
        let session2 = try harness.recover(disk: disk)
        #expect(await session2.entries.first?.fields.map(\.nowText) == ["********"])
        let report = await session2.undo(.all, options: UndoOptions(waitsForOperator: false))
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(try await harness.pet().spec["password"] == "old-secret")
        let written = String(decoding: disk.everythingWritten, as: UTF8.self)
        #expect(!written.contains("-secret"))
        #expect(written.contains("sha256:"))
        #expect(!report.lines.map(\.text).joined().contains("-secret"))
    }

    @Test("owners that put values back are told: GitOps and Helm")
    func owners() async throws {
        let harness = try await Harness()
        try await harness.edit([
            "metadata": [
                "annotations": [
                    "argocd.argoproj.io/tracking-id": "app:x", "meta.helm.sh/release-name": "shop",
                ],
                "labels": [
                    "kustomize.toolkit.fluxcd.io/name": "apps",
                    "app.kubernetes.io/managed-by": "Helm",
                ],
            ]
        ])
        let entry = try await harness.session().change(Harness.request(Self.ours))
        for word in ["Argo CD", "kustomization apps", "release shop"] {
            #expect(entry.notices.contains { $0.contains(word) }, "\(word)")
        }
    }

    @Test("P1: no journal, no change")
    func fullDisk() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let disk = FaultyDisk()
        disk.failAppends(1)
        let session = harness.session(disk: disk)
        let error = await #expect(throws: SessionError.self) {
            try await session.change(Harness.request(Self.ours))
        }
        #expect(error?.kind == .journal)
        #expect(try await harness.essence() == before)
    }

    @Test("P15: a server that is gone at the end is waited for within the limit only")
    func networkDown() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let isDown = Mutex(false)
        let disk = FaultyDisk()
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, _ in
            guard isDown.withLock({ $0 }) else { return .none }
            harness.clock.advance(.seconds(10))
            return .lostRequest
        }
        let session = harness.session(disk: disk, transport: wire)
        _ = try await session.change(Harness.request(Self.ours))
        isDown.withLock { $0 = true }
        let start = harness.clock.now
        let report = await session.close(options: UndoOptions(limit: .seconds(30)))
        #expect(harness.clock.now - start < .seconds(120))
        #expect(!report.isComplete)
        #expect(report.remaining == ["petstore-cli session recover s1 --yes"])
        isDown.withLock { $0 = false }
        let again = await (try harness.recover(disk: disk)).close()
        #expect(again.isComplete)
        #expect(try await harness.essence() == before)
    }
}
