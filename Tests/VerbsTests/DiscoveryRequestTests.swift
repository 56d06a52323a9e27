import CurlTransport
import Documents
import Foundation
import HTTP
import KubernetesClient
import KubernetesCore
import Synchronization
import TestCluster
import Testing

@testable import Verbs

/// Passes everything on, and remembers what was asked.
private final class CountingTransport: Transport {
    private let inner: any Transport
    private let seen = Mutex<[String]>([])

    init(_ inner: any Transport) { self.inner = inner }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        // Without scheme and host.
        let path = request.url.split(separator: "/", maxSplits: 2).last ?? ""
        seen.withLock { $0.append("\(request.method.rawValue) /\(path)") }
        return try await inner.send(request)
    }

    /// What was asked since this was read last.
    func taken() -> [String] {
        seen.withLock { seen in
            defer { seen = [] }
            return seen
        }
    }
}

/// A kind of its own, so that nobody else's tests see it come and go.
private func definition(
    _ plural: String, _ kind: String, version: String, group: String = "toys.example.org"
) -> KubernetesObject {
    KubernetesObject([
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": .string("\(plural).\(group)")],
        "spec": [
            "group": .string(group), "scope": "Namespaced",
            "names": [
                "kind": .string(kind), "plural": .string(plural),
                "singular": .string(kind.lowercased()),
            ],
            "versions": [
                [
                    "name": .string(version), "served": true, "storage": true,
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                        ]
                    ],
                ]
            ],
        ],
    ])
}

private let definitions = KubernetesClient.definitions

/// Takes a kind away and serves it in another version.
private func move(_ client: KubernetesClient, to version: String) async throws {
    _ = try await client.delete(definitions, namespace: nil, name: "tops.toys.example.org")
    let old = ResourceType(group: "toys.example.org", version: "v1", plural: "tops", kind: "Top")
    while (try? await client.list(old, namespace: "default")) != nil {
        try await Task.sleep(for: .milliseconds(20))
    }
    try await serve(client, "tops", "Top", version)
}

private func serve(
    _ client: KubernetesClient, _ plural: String, _ kind: String, _ version: String,
    group: String = "toys.example.org"
) async throws {
    let type = ResourceType(group: group, version: version, plural: plural, kind: kind)
    while true {
        // The old definition may still be on its way out.
        _ = try? await client.create(
            definition(plural, kind, version: version, group: group), definitions, namespace: nil)
        if (try? await client.list(type, namespace: "default")) != nil { break }
        try await Task.sleep(for: .milliseconds(20))
    }
    // It is served before it is told of.
    while try await client.discoverResources(type.groupVersion).contains(where: {
        $0.plural == plural
    }) == false { try await Task.sleep(for: .milliseconds(20)) }
    _ = try await client.create(
        KubernetesObject([
            "apiVersion": .string(type.apiVersion), "kind": .string(kind),
            "metadata": ["name": .string("red-\(version)")],
        ]), type, namespace: "default")
}

extension OnStage {
    @Suite("Discovery costs few requests, and is never wrong for long")
    struct DiscoveryRequestTests {
        private struct Scene {
            let stage: Stage
            let counting: CountingTransport
            let client: KubernetesClient

            init() async throws {
                stage = try await Stage()
                let inner = stage.world.makeTransport(TransportConfiguration())
                counting = CountingTransport(inner)
                stage.world.makeTransport = { [counting] _ in counting }
                client = KubernetesClient(
                    connection: ClusterConnection(server: "http://cluster.test"),
                    transport: inner)
            }

            var cache: String { stage.setup.folder + "/.cache/petstore-cli" }
        }

        @Test("A cold get costs four requests at most, a warm one costs one")
        func requests() async throws {
            let scene = try await Scene()
            let (stage, counting) = (scene.stage, scene.counting)
            let cold = await stage.run("get pets")
            let asked = counting.taken()
            #expect(asked.first == "GET /apis", "\(asked)")
            #expect(asked.count <= 4 && asked.last?.contains("/pets?") == true, "\(asked)")
            let warm = await stage.run("get pets")
            #expect(counting.taken().count == 1)
            #expect(
                warm.output.split(separator: "\n").count == cold.output.split(separator: "\n").count
            )
            _ = await stage.run("get pod -A")
            _ = counting.taken()
            _ = await stage.run("get pods,pets -A")
            #expect(counting.taken().count == 2)
            _ = await stage.run("describe pet fluffy")
            _ = counting.taken()
            let described = await stage.run("describe pet fluffy")
            #expect(described.status == .done)
            let again = counting.taken()
            #expect(
                !again.contains { $0.contains("/openapi/") || $0.hasSuffix("/apis") }, "\(again)")
        }

        @Test("A kind that moved is found again, and nobody sees that it was looked for")
        func moved() async throws {
            let scene = try await Scene()
            let (stage, counting) = (scene.stage, scene.counting)
            try await serve(scene.client, "tops", "Top", "v1")
            #expect(await stage.run("get tops -o name").output == "top.toys.example.org/red-v1\n")
            let shell = stage.shell()
            #expect(await stage.run("get top", shell: shell).status == .done)
            try await move(scene.client, to: "v2")
            _ = counting.taken()
            for line in ["get tops", "get tops -o yaml", "get tops -o name"] {
                let found = await stage.run(line)
                #expect(found.output.contains("red-v2") && found.errors.isEmpty, "\(found)")
                #expect(found.status == .done)
            }
            let asked = counting.taken()
            #expect(asked.filter { $0.hasSuffix("/apis") }.count == 1, "\(asked)")
            let inShell = await stage.run("get top", shell: shell)
            #expect(inShell.output.contains("red-v2") && inShell.errors.isEmpty, "\(inShell)")
        }

        @Test("A new word is looked up at the server; one that means nothing only once")
        func newWords() async throws {
            let scene = try await Scene()
            let (stage, counting) = (scene.stage, scene.counting)
            _ = await stage.run("get pets")
            try await serve(scene.client, "kites", "Kite", "v1")
            #expect(await stage.run("get kite -o name").output == "kite.toys.example.org/red-v1\n")
            _ = counting.taken()
            let none = await stage.run("get pebbles")
            #expect(none.status == .notFound)
            #expect(counting.taken().filter { $0.hasSuffix("/apis") }.count <= 2)
            // A missing object of a known kind is no reason to doubt the kind.
            _ = await stage.run("get pets")
            _ = counting.taken()
            #expect(await stage.run("get pet nobody").status == .notFound)
            #expect(counting.taken().count == 1)
        }

        @Test("What leads to a write rests on the server's own word")
        func writes() async throws {
            let scene = try await Scene()
            let (stage, counting) = (scene.stage, scene.counting)
            _ = await stage.run("describe pet fluffy")
            _ = counting.taken()
            let patch = await stage.run("patch pet fluffy status=pending --dry-run")
            let asked = counting.taken()
            #expect(asked.contains("GET /apis"), "\(patch) \(asked)")
            #expect(asked.contains { $0.hasPrefix("GET /openapi/v3/") })
            // Each time: what a cache tells never decides where a change goes.
            _ = await stage.run("patch pet fluffy status=sold --dry-run")
            #expect(counting.taken().contains("GET /apis"))
        }

        @Test("A damaged cache, one that cannot be written, and commands without a cluster")
        func damage() async throws {
            let scene = try await Scene()
            let (stage, counting) = (scene.stage, scene.counting)
            _ = await stage.run("--help")
            _ = await stage.run("get --help")
            #expect(!FileManager.default.fileExists(atPath: scene.cache))
            _ = await stage.run("get pets")
            let folder = scene.cache + "/discovery"
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
                try Data("\u{0}garbage".utf8).write(to: URL(filePath: "\(folder)/\(file)"))
            }
            _ = counting.taken()
            let repaired = await stage.run("get pets")
            #expect(repaired.status == .done && repaired.errors.isEmpty)
            #expect(counting.taken().count > 1)
            _ = await stage.run("get pets")
            #expect(counting.taken().count == 1)
            let other = stage.setup.folder + "/other"
            _ = await stage.run("get pets --cache-dir \(other)")
            #expect(FileManager.default.fileExists(atPath: other + "/discovery"))
            #expect(counting.taken().count > 1)
            let nowhere = await stage.run("get pets --cache-dir /dev/null/x")
            #expect(nowhere.status == .done && nowhere.errors.isEmpty)
        }
    }
}

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "Discovery on a real kube-apiserver", .timeLimit(.minutes(5)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct DiscoveryRealServerTests {
    @Test("A cold get costs four requests at most, a warm one costs one; a moved kind is found")
    func requests() async throws {
        // One of its own: on a server without aggregated discovery each group costs a request.
        let server = try await RealAPIServer()
        defer { server.stop() }
        let setup = try SetupFixture()
        var world = setup.world
        world.environment["KUBECONFIG"] = server.kubeconfigPath
        let counting = CountingTransport(CurlTransport(server.configuration))
        world.makeTransport = { _ in counting }
        let client = KubernetesClient(
            connection: ClusterConnection(server: server.url),
            transport: CurlTransport(server.configuration))
        try await serve(client, "tops", "Top", "v1")
        let dispatcher = Dispatcher(world: world)
        #expect(await dispatcher.run(["get", "tops"]) == .done)
        let cold = counting.taken()
        #expect(cold.count <= 4, "\(cold)")
        #expect(await dispatcher.run(["get", "tops"]) == .done)
        #expect(counting.taken().count == 1)
        #expect(setup.output.text.contains("red-v1"))
        try await move(client, to: "v2")
        setup.output.clear()
        #expect(await dispatcher.run(["get", "tops"]) == .done)
        #expect(setup.output.text.contains("red-v2") && setup.errors.text.isEmpty)
        _ = counting.taken()
        #expect(await dispatcher.run(["get", "tops"]) == .done)
        #expect(counting.taken().count == 1)
    }
}
