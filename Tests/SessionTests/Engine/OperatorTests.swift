import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization
import Testing

@testable import Session

/// P18, P20: an undo is complete when the operator has carried it; kinds that are gone.
@Suite("Waiting for the operator")
struct OperatorTests {
    private static let ours = [Edit(set: "/spec/status", to: "pending")]

    private static func report(
        _ harness: Harness, _ status: String, observed: Int64
    ) async throws {
        try await harness.edit(
            [
                "status": [
                    "state": "Synced", "observedGeneration": .integer(observed),
                    "response": ["success": true, "data": ["status": .string(status)]],
                ]
            ], by: "petstore-operator", subresource: "status")
    }

    @Test("the undo waits until the API shows the value again")
    func waits() async throws {
        let harness = try await Harness()
        try await Self.report(harness, "pending", observed: 100)
        let isUndoing = Mutex(false)
        let reads = Mutex(0)
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, request in
            guard isUndoing.withLock({ $0 }), request.method == .get else { return .none }
            let count = reads.withLock { count in
                count += 1
                return count
            }
            // State and generation say Synced all the time; the API follows late.
            if count == 12 { try? await Self.report(harness, "available", observed: 100) }
            return .none
        }
        let session = harness.session(transport: wire)
        _ = try await session.change(Harness.request(Self.ours))
        isUndoing.withLock { $0 = true }
        let report = await session.close()
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(reads.withLock { $0 } >= 12)
    }

    @Test("an operator that never carries it is told, with the command that shows more")
    func neverSynced() async throws {
        let harness = try await Harness()
        try await Self.report(harness, "pending", observed: 100)
        let session = harness.session()
        _ = try await session.change(Harness.request(Self.ours))
        let report = await session.close()
        #expect(
            report.lines.map(\.outcome)
                == [.unsynced("the API does not show spec.status yet")])
        #expect(!report.isComplete)
        #expect(report.remaining == ["petstore-cli describe pet fluffy -n default"])
        #expect(
            report.lines.map(\.text) == [
                "pet/fluffy spec.status: back in the cluster (available), but the operator has not "
                    + "brought the API in line: the API does not show spec.status yet"
            ])
        #expect(report.summary == "undone 0, kept 0, failed 0, not in the API yet 1")
        #expect(report.remainder.hasPrefix("our values are out of the cluster again"))
        #expect(try await harness.pet().spec["status"] == "available")
    }

    @Test("--no-wait does not wait")
    func noWait() async throws {
        let harness = try await Harness()
        try await Self.report(harness, "pending", observed: 100)
        let session = harness.session()
        _ = try await session.change(Harness.request(Self.ours))
        let report = await session.close(options: UndoOptions(waitsForOperator: false))
        #expect(report.lines.map(\.outcome) == [.undone])
    }

    @Test("P18: a kind that is not served any more leaves journal and record, and says so")
    func kindGone() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let isGone = Mutex(false)
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, _ in isGone.withLock { $0 } ? .answer(404) : .none }
        let session = harness.session(disk: disk, transport: wire)
        _ = try await session.change(Harness.request(Self.ours))
        isGone.withLock { $0 = true }
        let report = await session.close()
        #expect(report.failed == 1)
        #expect(try JournalStore(disk: disk).leftovers().map(\.id) == ["s1"])
        isGone.withLock { $0 = false }
        #expect(await (try harness.recover(disk: disk)).close().isComplete)
    }

    @Test("a change that loses five times leaves nothing pending")
    func fiveTimes() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let count = Mutex(0)
        let wire = FaultyTransport(
            InProcessTransport(harness.server), clock: harness.clock
        ) { _, request in
            guard request.method == .patch, !request.url.contains("dryRun") else { return .none }
            let next = count.withLock { count in
                count += 1
                return count
            }
            try? await harness.edit([
                "spec": ["status": next.isMultiple(of: 2) ? "sold" : "available"]
            ])
            try? await harness.edit(["spec": ["target": ["podOrdinal": .integer(Int64(next))]]])
            return .none
        }
        let session = harness.session(disk: disk, transport: wire)
        let error = await #expect(throws: SessionError.self) {
            try await session.change(
                Harness.request([Edit(set: "/spec/target", to: ["podOrdinal": 99])]))
        }
        #expect(error?.kind == .conflict)
        #expect(await session.entries.isEmpty)
        #expect(await session.close().lines.isEmpty)
        #expect(try JournalStore(disk: disk).sessions().isEmpty)
        #expect(try await harness.pet().spec["target"] == ["podOrdinal": 5])
    }

    @Test("P24: a server that quotes a secret is not quoted")
    func quotedSecret() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let rules = FieldRules(isSecret: { $0 == "/spec/status" })
        let error = await #expect(throws: SessionError.self) {
            try await session.change(
                Harness.request([Edit(set: "/spec/status", to: "hunter2")], rules: rules))
        }
        #expect(error?.message.contains("hunter2") == false)
        #expect(error?.message.contains("********") == true)
        #expect(error?.cause?.message.contains("hunter2") == false)
    }
}
