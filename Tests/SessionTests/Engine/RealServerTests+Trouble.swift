import Catalog
import CurlTransport
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import Synchronization
import TestCluster
import Testing

@testable import Session

/// The same administrator's wire, but as somebody with few rights.
private struct Impersonating: Transport {
    let inner: any Transport
    let user: String

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var request = request
        request.headers.add("Impersonate-User", user)
        request.headers.add("Impersonate-Group", "system:authenticated")
        return try await inner.send(request)
    }
}

// What goes wrong between a change and its undo, on a real kube-apiserver.
extension RealServerTests {
    private static let ours = [Edit(set: "/spec/status", to: "pending")]

    private func client(
        _ wrap: (any Transport) -> any Transport
    ) async throws -> KubernetesClient {
        let server = try await RealAPIServer.shared()
        return KubernetesClient(
            connection: ClusterConnection(
                server: server.url, configuration: server.configuration),
            transport: wrap(CurlTransport(server.configuration)))
    }

    private func begin(
        _ id: String, client: KubernetesClient, disk: FaultyDisk = FaultyDisk()
    ) -> Session {
        var environment = environment
        environment.makeID = { id }
        return Session.begin(
            in: JournalStore(disk: disk), cluster: Harness.cluster, client: client,
            environment: environment)
    }

    private func delete(_ name: String) async throws {
        _ = try await client.delete(
            Harness.pets, namespace: "default", name: name, options: DeleteOptions())
    }

    /// Waits until the server's own caches have seen what was just written.
    func settle(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(120)
        while try await !isSo() {
            guard ContinuousClock.now < end else {
                Issue.record("never so: \(what)")
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    @Test("P17: deleted objects have nothing to undo, recreated ones are not touched")
    func deletedAndRecreated() async throws {
        let session = session("realgone")
        for name in ["gone", "anew"] {
            try await makePet(name)
            _ = try await session.change(Harness.request(Self.ours, name: name))
            try await delete(name)
        }
        try await makePet("anew")
        let before = try await essence("anew")
        let report = await session.close()
        #expect(report.lines.map(\.outcome) == [.recreated, .deleted])
        #expect(report.isComplete)
        #expect(try await essence("anew") == before)
    }

    @Test("P17: a record that was copied to another object is never acted on")
    func copiedRecord() async throws {
        try await makePet("copied")
        let disk = FaultyDisk()
        let session = begin("realcopied", client: client, disk: disk)
        _ = try await session.change(Harness.request(Self.ours, name: "copied"))
        await session.detach()
        var copy = try await client.get(Harness.pets, namespace: "default", name: "copied")
            .withoutManagedFields
        for name in ["uid", "resourceVersion", "creationTimestamp"] {
            copy.metadata[name] = .none
        }
        try await delete("copied")
        _ = try await client.create(
            copy, Harness.pets, namespace: "default", options: WriteOptions())
        let restored = try await essence("copied")
        let found = try await search("copied")
        #expect(found.records.map(\.kind) == [.copied])
        let recovered = try Session.resume(
            "realcopied", in: JournalStore(disk: disk), cluster: Harness.cluster, client: client,
            environment: environment)
        #expect(await recovered.close().lines.map(\.outcome) == [.recreated])
        #expect(try await essence("copied") == restored)
    }

    @Test("P19: the server refuses the undo: its words, nothing half written, later it works")
    func refusedUndo() async throws {
        let group = "refusing.example.com"
        let toys = ResourceType(group: group, version: "v1alpha1", plural: "toys", kind: "Toy")
        func definition(_ change: (String) -> String) throws -> JSONValue {
            let text = PetDefinition.json.text(.compact)
                .replacing("petstore.example.com", with: group).replacing("\"pe\"", with: "\"ty\"")
                .replacing("PetList", with: "ToyList").replacing("\"Pet\"", with: "\"Toy\"")
                .replacing("\"pets", with: "\"toys").replacing("\"pet\"", with: "\"toy\"")
            return try JSONValue(parsing: change(text))
        }
        func redefine(_ definition: JSONValue) async throws {
            let versions = try #require(definition["spec"]?["versions"])
            _ = try await client.patch(
                .merge(["spec": ["versions": versions]]), Harness.definitions, namespace: nil,
                name: "toys.\(group)", options: WriteOptions())
        }
        func mayBeAvailable() async -> Bool {
            // Only whether the server would take it.
            let answer = try? await client.patch(
                .merge(["spec": ["status": "available", "name": "Probe"]]), toys,
                namespace: "default", name: "ball", options: WriteOptions(dryRun: true))
            return answer != nil
        }
        let whole = try definition { $0 }
        _ = try await client.create(
            KubernetesObject(whole), Harness.definitions, namespace: nil, options: WriteOptions())
        let ball: JSONValue = [
            "apiVersion": .string("\(group)/v1alpha1"), "kind": "Toy",
            "metadata": ["name": "ball"], "spec": ["status": "available"],
        ]
        try await settle("toys are served") {
            // Not served yet is what is waited for.
            let made = try? await client.create(
                KubernetesObject(ball), toys, namespace: "default", options: WriteOptions())
            return made != nil
        }
        func essence() async throws -> JSONValue {
            Harness.essence(of: try await client.get(toys, namespace: "default", name: "ball"))
        }
        let before = try await essence()
        let session = session("realrefused")
        _ = try await session.change(
            ChangeRequest(
                target: ChangeTarget(type: toys, category: .resource), namespace: "default",
                name: "ball", edits: Self.ours))
        let changed = try await essence()
        try await redefine(try definition { $0.replacing("\"available\",", with: "") })
        try await settle("available is refused") { await !mayBeAvailable() }
        let report = await session.undo(.all)
        guard case .failed(let reason)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(reason.contains("Unsupported value"), "\(reason)")
        #expect(try await essence() == changed)
        try await redefine(whole)
        try await settle("available is taken") { await mayBeAvailable() }
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await essence() == before)
    }

    @Test("P16: a right that was lost meanwhile: failed, nothing written, and undone with it again")
    func lostRight() async throws {
        try await makePet("righteous")
        let before = try await essence("righteous")
        let dora = try await client { Impersonating(inner: $0, user: "dora") }
        try await grant("dora-reads", ["get", "list"], "petstore.example.com", "pets")
        try await grant(
            "dora-leases", ["get", "list", "create", "update", "patch", "delete"],
            "coordination.k8s.io", "leases")
        try await grant("dora-patches", ["patch"], "petstore.example.com", "pets")
        func mayPatch() async -> Bool {
            // Whatever is wrong, it is not allowed yet.
            let answer = try? await dora.patch(
                .merge(["metadata": ["labels": ["probe": "x"]]]), Harness.pets,
                namespace: "default", name: "righteous", options: WriteOptions(dryRun: true))
            return answer != nil
        }
        try await settle("dora may patch") { await mayPatch() }
        let session = begin("realright", client: dora)
        _ = try await session.change(Harness.request(Self.ours, name: "righteous"))
        let changed = try await essence("righteous")
        _ = try await client.delete(
            Self.bindings, namespace: "default", name: "dora-patches", options: DeleteOptions())
        try await settle("dora may not patch") { await !mayPatch() }
        let report = await session.undo(.all)
        guard case .failed(let reason)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(reason.contains("forbidden"), "\(reason)")
        #expect(try await essence("righteous") == changed)
        // And no change is begun that could not be undone.
        await #expect(throws: SessionError.self) {
            try await session.change(
                Harness.request([Edit(set: "/spec/name", to: "New")], name: "righteous"))
        }
        try await bind("dora-patches")
        try await settle("dora may patch again") { await mayPatch() }
        #expect(await session.close().lines.map(\.outcome) == [.undone])
        #expect(try await essence("righteous") == before)
    }

    private static let bindings = ResourceType(
        group: "rbac.authorization.k8s.io", version: "v1", plural: "rolebindings",
        kind: "RoleBinding")

    private func grant(
        _ name: String, _ verbs: [String], _ group: String, _ plural: String
    ) async throws {
        let roles = ResourceType(
            group: "rbac.authorization.k8s.io", version: "v1", plural: "roles", kind: "Role")
        let role: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": ["name": .string(name)],
            "rules": [
                [
                    "apiGroups": [.string(group)], "resources": [.string(plural)],
                    "verbs": .array(verbs.map { .string($0) }),
                ]
            ],
        ]
        _ = try await client.create(
            KubernetesObject(role), roles, namespace: "default", options: WriteOptions())
        try await bind(name)
    }

    private func bind(_ name: String) async throws {
        let binding: JSONValue = [
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
            "metadata": ["name": .string(name)],
            "roleRef": [
                "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": .string(name),
            ],
            "subjects": [
                ["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "dora"]
            ],
        ]
        _ = try await client.create(
            KubernetesObject(binding), Self.bindings, namespace: "default",
            options: WriteOptions())
    }

    @Test(
        "P3: a write whose answer or request is lost is looked up, not assumed",
        arguments: [(1, Mishap.lostAnswer), (1, .lostRequest), (2, .lostAnswer), (2, .lostRequest)])
    func unknownOutcome(number: Int, mishap: Mishap) async throws {
        let name = "lost-\(number)-\(mishap == .lostAnswer ? "answer" : "request")"
        try await makePet(name)
        let before = try await essence(name)
        let seen = Mutex(0)
        let faulty = try await client { wire in
            FaultyTransport(wire, clock: SimulatedClock()) { _, request in
                // The change is the first write to the pet, its undo the second.
                guard request.method == .patch, request.url.contains("/pets/"),
                    !request.url.contains("dryRun")
                else { return .none }
                let count = seen.withLock { count in
                    count += 1
                    return count
                }
                return count == number ? mishap : .none
            }
        }
        let session = begin("realost\(number)\(mishap == .lostAnswer ? "a" : "r")", client: faulty)
        do throws(SessionError) {
            _ = try await session.change(Harness.request(Self.ours, name: name))
        } catch {
            // A request that was lost is found not to have happened: that is the server's failure.
            let isKnown = mishap == .lostRequest && error.kind == .server
            #expect(isKnown || error.kind == .outcomeUnknown, "\(error)")
        }
        let report = await session.close(options: UndoOptions(limit: .seconds(60)))
        #expect(report.isComplete, "\(report)")
        #expect(seen.withLock { $0 } >= number)
        #expect(try await essence(name) == before)
    }

    @Test("P10: a deadline by the server's clock is kept, by the session or by whoever sweeps")
    func timeToLive() async throws {
        for who in ["session", "sweeper"] {
            let name = "timed-\(who)"
            try await makePet(name)
            let before = try await essence(name)
            let session = session("real\(who)")
            let entry = try await session.change(
                Harness.request(Self.ours, name: name, lifetime: .seconds(30)))
            let deadline = try #require(entry.deadline)
            #expect(await session.undoExpired().lines.isEmpty)
            let early = Sweep.plan(try await search(name), by: .expired)
            #expect(early.map(\.action) == [.keep], "\(early)")
            // Headers tell the time in whole seconds.
            while (client.estimatedServerTime ?? deadline) <= deadline + .seconds(2) {
                try await Task.sleep(for: .seconds(1))
                _ = try await client.get(Harness.pets, namespace: "default", name: name)
            }
            if who == "session" {
                #expect(await session.undoExpired().lines.map(\.outcome) == [.undone])
            } else {
                let found = try await search(name)
                let work = SweepWork(
                    store: .inMemory(), cluster: Harness.cluster, client: client,
                    environment: environment)
                let report = await work.run(Sweep.plan(found, by: .expired), of: found)
                #expect(report.lines.map(\.outcome) == [.undone])
            }
            #expect(try await essence(name) == before)
            #expect(await session.close().isComplete)
        }
    }
}
