import CurlTransport
import Documents
import Foundation
import HTTP
import KubernetesClient
import KubernetesCore
import Synchronization
import TestCluster
import Testing
import Verbs

@testable import Shell

private let parcels = ResourceType(
    group: "post.example.org", version: "v1", plural: "parcels", kind: "Parcel")
private let configMaps = ResourceType(
    group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "A shell follows a real kube-apiserver", .timeLimit(.minutes(20)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct RealServerTests {
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

    @Test("The server is killed 20 times under open watches, while others write: nothing is lost")
    func kills() async throws {
        let server = try await RealAPIServer()
        defer { server.stop() }
        let (reader, writer) = (Self.client(server), Self.client(server))
        _ = try await writer.create(
            KubernetesObject(Self.definition), KubernetesClient.definitions, namespace: nil)
        _ = try await Self.names(parcels, writer)
        let shell = try RunningShell(server)
        let stores = StoreShelf(client: reader)
        let forms: [CollectionForm] = [.objects, .metadata, .table(.metadata)]
        let followed =
            forms.map { (parcels, stores.store(of: parcels, namespace: "default", form: $0)) }
            + [(configMaps, stores.store(of: configMaps, namespace: nil))]
        let others = Writer(client: writer)
        let writing = Task { await others.run() }
        for round in 1...20 {
            try await others.wait(forMore: 10)
            server.killServer()
            try server.restartServer()
            try await others.paused {
                for (type, store) in followed {
                    let truth = try await Self.names(type, writer)
                    let found = await store.first { snapshot in
                        snapshot.trouble == nil
                            && snapshot.entries.filter { $0.key.namespace == "default" }
                                .mapValues(\.object.resourceVersion) == truth
                    }
                    #expect(found != nil, "round \(round)")
                }
                let truth = try await Self.names(parcels, writer).keys.map(\.name).sorted()
                try await shell.comesToKnow(truth)
                #expect(await shell.listed() == truth, "round \(round)")
            }
        }
        writing.cancel()
        stores.close()
    }

    private static func client(_ server: RealAPIServer) -> KubernetesClient {
        var policy = CallPolicy()
        policy.longestPause = .seconds(1)
        return KubernetesClient(
            connection: ClusterConnection(
                server: server.url, configuration: server.configuration),
            transport: CurlTransport(server.configuration), policy: policy)
    }

    /// Names and versions of what there is, as soon as the server says it.
    private static func names(
        _ type: ResourceType, _ client: KubernetesClient
    ) async throws -> [ObjectStore.Key: String] {
        while true {
            do throws(KubernetesError) {
                return try await client.list(type, namespace: "default").items.reduce(into: [:]) {
                    $0[ObjectStore.Key($1.namespace ?? "", $1.name)] = $1.resourceVersion
                }
            } catch {
                // The server is on its way.
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}

/// What of a shell depends on the cluster: its lines, and the names that Tab offers.
private final class RunningShell: Sendable {
    private final class Memory: Output, Input {
        private let bytes = Mutex<[UInt8]>([])

        func write(_ piece: [UInt8]) throws(OutputClosed) { bytes.withLock { $0 += piece } }
        func line() async -> String? { nil }

        func taken() -> String {
            bytes.withLock { bytes in
                defer { bytes = [] }
                return String(decoding: bytes, as: UTF8.self)
            }
        }
    }

    private let folder: String
    private let world: World
    private let state: ShellState
    private let names: ClusterNames
    private let output = Memory()

    init(_ server: RealAPIServer) throws {
        folder = FileManager.default.temporaryDirectory.path + "/shell-\(UUID().uuidString)"
        let environment = ["HOME": folder, "KUBECONFIG": server.kubeconfigPath]
        world = World(
            environment: environment, directories: Directories(environment: environment),
            output: output, errors: Memory(), input: Memory(),
            makeTransport: { CurlTransport($0) })
        state = ShellState(access: ClusterAccess(world: world))
        names = ClusterNames(access: state.access)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// What the line `get parcels -o name` shows.
    func listed() async -> [String] {
        let line = ["get", "parcels", "-o", "name"]
        _ = await Dispatcher(world: world).run(line, shell: state)
        return output.taken().split(separator: "\n").compactMap {
            $0.split(separator: "/").last.map(String.init)
        }
    }

    /// Waits until Tab offers just these names.
    func comesToKnow(_ wanted: [String]) async throws {
        while true {
            let question = CandidateSearch.Question.names(kind: "parcel", namespace: nil)
            if case .names(let known, _) = names.answer(question), known.map(\.text) == wanted {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// Makes, changes and deletes objects, whatever becomes of it.
private actor Writer {
    private let client: KubernetesClient
    private var done = 0
    private var isPaused = false
    private var isWriting = false

    init(client: KubernetesClient) { self.client = client }

    /// Waits for so many more writes that succeeded.
    func wait(forMore count: Int) async throws {
        let wanted = done + count
        while done < wanted { try await Task.sleep(for: .milliseconds(10)) }
    }

    /// Runs something while no write is under way.
    func paused(_ body: @Sendable () async throws -> Void) async throws {
        isPaused = true
        defer { isPaused = false }
        while isWriting { try await Task.sleep(for: .milliseconds(10)) }
        try await body()
    }

    func run() async {
        var turn = 0
        while !Task.isCancelled {
            // Cancelled: the loop ends.
            try? await Task.sleep(for: .milliseconds(5))
            guard !isPaused else { continue }
            turn += 1
            isWriting = true
            do throws(KubernetesError) {
                try await write(turn)
                done += 1
            } catch {
                // The server is away, or the name is taken or free: the next one will do.
            }
            isWriting = false
        }
    }

    private func write(_ turn: Int) async throws(KubernetesError) {
        let type = turn % 4 == 0 ? configMaps : parcels
        let name = "o\(turn &* 7919 % 23)"
        switch turn &* 104_729 % 5 {
        case 0, 1:
            let object: JSONValue = [
                "apiVersion": .string(type.apiVersion), "kind": .string(type.kind),
                "metadata": ["name": .string(name)],
            ]
            _ = try await client.create(KubernetesObject(object), type, namespace: "default")
        case 2: _ = try await client.delete(type, namespace: "default", name: name)
        default:
            _ = try await client.patch(
                .merge(["metadata": ["labels": ["mark": .string("\(turn)")]]]), type,
                namespace: "default", name: name)
        }
    }
}
