import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Synchronization
import Testing

@testable import Session

extension Harness {
    static let ours = [Edit(set: "/spec/status", to: "pending")]

    /// The names of all Leases of the cluster that are of petstore-cli.
    func leases() async throws -> [SessionLease] {
        try await admin.list(SessionLease.type, namespace: "default").items
            .compactMap { SessionLease($0) }
    }

    /// A clean-up controller announces that it lives, for a minute.
    func announceController() async throws {
        let lease = SessionLease(
            name: SessionLease.controllerName, namespace: SessionLease.controllerNamespace,
            holder: "controller-0", renewed: clock.now, duration: .seconds(60))
        _ = try? await admin.create(
            KubernetesObject(
                ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "petstore-system"]]),
            ResourceType(
                group: "", version: "v1", plural: "namespaces", kind: "Namespace",
                isNamespaced: false), namespace: nil)
        _ = try await admin.create(
            lease.object, SessionLease.type, namespace: SessionLease.controllerNamespace)
    }
}

/// P13, P25: the signs of life that other machines go by.
@Suite("Leases")
struct LeaseTests {
    @Test("a session holds a Lease from its first change to its end")
    func life() async throws {
        let harness = try await Harness()
        let session = harness.session()
        #expect(try await harness.leases().isEmpty)
        _ = try await session.change(Harness.request(Harness.ours))
        let lease = try #require(try await harness.leases().first)
        #expect(lease.name == "petstore-cli-s1")
        #expect(lease.session == "s1")
        #expect(lease.holder.hasPrefix("anna/"))
        #expect(lease.isFresh(at: harness.clock.now))
        #expect(!lease.isFresh(at: harness.clock.now + .seconds(61)))
        harness.clock.advance(.seconds(50))
        _ = await session.tend()
        #expect(try await harness.leases().first?.isFresh(at: harness.clock.now) == true)
        _ = await session.close()
        #expect(try await harness.leases().isEmpty)
    }

    @Test("after a crash the recovery takes the Lease away")
    func crash() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        _ = try await session.change(Harness.request(Harness.ours))
        await session.detach()
        #expect(try await harness.leases().count == 1)
        _ = await (try harness.resume(in: store)).close()
        #expect(try await harness.leases().isEmpty)
    }

    @Test("where Leases are refused, the record says so and the user is told")
    func refused() async throws {
        let harness = try await Harness()
        harness.server.policy = .forbidding(verbs: ["*"], resource: "leases")
        let session = harness.session()
        let entry = try await session.change(Harness.request(Harness.ours))
        #expect(entry.notices.contains { $0.contains("no Lease") })
        let record = Marks.records(in: try await harness.pet(), group: "petstore.example.com")
        #expect(record.first?.record?.hasLease == false)
        #expect(await session.close().lines.map(\.outcome) == [.undone])
    }

    private static let deadline = Timestamp(seconds: 1000)
    private static let fresh = SessionLease(
        name: "petstore-cli-x", namespace: "n", holder: "h", renewed: Timestamp(seconds: 890),
        duration: .seconds(60))

    @Test(
        "who counts as alive",
        arguments: [
            (LeaseFinding.found(fresh), true, nil, 900, "alive"),
            (.found(fresh), true, deadline, 900, "alive"),
            (.found(fresh), true, deadline, 1000, "expired"),
            (.found(fresh), true, nil, 951, "dead"),
            (.absent, true, nil, 900, "dead"),
            (.absent, false, nil, 900, "unknowable"),
            (.absent, false, deadline, 900, "untilDeadline"),
            (.unreadable, true, deadline, 900, "untilDeadline"),
            (.unreadable, true, nil, 900, "unknowable"),
            (.unreadable, true, deadline, 1001, "expired"),
        ] as [(LeaseFinding, Bool, Timestamp?, Int64, String)])
    func liveness(
        lease: LeaseFinding, hadLease: Bool, deadline: Timestamp?, now: Int64, expected: String
    ) {
        let verdict = Liveness.judge(
            lease, hadLease: hadLease, deadline: deadline, now: Timestamp(seconds: now))
        #expect("\(verdict)".hasPrefix(expected))
        #expect(verdict.isOver == ["expired", "dead"].contains(expected))
    }

    @Test("P13: back from a stop, what others undid meanwhile is found before the next write")
    func stopped() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        _ = try await session.change(Harness.request(Harness.ours))
        harness.clock.advance(.seconds(600))
        // Another machine finds it dead and undoes it.
        let found = await harness.search()
        #expect(found.records.map(\.liveness.isOver) == [true])
        let report = await harness.sweep(found, .abandoned)
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(try await harness.leases().isEmpty)
        let check = try await session.checkItself()
        #expect(check.lostLeases == ["default"])
        #expect(check.elsewhere.map(\.number) == [1])
        #expect(check.lines.first?.contains("undone elsewhere") == true)
        #expect(await session.pendingCount == 0)
        // It lives on: the next change takes a Lease again.
        _ = try await session.change(Harness.request(Harness.ours))
        #expect(try await harness.leases().count == 1)
        #expect(await session.close().lines.map(\.outcome) == [.undone])
    }

    @Test("P13: a change after a stop looks first, without being told to")
    func stoppedThenChange() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        harness.clock.advance(.seconds(600))
        _ = await harness.sweep(await harness.search(), .abandoned)
        _ = try await session.change(Harness.request([Edit(set: "/spec/name", to: "Rex")]))
        #expect(await session.entries.map(\.state) == [.undone, .applied])
        #expect(try await harness.leases().count == 1)
    }

    @Test("P13: nothing is changed while another machine recovers the session")
    func takenOver() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        harness.clock.advance(.seconds(600))
        var lease = try #require(try await harness.leases().first)
        lease.holder = "bob/other"
        lease.renewed = harness.clock.now
        _ = try await harness.admin.replace(
            lease.object, SessionLease.type, namespace: "default", name: lease.name)
        let error = await #expect(throws: SessionError.self) {
            try await session.change(Harness.request([Edit(set: "/spec/name", to: "Rex")]))
        }
        #expect(error?.kind == .alive)
        #expect(error?.message.contains("bob/other") == true)
    }

    @Test("P13: without its journal a session changes nothing more")
    func journalGone() async throws {
        let harness = try await Harness()
        let directory = "/tmp/petstore-cli-test-\(SessionEnvironment.randomID())"
        let store = JournalStore(directory: directory)
        let session = harness.session(store: store)
        _ = try await session.change(Harness.request(Harness.ours))
        #expect(try await session.checkItself().isUneventful)
        try store.disk.remove("s1.jsonl")
        let error = await #expect(throws: SessionError.self) { try await session.checkItself() }
        #expect(error?.kind == .journal)
        #expect(await session.undo(.all).lines.map(\.outcome) == [.undone])
    }

    @Test("P25: nothing that is written can block others for ever")
    func noLocks() async throws {
        let harness = try await Harness()
        let bodies = Mutex<[String]>([])
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, request in
            bodies.withLock { $0.append(String(decoding: request.body ?? [], as: UTF8.self)) }
            return .none
        }
        let session = harness.session(transport: wire)
        _ = try await session.change(Harness.request(Harness.ours, lifetime: .seconds(600)))
        _ = try await session.create(Harness.creation("q"))
        _ = await session.close()
        let all = bodies.withLock { $0 }
        #expect(all.contains { $0.contains("original-state") })
        #expect(!all.contains { $0.contains("finalizers") || $0.contains("ownerReferences") })
        let leases = all.filter { $0.contains("\"holderIdentity\"") }
        #expect(!leases.isEmpty)
        #expect(leases.allSatisfy { $0.contains("\"leaseDurationSeconds\":60") })
    }
}
