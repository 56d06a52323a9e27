import CurlTransport
import Foundation
import KubernetesClient
import TestCluster
import Testing

/// G3: what has passed its time is undone by the cluster, whichever of the replicas lives.
@Suite(
    "The cleanup controller: two replicas, one of which is killed", .serialized,
    .timeLimit(.minutes(15)))
struct ControllerTests {
    @Test("on the sandbox")
    func sandbox() async throws {
        let binary = try BuiltBinary()
        try await binary.onSandbox { settings, _ in
            let connection = try Kubeconfig.load(
                environment: settings, overrides: ConnectionOverrides(), pluginRunner: nil)
            var play = ControllerPlay(
                binary: binary, settings: settings,
                client: KubernetesClient(
                    connection: connection, transport: CurlTransport(connection.configuration)))
            play.hinder = {
                let words =
                    "sandbox fault --api error=403 --verb patch --resource pets --name buddy"
                let done = try await binary.run(
                    words.split(separator: " ").map(String.init) + ["--count", "all"])
                #expect(done.status == 0, "\(done.errors)")
            }
            play.relieve = {
                let done = try await binary.run(["sandbox", "fault", "--clear"])
                #expect(done.status == 0, "\(done.errors)")
            }
            try await play.perform()
        }
    }
}
