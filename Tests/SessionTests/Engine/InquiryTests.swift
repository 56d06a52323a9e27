import Catalog
import Documents
import HTTP
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization
import Testing

@testable import Session

@Suite("Several creations at once, and what they are answered")
struct InquiryTests {
    private static func named(_ stem: String) -> CreateRequest {
        var request = Harness.creation("", lifetime: .seconds(60))
        request.manifest.metadata["generateName"] = .string(stem)
        return request
    }

    @Test("all are made, each with a name, a number and a record of its own")
    func several() async throws {
        let harness = try await Harness()
        let session = harness.session("abcdef123456")
        let made = try await session.create(["a-", "b-", "c-"].map(Self.named))
        let entries = try made.map { try $0.result.get() }
        #expect(entries.map(\.object.name) == ["a-1234561", "b-1234562", "c-1234563"])
        #expect(made.map(\.number) == [1, 2, 3])
        for entry in entries {
            let labels = try await harness.pet(entry.object.name).labels
            #expect(labels["diagnostic-session"] == "abcdef123456")
        }
        let report = await session.close()
        #expect(report.lines.map(\.outcome) == [.undone, .undone, .undone])
        #expect(try await harness.leases().isEmpty)
    }

    @Test("one that is refused beforehand keeps all from being made")
    func refusedBeforehand() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let bad = Harness.creation("bad", spec: ["status": "eaten"])
        await #expect(throws: SessionError.self) {
            _ = try await session.create([Harness.creation("good"), bad])
        }
        #expect(try await !harness.exists("good"))
        #expect(await session.entries.isEmpty)
    }

    @Test("what nobody answers is told as that, and is gone; the ledger stays empty")
    func unanswered() async throws {
        let harness = try await Harness()
        let session = harness.session()
        let answers = try await session.inquire(
            Inquiry([Self.named("a-"), Self.named("b-")], limit: .seconds(1)))
        #expect(answers.count == 2)
        for answer in answers {
            guard case .unanswered(_, let why) = answer.outcome else {
                Issue.record("\(answer.outcome)")
                continue
            }
            #expect(why == "no operator has written a status")
        }
        #expect(await session.entries.isEmpty)
        #expect(await session.pendingCount == 0)
        #expect(try await !harness.exists("a-s11"))
        #expect(await session.close().lines.isEmpty)
    }

    @Test("all are deleted side by side, in about the time of one")
    func deletedSideBySide() async throws {
        let harness = try await Harness()
        let arrived = Mutex(0)
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            guard request.method == .delete, request.url.contains("/pets/") else { return .none }
            arrived.withLock { $0 += 1 }
            // The server answers none before it has seen all; one after another would wait in vain.
            for _ in 0..<5000 where arrived.withLock({ $0 }) < 3 {
                // Cut short, it is only impatient.
                try? await Task.sleep(for: .milliseconds(2))
            }
            return arrived.withLock({ $0 }) < 3 ? .answer(500) : .none
        }
        let session = harness.session(transport: wire)
        _ = try await session.inquire(
            Inquiry(["a-", "b-", "c-"].map(Self.named), limit: .seconds(1)))
        #expect(arrived.withLock { $0 } == 3)
        #expect(await session.entries.isEmpty)
    }

    @Test("what was just shown is not read before it is deleted, but must not have changed since")
    func shown() async throws {
        for meddling in [nil, ["purpose": "mine"], ["record": nil]] as [[String: String?]?] {
            let harness = try await Harness()
            let calls = Mutex<[String]>([])
            let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
                _, request in
                if request.url.contains("/pets/") {
                    calls.withLock { $0.append(request.method.rawValue) }
                }
                return .none
            }
            let session = harness.session(transport: wire)
            _ = try await session.create(Harness.creation("a", lifetime: .seconds(60)))
            let made = try await harness.pet("a")
            let recordKey = made.annotations.first { CreationRecord(text: $0.value) != nil }?.key
            await session.show(made)
            for (key, value) in meddling ?? [:] {
                let key = key == "record" ? try #require(recordKey) : key
                let text = value.map { JSONValue.string($0) } ?? .null
                try await harness.edit(
                    ["metadata": ["annotations": [key: text]]], name: "a")
            }
            calls.withLock { $0 = [] }
            let report = await session.undo()
            switch meddling {
            case nil:
                #expect(report.lines.map(\.outcome) == [.undone])
                #expect(calls.withLock { $0 } == ["DELETE", "GET"])
            case let marks? where marks.keys.contains("record"):
                // Somebody took it over: it is not ours to delete any more.
                #expect(report.lines.map(\.outcome) == [.undoneElsewhere])
                #expect(calls.withLock { $0 } == ["DELETE", "GET"])
                #expect(try await harness.exists("a"))
            default:
                #expect(report.lines.map(\.outcome) == [.undone])
                #expect(calls.withLock { $0 } == ["DELETE", "GET", "DELETE", "GET"])
                #expect(try await !harness.exists("a"))
            }
        }
    }

    @Test("several are announced together: with a full disk none is, and none is made")
    func fullDisk() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let session = harness.session(disk: disk)
        _ = try await session.create(Harness.creation("first"))
        let durable = disk.durableText(of: "s1.jsonl")
        disk.failAppends(1)
        let error = await #expect(throws: SessionError.self) {
            for made in try await session.create(["a-", "b-", "c-"].map(Self.named)) {
                _ = try made.result.get()
            }
        }
        #expect(error?.kind == .journal)
        #expect(await session.entries.map(\.object.name) == ["first"])
        #expect(disk.durableText(of: "s1.jsonl") == durable)
        #expect(await session.close().lines.map(\.outcome) == [.undone])
    }

    @Test(
        "when the operator is done",
        arguments: [
            ([:], false),
            (["state": "Queried"], true),
            (["state": "Queried", "observedGeneration": 1], false),
            (["state": "Queried", "observedGeneration": 2, "executionCount": 1], true),
            (["state": "Queried", "observedGeneration": 2, "queryCount": 0], false),
            (["state": "Failed", "observedGeneration": 2], true),
            (["state": "Executing", "observedGeneration": 2], false),
            (["state": "Observed"], true), (["state": "NotFound"], true),
            (["state": "Paused"], true), (["state": "Pending"], false),
        ] as [(JSONValue, Bool)])
    func judge(status: JSONValue, isDone: Bool) {
        let object = KubernetesObject([
            "metadata": ["name": "x", "generation": 2], "status": status,
        ])
        #expect((AnswerJudge.verdict(on: object) == .done) == isDone)
    }

    @Test("a run that was seen before is no answer to the next")
    func runs() {
        let object = KubernetesObject([
            "metadata": ["name": "x", "generation": 1],
            "status": ["state": "Queried", "observedGeneration": 1, "executionCount": 3],
        ])
        #expect(AnswerJudge.verdict(on: object, after: 2) == .done)
        #expect(AnswerJudge.verdict(on: object, after: 3) == .waiting("it has not run yet"))
    }

    @Test(
        "an operator that has just started is told from a pod that is not there",
        arguments: [
            ("no healthy endpoints available", true), ("pod with ordinal 2 not found", true),
            ("pod default/x is not running", false), ("API returned 500: no", false),
        ])
    func blindness(message: String, isBlind: Bool) {
        let object = KubernetesObject(["status": ["state": "Failed", "message": .string(message)]])
        #expect(AnswerJudge.mayBeBlind(object) == isBlind)
    }
}

extension Session {
    /// As a watch does that has just seen it.
    fileprivate func show(_ object: KubernetesObject) { lastShown[object.uid] = object }
}
