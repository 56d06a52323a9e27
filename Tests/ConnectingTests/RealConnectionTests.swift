import CurlTransport
import HTTP
import TestCluster
import Testing

@testable import KubernetesClient

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "Connecting to a real kube-apiserver", .timeLimit(.minutes(10)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct RealConnectionTests {
    private func status(
        _ connection: ClusterConnection, _ method: HTTPMethod = .get,
        _ path: String = "/api/v1/namespaces/default"
    ) async throws -> Int {
        let transport = CurlTransport(try await connection.transportConfiguration())
        let body = #"{"metadata": {"generateName": "made-"}}"#
        var headers = try await connection.credentials.headers()
        headers.add("Content-Type", "application/json")
        let response = try await transport.send(
            HTTPRequest(
                method, connection.server + path, headers: headers,
                body: method == .post ? Array(body.utf8) : nil))
        _ = try await response.body.collect()
        return response.status
    }

    private func connection(
        _ change: (inout ConnectionOverrides) throws -> Void
    ) async throws -> ClusterConnection {
        let server = try await RealAPIServer.shared()
        var overrides = ConnectionOverrides()
        overrides.kubeconfig = server.kubeconfigPath
        try change(&overrides)
        return try Kubeconfig.load(environment: [:], overrides: overrides)
    }

    @Test(
        "by certificate and by token, out of the kubeconfig",
        arguments: [
            ("admin", 200, 201), ("admin-token", 200, 201), ("viewer-token", 200, 403),
        ])
    func contexts(context: String, read: Int, write: Int) async throws {
        let connection = try await connection { $0.context = context }
        #expect(try await status(connection) == read)
        #expect(
            try await status(connection, .post, "/api/v1/namespaces/default/configmaps") == write)
    }

    @Test("by flags alone: files, tokens, token files")
    func flags() async throws {
        let server = try await RealAPIServer.shared()
        let folder = try TemporaryFolder()
        let tokenPath = try folder.write("token", RealAPIServer.adminToken + "\n")
        let file = try folder.write(
            "config",
            """
            current-context: x
            clusters: [{name: c, cluster: {server: "\(server.url)",
              certificate-authority: "\(server.certificates.authority.certificatePath)"}}]
            users: [{name: u, user: {tokenFile: token}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """)
        var overrides = ConnectionOverrides()
        overrides.kubeconfig = file
        #expect(
            try await status(try Kubeconfig.load(environment: [:], overrides: overrides)) == 200)
        #expect(tokenPath == folder.path + "/token")

        overrides = ConnectionOverrides()
        overrides.server = server.url
        overrides.certificateAuthority = server.certificates.authority.certificatePath
        overrides.clientCertificate = server.admin.certificatePath
        overrides.clientKey = server.admin.keyPath
        #expect(
            try await status(try Kubeconfig.load(environment: [:], overrides: overrides)) == 200)

        overrides.clientCertificate = nil
        overrides.clientKey = nil
        overrides.token = RealAPIServer.adminToken
        #expect(
            try await status(try Kubeconfig.load(environment: [:], overrides: overrides)) == 200)
        overrides.token = "wrong"
        #expect(
            try await status(try Kubeconfig.load(environment: [:], overrides: overrides)) == 401)
    }

    @Test("acting as someone else counts as that one")
    func impersonation() async throws {
        let viewer = try await connection {
            $0.asUser = "someone"
            $0.asGroups = ["viewers"]
        }
        #expect(try await status(viewer) == 200)
        #expect(
            try await status(viewer, .post, "/api/v1/namespaces/default/configmaps") == 403)
        let nobody = try await connection { $0.asUser = "someone" }
        #expect(try await status(nobody) == 403)
    }

    @Test("a server name of one's own choice, an authority of a stranger, and none at all")
    func trust() async throws {
        let named = try await connection { $0.tlsServerName = "kubernetes.default.svc" }
        #expect(try await status(named) == 200)
        let misnamed = try await connection { $0.tlsServerName = "elsewhere.example" }
        let error = await #expect(throws: TransportError.self) { try await status(misnamed) }
        #expect(error?.kind == .tls)

        let folder = try TemporaryFolder()
        let stranger = try CertificateMaker(in: folder.path)
        let wrong = try await connection {
            $0.certificateAuthority = stranger.authority.certificatePath
        }
        let refusal = await #expect(throws: TransportError.self) { try await status(wrong) }
        #expect(refusal?.kind == .tls)
        #expect(refusal?.requestMayHaveBeenSent == false)

        let insecure = try await connection { $0.insecureSkipTLSVerify = true }
        #expect(try await status(insecure) == 200)
    }
}
