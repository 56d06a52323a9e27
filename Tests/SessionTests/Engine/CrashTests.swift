import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization
import Testing

@testable import Session

/// A process that dies at its N-th step, be it on disk or on the wire.
final class Fate: Sendable {
    private struct State {
        var steps = 0
        var isDead = false
    }

    let deadAt: Int
    private let state = Mutex(State())

    init(deadAt: Int) { self.deadAt = deadAt }

    var isDead: Bool { state.withLock { $0.isDead } }
    var steps: Int { state.withLock { $0.steps } }

    /// Counts a step; true from the fatal one on.
    func step() -> Bool {
        state.withLock { state in
            state.steps += 1
            if state.steps == deadAt { state.isDead = true }
            return state.isDead
        }
    }
}

/// Requests of a process that may be dead: nothing of it reaches the server then.
struct MortalTransport: Transport {
    let inner: any Transport
    let fate: Fate

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard !fate.step() else {
            throw TransportError(.cannotConnect, "dead", sent: false)
        }
        let response = try await inner.send(request)
        guard !fate.step() else { throw TransportError(.connectionLost, "dead", sent: true) }
        return response
    }
}

/// P1, P3, P7, P14: whatever the moment of death, recovery brings the object back.
@Suite("Crashes and lost messages")
struct CrashTests {
    private static let edits = [
        Edit(set: "/spec/status", to: "pending"), Edit(set: "/spec/target/pod", to: "p<&>"),
    ]

    /// One life: a change, a second one, an undo of one, the end.
    private static func live(_ session: Session) async {
        _ = try? await session.change(Harness.request(edits))
        _ = try? await session.change(
            Harness.request([Edit(set: "/spec/status", to: "sold"), Edit(remove: "/spec/id")]))
        _ = await session.undo(.numbers([1]))
        _ = await session.close()
    }

    @Test(
        "P1: dead at the N-th step, for N = 1, 2, 3 … until it lives", arguments: [0, 40])
    func everyStep(torn: Int) async throws {
        var reachedEnd = false
        var recoveries = 0
        for deadAt in 1...400 where !reachedEnd {
            let harness = try await Harness()
            let before = try await harness.essence()
            let fate = Fate(deadAt: deadAt)
            let disk = FaultyDisk { name throws(DiskError) in
                if fate.step() { throw DiskError(.other, "dead at \(name)") }
            }
            let wire = MortalTransport(inner: InProcessTransport(harness.server), fate: fate)
            await Self.live(harness.session(disk: disk, transport: wire))
            reachedEnd = !fate.isDead
            disk.crash(keeping: torn)
            let survivor = disk.survivor()
            let pet = try await harness.pet()
            let leftovers = try JournalStore(disk: survivor).leftovers(on: Harness.cluster)
            // No change without a durable record of it.
            let isChanged = try await harness.essence() != before
            #expect(!isChanged || !leftovers.isEmpty || pet.labels["diagnostic-session"] == nil)
            for listing in leftovers {
                let session = try harness.recover(listing.id, disk: survivor)
                let report = await session.close()
                #expect(report.isComplete, "dead at \(deadAt): \(report)")
                recoveries += 1
            }
            #expect(try await harness.essence() == before, "dead at \(deadAt)")
            #expect(try JournalStore(disk: survivor).leftovers().isEmpty, "dead at \(deadAt)")
        }
        #expect(reachedEnd)
        #expect(recoveries > 20)
    }

    private static let mishaps: [Mishap] = [
        .lostRequest, .lostAnswer, .late(.seconds(2)), .late(.seconds(9)), .answer(504),
        .answer(429), .answer(500), .doneButAnswered(504), .doneButAnswered(500), .answer(409),
    ]

    @Test("P3: the N-th message goes wrong, for N = 1, 2, 3 … until none does", arguments: mishaps)
    func everyMessage(mishap: Mishap) async throws {
        var total = 1
        var number = 0
        while number < total {
            number += 1
            let harness = try await Harness()
            let before = try await harness.essence()
            let wire = FaultyTransport(
                InProcessTransport(harness.server), clock: harness.clock
            ) { [number] count, _ in count == number ? mishap : .none }
            let disk = FaultyDisk()
            let session = harness.session(disk: disk, transport: wire)
            await Self.live(session)
            total = max(total, wire.count)
            // What was held back reaches the server at last.
            harness.clock.advance(.seconds(30))
            await wire.deliverLate()
            for listing in try JournalStore(disk: disk).leftovers() {
                let report = await (try harness.recover(listing.id, disk: disk)).close()
                #expect(report.isComplete, "message \(number): \(report)")
            }
            #expect(try await harness.essence() == before, "message \(number)")
        }
        #expect(total > 15)
    }

    @Test("P7: many recoverers at once are as one", arguments: 1...5)
    func manyRecoverers(count: Int) async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        _ = try await session.change(Harness.request(Self.edits))
        await session.detach()
        // Each on a machine of its own, with a copy of the journal.
        let outcomes = try await withThrowingTaskGroup(of: [UndoOutcome].self) { group in
            for _ in 0..<count {
                let other = try harness.recover("s1", disk: disk.survivor())
                group.addTask { await other.close().lines.map(\.outcome) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count == count)
        #expect(outcomes.allSatisfy { $0 == .undone || $0 == .undoneElsewhere })
        #expect(outcomes.contains(.undone))
        #expect(try await harness.essence() == before)
    }

    @Test("a crashed recovery is recovered in turn")
    func recoveryOfRecovery() async throws {
        for deadAt in 1...40 {
            let harness = try await Harness()
            let before = try await harness.essence()
            let disk = FaultyDisk()
            let session = harness.session(disk: disk)
            _ = try await session.change(Harness.request(Self.edits))
            disk.crash(keeping: 0)
            let fate = Fate(deadAt: deadAt)
            let wire = MortalTransport(inner: InProcessTransport(harness.server), fate: fate)
            _ = await (try harness.recover(disk: disk, transport: wire)).close()
            disk.crash(keeping: 3)
            for listing in try JournalStore(disk: disk).leftovers() {
                let report = await (try harness.recover(listing.id, disk: disk)).close()
                #expect(report.isComplete)
            }
            #expect(try await harness.essence() == before, "dead at \(deadAt)")
        }
    }
}
