import CurlTransport
import Documents
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import SessionKit
import TestCluster
import Testing

@testable import Session

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "Sessions on a real kube-apiserver", .timeLimit(.minutes(10)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct RealServerTests {
    let client: KubernetesClient

    init() async throws { client = try await Self.connect() }

    private static func connect() async throws -> KubernetesClient {
        let server = try await RealAPIServer.shared()
        let client = KubernetesClient(
            connection: ClusterConnection(
                server: server.url, configuration: server.configuration),
            transport: CurlTransport(server.configuration))
        if await !isServed(client) {
            _ = try? await client.create(
                KubernetesObject(PetDefinition.json), Harness.definitions, namespace: nil,
                options: WriteOptions())
        }
        let end = ContinuousClock.now + .seconds(60)
        while await !isServed(client), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(100))
        }
        return client
    }

    private static func isServed(_ client: KubernetesClient) async -> Bool {
        let list = try? await client.list(Harness.pets, namespace: "default")
        return list != nil
    }

    func makePet(_ name: String) async throws {
        let applied: JSONValue = [
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet",
            "metadata": ["name": .string(name), "labels": ["app": "petstore"]],
            "spec": [
                "name": "Fluffy", "photoUrls": ["http://x/?a=1&b=<2>"], "status": "available",
                "id": 123,
            ],
        ]
        _ = try await client.patch(
            .apply(applied, fieldManager: "gitops", force: false), Harness.pets,
            namespace: "default", name: name, options: WriteOptions())
        try await edit(name, ["spec": ["category": ["name": "Dogs"]]])
    }

    private func edit(_ name: String, _ patch: JSONValue) async throws {
        _ = try await client.patch(
            .merge(patch), Harness.pets, namespace: "default", name: name,
            options: WriteOptions(fieldManager: "kubectl-edit"))
    }

    func essence(_ name: String) async throws -> JSONValue {
        Harness.essence(
            of: try await client.get(Harness.pets, namespace: "default", name: name))
    }

    func session(
        _ id: String, in store: JournalStore = JournalStore(disk: FaultyDisk())
    ) -> Session {
        let clock = SessionClock(
            now: Timestamp.systemNow, sleep: { try await Task.sleep(for: $0) })
        return Session.begin(
            in: store, cluster: Harness.cluster, client: client,
            environment: SessionEnvironment(clock: clock, makeID: { id }, user: "anna"))
    }

    @Test("P23: all is as before, managed fields included", arguments: SessionTests.changes.indices)
    func thereAndBack(index: Int) async throws {
        let name = "pet-\(index)"
        try await makePet(name)
        let before = try await essence(name)
        let session = session("real\(index)")
        let edits = SessionTests.changes[index]
        let entry = try await session.change(Harness.request(edits, name: name))
        #expect(entry.state == .applied)
        #expect(entry.notices.filter { !$0.contains("absent before") } == [])
        let changed = try await client.get(Harness.pets, namespace: "default", name: name)
        for edit in edits {
            #expect(FieldValue(changed.json.value(at: edit.path)).isSame(as: edit.value))
        }
        let report = await session.close()
        #expect(report.lines.map(\.outcome) == [.undone])
        #expect(report.lines.flatMap(\.notices) == [])
        #expect(try await essence(name) == before)
        // The former owner applies again without a conflict.
        try await makePet(name)
    }

    @Test("P5: an edit by somebody else is kept and reported with its author")
    func foreignEdit() async throws {
        try await makePet("edited")
        let session = session("foreign")
        _ = try await session.change(
            Harness.request(
                [
                    Edit(set: "/spec/status", to: "pending"),
                    Edit(set: "/spec/name", to: "Other <&>"),
                ], name: "edited"))
        try await edit("edited", ["spec": ["status": "sold"]])
        let report = await session.close()
        guard case .conflict(let kept)? = report.lines.first?.outcome else {
            Issue.record("\(report)")
            return
        }
        #expect(kept.map(\.path.description) == ["spec.status"])
        #expect(kept.first?.author?.manager == "kubectl-edit")
        #expect(report.isComplete)
        let pet = try await client.get(Harness.pets, namespace: "default", name: "edited")
        #expect(pet.spec["status"] == "sold")
        #expect(pet.spec["name"] == "Fluffy")
        #expect(pet.annotations.isEmpty)
        #expect(pet.labels == ["app": "petstore"])
    }

    @Test("P9: stacked sessions leave in any order", arguments: [[0, 1], [1, 0]])
    func stacked(order: [Int]) async throws {
        let name = "stacked-\(order[0])"
        try await makePet(name)
        let before = try await essence(name)
        let sessions = [session("lower\(order[0])"), session("upper\(order[0])")]
        for (session, status) in zip(sessions, ["pending", "sold"]) {
            _ = try await session.change(
                Harness.request([Edit(set: "/spec/status", to: .string(status))], name: name))
        }
        for index in order {
            #expect(await sessions[index].close().lines.map(\.outcome) == [.undone])
        }
        #expect(try await essence(name) == before)
    }

    @Test("what the server refuses is told in its words, and nothing is left behind")
    func refused() async throws {
        try await makePet("refused")
        let before = try await essence("refused")
        let session = session("refused")
        for edits in [
            [Edit(set: "/spec/status", to: "flying")], [Edit(set: "/spec/colour", to: "red")],
            [Edit(set: "/spec/id", to: "text")],
        ] {
            await #expect(throws: SessionError.self) {
                try await session.change(Harness.request(edits, name: "refused"))
            }
        }
        #expect(await session.entries.isEmpty)
        #expect(try await essence("refused") == before)
        _ = await session.close()
    }
}
