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

/// The same on a real kube-apiserver, with the rights that `controller manifests` gives; set
/// KUBEBUILDER_ASSETS to the folder that holds kube-apiserver and etcd.
@Suite(
    "The cleanup controller on a real kube-apiserver", .serialized, .timeLimit(.minutes(15)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct ControllerRealServerTests {
    @Test("two replicas with no more rights than they need, one of which is killed")
    func realServer() async throws {
        // One of its own: other tests put kinds of the same names on the shared one.
        let server = try await RealAPIServer()
        defer { server.stop() }
        let binary = try BuiltBinary()
        let settings = ["KUBECONFIG": server.kubeconfigPath]
        let stage = try GuardedProcess([
            "/usr/bin/env", "KUBECONFIG=\(server.kubeconfigPath)", "HOME=\(binary.home.path)",
            binary.path, "sandbox", "operate", "--seed",
        ])
        defer { stage.stop() }
        var play = ControllerPlay(
            binary: binary, settings: settings,
            client: KubernetesClient(
                connection: ClusterConnection(
                    server: server.url, configuration: server.configuration),
                transport: CurlTransport(server.configuration)))
        play.identity = ["--as", "system:serviceaccount:petstore-system:petstore-cli-cleanup"]
        let rights = play
        play.hinder = { try await rights.limitPatches(to: "fluffy") }
        play.relieve = { try await rights.limitPatches(to: nil) }
        try await play.perform()
    }
}
