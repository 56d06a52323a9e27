import HTTP
import TestCluster
import Testing

@testable import CurlTransport

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "Against a real kube-apiserver", .timeLimit(.minutes(10)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct RealServerTests {
    /// A relay in front of the server counts the connections.
    private func relay(to server: RealAPIServer) throws -> (ScriptedServer, url: String) {
        let port = server.port
        let relay = try ScriptedServer { try $0.relay(to: port) }
        return (relay, "https://127.0.0.1:\(relay.port)")
    }

    private func map(_ name: String, bytes: Int) -> [UInt8] {
        Array(
            """
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "\(name)"},
             "data": {"x": "\(String(repeating: "x", count: bytes))"}}
            """.utf8)
    }

    private func create(
        _ names: [String], bytes: Int, _ transport: CurlTransport, _ url: String
    ) async throws {
        for name in names {
            let response = try await transport.send(
                HTTPRequest(
                    .post, url + "/api/v1/namespaces/default/configmaps",
                    headers: ["Content-Type": "application/json"], body: map(name, bytes: bytes)))
            #expect(response.status == 201 || response.status == 409)
        }
    }

    @Test("requests that start together share one HTTP/2 connection")
    func multiplexing() async throws {
        let server = try await RealAPIServer.shared()
        let (relay, url) = try relay(to: server)
        let transport = CurlTransport(server.configuration)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    let response = try await transport.send(
                        HTTPRequest(.get, url + "/api/v1/namespaces"))
                    #expect(response.status == 200)
                    return try await response.body.collect().count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.count == 20)
        #expect(counts.allSatisfy { $0 > 100 })
        #expect(relay.connectionCount == 1)
        await transport.shutDown()
    }

    @Test("a large answer that nobody reads does not hold back others on its connection")
    func heldBack() async throws {
        let server = try await RealAPIServer.shared()
        let transport = CurlTransport(server.configuration)
        let (relay, url) = try relay(to: server)
        // 12 MB, more than what waits for a reader.
        try await create((0..<12).map { "large-\($0)" }, bytes: 1_000_000, transport, url)
        let large = try await transport.send(
            HTTPRequest(.get, url + "/api/v1/namespaces/default/configmaps"))
        #expect(large.status == 200)
        for _ in 0..<20 {
            let small = try await transport.send(HTTPRequest(.get, url + "/version"))
            #expect(try await small.body.collect().count > 100)
        }
        #expect(try await large.body.collect().count > 12_000_000)
        #expect(relay.connectionCount == 1)
        await transport.shutDown()
    }

    @Test("a watch streams over the same connection, and ends when it is dropped")
    func watch() async throws {
        let server = try await RealAPIServer.shared()
        let transport = CurlTransport(server.configuration)
        let (relay, url) = try relay(to: server)
        func watchOne(_ name: String) async throws {
            let watch = try await transport.send(
                HTTPRequest(
                    .get,
                    url + "/api/v1/namespaces/default/configmaps?watch=true&fieldSelector="
                        + "metadata.name%3D\(name)",
                    limits: CallLimits(total: nil, idle: .seconds(60))))
            try await create([name], bytes: 10, transport, url)
            for try await chunk in watch.body {
                let text = String(decoding: chunk, as: UTF8.self)
                #expect(text.hasPrefix(#"{"type":"ADDED""#))
                break
            }
        }
        for round in 0..<5 { try await watchOne("watched-\(round)") }
        #expect(relay.connectionCount == 1)
        await transport.shutDown()
    }

    @Test("a stranger's certificate is refused, and nothing was sent", arguments: [true, false])
    func strangers(client: Bool) async throws {
        let server = try await RealAPIServer.shared()
        let folder = try TemporaryFolder()
        let stranger = try CertificateMaker(in: folder.path, name: "a stranger")
        let pair = try stranger.sign(
            "client", subject: "/O=system:masters/CN=admin", for: .client)
        let identity = TransportConfiguration.Identity(
            certificate: pair.certificate, key: pair.key)
        var configuration = server.configuration
        if client {
            configuration.identity = identity
            // The server asks for certificates but lets go in whoever shows none or a wrong one.
            let transport = CurlTransport(configuration)
            let response = try await transport.send(
                HTTPRequest(.get, server.url + "/api/v1/namespaces"))
            #expect(response.status == 401)
        } else {
            configuration.trust = .only(authorities: stranger.authority.certificate)
            let transport = CurlTransport(configuration)
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(HTTPRequest(.post, server.url + "/version"))
            }
            #expect(error?.kind == .tls)
            #expect(error?.requestMayHaveBeenSent == false)
        }
    }

    @Test("an authority of the machine does not vouch for it where another one is given")
    func systemAuthority() async throws {
        let server = try await RealAPIServer.shared()
        let folder = try TemporaryFolder()
        // This machine trusts the authority that has signed the server's certificate …
        try folder.write("roots/public.crt", server.certificates.authority.certificate)
        let roots = folder.path + "/roots"
        try CertificateMaker.openssl(["rehash", roots])
        let ours = try CertificateMaker(in: folder.path, name: "the user's own authority")
        for system in [
            SystemTrust(directory: roots), SystemTrust(file: roots + "/public.crt"),
            SystemTrust(file: roots + "/public.crt", directory: roots),
        ] {
            var configuration = server.configuration
            configuration.trust = .system
            let trusting = CurlTransport(configuration, systemTrust: system)
            let response = try await trusting.send(HTTPRequest(.get, server.url + "/version"))
            #expect(response.status == 200)
            // … but the user's kubeconfig names another one, and no others.
            configuration.trust = .only(authorities: ours.authority.certificate)
            let transport = CurlTransport(configuration, systemTrust: system)
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(HTTPRequest(.get, server.url + "/version"))
            }
            #expect(error?.kind == .tls)
            #expect(error?.requestMayHaveBeenSent == false)
            #expect(error?.message.contains("is not trusted") == true)
        }
    }
}
