import HTTP
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxPetstoreService
import Testing

@Suite("Pods of the sandbox answer through the API server")
struct PodProxyTests {
    private func asked(
        _ transport: SandboxTransport, _ connection: ClusterConnection, _ pod: String,
        port: Int64 = 8080, path: String = "/api/v3/pet/123", limit: Duration = .seconds(5)
    ) async -> PodAnswer {
        await KubernetesClient(connection: connection, transport: transport).askPod(
            namespace: "default", name: pod, port: port, path: path, limit: limit)
    }

    @Test("the instance behind the pod answers, with its own status")
    func answers() async throws {
        let (connection, transport) = try await SandboxCluster.inProcess()
        guard case .answered(200, let time) = await asked(transport, connection, "petstore-api-1")
        else {
            Issue.record("no answer")
            return
        }
        #expect(time > .zero)
        let lost = await asked(transport, connection, "petstore-api-1", path: "/api/v3/pet/9999")
        guard case .answered(404, _) = lost else {
            Issue.record("\(lost)")
            return
        }
        let calls = await transport.cluster.fleet.instances[1].calls
        #expect(calls.contains("GET /pet/9999"))
    }

    @Test("an instance that is down, one that is silent, a pod that is not there")
    func failures() async throws {
        let (connection, transport) = try await SandboxCluster.inProcess()
        await transport.cluster.fleet.instances[0].suffer(.down)
        guard case .unreachable(let why) = await asked(transport, connection, "petstore-api-0")
        else {
            Issue.record("it was reached")
            return
        }
        #expect(why.contains("error trying to reach service: ") && why.contains("refused"))
        await transport.cluster.fleet.instances[1].suffer(.latency(.seconds(60)))
        #expect(
            await asked(transport, connection, "petstore-api-1", limit: .milliseconds(200))
                == .timedOut)
        guard case .refused(let error) = await asked(transport, connection, "petstore-api-9")
        else {
            Issue.record("it was passed on")
            return
        }
        #expect(error.isNotFound)
    }

    @Test("an instance that is slow takes as long as it takes")
    func latency() async throws {
        let (connection, transport) = try await SandboxCluster.inProcess()
        await transport.cluster.fleet.instances[2].suffer(.latency(.milliseconds(300)))
        guard case .answered(_, let time) = await asked(transport, connection, "petstore-api-2")
        else {
            Issue.record("no answer")
            return
        }
        #expect(time >= .milliseconds(300))
    }
}
