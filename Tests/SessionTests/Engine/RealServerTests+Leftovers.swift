import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Testing

@testable import Session

// Leases, creations, deletions and leftovers on a real kube-apiserver.
extension RealServerTests {
    var environment: SessionEnvironment {
        SessionEnvironment(
            clock: SessionClock(
                now: Timestamp.systemNow, sleep: { try await Task.sleep(for: $0) }),
            makeID: { "realsweeper" }, user: "bob")
    }

    private func lease(_ id: String) async throws -> SessionLease? {
        let leases = try await client.list(
            SessionLease.type, namespace: "default",
            options: ListOptions(
                labelSelector: SessionLease.label + "=" + SessionLease.labelValue))
        return leases.items.compactMap { SessionLease($0) }.first { $0.session == id }
    }

    /// What is left in one pet.
    ///
    /// A list that a busy server did not give is asked for again.
    func search(_ name: String) async throws -> SearchResult {
        var failures: [String] = []
        for _ in 0..<20 {
            var found = await SessionSearch(client: client, clock: environment.clock).run(
                kinds: [ChangeTarget(type: Harness.pets, category: .query)], namespace: "default")
            guard !found.failures.isEmpty || found.leases == nil else {
                found.records.removeAll { $0.object.name != name }
                return found
            }
            failures = found.failures.map(\.error.message)
            try await Task.sleep(for: .seconds(1))
        }
        throw Unlisted(failures: failures)
    }

    struct Unlisted: Error {
        let failures: [String]
    }

    @Test("a Lease is taken, renewed, and given back")
    func leases() async throws {
        try await makePet("leased")
        let session = session("realleased")
        _ = try await session.change(Harness.request(Harness.ours, name: "leased"))
        let first = try #require(try await lease("realleased"))
        #expect(first.duration == .seconds(60))
        // Times of a Lease are the server's, which come in whole seconds: a renewal within the
        // same one changes nothing.
        try await Task.sleep(for: .milliseconds(1100))
        let tending = await session.tend()
        #expect(tending.trouble == nil)
        let second = try #require(try await lease("realleased"))
        #expect(second.resourceVersion != first.resourceVersion)
        #expect(second.holder == first.holder)
        #expect(try await session.checkItself().isUneventful)
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await lease("realleased") == nil)
    }

    @Test("P17: a temporary object is made with its marks, and deleted again; kept, it has none")
    func creations() async throws {
        let session = session("realmaker")
        for name in ["made-1", "made-2"] {
            let entry = try await session.create(Harness.creation(name, lifetime: .seconds(600)))
            #expect(entry.state == .applied)
        }
        let made = try await client.get(Harness.pets, namespace: "default", name: "made-1")
        #expect(made.labels["temporary"] == "true")
        let record = Marks.creations(in: made, group: "petstore.example.com").first?.record
        #expect(record?.speaks(of: made) == true)
        #expect(await session.keep(.numbers([2])).lines.map(\.outcome) == [.kept])
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        let kept = try await client.get(Harness.pets, namespace: "default", name: "made-2")
        #expect(kept.labels.isEmpty)
        #expect(kept.annotations.isEmpty)
        do throws(KubernetesError) {
            _ = try await client.get(Harness.pets, namespace: "default", name: "made-1")
            Issue.record("made-1 is still there")
        } catch {
            #expect(error.isNotFound)
        }
        let cleaner = self.session("realcleaner")
        let gone = try await cleaner.delete(
            DeleteRequest(
                target: ChangeTarget(type: Harness.pets, category: .query), namespace: "default",
                name: "made-2"))
        #expect(gone.state == .kept)
        _ = await cleaner.close()
    }

    @Test("P23: a permanent change that leads back ends the temporary one of a detached session")
    func returned() async throws {
        try await makePet("returned")
        let before = try await essence("returned")
        let store = JournalStore(disk: FaultyDisk())
        let back = [Edit(set: "/spec/status", to: "available")]
        let left = self.session("realleft", in: store)
        _ = try await left.change(
            Harness.request(Harness.ours, name: "returned", lifetime: .seconds(600)))
        await left.detach(onPurpose: true)
        let here = self.session("realback", in: store)
        let entry = try await here.change(
            Harness.request(back, name: "returned", isTemporary: false))
        let returned = await here.settleReturned(by: entry)
        #expect(returned.map(\.session) == ["realleft"])
        #expect(returned.map(\.line.outcome) == [.undone])
        #expect(try await essence("returned") == before)
        #expect(try await lease("realleft") == nil)
        #expect(try store.sessions().map(\.id) == ["realback"])
        _ = await here.close()
    }

    @Test("P26: what a dead session left is found by its labels, and undone from another machine")
    func leftovers() async throws {
        try await makePet("leftover")
        let before = try await essence("leftover")
        let session = session("realdead")
        _ = try await session.change(Harness.request(Harness.ours, name: "leftover"))
        let living = try await search("leftover")
        #expect(Sweep.plan(living, by: .abandoned).map(\.action) == [.keep])
        // It died long ago: that is what its Lease says.
        _ = try await client.patch(
            .merge(["spec": ["renewTime": "2020-01-01T00:00:00.000000Z"]]), SessionLease.type,
            namespace: "default", name: SessionLease.name(of: "realdead"))
        let found = try await search("leftover")
        let plan = Sweep.plan(found, by: .abandoned)
        #expect(plan.map(\.action) == [.restore])
        let work = SweepWork(
            store: .inMemory(), cluster: Harness.cluster, client: client,
            environment: environment)
        let report = await work.run(plan, of: found)
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(try await essence("leftover") == before)
        #expect(try await lease("realdead") == nil)
        // Back from its stop, the session finds it done.
        let check = try await session.checkItself()
        #expect(check.elsewhere.count == 1)
        #expect(await session.close().isComplete)
    }
}
