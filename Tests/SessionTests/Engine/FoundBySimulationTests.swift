import Documents
import HTTP
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization
import Testing

@testable import Session

/// What the simulation found, as plain as it can be told (see the page SimulationFindings).
@Suite("Found by the simulation")
struct FoundBySimulationTests {
    private static let edits = [Edit(set: "/spec/target/pod", to: "ours")]

    @Test("P3 P11: who recovers with a wrong clock goes by the server's", arguments: [-1, 1])
    func wrongClock(days: Int) async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let disk = FaultyDisk()
        // The change is announced, its request held back by the network, its process gone.
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            let isChange = request.method == .patch && !request.url.contains("dryRun")
            return isChange && request.url.contains("/pets/") ? .late(.seconds(8)) : .none
        }
        let session = harness.session(disk: disk, transport: wire)
        let change = Task { try await session.change(Harness.request(Self.edits)) }
        while wire.count < 5, try disk.names().isEmpty { await Task.yield() }
        _ = try? await change.value
        let copy = disk.survivor()
        copy.crash(keeping: 0)
        let clock = SessionClock(
            now: { harness.clock.now + .seconds(days * 86_400) },
            sleep: { span in
                try await harness.clock.sleep(span)
                await wire.deliverLate()
            })
        for listing in try JournalStore(disk: copy).leftovers() {
            let recovered = try Session.resume(
                listing.id, in: JournalStore(disk: copy), cluster: Harness.cluster,
                client: Harness.client(InProcessTransport(harness.server), harness.clock),
                environment: SessionEnvironment(clock: clock, user: "anna"))
            let report = await recovered.close()
            #expect(report.isComplete, "\(report)")
        }
        harness.clock.advance(.seconds(30))
        await wire.deliverLate()
        #expect(try await harness.essence() == before)
    }

    @Test("P5: what somebody wrote between a lost answer and our look at it is not taken for ours")
    func editBeforeTheLook() async throws {
        let harness = try await Harness()
        let isChanged = Mutex(false)
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            let isPet = request.url.contains("/pets/") && !request.url.contains("dryRun")
            if request.method == .patch, isPet, !isChanged.withLock({ $0 }) {
                isChanged.withLock { $0 = true }
                return .doneButAnswered(500)
            }
            if request.method == .get, isPet, isChanged.withLock({ $0 }) {
                // A setup that fails shows in what is expected below.
                try? await harness.edit(["spec": ["status": "sold"]])
            }
            return .none
        }
        let session = harness.session(transport: wire)
        let entry = try await session.change(
            Harness.request([Edit(set: "/spec/status", to: "pending")]))
        #expect(entry.fields.first?.now == .present("pending"))
        #expect(await session.close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.spec["status"] == "sold")
        #expect(pet.annotations.isEmpty)
        #expect(pet.labels == ["app": "petstore"])
    }

    @Test("P5: a list item that others moved between look and change is found by its key")
    func movedItem() throws {
        let rules = FieldRules(listKeys: { $0.tokens == ["spec", "ports"] ? ["name"] : nil })
        let first: JSONValue = ["spec": ["ports": [["name": "a", "port": 1]]]]
        let later: JSONValue = [
            "spec": ["ports": [["name": "new", "port": 9], ["name": "a", "port": 1]]]
        ]
        let edits = [Edit(set: "/spec/ports/0/port", to: 2), Edit(set: "/spec/name", to: "n")]
        let followed = try EditPlanner.follow(edits, from: first, to: later, rules: rules)
        #expect(followed.map(\.path) == ["/spec/ports/1/port", "/spec/name"])
        let gone: JSONValue = ["spec": ["ports": [["name": "new", "port": 9]]]]
        #expect(throws: PlanError.self) {
            try EditPlanner.follow(edits, from: first, to: gone, rules: rules)
        }
    }

    @Test("P23: who owned a parent and its only member owns both again")
    func ownerOfParent() {
        let name = FieldPath(members: "spec", "category", "name")
        let whole: JSONValue = ["f:spec": ["f:category": [".": [:], "f:name": [:]]]]
        // A server writes a parent of which nothing else is owned as a leaf.
        let left: JSONValue = ["f:spec": ["f:category": [:]]]
        #expect(OwnedFields.inserting([:], at: name, in: left) == whole)
        let share: JSONValue = ["f:spec": ["f:category": ["f:name": [:]]]]
        #expect(OwnedFields.union(left, share) == whole)
        #expect(
            OwnedFields.union(share, left) == ["f:spec": ["f:category": ["f:name": [:], ".": [:]]]])
        #expect(OwnedFields.union([:], share) == share)
        #expect(OwnedFields.inserting([:], at: name, in: [:]) == share)
    }

    @Test("P23: a parent that we made, and others use, is not ours any more")
    func releasedParent() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request(Self.edits))
        try await harness.edit(["spec": ["target": ["podOrdinal": 1]]])
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        let pet = try await harness.pet()
        #expect(pet.spec["target"] == ["podOrdinal": 1])
        #expect(!pet.managedFields.contains { $0["manager"] == "petstore-cli" })
    }

    @Test("P23: releasing a parent leaves what is in it to its owner")
    func releasing() {
        let target = FieldPath(members: "spec", "target")
        let tree: JSONValue = ["f:spec": ["f:target": [".": [:], "f:pod": [:]]]]
        #expect(
            OwnedFields.releasing(target, from: tree) == ["f:spec": ["f:target": ["f:pod": [:]]]])
        #expect(OwnedFields.releasing(target, from: ["f:spec": ["f:target": [:]]]) == nil)
        let other: JSONValue = ["f:spec": ["f:name": [:]]]
        #expect(OwnedFields.releasing(target, from: other) == other)
    }

    @Test("P23: what somebody owns by now is not given to its former owner")
    func ownedByNow() {
        let owned: JSONValue = [
            "f:spec": ["f:target": [".": [:], "f:pod": [:], "f:podOrdinal": [:]]]
        ]
        let ours: JSONValue = ["f:spec": ["f:target": [".": [:], "f:podOrdinal": [:]]]]
        #expect(OwnedFields.common(owned, ours) == ours)
        #expect(OwnedFields.common(owned, ["f:spec": ["f:name": [:]]]) == [:])
        #expect(
            OwnedFields.common(owned, ["f:spec": ["f:target": [:]]])
                == ["f:spec": ["f:target": [:]]])
    }

    @Test("P23: an interrupted undo is finished under another session's marks")
    func interruptedUnderMarks() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        // The values go back; before the ownership does, the process dies.
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            return body.contains("managedFields") ? .answer(500) : .none
        }
        let session = harness.session(disk: disk, transport: wire)
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/status", to: "pending")]))
        let options = UndoOptions(waitsForOperator: false, limit: .seconds(16))
        #expect(await !session.close(options: options).isComplete)
        let other = harness.session("s2")
        _ = try await other.change(Harness.request([Edit(set: "/spec/id", to: 5)]))
        disk.crash(keeping: 0)
        _ = await (try harness.recover(disk: disk)).close()
        let owners = try await harness.pet().managedFields.filter {
            $0["fieldsV1"]?["f:spec"]?["f:status"] != nil
        }
        #expect(owners.compactMap { $0["manager"]?.stringValue } == ["gitops"])
    }

    @Test(
        "P23: a parent that an undo brings back beneath others is its owner's again",
        arguments: [false, true])
    func parentBroughtBack(hasThird: Bool) async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let below = harness.session("s1")
        _ = try await below.change(Harness.request([Edit(remove: "/spec/category")]))
        let above = harness.session("s2")
        _ = try await above.change(
            Harness.request([Edit(set: "/spec/category/name", to: "ours")]))
        let third = harness.session("s3")
        if hasThird {
            _ = try await third.change(Harness.request([Edit(set: "/spec/category/id", to: 7)]))
        }
        #expect(await below.close().isComplete)
        #expect(try await harness.pet().spec["category"]?["name"] == "ours")
        #expect(await above.close().isComplete)
        #expect(await third.close().isComplete)
        #expect(try await harness.essence() == before)
    }
}
