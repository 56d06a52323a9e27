import CurlTransport
import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxOperator
import TestCluster
import Testing

@Suite(
    "The operator on a real kube-apiserver", .enabled(if: RealAPIServer.isAvailable),
    .timeLimit(.minutes(10)))
struct RealServerTests {
    @Test("the cast finds its states there as in the sandbox, and a change reaches the API")
    func cast() async throws {
        // One of its own: other tests put kinds of the same names on the shared one.
        let server = try await RealAPIServer()
        defer { server.stop() }
        let transport = CurlTransport(server.configuration)
        let connection = ClusterConnection(
            server: server.url, configuration: server.configuration)
        let client = KubernetesClient(connection: connection, transport: transport)
        var options = OperateOptions()
        options.installsDefinitions = true
        options.seedsCast = true
        options.hosts = ["127.0.2.10", "127.0.2.11", "127.0.2.12"]
        options.servicePort = 18_931
        let settings = options
        let work = Task {
            try await SandboxCluster.operate(on: connection, transport: transport, settings)
        }
        for (kind, name, state) in [
            ("Pet", "fluffy", "Synced"), ("Pet", "buddy", "Synced"), ("Pet", "max", "Synced"),
            ("Pet", "bella", "Synced"), ("Order", "order-456", "Failed"),
            ("Order", "order-789", "Synced"), ("User", "john", "Synced"),
            ("StoreInventoryQuery", "inventory-check", "Queried"),
            ("PetstoreAggregate", "production-health", "Degraded"), ("Animal", "rex", "Synced"),
        ] {
            try await until(client, kind, name) { $0.status["state"]?.stringValue == state }
        }
        let type = OperatorStage.type("Pet")
        _ = try await client.patch(
            .merge(["spec": ["status": "pending"]]), type, namespace: "default", name: "fluffy")
        try await until(client, "Pet", "fluffy") {
            $0.status["response", "data", "status"] == "pending"
                && $0.status["state"] == "Synced"
        }
        _ = try await client.delete(type, namespace: "default", name: "fluffy")
        work.cancel()
        _ = await work.result
        await transport.shutDown()
    }

    private func until(
        _ client: KubernetesClient, _ kind: String, _ name: String,
        _ holds: (KubernetesObject) -> Bool
    ) async throws {
        let type = OperatorStage.type(kind)
        // The kind is defined only in a moment.
        while (try? await client.get(type, namespace: "default", name: name)) == nil {
            try await Task.sleep(for: .milliseconds(50))
        }
        let updates = client.watch(
            type, namespace: "default",
            options: ListOptions(fieldSelector: "metadata.name=\(name)"))
        for try await update in updates {
            switch update {
            case .restarted(let list):
                if list.items.contains(where: holds) { return }
            case .event(.modified(let object)), .event(.added(let object)):
                if holds(object) { return }
            default: break
            }
        }
        throw CancellationError()
    }
}
