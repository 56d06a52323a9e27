import CurlTransport
import Documents
import KubernetesCore
import Synchronization
import TestCluster
import Testing

@testable import KubernetesClient

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "Stores follow a real kube-apiserver", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct RealServerTests {
    private static let configMaps = ResourceType(
        group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")
    private static let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "parcels.post.example.org"],
        "spec": [
            "group": "post.example.org", "scope": "Namespaced",
            "names": ["kind": "Parcel", "plural": "parcels", "singular": "parcel"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true,
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                        ]
                    ],
                ]
            ],
        ],
    ]

    private func client(_ server: RealAPIServer) -> KubernetesClient {
        var policy = CallPolicy()
        policy.longestPause = .seconds(1)
        return KubernetesClient(
            connection: ClusterConnection(
                server: server.url, configuration: server.configuration),
            transport: CurlTransport(server.configuration), policy: policy)
    }

    /// Repeats a call until it succeeds: the server may be on its way.
    private func insist<Value: Sendable>(
        _ call: () async throws(KubernetesError) -> Value
    ) async throws -> Value {
        while true {
            do throws(KubernetesError) {
                return try await call()
            } catch {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    @Test("The server is killed 20 times under open watches, while others write: nothing is lost")
    func kills() async throws {
        let server = try await RealAPIServer()
        defer { server.stop() }
        let (reader, writer) = (client(server), client(server))
        _ = try await writer.create(
            KubernetesObject(Self.definition), KubernetesClient.definitions, namespace: nil)
        _ = try await insist { () async throws(KubernetesError) in
            try await writer.list(parcels, namespace: "default")
        }
        let feeders = [
            StoreFeeder(client: reader, type: parcels, namespace: "default", form: .objects),
            StoreFeeder(client: reader, type: parcels, namespace: nil, form: .metadata),
            StoreFeeder(
                client: reader, type: parcels, namespace: "default", form: .table(.metadata)),
            StoreFeeder(client: reader, type: Self.configMaps, namespace: "default"),
        ]
        let runs = feeders.map { feeder in Task { await feeder.run() } }
        let others = Writer(client: writer)
        let writing = Task { await others.run() }
        for round in 1...20 {
            let before = others.done
            while others.done < before + 10 { try await Task.sleep(for: .milliseconds(20)) }
            server.killServer()
            try server.restartServer()
            try await others.paused {
                try await compare(feeders, writer, round)
            }
        }
        writing.cancel()
        runs.forEach { $0.cancel() }
        for run in runs { await run.value }
        #expect(others.done >= 200)
    }

    /// While nobody writes, every store must come to hold what the server holds.
    private func compare(
        _ feeders: [StoreFeeder], _ client: KubernetesClient, _ round: Int
    ) async throws {
        for (index, feeder) in feeders.enumerated() {
            let type = index == 3 ? Self.configMaps : parcels
            let list = try await insist { () async throws(KubernetesError) in
                try await client.list(type, namespace: index == 1 ? nil : "default")
            }
            let truth = list.items.reduce(into: [:]) {
                $0[ObjectStore.Key($1.namespace ?? "", $1.name)] = $1.resourceVersion
            }
            let found = await feeder.store.first { snapshot in
                snapshot.trouble == nil
                    && snapshot.entries.mapValues(\.object.resourceVersion) == truth
            }
            #expect(found != nil, "round \(round), store \(index)")
        }
    }
}

/// Makes, changes and deletes objects, whatever becomes of it.
private final class Writer: Sendable {
    private let client: KubernetesClient
    private let count = Atomic(0)
    private let turn = AsyncLock()

    init(client: KubernetesClient) { self.client = client }

    /// How many writes succeeded.
    var done: Int { count.load(ordering: .relaxed) }

    /// Runs something while no write is under way.
    func paused(_ body: () async throws -> Void) async throws {
        await turn.lock()
        do {
            try await body()
        } catch {
            await turn.unlock()
            throw error
        }
        await turn.unlock()
    }

    func run() async {
        var random = SeededRandom(20)
        while !Task.isCancelled {
            await turn.lock()
            let name = "o\(random.below(20))"
            do throws(KubernetesError) {
                try await write(name, random.below(3), random.once(in: 3))
                count.add(1, ordering: .relaxed)
            } catch {
                // The server is away, or the name is taken or free: the next one will do.
            }
            await turn.unlock()
            await client.policy.sleep(.milliseconds(5))
        }
    }

    private func write(
        _ name: String, _ choice: Int, _ onMaps: Bool
    ) async throws(KubernetesError) {
        let type =
            onMaps
            ? ResourceType(group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")
            : parcels
        let object = KubernetesObject([
            "apiVersion": .string(type.apiVersion), "kind": .string(type.kind),
            "metadata": ["name": .string(name)],
        ])
        switch choice {
        case 0: _ = try await client.create(object, type, namespace: "default")
        case 1: _ = try await client.delete(type, namespace: "default", name: name)
        default:
            let mark = "\(done)"
            _ = try await client.patch(
                .merge(["metadata": ["labels": ["mark": .string(mark)]]]), type,
                namespace: "default", name: name)
        }
    }
}

/// One at a time.
private actor AsyncLock {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func lock() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func unlock() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
