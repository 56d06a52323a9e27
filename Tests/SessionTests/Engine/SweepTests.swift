import Catalog
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Testing

@testable import Session

/// P7, P10, P26: leftovers are found by anybody, and undone by whoever may, to one effect.
@Suite("Leftovers in the cluster")
struct SweepTests {
    private static let minute = Duration.seconds(60)

    @Test("P26: one list per kind finds all records, whatever left them")
    func oneList() async throws {
        let harness = try await Harness()
        try await harness.makePet("rex")
        let one = harness.session("one")
        let two = harness.session("two")
        _ = try await one.change(Harness.request(Harness.ours))
        _ = try await two.change(Harness.request([Edit(set: "/spec/name", to: "F")]))
        _ = try await two.change(Harness.request(Harness.ours, name: "rex"))
        _ = try await one.create(Harness.creation("q"))
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock)
        let found = await harness.search(transport: wire)
        #expect(wire.count == 2, "one list of pets, one of Leases: \(wire.log)")
        #expect(found.records.count == 4)
        #expect(found.sessions == ["one", "two"])
        #expect(found.failures.isEmpty)
        #expect(found.records.allSatisfy { !$0.liveness.isOver })
        #expect(found.records.allSatisfy { $0.user == "anna" })
    }

    @Test("a session that lives is left alone, a dead one is undone from any machine")
    func deadOrAlive() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        _ = try await session.create(Harness.creation("q"))
        let early = await harness.search()
        let plan = Sweep.plan(early, by: .abandoned)
        #expect(plan.allSatisfy { $0.action == .keep && $0.reason.contains("lives") })
        #expect(await harness.sweep(early, .abandoned).lines.isEmpty)
        #expect(await harness.sweep(early, .session("other", force: true)).lines.isEmpty)
        harness.clock.advance(.seconds(61))
        let late = await harness.search()
        #expect(
            Set(Sweep.plan(late, by: .abandoned).map(\.action)) == [.restore, .delete])
        #expect(Sweep.plan(late, by: .expired).allSatisfy { $0.action == .keep })
        let report = await harness.sweep(late, .abandoned)
        #expect(report.lines.map(\.outcome) == [.undone, .undone])
        #expect(try await harness.essence() == before)
        #expect(try await !harness.exists("q"))
        #expect(try await harness.leases().isEmpty)
        // The session itself finds it done.
        #expect(await session.close().isComplete)
        #expect(try await harness.essence() == before)
    }

    @Test("by force also what may be alive")
    func force() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        _ = try await harness.session().change(Harness.request(Harness.ours))
        let found = await harness.search()
        #expect(await harness.sweep(found, .session("s1", force: false)).lines.isEmpty)
        #expect(await harness.sweep(found, .session("s1", force: true)).isComplete)
        #expect(try await harness.essence() == before)
    }

    @Test(
        "P10: whoever lives undoes it in time, once: the session, the controller, or both",
        arguments: [[0], [1], [0, 1], [1, 0]])
    func timeToLive(order: [Int]) async throws {
        let harness = try await Harness()
        try await harness.announceController()
        let before = try await harness.essence()
        let session = harness.session()
        let entry = try await session.change(
            Harness.request(Harness.ours, lifetime: .seconds(600)))
        #expect(entry.level == .g3)
        #expect(entry.executor == "controller")
        #expect(entry.why.isEmpty)
        let annotations = try await harness.pet().annotations
        #expect(annotations["petstore.example.com/patch-expires"] == nil)
        _ = try await session.create(Harness.creation("q", lifetime: .seconds(600)))
        harness.clock.advance(.seconds(599))
        #expect(await session.tend().report.lines.isEmpty)
        #expect(Sweep.plan(await harness.search(), by: .expired).allSatisfy { $0.action == .keep })
        harness.clock.advance(.seconds(2))
        for who in order {
            if who == 0 {
                let tending = await session.tend()
                #expect(tending.report.isComplete)
            } else {
                #expect(await harness.sweep(await harness.search(), .expired).isComplete)
            }
            #expect(try await harness.essence() == before)
            #expect(try await !harness.exists("q"))
        }
        #expect(await session.close().isComplete)
    }

    @Test("P10: the operator and the session are never of different effect")
    func operatorRestores() async throws {
        let harness = try await Harness()
        try await harness.edit(
            ["status": ["state": "Synced", "observedGeneration": 100]], by: "op",
            subresource: "status")
        let before = try await harness.essence()
        let session = harness.session()
        let entry = try await session.change(
            Harness.request(Harness.ours, lifetime: .seconds(600)))
        #expect(entry.executor == "operator")
        harness.clock.advance(.seconds(601))
        // What the operator does at that time, to a paused object as well.
        let own = ["patch-ttl", "patch-expires", "patch-original-state", "patched-by"]
        var gone = JSONObject()
        for key in own { gone["petstore.example.com/" + key] = JSONValue.null }
        try await harness.edit(
            ["spec": ["status": "available"], "metadata": ["annotations": .object(gone)]],
            by: "op")
        let tending = await session.tend()
        #expect(tending.report.lines.map(\.outcome) == [.undone])
        var after = try await harness.essence()
        // Who wrote the value last is the operator now, and rightly so.
        var expected = before
        for key in ["managedFields"] {
            after["metadata"]?[key] = nil
            expected["metadata"]?[key] = nil
        }
        #expect(after == expected)
    }

    @Test("P10: a dead session's deadline is kept by the next who cleans up")
    func killed() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(
            Harness.request(
                Harness.ours + [Edit(set: "/spec/target/pod", to: "p")],
                lifetime: .seconds(600)))
        harness.clock.advance(.seconds(601))
        let report = await harness.sweep(await harness.search(), .expired)
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(try await harness.essence() == before)
    }

    @Test("P7: many sweepers at once are as one")
    func manySweepers() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        _ = try await session.create(Harness.creation("q"))
        harness.clock.advance(.seconds(61))
        let found = await harness.search()
        let reports = await withTaskGroup(of: UndoReport.self) { group in
            for _ in 0..<6 { group.addTask { await harness.sweep(found, .abandoned) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reports.filter { !$0.isComplete } == [])
        #expect(try await harness.essence() == before)
        #expect(try await !harness.exists("q"))
    }

    @Test("part of a session can be swept while the rest of it lives on")
    func part() async throws {
        let harness = try await Harness()
        try await harness.makePet("rex")
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours, lifetime: .seconds(600)))
        _ = try await session.change(Harness.request(Harness.ours, name: "rex"))
        harness.clock.advance(.seconds(590))
        _ = await session.tend()
        harness.clock.advance(.seconds(11))
        let report = await harness.sweep(await harness.search(), .expired)
        #expect(report.lines.map(\.entry.object.name) == ["fluffy"])
        // Its sign of life is not ours to take away.
        #expect(try await harness.leases().count == 1)
        #expect(try await harness.pet("rex").spec["status"] == "pending")
    }

    @Test("records that are of no use are told, and never acted on")
    func useless() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Harness.ours))
        let record = try #require(
            Marks.records(in: try await harness.pet(), group: "petstore.example.com").first)
        try await harness.makePet("copy")
        try await harness.edit(
            [
                "metadata": [
                    "labels": ["diagnostic-session": "s1"],
                    "annotations": .object([
                        record.key: .string(record.text),
                        "diagnostics.example.com/original-state.zzz-1": "{broken",
                    ]),
                ]
            ], name: "copy")
        let found = await harness.search()
        let plan = Sweep.plan(found, by: .session("s1", force: true))
            .filter { $0.record.object.name == "copy" }
        #expect(plan.map(\.action) == [.keep, .keep])
        #expect(plan[0].reason.contains("another object"))
        #expect(plan[1].reason.contains("cannot be read"))
    }

    @Test("what others labelled as temporary goes by its time, unless it reaches further")
    func labelled() async throws {
        let harness = try await Harness()
        let labels: JSONValue = ["temporary": "true", "ttl": "1h"]
        for name in ["timed", "timeless", "writable"] {
            var object = Harness.manifest(name)
            object.labels = ["temporary": "true"]
            if name != "timeless" { object.metadata["labels"] = labels }
            _ = try await harness.admin.create(object, Harness.pets, namespace: "default")
        }
        harness.clock.advance(.seconds(3601))
        let selectors = [SessionSearch.ours, SessionSearch.labelled]
        let found = await harness.search(selectors: selectors)
        let plan = Sweep.plan(found, by: .expired)
        #expect(
            plan.map { "\($0.record.object.name) \($0.action)" }.sorted()
                == ["timed delete", "timeless keep", "writable delete"])
        let strict = await harness.search(selectors: selectors, category: .resource)
        #expect(Sweep.plan(strict, by: .expired).allSatisfy { $0.action == .keep })
        #expect(await harness.sweep(found, .expired).isComplete)
        #expect(try await !harness.exists("timed"))
        #expect(try await harness.exists("timeless"))
        #expect(try await harness.exists("fluffy"))
    }

    @Test("Leases of sessions that left nothing are cleared, those of others are not")
    func staleLeases() async throws {
        let harness = try await Harness()
        _ = try await harness.session("alive").change(Harness.request(Harness.ours))
        for name in ["petstore-cli-gone", "petstore-cli-cleanup"] {
            let lease = SessionLease(
                name: name, namespace: "default", holder: "h",
                renewed: harness.clock.now - .seconds(600), duration: .seconds(60))
            _ = try await harness.admin.create(
                lease.object, SessionLease.type, namespace: "default")
        }
        let found = await harness.search()
        #expect(found.staleLeases.map(\.name) == ["petstore-cli-gone"])
        let work = SweepWork(
            store: .inMemory(), cluster: Harness.cluster, client: harness.admin,
            environment: harness.environment())
        #expect(await work.clear(found.staleLeases) == 1)
        #expect(
            try await harness.leases().map(\.name).sorted()
                == ["petstore-cli-alive", "petstore-cli-cleanup"])
    }

    @Test("kinds that cannot be listed are told, the others are searched")
    func forbidden() async throws {
        let harness = try await Harness()
        _ = try await harness.session().change(Harness.request(Harness.ours))
        harness.server.policy = .forbidding(verbs: ["list"], resource: "leases")
        let noLeases = await harness.search()
        #expect(noLeases.leases == nil)
        #expect(noLeases.records.map(\.liveness) == [.unknowable])
        #expect(Sweep.plan(noLeases, by: .abandoned).map(\.action) == [.keep])
        harness.server.policy = .forbidding(verbs: ["list"], resource: "pets")
        let noPets = await harness.search()
        #expect(noPets.failures.count == 1)
        #expect(noPets.failures.first?.error.isForbidden == true)
    }
}
