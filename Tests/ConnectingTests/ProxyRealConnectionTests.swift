import CurlTransport
import Foundation
import HTTP
import KubernetesCore
import TestCluster
import Testing

@testable import KubernetesClient

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "Through a proxy to a real kube-apiserver", .timeLimit(.minutes(10)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct ProxyRealConnectionTests {
    let server: RealAPIServer
    let folder: TemporaryFolder
    let proxy: RelayProxy
    /// A name that no machine knows how to resolve, and that the server's certificate holds:
    /// only the proxy can bring us there.
    let place: String

    init() async throws {
        server = try await RealAPIServer.shared()
        folder = try TemporaryFolder()
        proxy = try RelayProxy()
        place = "kubernetes.default.svc:\(server.port)"
    }

    private func read(
        _ environment: [String: String] = [:], proxyURL: String? = nil
    ) async throws -> Int {
        let setting = proxyURL.map { ", proxy-url: '\($0)'" } ?? ""
        let authority = server.certificates.authority.certificatePath
        let file = try folder.write(
            "config",
            """
            current-context: x
            clusters:
            - name: c
              cluster: {server: "https://\(place)", certificate-authority: "\(authority)"\(setting)}
            users: [{name: u, user: {token: \(RealAPIServer.viewerToken)}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """)
        let connection = try Kubeconfig.load(
            environment: environment.merging(["KUBECONFIG": file]) { $1 })
        var policy = CallPolicy()
        policy.connectAttempts = 1
        let client = KubernetesClient(
            connection: connection,
            transport: try await connection.transport { CurlTransport($0) }, policy: policy)
        let request = KubernetesRequest(.get, "/api/v1/namespaces/default")
        return try await client.send(request).response.status
    }

    @Test(
        "proxy-url of the kubeconfig",
        arguments: [
            ("http://", "CONNECT", ""), ("http://me:secret@", "CONNECT", " bWU6c2VjcmV0"),
            ("socks5://", "SOCKS5", ""), ("socks5://me:secret@", "SOCKS5", " me:secret"),
            ("socks5h://", "SOCKS5", ""),
        ])
    func kubeconfig(prefix: String, word: String, credential: String) async throws {
        // It goes before the environment.
        let status = try await read(
            ["HTTPS_PROXY": "http://127.0.0.1:1"],
            proxyURL: "\(prefix)127.0.0.1:\(proxy.port)")
        #expect(status == 200)
        #expect(proxy.requests == ["\(word) \(place)\(credential)"])
    }

    @Test(
        "proxies of the environment",
        arguments: [("HTTPS_PROXY", "http://"), ("https_proxy", ""), ("HTTPS_PROXY", "socks5://")])
    func environment(name: String, prefix: String) async throws {
        #expect(try await read([name: "\(prefix)127.0.0.1:\(proxy.port)"]) == 200)
        #expect(proxy.requests.count == 1)
        // HTTP_PROXY serves no https, and NO_PROXY ends it: what is left cannot find the name.
        for other in [
            ["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)"],
            [name: "\(prefix)127.0.0.1:\(proxy.port)", "NO_PROXY": "x,.default.svc"],
        ] {
            let error = await #expect(throws: KubernetesError.self) { try await read(other) }
            #expect(error?.isUnreachable == true)
        }
        #expect(proxy.requests.count == 1)
    }
}
