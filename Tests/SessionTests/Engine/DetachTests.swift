import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Testing

@testable import Session

/// P22, P24: sessions without a process, and what they tell of themselves.
@Suite("Detached sessions and transcripts")
struct DetachTests {
    @Test("P22: detached on purpose it is no leftover, holds until its deadline, and comes back")
    func detach() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        let entry = try await session.change(
            Harness.request(Harness.ours, lifetime: .seconds(3600)))
        await session.detach(onPurpose: true)
        #expect(try store.leftovers().isEmpty)
        #expect(try store.detached(on: Harness.cluster, user: "anna").map(\.id) == ["s1"])
        #expect(try store.detached(user: "bob").isEmpty)
        let lease = try #require(try await harness.leases().first)
        #expect(lease.holder.hasSuffix("(detached)"))
        // No other machine takes it for dead before its time.
        harness.clock.advance(.seconds(1800))
        #expect(await harness.search().records.map(\.liveness.isOver) == [false])
        let again = try harness.resume(in: store)
        try await again.attach()
        #expect(try store.detached().isEmpty)
        #expect(try await harness.leases().first?.duration == .seconds(60))
        #expect(await again.nextDeadline == entry.deadline)
        #expect(await again.close().lines.map(\.outcome) == [.undone])
        #expect(try await harness.essence() == before)
        #expect(try await harness.leases().isEmpty)
    }

    @Test("a detached session whose time is over is a leftover")
    func expired() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        let entry = try await session.change(
            Harness.request(Harness.ours, lifetime: .seconds(3600)))
        await session.detach(onPurpose: true)
        let deadline = try #require(entry.deadline)
        #expect(try store.leftovers(at: deadline - .seconds(1)).isEmpty)
        #expect(try store.leftovers(at: deadline).map(\.id) == ["s1"])
        harness.clock.advance(.seconds(3601))
        let found = await harness.search()
        #expect(Sweep.plan(found, by: .expired).map(\.action) == [.restore])
    }

    @Test("one-shot undo and keep take the newest detached session, and end it when it is empty")
    func oneShot() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let store = JournalStore.inMemory()
        for id in ["old", "new"] {
            let session = harness.session(id, store: store)
            _ = try await session.change(
                Harness.request([Edit(set: "/spec/name", to: .string(id))], lifetime: .seconds(600))
            )
            await session.detach(onPurpose: true)
            harness.clock.advance(.seconds(5))
        }
        #expect(try store.detached(on: Harness.cluster).map(\.id) == ["new", "old"])
        for id in ["new", "old"] {
            let session = try harness.resume(id, in: store)
            // Looked at and left, it stays what it was.
            await session.detach()
            #expect(try store.detached().contains { $0.id == id })
            let acting = try harness.resume(id, in: store)
            #expect(await acting.undo(.all).lines.map(\.outcome) == [.undone])
            await acting.detach()
            #expect(try !store.sessions().contains { $0.id == id })
        }
        #expect(try await harness.essence() == before)
        #expect(try await harness.leases().isEmpty)
    }

    @Test("P24: the transcript says who, when, what, why, and what came of it; also afterwards")
    func transcript() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        let secret = FieldRules(isSecret: { $0 == "/spec/password" })
        _ = try await session.change(Harness.request(Harness.ours))
        _ = try await session.create(Harness.creation("q"))
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/password", to: "planted-1")], rules: secret))
        let living = try #require(await session.transcript)
        #expect(living.session == "s1")
        #expect(living.user == "anna")
        let text = living.lines.map { "\($0.object) \($0.text)" }.joined(separator: "\n")
        #expect(text.contains("pet/fluffy planned spec.status: available → pending (G2)"))
        #expect(text.contains("pet/q planned create (G2)"))
        #expect(text.contains("pet/fluffy applied"))
        #expect(living.lines.contains { $0.reason == "a test" && $0.ticket == "T-1" })
        #expect(living.lines.allSatisfy { $0.time != nil })
        _ = await session.close()
        #expect(try store.sessions().isEmpty)
        #expect(try store.ended() == ["s1"])
        let ended = try store.transcript(of: "s1")
        #expect(ended.lines.count > living.lines.count)
        #expect(ended.lines.contains { $0.text == "undone" })
        #expect(!"\(ended)".contains("planted-1"))
        let error = #expect(throws: SessionError.self) { try store.transcript(of: "nobody") }
        #expect(error?.kind == .notFound)
    }

    @Test("P14, P24: cut at every byte, a transcript is a beginning of the whole one")
    func cutTranscript() async throws {
        let harness = try await Harness()
        let store = JournalStore.inMemory()
        let session = harness.session(store: store)
        _ = try await session.change(Harness.request(Harness.ours))
        _ = try await session.create(Harness.creation("q"))
        let bytes = try #require(try store.bytes(of: "s1"))
        let whole = try #require(Transcript(journal: bytes))
        for length in 0...bytes.count {
            guard let part = Transcript(journal: Array(bytes.prefix(length))) else { continue }
            #expect(part.lines == Array(whole.lines.prefix(part.lines.count)))
            #expect(part.damagedLines == 0)
        }
    }
}
