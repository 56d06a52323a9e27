import Catalog
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Testing

@testable import Session

extension Harness {
    static func manifest(_ name: String, spec: JSONValue = ["name": "Q"]) -> KubernetesObject {
        KubernetesObject(pets, namespace: "default", name: name, spec: spec)
    }

    static func creation(
        _ name: String, spec: JSONValue = ["name": "Q"], category: Category = .query,
        lifetime: Duration? = nil, isTemporary: Bool = true, accepts: Bool = false
    ) -> CreateRequest {
        CreateRequest(
            target: ChangeTarget(type: pets, category: category), namespace: "default",
            manifest: manifest(name, spec: spec), reason: "a test", ticket: "T-1",
            lifetime: lifetime, isTemporary: isTemporary, acceptsEffects: accepts)
    }

    func exists(_ name: String) async throws -> Bool {
        do throws(KubernetesError) {
            _ = try await admin.get(Self.pets, namespace: "default", name: name)
            return true
        } catch  where error.isNotFound {
            return false
        }
    }
}

/// Objects that are made to be deleted again, and deletions.
@Suite("Temporary creations, and deletions")
struct CreationTests {
    @Test("P22: a temporary object bears its marks, and goes with the session")
    func life() async throws {
        let harness = try await Harness()
        let session = harness.session()
        var request = Harness.creation("q", lifetime: .seconds(600))
        request.comparisonSet = "set-1"
        let entry = try await session.create(request)
        #expect(entry.action == .create)
        #expect(entry.level == .g2)
        #expect(entry.why.contains("clean-up controller"))
        let made = try await harness.pet("q")
        #expect(
            made.labels == [
                "temporary": "true", "purpose": "diagnostics", "diagnostic-session": "s1",
                "comparison-set": "set-1",
            ])
        let prefix = "diagnostics.example.com/"
        #expect(made.annotations[prefix + "ttl"] == entry.deadline?.rfc3339)
        #expect(made.annotations[prefix + "created-by"] == "anna")
        #expect(made.annotations[prefix + "reason"] == "a test")
        let report = await session.close()
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(report.lines.map(\.text) == ["pet/q: deleted again"])
        #expect(try await !harness.exists("q"))
        #expect(try await harness.leases().isEmpty)
    }

    @Test("P22: kept, it loses every mark and its record, and nothing else")
    func keep() async throws {
        let harness = try await Harness()
        let session = harness.session()
        var request = Harness.creation("q", lifetime: .seconds(600))
        request.manifest.labels = ["app": "x", "purpose": "mine"]
        _ = try await session.create(request)
        #expect(try await harness.pet("q").labels["purpose"] == "diagnostics")
        #expect(await session.keep(.all).lines.map(\.outcome) == [.kept])
        _ = await session.close()
        let kept = try await harness.pet("q")
        #expect(kept.labels == ["app": "x", "purpose": "mine"])
        #expect(kept.annotations.isEmpty)
    }

    @Test("generated names are chosen by us, so that a lost answer can be found again")
    func generatedName() async throws {
        let harness = try await Harness()
        let session = harness.session("abcdef123456")
        var request = Harness.creation("")
        request.manifest.metadata["generateName"] = "find-"
        let entry = try await session.create(request)
        #expect(entry.object.name == "find-1234561")
        _ = await session.close()
    }

    private static let effects: [(Category, JSONValue, Bool)] = [
        (.query, ["name": "x"], false), (.aggregate, [:], false),
        (.bundle, [:], false), (.bundle, ["resources": [["id": "a"]]], true),
        (.resource, ["readOnly": true], false), (.resource, ["onDelete": "Orphan"], false),
        (.resource, ["onDelete": "Delete"], true), (.resource, ["onDelete": "Restore"], true),
        (.resource, ["name": "x"], true), (.unknown, [:], true),
    ]

    @Test("P21: what deletion would reach outside the cluster", arguments: effects)
    func effect(category: Category, spec: JSONValue, isExternal: Bool) {
        let effect = DeletionEffect.of(
            Harness.manifest("x", spec: spec), category: category)
        #expect(effect.isExternal == isExternal)
    }

    @Test("what the operator noted counts for an object that was read")
    func effectOfRead() {
        var object = Harness.manifest("x")
        object.metadata["uid"] = "u"
        object.status = ["state": "Synced", "createdByController": true]
        #expect(DeletionEffect.of(object, category: .resource).isExternal)
        object.status = ["state": "Synced"]
        #expect(DeletionEffect.of(object, category: .resource) == .none)
    }

    @Test("P21: a writable resource is not made temporarily unless that is accepted")
    func refused() async throws {
        let harness = try await Harness()
        let session = harness.session()
        for category in [Category.resource, .action] {
            let error = await #expect(throws: SessionError.self) {
                try await session.create(Harness.creation("w", category: category))
            }
            #expect(error?.kind == .refused)
        }
        #expect(try await !harness.exists("w"))
        let entry = try await session.create(
            Harness.creation("w", category: .resource, accepts: true))
        #expect(entry.notices.contains { $0.contains("operator deletes the object in the API") })
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await !harness.exists("w"))
    }

    @Test("an observer that became writable is not deleted, and it is told why")
    func becameWritable() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let spec: JSONValue = ["name": "x", "mergeOnUpdate": true]
        var request = Harness.creation("o", spec: spec, category: .resource, accepts: true)
        request.acceptsEffects = true
        _ = try await session.create(request)
        // Its record no longer says that this was accepted.
        let pet = try await harness.pet("o")
        let found = try #require(
            Marks.creations(in: pet, group: "petstore.example.com").first)
        var record = try #require(found.record)
        record.acceptsEffects = false
        try await harness.edit(
            ["metadata": ["annotations": .object([found.key: .string(record.text)])]], name: "o")
        let report = await session.undo(.all)
        #expect(report.failed == 1)
        #expect(report.lines.first?.text.contains("operator deletes the object") == true)
        #expect(try await harness.exists("o"))
        #expect(await session.keep(.all).lines.map(\.outcome) == [.kept])
    }

    @Test("P17: adopted, recreated and copied objects are not deleted")
    func strangers() async throws {
        let harness = try await Harness()
        let session = harness.session()
        for name in ["adopted", "recreated", "gone", "mine"] {
            _ = try await session.create(Harness.creation(name))
        }
        let key = CreationRecord.key(
            group: "petstore.example.com", session: "s1", sequence: 1)
        try await harness.edit(
            ["metadata": ["annotations": .object([key: .null])]], name: "adopted")
        for name in ["recreated", "gone"] {
            _ = try await harness.admin.delete(Harness.pets, namespace: "default", name: name)
        }
        _ = try await harness.admin.create(
            Harness.manifest("recreated"), Harness.pets, namespace: "default")
        let report = await session.close()
        #expect(
            report.lines.map(\.outcome) == [.undone, .deleted, .recreated, .undoneElsewhere])
        #expect(try await harness.exists("adopted"))
        #expect(try await harness.exists("recreated"))
        #expect(report.isComplete)
    }

    @Test("P17: a copy of a temporary object, and one out of a backup, are left alone")
    func copied() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.create(Harness.creation("q"))
        var copy = try await harness.pet("q")
        _ = await session.close()
        copy.metadata["uid"] = nil
        copy.resourceVersion = ""
        harness.clock.advance(.seconds(3600))
        // The same name, later.
        _ = try await harness.admin.create(copy, Harness.pets, namespace: "default")
        let found = await harness.search()
        #expect(found.records.map(\.kind) == [.copied])
        #expect(await harness.sweep(found, .session("s1", force: true)).lines.isEmpty)
        #expect(try await harness.exists("q"))
    }

    @Test("P16: no right to delete is told before anything is made")
    func noRight() async throws {
        let harness = try await Harness()
        harness.server.policy = .forbidding(verbs: ["delete"], resource: "pets")
        let error = await #expect(throws: SessionError.self) {
            try await harness.session().create(Harness.creation("q"))
        }
        #expect(error?.cause?.isForbidden == true)
        #expect(try await !harness.exists("q"))
    }

    @Test("a name that is taken is an error, and the other object is not touched")
    func taken() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        let error = await #expect(throws: SessionError.self) {
            try await session.create(Harness.creation("fluffy"))
        }
        #expect(error?.cause?.isAlreadyExists == true)
        #expect(await session.close().lines.isEmpty)
        #expect(try await harness.essence() == before)
    }

    @Test("a field that the server would drop is refused")
    func dropped() async throws {
        let harness = try await Harness()
        let error = await #expect(throws: SessionError.self) {
            try await harness.session().create(
                Harness.creation("q", spec: ["name": "x", "colour": "red"]))
        }
        #expect(error?.message.contains("colour") == true)
        #expect(
            CreationPlanner.dropped(
                ["a": [["b": 1], ["c": 2]]], from: ["a": [["b": 1], [:]]], at: "spec")
                == "spec.a[1].c")
    }

    @Test("a permanent object bears nothing of ours, and undo deletes it while the session lives")
    func permanent() async throws {
        let harness = try await Harness()
        let session = harness.session()
        for name in ["stays", "goes"] {
            let entry = try await session.create(Harness.creation(name, isTemporary: false))
            #expect(!entry.isTemporary)
        }
        let made = try await harness.pet("stays")
        #expect(made.labels.isEmpty)
        #expect(made.annotations.isEmpty)
        #expect(await session.pendingCount == 0)
        #expect(await session.undo(.numbers([2])).lines.map(\.outcome) == [.undone])
        _ = await session.close()
        #expect(try await harness.exists("stays"))
        #expect(try await !harness.exists("goes"))
    }

    @Test("P20: an object that a finalizer holds counts when it is gone")
    func finalizer() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.create(Harness.creation("held"))
        try await harness.edit(["metadata": ["finalizers": ["x.y/z"]]], name: "held")
        let report = await session.close()
        #expect(!report.isComplete)
        #expect(report.lines.first?.text.contains("x.y/z") == true)
        #expect(report.remaining == ["petstore-cli describe pet held -n default"])
    }

    @Test("a deletion is in the ledger, is not undone, and needs consent where it reaches further")
    func deletion() async throws {
        let harness = try await Harness()
        let session = harness.session()
        var request = DeleteRequest(
            target: ChangeTarget(type: Harness.pets, category: .resource), namespace: "default",
            name: "fluffy")
        let error = await #expect(throws: SessionError.self) { try await session.delete(request) }
        #expect(error?.kind == .refused)
        #expect(try await harness.exists("fluffy"))
        request.acceptsEffects = true
        let entry = try await session.delete(request)
        #expect(entry.action == .delete)
        #expect(entry.level == .g0)
        #expect(entry.state == .kept)
        #expect(try await !harness.exists("fluffy"))
        #expect(await session.undo(.all).lines.isEmpty)
        #expect(await session.close().isComplete)
    }

    @Test("P17: only the object that was looked at is deleted, not one made anew under its name")
    func deletionOfAnother() async throws {
        let harness = try await Harness()
        let looked = try await harness.pet().uid
        _ = try await harness.admin.delete(
            Harness.pets, namespace: "default", name: "fluffy", options: DeleteOptions())
        try await harness.makePet()
        let session = harness.session()
        let request = DeleteRequest(
            target: ChangeTarget(type: Harness.pets, category: .resource), namespace: "default",
            name: "fluffy", uid: looked, acceptsEffects: true)
        let error = await #expect(throws: SessionError.self) { try await session.delete(request) }
        #expect(error?.kind == .conflict)
        #expect(try await harness.exists("fluffy"))
        #expect(await session.entries.isEmpty)
    }
}
