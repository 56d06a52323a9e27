import CurlTransport
import Documents
import Foundation
import HTTP
import KubernetesClient
import KubernetesCore
import SandboxAPIServer
import Testing
import Verbs

private let tops = ResourceType(
    group: "toys.example.org", version: "v1", plural: "tops", kind: "Top")

extension OnStage {
    @Suite("What a shell watches holds over the ends of a server behind a port")
    struct WatchedSandboxTests {
        @Test("20 times away, with changes meanwhile, now and then as another server")
        func exchanges() async throws {
            var life = try await Life(after: nil)
            let front = HummingbirdFront(life.server)
            let url = "http://127.0.0.1:\(try await front.start())"
            let folder = FileManager.default.temporaryDirectory.path + "/watch-\(UUID())"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let config = """
                {"apiVersion": "v1", "kind": "Config", "current-context": "here",
                 "contexts": [{"name": "here", "context": {"cluster": "c"}}],
                 "clusters": [{"name": "c", "cluster": {"server": "\(url)"}}]}
                """
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try Data(config.utf8).write(to: URL(filePath: folder + "/config"))
            let environment = ["HOME": folder, "KUBECONFIG": folder + "/config"]
            let world = World(
                environment: environment, directories: Directories(environment: environment),
                output: MemoryOutput(), errors: MemoryOutput(), input: NoInput(),
                makeTransport: { CurlTransport($0) })
            let access = ClusterAccess(world: world)
            let store = try await access.watched(tops, namespace: "default")
            for round in 1...20 {
                try await life.expect(store, "before round \(round)")
                front.present(nil)
                if round % 5 == 0 { life = try await Life(after: life.server) }
                try await life.disturb(round)
                front.present(life.server)
                try await life.expect(store, "round \(round)")
            }
            await front.stop()
        }
    }
}

/// One server, and the changes that are made to it without the port.
private struct Life {
    let server: APIServer
    private let client: KubernetesClient

    /// - Parameter last: the server whose place it takes; what was told of its versions is gone.
    /// - Throws: what the server refuses.
    init(after last: APIServer?) async throws {
        var settings = APIServer.Settings()
        if let last { settings.firstRevision = last.revision + 1000 }
        server = APIServer(settings)
        client = KubernetesClient(
            connection: ClusterConnection(server: "http://in.process"),
            transport: InProcessTransport(server))
        let definition: JSONValue = [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": "tops.toys.example.org"],
            "spec": [
                "group": "toys.example.org", "scope": "Namespaced",
                "names": ["kind": "Top", "plural": "tops", "singular": "top"],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true,
                        "schema": ["openAPIV3Schema": ["type": "object"]],
                    ]
                ],
            ],
        ]
        _ = try await client.create(
            KubernetesObject(definition), KubernetesClient.definitions, namespace: nil)
        for number in 0..<5 { try await make("first-\(number)") }
        if last != nil { server.compact() }
    }

    private func make(_ name: String) async throws {
        let object: JSONValue = [
            "apiVersion": .string(tops.apiVersion), "kind": "Top",
            "metadata": ["name": .string(name)],
        ]
        _ = try await client.create(KubernetesObject(object), tops, namespace: "default")
    }

    /// Makes one, changes one, deletes one; sometimes the past is forgotten.
    func disturb(_ round: Int) async throws {
        try await make("of-round-\(round)")
        let names = try await client.list(tops, namespace: "default").items.map(\.name)
        _ = try await client.delete(tops, namespace: "default", name: names[0])
        _ = try await client.patch(
            .merge(["metadata": ["labels": ["round": .string("\(round)")]]]), tops,
            namespace: "default", name: names[1])
        if round % 3 == 0 { server.compact() }
    }

    /// The store comes to hold what the server holds.
    func expect(_ store: ObjectStore, _ when: String) async throws {
        let list = try await client.list(tops, namespace: "default")
        let truth = list.items.map { "\($0.name) \($0.resourceVersion)" }.sorted()
        let found = await store.first { snapshot in
            snapshot.trouble == nil
                && snapshot.entries.map {
                    "\($0.key.name) \($0.value.object.resourceVersion)"
                }.sorted() == truth
        }
        #expect(found != nil, "\(when)")
    }
}
