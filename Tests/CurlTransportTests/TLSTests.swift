import Foundation
import HTTP
import TestCluster
import Testing

@testable import CurlTransport

/// Two authorities that know nothing of each other, and servers with certificates of either.
private final class World: Sendable {
    let folder: TemporaryFolder
    let ours: CertificateMaker
    let foreign: CertificateMaker
    let client: CertificateMaker.Pair
    /// A folder of trust roots like /etc/ssl/certs: it holds the foreign authority.
    let systemFolder: String

    init() throws {
        folder = try TemporaryFolder()
        for name in ["ours", "foreign", "system"] {
            try folder.write("\(name)/.keep", "")
        }
        ours = try CertificateMaker(in: folder.path + "/ours", name: "ours")
        foreign = try CertificateMaker(in: folder.path + "/foreign", name: "a public authority")
        client = try ours.sign("client", subject: "/CN=client", for: .client)
        systemFolder = folder.path + "/system"
        try folder.write("system/foreign.crt", foreign.authority.certificate)
        try CertificateMaker.openssl(["rehash", systemFolder])
    }

    /// A server that answers any GET with a page about the connection.
    func server(
        of maker: CertificateMaker, names: [String] = ["IP:127.0.0.1"], extra: [String] = []
    ) throws -> (GuardedProcess, url: String) {
        let pair = try maker.sign(
            "server-\(UUID().uuidString.prefix(8))", subject: "/CN=server",
            for: .server(names: names))
        let process = try GuardedProcess(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", pair.certificatePath,
                "-key", pair.keyPath, "-www",
            ] + extra)
        let line = try #require(process.line(containing: "ACCEPT"))
        let port = try #require(line.split(separator: ":").last)
        return (process, "https://127.0.0.1:\(port)/")
    }
}

@Suite("Who is trusted", .timeLimit(.minutes(5)))
struct TLSTests {
    private let world: World

    init() throws { world = try World() }

    private func answer(
        _ configuration: TransportConfiguration, _ url: String, _ system: SystemTrust = .init()
    ) async throws(TransportError) -> String {
        let transport = CurlTransport(configuration, systemTrust: system)
        let response = try await transport.send(
            HTTPRequest(.get, url, limits: CallLimits(total: .seconds(20))))
        return String(decoding: try await response.body.collect(), as: UTF8.self)
    }

    private func refusal(
        _ configuration: TransportConfiguration, _ url: String, _ system: SystemTrust = .init()
    ) async -> TransportError? {
        do {
            _ = try await answer(configuration, url, system)
            return nil
        } catch {
            return error
        }
    }

    @Test("the given authority is trusted")
    func ours() async throws {
        let (server, url) = try world.server(of: world.ours)
        let trust = TransportConfiguration(
            trust: .only(authorities: world.ours.authority.certificate))
        #expect(try await answer(trust, url).contains("New, TLSv1.3"))
        withExtendedLifetime(server) {}
    }

    @Test("an authority of the machine does not vouch where only ours may")
    func foreign() async throws {
        let (server, url) = try world.server(of: world.foreign)
        for system in [
            SystemTrust(directory: world.systemFolder),
            SystemTrust(file: world.foreign.authority.certificatePath),
            SystemTrust(
                file: world.foreign.authority.certificatePath, directory: world.systemFolder),
        ] {
            // The machine trusts that server …
            #expect(try await answer(.init(trust: .system), url, system).contains("New, TLSv1.3"))
            // … and still it is not ours.
            let error = await refusal(
                .init(trust: .only(authorities: world.ours.authority.certificate)), url, system)
            #expect(error?.kind == .tls)
            #expect(error?.requestMayHaveBeenSent == false)
            #expect(error?.message.contains("is not trusted") == true)
        }
        withExtendedLifetime(server) {}
    }

    @Test("the machine's authorities do not include a test's")
    func system() async throws {
        let (server, url) = try world.server(of: world.foreign)
        #expect(await refusal(.init(trust: .system), url)?.kind == .tls)
        withExtendedLifetime(server) {}
    }

    @Test("verification asked off takes anyone")
    func anything() async throws {
        let (server, url) = try world.server(of: world.foreign, names: ["DNS:elsewhere.example"])
        #expect(try await answer(.init(trust: .anything), url).contains("New, TLSv1.3"))
        withExtendedLifetime(server) {}
    }

    @Test("a certificate for another name is refused, unless that name is the one asked for")
    func names() async throws {
        let (server, url) = try world.server(
            of: world.ours, names: ["DNS:cluster.example", "IP:10.1.2.3"])
        var configuration = TransportConfiguration(
            trust: .only(authorities: world.ours.authority.certificate))
        let error = await refusal(configuration, url)
        #expect(error?.kind == .tls)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(error?.message.contains("127.0.0.1") == true)
        for name in ["cluster.example", "10.1.2.3"] {
            configuration.serverName = name
            #expect(try await answer(configuration, url).contains("New, TLSv1.3"))
        }
        configuration.serverName = "other.example"
        #expect(await refusal(configuration, url)?.kind == .tls)
        withExtendedLifetime(server) {}
    }

    @Test("a client certificate comes from memory, and without it the server says no")
    func client() async throws {
        // -Verify: a client certificate is a must.
        let (server, url) = try world.server(
            of: world.ours,
            extra: [
                "-Verify", "2", "-verify_return_error", "-CAfile",
                world.ours.authority.certificatePath,
            ])
        var configuration = TransportConfiguration(
            trust: .only(authorities: world.ours.authority.certificate))
        let none = await refusal(configuration, url)
        #expect(none?.kind == .tls, "\(String(describing: none))")
        #expect(none?.requestMayHaveBeenSent == false)

        configuration.identity = .init(
            certificate: world.client.certificate, key: world.client.key)
        #expect(try await answer(configuration, url).contains("New, TLSv1.3"))

        let stranger = try world.foreign.sign("stranger", subject: "/CN=client", for: .client)
        configuration.identity = .init(certificate: stranger.certificate, key: stranger.key)
        let wrong = await refusal(configuration, url)
        #expect(wrong?.kind == .tls, "\(String(describing: wrong))")
        #expect(wrong?.requestMayHaveBeenSent == false)
        withExtendedLifetime(server) {}
    }

    @Test("certificates that are none are refused before anything is sent")
    func garbage() async throws {
        let (server, url) = try world.server(of: world.ours)
        let garbage = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        for authorities in [garbage, Array("nothing".utf8), []] {
            let error = await refusal(.init(trust: .only(authorities: authorities)), url)
            #expect(error?.kind == .tls, "\(String(describing: error))")
            #expect(error?.requestMayHaveBeenSent == false)
        }
        let mixed = TransportConfiguration(
            trust: .only(authorities: world.ours.authority.certificate),
            identity: .init(certificate: world.client.certificate, key: garbage))
        let error = await refusal(mixed, url)
        #expect(error?.kind == .tls, "\(String(describing: error))")
        #expect(error?.message.contains("client certificate or its key") == true)
        #expect(error?.isAboutClientCertificate == true)
        withExtendedLifetime(server) {}
    }

    @Test("TLS 1.1 is refused")
    func oldVersion() async throws {
        let (server, url) = try world.server(
            of: world.ours, extra: ["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"])
        let error = await refusal(.init(trust: .anything), url)
        #expect(error?.kind == .tls)
        withExtendedLifetime(server) {}
    }

    @Test("a server that speaks no TLS is told apart")
    func plain() async throws {
        let server = try ScriptedServer { try $0.write("HTTP/1.1 400 Bad Request\r\n\r\n") }
        let error = await refusal(.init(), "https://127.0.0.1:\(server.port)/")
        #expect(error?.kind == .tls)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(error?.message.contains("check that the server speaks TLS there") == true)
    }
}
