import Catalog
import Documents
import KubernetesCore
import SandboxAPIServer
import Testing

@testable import Session

/// P10, P21: what is promised for which change, and why not more.
@Suite("Guarantees")
struct GuaranteeTests {
    /// A change, what the object is like, and what is expected of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var edits: [Edit] = [Edit(set: "/spec/status", to: "pending")]
        var category = Category.resource
        var spec: JSONValue = [:]
        var status: JSONValue = ["state": "Synced"]
        var annotations: [String: String] = [:]
        var hasDeadline = true
        var hasController = false
        var isOwned = false
        var level: GuaranteeLevel
        var executor: String?
        var reason: String

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "a resource, by the operator", level: .g3, executor: "operator", reason: ""),
        Case(
            name: "paused does not matter to the operator", spec: ["paused": true], level: .g3,
            executor: "operator", reason: ""),
        Case(
            name: "the controller comes first", hasController: true, level: .g3,
            executor: "controller", reason: ""),
        Case(
            name: "the controller takes what the operator cannot",
            edits: [Edit(set: "/spec/target/pod", to: "p")], category: .query,
            hasController: true, level: .g3, executor: "controller", reason: ""),
        Case(
            name: "no deadline", hasDeadline: false, hasController: true, level: .g2,
            reason: "without a deadline"),
        Case(
            name: "interval 0", spec: ["executionInterval": "0"], level: .g2,
            reason: "never comes back"),
        Case(
            name: "an interval that is none", spec: ["executionInterval": "soon"], level: .g2,
            reason: "never comes back"),
        Case(
            name: "an interval", spec: ["executionInterval": "5m"], level: .g3,
            executor: "operator", reason: ""),
        Case(
            name: "the interval itself", edits: [Edit(set: "/spec/executionInterval", to: "1m")],
            spec: ["executionInterval": "5m"], level: .g2, reason: "by the new"),
        Case(
            name: "absent before", edits: [Edit(set: "/spec/name", to: "x")], level: .g2,
            reason: "absent before"),
        Case(
            name: "null before", edits: [Edit(set: "/spec/name", to: "x")],
            spec: ["name": nil], level: .g2, reason: "absent before"),
        Case(
            name: "deeper than the top level", edits: [Edit(set: "/spec/category/name", to: "x")],
            spec: ["category": ["name": "y"]], level: .g2, reason: "top-level"),
        Case(
            name: "a label", edits: [Edit(set: "/metadata/labels/a", to: "x")], level: .g2,
            reason: "top-level"),
        Case(name: "a query", category: .query, level: .g2, reason: "resources only"),
        Case(name: "nobody looks", status: [:], level: .g2, reason: "no operator has looked"),
        Case(
            name: "another temporary of the operator",
            annotations: ["petstore.example.com/patch-expires": "2030-01-01T00:00:00Z"],
            level: .g2, reason: "one temporary change"),
        Case(
            name: "another session's record",
            annotations: ["diagnostics.example.com/original-state.x-1": "{}"], level: .g2,
            reason: "one temporary change"),
        Case(
            name: "an action's spec", category: .action, hasController: true, level: .g0,
            reason: "is an action"),
        Case(
            name: "a child of a bundle", hasController: true, isOwned: true, level: .g0,
            reason: "overwrite the change"),
    ]

    @Test("who undoes it, and why not more surely", arguments: cases)
    func levels(item: Case) {
        var object = Harness.manifest("fluffy", spec: ["status": "available"])
        object.spec = MergePatch.apply(item.spec, to: object.spec)
        if item.spec["name"]?.isNull == true { object.spec["name"] = JSONValue.null }
        object.status = item.status
        object.annotations = item.annotations
        if item.isOwned {
            object.ownerReferences = [
                OwnerReference(
                    apiVersion: "v1", kind: "PetstoreBundle", name: "all", uid: "u",
                    isController: true)
            ]
        }
        let flight = Preflight(
            Harness.request(item.edits, category: item.category, lifetime: .seconds(600)),
            on: object, until: item.hasDeadline ? Timestamp(seconds: 1_800_000_600) : nil,
            hasController: item.hasController)
        #expect(flight.level == item.level)
        #expect(flight.executor == item.executor)
        #expect(flight.armsOperator == (item.executor == "operator"))
        if item.reason.isEmpty {
            #expect(flight.why.isEmpty)
        } else {
            #expect(flight.why.contains(item.reason), "\(flight.why)")
        }
    }

    @Test("the promise is known before the change, and nothing is written for it")
    func preview() async throws {
        let harness = try await Harness()
        let revision = harness.server.revision
        let session = harness.session(store: .inMemory())
        let preview = try await session.preview(
            Harness.request(Harness.ours, lifetime: .seconds(600)))
        #expect(preview.guarantee.level == .g2)
        #expect(preview.guarantee.reason.contains("no operator has looked"))
        #expect(preview.fields.map(\.beforeText) == ["available"])
        #expect(preview.fields.map(\.nowText) == ["pending"])
        #expect(harness.server.revision == revision)
        #expect(await session.entries.isEmpty)
        var strict = Harness.request(Harness.ours, lifetime: .seconds(600))
        strict.requiredLevel = .g3
        let error = await #expect(throws: SessionError.self) { try await session.change(strict) }
        #expect(error?.kind == .refused)
        #expect(error?.hints.first?.contains("no operator has looked") == true)
    }

    @Test("owners that deliver again and again are told, by labels and by their managers")
    func owners() async throws {
        let harness = try await Harness()
        try await harness.edit(
            ["spec": ["mergeOnUpdate": false]], by: "argocd-application-controller")
        let session = harness.session(store: .inMemory())
        let byManager = try await session.preview(Harness.request(Harness.ours))
        #expect(byManager.notices.contains { $0.contains("argocd-application-controller") })
        try await harness.edit(["metadata": ["labels": ["helm.toolkit.fluxcd.io/name": "shop"]]])
        let byLabel = try await session.preview(Harness.request(Harness.ours))
        #expect(byLabel.notices.contains { $0.contains("Flux (Helm release shop)") })
    }
}
