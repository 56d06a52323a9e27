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

/// P4, P5, P8, P17, P20: other people, other objects, servers that lie.
@Suite("Others at the same object")
struct ConflictTests {
    private static let ours = [Edit(set: "/spec/status", to: "pending")]

    @Test("P5: somebody edits our path before the N-th request, for each N")
    func interleaved() async throws {
        var requests = 1
        for number in 1...30 where number <= requests {
            let harness = try await Harness()
            let wire = FaultyTransport(
                InProcessTransport(harness.server), clock: harness.clock
            ) { [number] count, _ in
                if count == number { try? await harness.edit(["spec": ["status": "sold"]]) }
                return .none
            }
            let session = harness.session(transport: wire)
            _ = try? await session.change(Harness.request(Self.ours))
            let report = await session.close()
            requests = max(requests, wire.count)
            #expect(report.isComplete)
            // Theirs came before our change, or over it: either way it is what stands there now.
            let pet = try await harness.pet()
            let expected: JSONValue = number <= wire.count ? "sold" : "available"
            #expect(pet.spec["status"] == expected, "request \(number)")
            #expect(pet.labels == ["app": "petstore"])
            #expect(pet.annotations.isEmpty)
        }
        #expect(requests > 8)
    }

    @Test("P4: edits of other paths before the N-th request are all there afterwards")
    func otherPaths() async throws {
        var requests = 1
        for number in 1...30 where number <= requests {
            let harness = try await Harness()
            let before = try await harness.pet()
            let wire = FaultyTransport(
                InProcessTransport(harness.server), clock: harness.clock
            ) { [number] count, _ in
                guard count == number else { return .none }
                try? await harness.edit([
                    "metadata": ["labels": ["theirs": "1"], "annotations": ["theirs": "2"]],
                    "spec": ["name": "Theirs", "target": ["podOrdinal": 1]],
                ])
                return .none
            }
            let session = harness.session(transport: wire)
            _ = try await session.change(
                Harness.request(Self.ours + [Edit(set: "/spec/target/pod", to: "p")]))
            let report = await session.close()
            requests = max(requests, wire.count)
            #expect(report.isComplete)
            let pet = try await harness.pet()
            var spec = before.spec
            let isEdited = number <= wire.count
            if isEdited {
                spec["name"] = "Theirs"
                spec["target"] = ["podOrdinal": 1]
            }
            #expect(pet.spec == spec, "request \(number)")
            #expect(pet.labels["diagnostic-session"] == nil)
            #expect(pet.annotations == (isEdited ? ["theirs": "2"] : [:]))
        }
        #expect(requests > 8)
    }

    @Test("P5: the report says who and when, and masks secrets")
    func author() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let rules = FieldRules(isSecret: { $0 == "/spec/password" })
        _ = try await session.change(
            Harness.request(
                Self.ours + [Edit(set: "/spec/password", to: "our-secret")], rules: rules))
        try await harness.edit(
            ["spec": ["status": "sold", "password": "their-secret"]], by: "kubectl-edit")
        let report = await session.close()
        guard case .conflict(let kept)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(kept.map(\.path.description) == ["spec.status", "spec.password"])
        #expect(kept[0].text.hasPrefix("kept sold, set by "))
        #expect(kept[1].text.hasPrefix("kept ********, set by "))
        #expect(report.summary == "undone 0, kept 1 (conflict), failed 0")
        #expect(!"\(report.lines[0].text)".contains("secret\""))
    }

    @Test("P9: two sessions on one path, every order of leaving, one of them crashed")
    func twoSessions() async throws {
        for order in [[0, 1], [1, 0]] {
            for crashed in [nil, 0, 1] as [Int?] {
                let harness = try await Harness()
                let before = try await harness.essence()
                let disks = [FaultyDisk(), FaultyDisk()]
                var sessions = [
                    harness.session("lower", disk: disks[0]),
                    harness.session("upper", disk: disks[1]),
                ]
                for (session, status) in zip(sessions, ["pending", "sold"]) {
                    _ = try await session.change(
                        Harness.request([
                            Edit(set: "/spec/status", to: .string(status)),
                            Edit(set: "/spec/target/pod", to: .string(status)),
                        ]))
                }
                if let crashed {
                    disks[crashed].crash(keeping: 0)
                    sessions[crashed] = try harness.recover(
                        ["lower", "upper"][crashed], disk: disks[crashed])
                }
                for index in order {
                    #expect(await sessions[index].close().lines.map(\.outcome) == [.undone])
                }
                #expect(try await harness.essence() == before, "\(order) \(crashed ?? -1)")
            }
        }
    }

    @Test("P17: a deleted object has nothing to undo, a new one of that name is not touched")
    func deletedAndRecreated() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Self.ours))
        try await harness.makePet("buddy")
        _ = try await session.change(Harness.request(Self.ours, name: "buddy"))
        for name in ["fluffy", "buddy"] {
            _ = try await harness.admin.delete(
                Harness.pets, namespace: "default", name: name, options: DeleteOptions())
        }
        try await harness.makePet("buddy")
        try await harness.edit(["spec": ["status": "pending"]], name: "buddy")
        let report = await session.close()
        #expect(report.lines.map(\.outcome) == [.recreated, .deleted])
        #expect(report.isComplete)
        #expect(try await harness.pet("buddy").spec["status"] == "pending")
    }

    @Test("P17: a record that was copied to another object is never acted on")
    func copiedRecord() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        _ = try await session.change(Harness.request(Self.ours))
        await session.detach()
        let original = try await harness.pet()
        _ = try await harness.admin.delete(
            Harness.pets, namespace: "default", name: "fluffy", options: DeleteOptions())
        // A backup is restored: new uid, old annotations, record included.
        var copy = original.withoutManagedFields
        copy.metadata["uid"] = .none
        copy.metadata["resourceVersion"] = .none
        copy.metadata["creationTimestamp"] = .none
        _ = try await harness.admin.create(
            copy, Harness.pets, namespace: "default", options: WriteOptions())
        let restored = try await harness.essence()
        let report = await (try harness.recover(disk: disk)).close()
        #expect(report.lines.map(\.outcome) == [.recreated])
        #expect(try await harness.essence() == restored)
        // Even if the journal pointed at the new one, the record speaks of the old.
        let pet = try await harness.pet()
        let key = ObjectKey(Harness.pets, namespace: "default", name: "fluffy", uid: pet.uid)
        let records = Marks.records(in: pet, group: "petstore.example.com")
        let record = try #require(records.first?.record)
        let entry = JournalEntry(
            number: 1, object: key, category: .resource, recordKey: records[0].key,
            inObject: true, isTemporary: true, level: .g2, executor: nil, record: record,
            secrets: [], state: .applied, remark: nil, until: nil, notices: [], kept: [])
        guard case .outcome(.foreignRecord) = Session.authority(for: entry, in: pet) else {
            Issue.record("the copy was taken for the original")
            return
        }
    }

    @Test("P20: a server that answers 200 and keeps the old value is not believed")
    func lyingServer() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let isLying = Mutex(false)
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, request in
            guard isLying.withLock({ $0 }), request.method == .patch else { return .none }
            return .answer(200)
        }
        let session = harness.session(disk: disk, transport: wire)
        _ = try await session.change(Harness.request(Self.ours))
        isLying.withLock { $0 = true }
        let report = await session.close()
        guard case .failed? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(!report.isComplete)
        #expect(report.remaining == ["petstore-cli session recover s1 --yes"])
        #expect(await session.entries.first?.state == .failed)
        // It can still be finished, with the command that was named.
        let again = await (try harness.recover(disk: disk)).close()
        #expect(again.lines.map(\.outcome) == [.undone])
    }

    @Test("P8: one failure does not stop the rest; last in, first out")
    func oneFails() async throws {
        for failing in 1...3 {
            let harness = try await Harness()
            for name in ["one", "two", "three"] { try await harness.makePet(name) }
            let isRefusing = Mutex(false)
            let names = ["one", "two", "three"]
            let wire = FaultyTransport(
                InProcessTransport(harness.server), clock: harness.clock
            ) { _, request in
                let isMeant = request.url.contains("/pets/\(names[failing - 1])?")
                guard isRefusing.withLock({ $0 }), request.method == .patch, isMeant else {
                    return .none
                }
                return .answer(403)
            }
            let session = harness.session(transport: wire)
            for name in names {
                _ = try await session.change(Harness.request(Self.ours, name: name))
            }
            isRefusing.withLock { $0 = true }
            let report = await session.close()
            #expect(report.lines.map(\.entry.object.name) == ["three", "two", "one"])
            #expect(report.undone == 2)
            #expect(report.failed == 1)
            #expect(report.lines[3 - failing].text.contains("scripted 403"))
        }
    }
}
