import HTTP
import KubernetesCore
import Synchronization
import TestCluster
import Testing

@testable import KubernetesClient

@Suite("Credentials that are renewed while we run")
struct RenewalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Transports that know their certificate, and what was sent over each.
    private final class Line: Sendable {
        struct Sent: Sendable, Equatable {
            var certificate: String?
            var token: String?
        }

        /// The status for a request over a certificate and with a token; nil breaks the handshake.
        let judge: @Sendable (Sent) -> Int?
        private let state = Mutex((made: 0, sent: [Sent]()))

        init(_ judge: @escaping @Sendable (Sent) -> Int?) { self.judge = judge }

        var made: Int { state.withLock { $0.made } }
        var sent: [Sent] { state.withLock { $0.sent } }

        func make(_ configuration: TransportConfiguration) -> any Transport {
            state.withLock { $0.made += 1 }
            let certificate = configuration.identity.map {
                String(decoding: $0.certificate, as: UTF8.self).split(separator: "\n")[1]
            }
            return One(line: self, certificate: certificate.map(String.init))
        }

        struct One: Transport {
            let line: Line
            let certificate: String?

            func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
                let sent = Sent(
                    certificate: certificate, token: request.headers["Authorization"])
                line.state.withLock { $0.sent.append(sent) }
                guard let status = line.judge(sent) else {
                    throw TransportError(.tls, "refused", sent: false)
                }
                return HTTPResponse(status: status, body: HTTPBody(Array("{}".utf8)))
            }
        }
    }

    private static func pem(_ label: String, _ text: String) -> String {
        "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
    }

    private func connection(
        user: String, runner: (any PluginRunner)? = nil
    ) throws -> ClusterConnection {
        let file = try folder.write(
            "config",
            """
            current-context: x
            clusters: [{name: c, cluster: {server: "https://c"}}]
            users: [{name: u, user: {\(user)}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """)
        return try Kubeconfig.load(environment: ["KUBECONFIG": file], pluginRunner: runner)
    }

    private func client(
        _ connection: ClusterConnection, _ line: Line
    ) async throws -> KubernetesClient {
        var policy = CallPolicy()
        policy.sleep = { _ in }
        return KubernetesClient(
            connection: connection, transport: try await connection.transport { line.make($0) },
            policy: policy)
    }

    private static let exec =
        "exec: {command: p, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}"

    private static func credential(_ name: String, expires: String? = nil) -> String {
        func json(_ label: String) -> String {
            pem(label, name).replacing("\n", with: "\\n")
        }
        let time = expires.map { #", "expirationTimestamp": "\#($0)""# } ?? ""
        return """
            {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
             "status": {"token": "\(name)", "clientCertificateData": "\(json("CERTIFICATE"))",
                        "clientKeyData": "\(json("PRIVATE KEY"))"\(time)}}
            """
    }

    @Test("after a 401 the plugin runs once more, and its new certificate makes a new transport")
    func pluginCertificate() async throws {
        let runner = ScriptedRunner { count in Self.credential("c\(count)") }
        let line = Line { $0.certificate == "c1" ? 401 : 200 }
        let client = try await client(try connection(user: Self.exec, runner: runner), line)
        for _ in 0..<3 { _ = try await client.send(KubernetesRequest(.get, "/version")) }
        #expect(runner.calls.count == 2)
        #expect(line.made == 2)
        #expect(
            line.sent.map { "\($0.certificate ?? "") \($0.token ?? "")" }
                == ["c1 Bearer c1", "c2 Bearer c2", "c2 Bearer c2", "c2 Bearer c2"])
    }

    @Test("a plugin that does not help is run once for each call, not on and on")
    func hopeless() async throws {
        let runner = ScriptedRunner { count in Self.credential("c\(count)") }
        let line = Line { _ in 401 }
        let client = try await client(try connection(user: Self.exec, runner: runner), line)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.send(KubernetesRequest(.get, "/version"))
        }
        #expect(error?.isUnauthorized == true)
        #expect(runner.calls.count == 2)
        #expect(line.sent.count == 2)
    }

    @Test("many calls that meet the same 401 run the plugin once")
    func manyAtOnce() async throws {
        let runner = ScriptedRunner { count in Self.credential("c\(count)") }
        let line = Line { $0.certificate == "c1" ? 401 : 200 }
        let client = try await client(try connection(user: Self.exec, runner: runner), line)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try await client.send(KubernetesRequest(.get, "/version")) }
            }
            try await group.waitForAll()
        }
        #expect(runner.calls.count == 2)
        #expect(line.sent.filter { $0.certificate == "c2" }.count == 20)
    }

    @Test("a certificate that has expired by its plugin's word is fetched anew before it is used")
    func expiry() async throws {
        let runner = ScriptedRunner { count in
            Self.credential(
                "c\(count)", expires: count == 1 ? "2001-01-01T00:00:00Z" : "9999-01-01T00:00:00Z")
        }
        let line = Line { _ in 200 }
        let client = try await client(try connection(user: Self.exec, runner: runner), line)
        _ = try await client.send(KubernetesRequest(.get, "/version"))
        #expect(line.sent.map(\.certificate) == ["c2"])
        #expect(runner.calls.count == 2)
    }

    @Test("one caller's cancellation does not fail the others who wait for the same run")
    func cancelledRun() async throws {
        let started = AsyncStream<Void>.makeStream()
        let runner = ScriptedRunner { count throws(PluginFailure) in
            guard count == 1 else { return Self.credential("c\(count)") }
            started.continuation.yield()
            // Ends by cancellation alone.
            while !Task.isCancelled { await Task.yield() }
            throw .cancelled
        }
        let credentials = try connection(user: Self.exec, runner: runner).credentials
        let first = Task { try await credentials.headers() }
        for await _ in started.stream { break }
        let second = Task { try await credentials.headers() }
        first.cancel()
        await #expect(throws: CredentialsError.self) { try await first.value }
        #expect(try await second.value["Authorization"] == "Bearer c2")
    }

    private func writeFiles(_ name: String) throws {
        try folder.write("client.crt", Self.pem("CERTIFICATE", name))
        try folder.write("client.key", Self.pem("PRIVATE KEY", name))
    }

    private static let files = "client-certificate: client.crt, client-key: client.key"

    @Test("a certificate's files are read again after a 401")
    func filesAfterRefusal() async throws {
        try writeFiles("old")
        let line = Line { $0.certificate == "old" ? 401 : 200 }
        let client = try await client(try connection(user: Self.files), line)
        let error = await #expect(throws: KubernetesError.self) {
            try await client.send(KubernetesRequest(.get, "/version"))
        }
        #expect(error?.isUnauthorized == true)
        // The same files: there was no second attempt.
        #expect(line.sent.count == 1)
        try writeFiles("new")
        _ = try await client.send(KubernetesRequest(.get, "/version"))
        #expect(line.sent.map(\.certificate) == ["old", "old", "new"])
        #expect(line.made == 2)
    }

    @Test("… and after a handshake that they were refused in, even for a write")
    func filesAfterHandshake() async throws {
        try writeFiles("old")
        let line = Line { $0.certificate == "old" ? nil : 200 }
        let client = try await client(try connection(user: Self.files), line)
        try writeFiles("new")
        _ = try await client.send(
            KubernetesRequest(.post, "/api", body: Array("{}".utf8), call: .write))
        #expect(line.sent.map(\.certificate) == ["old", "new"])
    }

    @Test("… and once a minute; half a renewal does not take away what serves")
    func filesByTime() throws {
        try writeFiles("one")
        let time = Mutex(ContinuousClock.now)
        let identity = TransportConfiguration.Identity(
            certificate: Array(Self.pem("CERTIFICATE", "one").utf8),
            key: Array(Self.pem("PRIVATE KEY", "one").utf8))
        let files = IdentityFiles(
            identity, certificate: .file(path: folder.path + "/client.crt"),
            key: .file(path: folder.path + "/client.key"), now: { time.withLock { $0 } })
        try writeFiles("two")
        time.withLock { $0 += .seconds(59) }
        #expect(files.current() == identity)
        try folder.write("client.key", "-----BEGIN PRIVATE KEY-----\nha")
        time.withLock { $0 += .seconds(2) }
        #expect(files.current() == identity)
        try writeFiles("two")
        time.withLock { $0 += .seconds(61) }
        #expect(files.current().key == Array(Self.pem("PRIVATE KEY", "two").utf8))
        #expect(!files.renew())
    }

    @Test("data in the kubeconfig is what it is: one transport, and no second attempt")
    func data() async throws {
        let parts = ["CERTIFICATE", "PRIVATE KEY"].map {
            Base64.encode(Self.pem($0, "data").utf8)
        }
        let line = Line { _ in 401 }
        let client = try await client(
            try connection(
                user: "client-certificate-data: \(parts[0]), client-key-data: \(parts[1])"), line)
        await #expect(throws: KubernetesError.self) {
            try await client.send(KubernetesRequest(.get, "/version"))
        }
        #expect(line.sent == [.init(certificate: "data", token: nil)])
        #expect(line.made == 1)
    }

    @Test("over plain HTTP nothing secret is sent and no plugin is run; whom to act as is said")
    func plainHTTP() async throws {
        let runner = ScriptedRunner { _ in Self.credential("c") }
        for user in ["token: secret", "username: me, password: secret", Self.exec] {
            var connection = try connection(user: "\(user), as: jane", runner: runner)
            #expect(try await !connection.credentials.headers().fields.isEmpty)
            let file = folder.path + "/config"
            var overrides = ConnectionOverrides()
            overrides.server = "http://127.0.0.1:8001"
            let before = runner.calls.count
            connection = try Kubeconfig.load(
                environment: ["KUBECONFIG": file], overrides: overrides, pluginRunner: runner)
            #expect(
                try await connection.credentials.headers().fields
                    == [.init("Impersonate-User", "jane")])
            #expect(try await connection.transportConfiguration().identity == nil)
            #expect(runner.calls.count == before)
        }
    }
}
