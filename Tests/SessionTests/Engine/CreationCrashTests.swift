import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Testing

@testable import Session

/// P1, P3: temporary objects do not stay behind, whatever the moment of death.
@Suite("Crashes and lost messages around creations")
struct CreationCrashTests {
    /// One life: two objects, one of them removed early, two more side by side, the end.
    private static func live(_ session: Session) async {
        _ = try? await session.create(Harness.creation("q1"))
        _ = try? await session.create(Harness.creation("q2", lifetime: .seconds(600)))
        _ = await session.undo(.numbers([1]))
        _ = try? await session.create([Harness.creation("q3"), Harness.creation("q4")])
        _ = await session.close()
    }

    private static func leftovers(_ harness: Harness) async throws -> [String] {
        try await harness.admin.list(Harness.pets, namespace: "default").items.map(\.name)
            .filter { $0 != "fluffy" }
    }

    @Test("P1: dead at the N-th step, for N = 1, 2, 3 … until it lives")
    func everyStep() async throws {
        var reachedEnd = false
        var recoveries = 0
        for deadAt in 1...300 where !reachedEnd {
            let harness = try await Harness()
            let fate = Fate(deadAt: deadAt)
            let disk = FaultyDisk { name throws(DiskError) in
                if fate.step() { throw DiskError(.other, "dead at \(name)") }
            }
            let wire = MortalTransport(inner: InProcessTransport(harness.server), fate: fate)
            await Self.live(harness.session(disk: disk, transport: wire))
            reachedEnd = !fate.isDead
            disk.crash(keeping: 30)
            let survivor = disk.survivor()
            for listing in try JournalStore(disk: survivor).leftovers(on: Harness.cluster) {
                let report = await (try harness.recover(listing.id, disk: survivor)).close()
                #expect(report.isComplete, "dead at \(deadAt): \(report)")
                recoveries += 1
            }
            #expect(try await Self.leftovers(harness) == [], "dead at \(deadAt)")
            #expect(try JournalStore(disk: survivor).leftovers().isEmpty, "dead at \(deadAt)")
        }
        #expect(reachedEnd)
        #expect(recoveries > 10)
    }

    private static let mishaps: [Mishap] = [
        .lostRequest, .lostAnswer, .late(.seconds(9)), .answer(500), .doneButAnswered(504),
        .answer(409),
    ]

    @Test("P3: the N-th message goes wrong, for N = 1, 2, 3 … until none does", arguments: mishaps)
    func everyMessage(mishap: Mishap) async throws {
        var total = 1
        var number = 0
        while number < total {
            number += 1
            let harness = try await Harness()
            let wire = FaultyTransport(
                InProcessTransport(harness.server), clock: harness.clock
            ) { [number] count, _ in count == number ? mishap : .none }
            let disk = FaultyDisk()
            await Self.live(harness.session(disk: disk, transport: wire))
            total = max(total, wire.count)
            harness.clock.advance(.seconds(30))
            await wire.deliverLate()
            for listing in try JournalStore(disk: disk).leftovers() {
                let report = await (try harness.recover(listing.id, disk: disk)).close()
                #expect(report.isComplete, "message \(number): \(report)")
            }
            #expect(try await Self.leftovers(harness) == [], "message \(number)")
        }
        #expect(total > 12)
    }
}
