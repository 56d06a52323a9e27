import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Synchronization
import Testing

@testable import Session

// Objects that sessions make, those who clean up behind them, and what is kept of equal values.
extension FoundBySimulationTests {
    @Test("P10: who restores what has passed its time leaves the Lease of a session that lives")
    func leaseOfTheLiving() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/status", to: "sold")], lifetime: .seconds(10)))
        harness.clock.advance(.seconds(12))
        #expect(await harness.sweep(await harness.search(), .expired).isComplete)
        #expect(try await harness.essence() == before)
        // It takes its Lease for granted, and so do others.
        _ = try await session.change(Harness.request([Edit(set: "/spec/name", to: "F")]))
        let plan = Sweep.plan(await harness.search(), by: .abandoned)
        #expect(plan.map(\.action) == [.keep])
        #expect(await session.close().isComplete)
        #expect(try await harness.essence() == before)
        #expect(try await harness.leases().isEmpty)
    }

    /// Answers a deletion with the object, as where a finalizer holds it, and does nothing.
    private struct LyingTransport: Transport {
        let inner: any Transport

        final class Count: Sendable {
            let rest: Mutex<Int>
            init(_ count: Int) { rest = Mutex(count) }

            func take() -> Bool {
                rest.withLock { rest in
                    rest -= 1
                    return rest >= 0
                }
            }
        }

        let count: Count

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            guard request.method == .delete, request.url.contains("/pets/"), count.take() else {
                return try await inner.send(request)
            }
            var read = request
            read.method = .get
            read.body = nil
            read.url = String(request.url.prefix { $0 != "?" })
            return try await inner.send(read)
        }
    }

    @Test("P20: an object that nothing holds and that is there all the same is deleted again")
    func lyingDeletion() async throws {
        let harness = try await Harness()
        let wire = LyingTransport(
            inner: InProcessTransport(harness.server), count: .init(2))
        let session = harness.session(transport: wire)
        _ = try await session.create(Harness.creation("q"))
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await !harness.exists("q"))

        let worse = LyingTransport(
            inner: InProcessTransport(harness.server), count: .init(1000))
        let hopeless = harness.session("s2", transport: worse)
        _ = try await hopeless.create(Harness.creation("q"))
        let report = await hopeless.close()
        #expect(!report.isComplete)
        #expect(report.remaining == ["petstore-cli session recover s2 --yes"])
    }

    @Test("P17: an object that others made in that moment is not taken for the one of ours")
    func nameTakenMeanwhile() async throws {
        let harness = try await Harness()
        let isThere = Mutex(false)
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, request in
            let isMaking =
                request.method == .post && request.url.contains("/pets?")
                && !request.url.contains("dryRun")
            if isMaking, !isThere.withLock({ $0 }) {
                isThere.withLock { $0 = true }
                // A failure shows below: then the name is free.
                _ = try? await harness.admin.create(
                    Harness.manifest("q"), Harness.pets, namespace: "default",
                    options: WriteOptions(fieldManager: "kubectl-create"))
            }
            return .none
        }
        let session = harness.session(transport: wire)
        let error = await #expect(throws: SessionError.self) {
            try await session.create(Harness.creation("q", isTemporary: false))
        }
        #expect(error?.cause?.isAlreadyExists == true)
        #expect(await session.undo(.all).lines.isEmpty)
        #expect(try await harness.exists("q"))
    }

    @Test("P23: a made object that is kept beneath a change of another session ends without marks")
    func keptBeneathChange() async throws {
        let harness = try await Harness()
        let maker = harness.session("one")
        let other = harness.session("two")
        _ = try await maker.create(Harness.creation("q", lifetime: .seconds(600)))
        _ = try await other.change(
            Harness.request([Edit(set: "/spec/name", to: "Other")], name: "q"))
        #expect(await maker.keep(.all).lines.map(\.outcome) == [.kept])
        _ = await maker.close()
        let report = await other.close()
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(report.lines.flatMap(\.notices).isEmpty)
        let pet = try await harness.pet("q")
        #expect(pet.spec["name"] == "Q")
        #expect(pet.labels.isEmpty)
        #expect(pet.annotations.isEmpty)
    }

    @Test("an object that the session has just made is changed without a wait")
    func changeOfMade() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.create(Harness.creation("q"))
        let start = harness.clock.now
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/name", to: "Other")], name: "q"))
        #expect(harness.clock.now - start < .milliseconds(200))
        #expect(await session.close().isComplete)
    }

    @Test("P9: what is kept stays, also where another session has written the very same beneath")
    func sameValueKept() async throws {
        let harness = try await Harness()
        let same = Edit(set: "/spec/status", to: "sold")
        let one = harness.session("one")
        let two = harness.session("two")
        _ = try await one.change(Harness.request([same]))
        _ = try await two.change(Harness.request([Edit(set: "/spec/status", to: "pending")]))
        _ = try await two.change(Harness.request([same]))
        #expect(await two.keep(.all).lines.map(\.outcome) == [.kept, .kept])
        #expect(await one.close().isComplete)
        #expect(try await harness.pet().spec["status"] == "sold")
        #expect(await two.close().isComplete)
    }

    @Test("P9: a part that is kept of what was removed before: the rest comes back")
    func keptPartOfRemoved() async throws {
        let harness = try await Harness()
        try await harness.edit(["spec": ["target": ["pod": "p-0", "podOrdinal": 7]]])
        let session = harness.session()
        _ = try await session.change(Harness.request([Edit(remove: "/spec/target")]))
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/target/pod", to: "kept")]))
        #expect(await session.keep(.numbers([2])).lines.map(\.outcome) == [.kept])
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await harness.pet().spec["target"] == ["pod": "kept", "podOrdinal": 7])
    }
}
