import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization
import Testing

@testable import Session

// Values that are written as a whole and in parts, kept, and undone in another order.
extension FoundBySimulationTests {
    private static let owned: JSONValue = [
        "spec": ["target": ["pod": "p-0", "podOrdinal": 0]]
    ]

    private static func target(_ value: JSONValue) -> ChangeRequest {
        Harness.request([Edit(set: "/spec/target", to: value)])
    }

    /// Who owns something at a path, by the server's bookkeeping.
    private static func owners(_ pet: KubernetesObject, _ members: String...) -> Set<String> {
        let path = FieldPath(members.map(FieldPath.Step.member))
        return Set(
            pet.managedFields.compactMap { entry in
                guard let tree = entry["fieldsV1"], OwnedFields.subtree(of: tree, at: path) != nil
                else { return nil }
                return entry["manager"]?.stringValue
            })
    }

    @Test("P5: who writes one member of our value keeps it; the others go back")
    func memberOfWhole() async throws {
        let harness = try await Harness()
        try await harness.edit(Self.owned)
        try await harness.edit(["spec": ["target": ["podOrdinal": 7]]])
        let session = harness.session()
        _ = try await session.change(Self.target(["pod": "ours"]))
        try await harness.edit(["spec": ["target": ["pod": "theirs"]]])
        let report = await session.close()
        guard case .conflict(let kept)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(kept.map(\.path.description) == ["spec.target.pod"])
        #expect(kept.first?.author?.manager == "kubectl-edit")
        let pet = try await harness.pet()
        #expect(pet.spec["target"] == ["pod": "theirs", "podOrdinal": 7])
        #expect(Self.owners(pet, "spec", "target") == ["kubectl-edit"])
    }

    @Test("P5: a member of a secret that others wrote to is masked, too")
    func memberOfSecret() async throws {
        let harness = try await Harness()
        try await harness.edit(Self.owned)
        let rules = FieldRules(isSecret: { $0 == "/spec/target" || $0 == "/spec/target/pod" })
        let session = harness.session()
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/target", to: ["pod": "ours"])], rules: rules))
        try await harness.edit(["spec": ["target": ["pod": "their-secret"]]])
        let report = await session.close()
        #expect(report.conflicts == 1)
        #expect(!report.lines.contains { $0.text.contains("their-secret") })
    }

    @Test("P9: another session keeps a member of our value: the rest of it is still undone")
    func keptMember() async throws {
        let harness = try await Harness()
        try await harness.edit(Self.owned)
        let below = harness.session("s1")
        _ = try await below.change(Self.target(["pod": "ours"]))
        let above = harness.session("s2")
        _ = try await above.change(Harness.request([Edit(set: "/spec/target/podOrdinal", to: 5)]))
        #expect(await above.keep().isComplete)
        #expect(await above.close().isComplete)
        #expect(await below.close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.spec["target"] == ["pod": "p-0", "podOrdinal": 5])
        #expect(Self.owners(pet, "spec", "target", "pod") == ["kubectl-edit"])
        #expect(Self.owners(pet, "spec", "target", "podOrdinal") == ["petstore-cli"])
    }

    @Test("P9: another session keeps another value in the place of ours: nothing is put into it")
    func keptInPlace() async throws {
        let harness = try await Harness()
        try await harness.edit(Self.owned)
        let below = harness.session("s1")
        _ = try await below.change(Self.target(["pod": "ours"]))
        let above = harness.session("s2")
        _ = try await above.change(Self.target([:]))
        #expect(await above.keep().isComplete)
        #expect(await above.close().isComplete)
        let report = await below.close()
        guard case .conflict(let kept)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(kept.map(\.path.description) == ["spec.target"])
        #expect(try await harness.pet().spec["target"] == [:])
    }

    @Test(
        "P15: an end does not wait for the round that tends to deadlines",
        .timeLimit(.minutes(5)))
    func endDuringTending() async throws {
        let harness = try await Harness()
        let before = try await harness.essence()
        let isHeld = Mutex(false)
        // The renewal of the Lease gets no answer until its task is told to stop.
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            guard request.method == .patch, request.url.contains("/leases/") else { return .none }
            isHeld.withLock { $0 = true }
            while !Task.isCancelled { await Task.yield() }
            return .lostRequest
        }
        var environment = harness.environment()
        environment.tendsItself = true
        environment.tendingInterval = .seconds(15)
        let session = Session.begin(
            in: .inMemory(), cluster: Harness.cluster,
            client: Harness.client(wire, harness.clock), environment: environment)
        _ = try await session.change(Harness.request([Edit(set: "/spec/status", to: "pending")]))
        while !isHeld.withLock({ $0 }) {
            harness.clock.advance(.seconds(1))
            await Task.yield()
        }
        #expect(await session.close().isComplete)
        #expect(try await harness.essence() == before)
    }

    @Test("P9: only a part of our own value is kept: what we added besides goes")
    func keptPart() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/category", to: ["id": 1, "name": ""])]))
        _ = try await session.change(
            Harness.request([Edit(set: "/spec/category/name", to: "kept")]))
        #expect(await session.keep(.numbers([2])).isComplete)
        #expect(await session.close().isComplete)
        #expect(try await harness.pet().spec["category"] == ["name": "kept"])
    }

    @Test("P2 P17: a number whose change may have been copied is never given again")
    func copiedNumber() async throws {
        let harness = try await Harness()
        let isRestored = Mutex(false)
        // The answer is lost, and before the session looks a backup of the object is restored.
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            let isPet = request.url.contains("/pets/") && !request.url.contains("dryRun")
            guard request.method == .patch, isPet,
                !isRestored.withLock({ value in
                    defer { value = true }
                    return value
                })
            else { return .none }
            // A set-up that fails shows in what is expected below.
            _ = try? await InProcessTransport(harness.server).send(request)
            guard var copy = try? await harness.pet().json else { return .lostRequest }
            for name in ["uid", "resourceVersion", "creationTimestamp", "managedFields"] {
                copy["metadata"]?[name] = .none
            }
            _ = try? await harness.admin.delete(
                Harness.pets, namespace: "default", name: "fluffy", options: DeleteOptions())
            _ = try? await harness.admin.create(
                KubernetesObject(copy), Harness.pets, namespace: "default",
                options: WriteOptions())
            return .lostRequest
        }
        let session = harness.session(transport: wire)
        let pending = Harness.request([Edit(set: "/spec/status", to: "pending")])
        let failure = await #expect(throws: SessionError.self) {
            _ = try await session.change(pending)
        }
        #expect(failure?.kind == .server)
        let copied = try await harness.pet()
        let key = Marks.recordKey(group: "petstore.example.com", session: "s1", sequence: 1)
        #expect(copied.annotations[key] != nil)
        let entry = try await session.change(
            Harness.request([Edit(set: "/spec/status", to: "sold")]))
        #expect(entry.number == 2)
        #expect(await session.close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.annotations == copied.annotations)
        #expect(pet.spec == copied.spec)
    }

    @Test("P5: whose value lies beneath another session's change is told from its record")
    func authorBeneath() async throws {
        let harness = try await Harness()
        let below = harness.session("s1")
        _ = try await below.change(Harness.request([Edit(set: "/spec/status", to: "pending")]))
        try await harness.edit(["spec": ["status": "sold"]])
        let above = harness.session("s2")
        _ = try await above.change(Harness.request([Edit(set: "/spec/status", to: "available")]))
        let report = await below.close()
        guard case .conflict(let kept)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(kept.first?.author?.manager == "kubectl-edit")
        #expect(kept.first?.author?.time != nil)
        #expect(await above.close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.spec["status"] == "sold")
        #expect(Self.owners(pet, "spec", "status") == ["kubectl-edit"])
    }

    @Test("P23: what an undo brings back beneath others is its owner's again at once")
    func broughtBackBeneath() async throws {
        let harness = try await Harness()
        try await harness.edit(Self.owned)
        let before = try await harness.essence()
        let below = harness.session("s1")
        _ = try await below.change(Harness.request([Edit(remove: "/spec/target")]))
        let above = harness.session("s2")
        _ = try await above.change(Harness.request([Edit(set: "/spec/target/podOrdinal", to: 17)]))
        #expect(await below.close().isComplete)
        let between = try await harness.pet()
        #expect(between.spec["target"] == ["pod": "p-0", "podOrdinal": 17])
        #expect(Self.owners(between, "spec", "target", "pod") == ["kubectl-edit"])
        #expect(await above.close().isComplete)
        #expect(try await harness.essence() == before)
    }

    @Test("P23: an interrupted undo is finished although others write to the value meanwhile")
    func interruptedAndWritten() async throws {
        let harness = try await Harness()
        try await harness.edit(Self.owned, by: "gitops")
        let disk = FaultyDisk()
        // The values go back; before the ownership does, the process dies.
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            return body.contains("managedFields") ? .answer(500) : .none
        }
        let session = harness.session(disk: disk, transport: wire)
        _ = try await session.change(Self.target(["pod": "ours"]))
        let options = UndoOptions(waitsForOperator: false, limit: .seconds(16))
        #expect(await !session.close(options: options).isComplete)
        try await harness.edit(["spec": ["target": ["podOrdinal": 9]]])
        disk.crash(keeping: 0)
        let report = await (try harness.recover(disk: disk)).close()
        guard case .conflict(let kept)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(kept.map(\.path.description) == ["spec.target.podOrdinal"])
        let pet = try await harness.pet()
        #expect(pet.spec["target"] == ["pod": "p-0", "podOrdinal": 9])
        #expect(Self.owners(pet, "spec", "target", "pod") == ["gitops"])
        #expect(!pet.managedFields.contains { $0["manager"] == "petstore-cli" })
    }

    @Test("P23: a keep leaves no map of ours in which only others have something")
    func keptBesideOthers() async throws {
        let harness = try await Harness()
        let session = harness.session()
        _ = try await session.change(Harness.request([Edit(set: "/spec/target/pod", to: "ours")]))
        try await harness.edit([
            "metadata": ["annotations": ["example.com/note": "theirs"]],
            "spec": ["target": ["pod": "theirs"]],
        ])
        #expect(await session.keep().isComplete)
        #expect(await session.close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.annotations == ["example.com/note": "theirs"])
        #expect(pet.spec["target"] == ["pod": "theirs"])
        #expect(!pet.managedFields.contains { $0["manager"] == "petstore-cli" })
    }

    @Test("P23: a keep that died before it had given a map back is finished by the recovery")
    func interruptedKeep() async throws {
        let harness = try await Harness()
        let disk = FaultyDisk()
        let isDead = Mutex(false)
        // The keep is carried out; its process never hears of that.
        let wire = FaultyTransport(InProcessTransport(harness.server), clock: harness.clock) {
            _, request in
            if isDead.withLock({ $0 }) { return .lostRequest }
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            guard request.method == .patch, request.url.contains("/pets/"),
                !request.url.contains("dryRun"), body.contains("\"remove\"")
            else { return .none }
            isDead.withLock { $0 = true }
            return .lostAnswer
        }
        let session = harness.session(disk: disk, transport: wire)
        _ = try await session.change(Harness.request([Edit(set: "/spec/status", to: "pending")]))
        try await harness.edit(["metadata": ["annotations": ["example.com/note": "theirs"]]])
        #expect(await !session.keep().isComplete)
        #expect(
            Self.owners(try await harness.pet(), "metadata", "annotations")
                == ["kubectl-edit", "petstore-cli"])
        disk.crash(keeping: 0)
        #expect(await (try harness.recover(disk: disk)).close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.spec["status"] == "pending")
        #expect(Self.owners(pet, "metadata", "annotations") == ["kubectl-edit"])
    }

    @Test("P23: what is kept and is as it was before is its owner's")
    func keptAsItWas() async throws {
        let harness = try await Harness()
        let session = harness.session()
        for status in ["pending", "available"] {
            _ = try await session.change(
                Harness.request([Edit(set: "/spec/status", to: .string(status))]))
        }
        #expect(await session.keep().isComplete)
        #expect(await session.close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.spec["status"] == "available")
        #expect(Self.owners(pet, "spec", "status") == ["gitops"])
    }

    @Test("P23: a keep beneath another session leaves the last word on its parents to that one")
    func keptBeneath() async throws {
        let harness = try await Harness()
        let below = harness.session("s1")
        _ = try await below.change(
            Harness.request([Edit(set: "/spec/target/labels/a", to: "ours")]))
        let above = harness.session("s2")
        _ = try await above.change(
            Harness.request([Edit(set: "/spec/target/labels/a", to: "above")]))
        try await harness.edit(["spec": ["target": ["labels": ["a": "theirs"]]]])
        #expect(await below.keep().isComplete)
        #expect(await below.close().isComplete)
        #expect(await above.close().isComplete)
        let pet = try await harness.pet()
        #expect(pet.spec["target"] == ["labels": ["a": "theirs"]])
        #expect(!pet.managedFields.contains { $0["manager"] == "petstore-cli" })
    }
}
