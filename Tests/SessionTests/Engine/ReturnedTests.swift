import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Testing

@testable import Session

/// A permanent change that leads back to what was before a temporary one ends that one.
@Suite("Temporary changes that a permanent one has brought back")
struct ReturnedTests {
    private static let sold = [Edit(set: "/spec/status", to: "sold")]
    private static let back = [Edit(set: "/spec/status", to: "available")]

    private func permanent(_ session: Session, _ edits: [Edit]) async throws -> [ReturnedChange] {
        let entry = try await session.change(Harness.request(edits, isTemporary: false))
        return await session.settleReturned(by: entry)
    }

    @Test("record, marks and ownership go, and the object is as it was")
    func own() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours, lifetime: .seconds(600)))
        let returned = try await permanent(session, Self.back)
        #expect(returned.map(\.session) == ["s1"])
        #expect(returned.map(\.line.outcome) == [.undone])
        #expect(try await harness.essence() == before)
        #expect(await session.pendingCount == 0)
        #expect(await session.nextDeadline == nil)
        #expect(await session.entries.map(\.state) == [.undone, .kept])
        #expect(await session.entries.last?.remark == "ended change 1")
        // What the permanent change found is gone: nothing brings it back for good.
        #expect(await session.undo(.all).lines.isEmpty)
        #expect(await session.close().lines.isEmpty)
        #expect(try await harness.essence() == before)
    }

    @Test("another value, or one field of two, leaves the change as it is")
    func notReturned() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let two = Harness.ours + [Edit(set: "/spec/name", to: "Flu")]
        _ = try await session.change(Harness.request(two))
        let revision = harness.server.revision
        #expect(try await permanent(session, Self.sold).isEmpty)
        #expect(harness.server.revision == revision + 1)
        #expect(try await permanent(session, Self.back).isEmpty)
        #expect(await session.pendingCount == 1)
        // The second field comes back as well: now nothing of it is left.
        let returned = try await permanent(session, [Edit(set: "/spec/name", to: "Fluffy")])
        #expect(returned.map(\.line.outcome) == [.undone])
        #expect(try await harness.pet().annotations.isEmpty)
    }

    @Test("of a permanent change only that stays to be undone which no temporary one wrote")
    func partOfPermanent() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        let returned = try await permanent(
            session, Self.back + [Edit(set: "/spec/name", to: "Flu")])
        #expect(returned.count == 1)
        #expect(await session.entries.last?.fields.map(\.pathText) == ["spec.name"])
        #expect(await session.undo(.all).lines.map(\.outcome) == [.undone])
        let pet = try await harness.pet()
        #expect(pet.spec["name"] == "Fluffy")
        #expect(pet.spec["status"] == "available")
    }

    @Test("undone one after another, permanent changes never lead back to a temporary value")
    func severalPermanent() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        #expect(try await permanent(session, Self.sold).isEmpty)
        #expect(try await permanent(session, Self.back).count == 1)
        #expect(await session.undo(.numbers([3])).lines.map(\.outcome) == [.undone])
        #expect(try await harness.pet().spec["status"] == "sold")
        #expect(await session.undo(.numbers([2])).lines.map(\.outcome) == [.undone])
        #expect(try await harness.pet().spec["status"] == "available")
    }

    @Test("two on one field end together, the lower one first")
    func stacked() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        _ = try await session.change(Harness.request(Self.sold))
        #expect(try await permanent(session, Self.back).map(\.line.entry.number) == [1, 2])
        #expect(try await harness.essence() == before)
        #expect(await session.pendingCount == 0)
    }

    @Test("what this user's detached and dead sessions left ends with it, and so do they")
    func abandoned() async throws {
        for onPurpose in [true, false] {
            let harness = try await Harness()
            let before = try await harness.essence()
            let store = JournalStore.inMemory()
            let left = harness.session("left", store: store)
            _ = try await left.change(Harness.request(Harness.ours, lifetime: .seconds(600)))
            await left.detach(onPurpose: onPurpose)
            let session = harness.session("here", store: store)
            let returned = try await permanent(session, Self.back)
            #expect(returned.map(\.session) == ["left"])
            #expect(try await harness.essence() == before)
            #expect(try await harness.leases().isEmpty)
            #expect(try store.sessions().map(\.id) == ["here"])
            #expect(await session.undo(.all).lines.isEmpty, "nothing leads back to pending")
            _ = await session.close()
            #expect(try store.sessions().isEmpty)
        }
    }

    @Test("of a session with more to undo only what came back ends")
    func partOfAbandoned() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let left = harness.session("left", store: store)
        _ = try await left.change(Harness.request(Harness.ours))
        _ = try await left.change(Harness.request([Edit(set: "/spec/name", to: "Flu")]))
        await left.detach(onPurpose: true)
        let session = harness.session("here", store: store)
        #expect(try await permanent(session, Self.back).count == 1)
        let listing = try #require(try store.sessions().first { $0.id == "left" })
        #expect(listing.isDetached)
        #expect(listing.pending.map(\.number) == [2])
    }

    @Test("sessions that live, other people's and other machines' are left alone")
    func others() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let living = harness.session("living", store: store)
        _ = try await living.change(Harness.request(Harness.ours))
        let session = harness.session("here", store: store)
        #expect(try await permanent(session, Self.back).isEmpty)
        #expect(await living.pendingCount == 1)
        #expect(await living.close().isComplete)

        var environments = [harness.environment("bobs"), harness.environment("elsewhere")]
        environments[0].user = "bob"
        environments[1].machine = "another"
        for environment in environments {
            let other = Session.begin(
                in: store, cluster: Harness.cluster, client: harness.admin,
                environment: environment)
            _ = try await other.change(Harness.request(Harness.ours))
            await other.detach(onPurpose: true)
            #expect(try await permanent(session, Self.back).isEmpty)
            #expect(try store.detached().map(\.id) == [environment.makeID()])
            #expect(try await harness.pet().annotations.count > 0)
            try store.forget(environment.makeID())
            _ = await harness.sweep(
                await harness.search(), .session(environment.makeID(), force: true))
        }
    }

    @Test("where nothing temporary is known no server is asked")
    func nothingKnown() async throws {
        let harness = try await Harness()
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock)
        let session = harness.session(transport: wire)
        // Of another object.
        try await harness.makePet("rex")
        _ = try await session.change(Harness.request(Harness.ours, name: "rex"))
        let entry = try await session.change(Harness.request(Self.sold, isTemporary: false))
        let count = wire.count
        #expect(await session.settleReturned(by: entry).isEmpty)
        #expect(wire.count == count)
    }

    @Test("a record that cannot be taken out stays pending, and goes at the end")
    func refused() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        let entry = try await session.change(Harness.request(Self.back, isTemporary: false))
        harness.server.policy = .forbidding(verbs: ["patch"], resource: "pets")
        let returned = await session.settleReturned(by: entry)
        guard case .failed? = returned.first?.line.outcome else {
            Issue.record("\(returned)")
            return
        }
        #expect(await session.pendingCount == 1)
        harness.server.policy = .open
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await harness.essence() == before)
    }

    /// A change of another session that is left, one of this one, and both brought back.
    private func live(_ harness: Harness, _ disk: any JournalDisk, _ fate: Fate) async {
        let wire = MortalTransport(inner: InProcessTransport(harness.server), fate: fate)
        let left = harness.session("left", disk: disk, transport: wire)
        _ = try? await left.change(
            Harness.request([Edit(set: "/spec/name", to: "Flu")], lifetime: .seconds(600)))
        await left.detach(onPurpose: true)
        let session = harness.session(disk: disk, transport: wire)
        _ = try? await session.change(Harness.request(Harness.ours))
        _ = try? await permanent(session, Self.back + [Edit(set: "/spec/name", to: "Fluffy")])
        _ = await session.close()
    }

    @Test("P1: dead at the N-th step, for N = 1, 2, 3 … until it lives, all is as before at last")
    func everyStep() async throws {
        var reachedEnd = false
        for deadAt in 1...400 where !reachedEnd {
            let harness = try await Harness()
            let before = try await harness.essence()
            let fate = Fate(deadAt: deadAt)
            let disk = FaultyDisk { name throws(DiskError) in
                if fate.step() { throw DiskError(.other, "dead at \(name)") }
            }
            await live(harness, disk, fate)
            reachedEnd = !fate.isDead
            if reachedEnd { #expect(try await harness.essence() == before, "by itself") }
            disk.crash(keeping: 0)
            let survivor = disk.survivor()
            for listing in try JournalStore(disk: survivor).sessions()
            where !listing.pending.isEmpty {
                let session = try harness.recover(listing.id, disk: survivor)
                let report = await session.close()
                #expect(report.isComplete, "dead at \(deadAt): \(report)")
            }
            #expect(try await harness.essence() == before, "dead at \(deadAt)")
        }
        #expect(reachedEnd)
    }

    @Test("what a later change found of an earlier one is taken out of its record")
    func forgetting() throws {
        func field(_ path: String, _ before: FieldValue, _ ours: FieldValue) -> ChangeRecord.Field {
            let steps = path.split(separator: ".").map { FieldPath.Step.member(String($0)) }
            return .init(path: FieldPath(steps), before: before, ours: ours)
        }
        func record(_ fields: ChangeRecord.Field...) -> ChangeRecord {
            ChangeRecord(session: "s", sequence: 1, uid: "u", created: "", fields: fields)
        }
        let part = record(field("spec.category.name", .present("Dogs"), .present("Cats")))
        let whole = record(
            field("spec.category", .present(["name": "Cats"]), .present(["name": "Dogs"])))
        #expect(whole.forgetting(part)?.fields == [])
        let wider = record(
            field("spec.category", .present(["name": "Cats", "id": 1]), .absent))
        #expect(
            wider.forgetting(part)?.fields.map(\.before)
                == [.present(["name": "Dogs", "id": 1])])
        let inside = record(
            field("spec.category.name", .present("Cats"), .present("Birds")))
        let around = record(
            field("spec.category", .present(["name": "Dogs"]), .present(["name": "Cats"])))
        #expect(inside.forgetting(around)?.fields.map(\.before) == [.present("Dogs")])
        let made = record(field("spec.category", .absent, .present(["name": "Cats"])))
        #expect(inside.forgetting(made)?.fields.map(\.before) == [.absent])
        #expect(inside.forgetting(record(field("spec.id", .absent, .present(1)))) == nil)
        #expect(part.forgetting(part) == nil)
    }
}
