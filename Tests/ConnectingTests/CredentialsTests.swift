import Documents
import HTTP
import KubernetesCore
import Synchronization
import TestCluster
import Testing

@testable import KubernetesClient

@Suite("Credentials")
struct CredentialsTests {
    @Test("a token file is read again after a minute, or at once after a 401")
    func tokenFile() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("token", "one\n")
        let time = Mutex(ContinuousClock.now)
        let credentials = Credentials(
            .tokenFile(path: path, fallback: nil), now: { time.withLock { $0 } })
        func authorization() async throws -> String? {
            try await credentials.headers()["Authorization"]
        }
        #expect(try await authorization() == "Bearer one")
        try folder.write("token", "two")
        time.withLock { $0 += .seconds(59) }
        #expect(try await authorization() == "Bearer one")
        time.withLock { $0 += .seconds(2) }
        #expect(try await authorization() == "Bearer two")
        try folder.write("token", " three ")
        #expect(await credentials.invalidate())
        #expect(try await authorization() == "Bearer three")
        // A renewal that fails leaves what served.
        try folder.write("token", "")
        time.withLock { $0 += .seconds(61) }
        #expect(try await authorization() == "Bearer three")
    }

    @Test("a token file that holds no token is told by its path, and nothing of it is shown")
    func unusableTokenFile() async throws {
        let folder = try TemporaryFolder()
        for (text, why) in [
            (" \n", "it is empty"), ("secret secret", "it holds a blank or a control character"),
        ] {
            let path = try folder.write("token", text)
            let credentials = Credentials(.tokenFile(path: path, fallback: nil))
            let error = await #expect(throws: CredentialsError.self) {
                try await credentials.headers()
            }
            #expect(error?.message == "cannot read the token file \(path): \(why)")
        }
    }

    @Test("a token file that is missing is told by its path; a fallback serves in its place")
    func missingTokenFile() async throws {
        let credentials = Credentials(.tokenFile(path: "/nowhere/token", fallback: nil))
        let error = await #expect(throws: CredentialsError.self) {
            try await credentials.headers()
        }
        #expect(error?.message == "cannot read the token file /nowhere/token: no such file")
        let fallback = Credentials(.tokenFile(path: "/nowhere/token", fallback: "kept"))
        #expect(try await fallback.headers()["Authorization"] == "Bearer kept")
    }

    @Test("what cannot be renewed says so")
    func notRenewable() async {
        for proof in [Credentials.Proof.none, .token("t"), .basic(user: "u", password: "p")] {
            #expect(await Credentials(proof).invalidate() == false)
        }
    }

    private func connection(
        _ exec: String, _ runner: ScriptedRunner
    ) throws -> ClusterConnection {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "config",
            """
            current-context: x
            clusters:
            - name: c
              cluster:
                server: https://c
                extensions:
                - {name: client.authentication.k8s.io/exec, extension: {audience: a}}
            users:
            - {name: u, user: {exec: {\(exec)}}}
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """)
        return try Kubeconfig.load(
            environment: ["KUBECONFIG": file], pluginRunner: runner)
    }

    private static let v1 = "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never"

    private static func output(_ status: String, version: String = "v1") -> String {
        """
        {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/\(version)",
         "status": {\(status)}}
        """
    }

    /// A block of that sort inside a string of JSON.
    private static func pem(_ label: String) -> String {
        #"-----BEGIN \#(label)-----\nAAAA\n-----END \#(label)-----\n"#
    }

    @Test("a plugin is told what it needs, and its token serves until it is refused")
    func plugin() async throws {
        let runner = ScriptedRunner { count in Self.output(#""token": "t\#(count)""#) }
        let connection = try connection(
            "command: get-token, args: [a, b], env: [{name: NAME, value: v}],"
                + " provideClusterInfo: true, \(Self.v1)", runner)
        for _ in 0..<3 {
            #expect(try await connection.credentials.headers()["Authorization"] == "Bearer t1")
        }
        #expect(try await connection.transportConfiguration().identity == nil)
        #expect(await connection.credentials.invalidate())
        #expect(try await connection.credentials.headers()["Authorization"] == "Bearer t2")
        let call = try #require(runner.calls.first)
        #expect(call.command == "get-token")
        #expect(call.arguments == ["a", "b"])
        #expect(call.environment["NAME"] == "v")
        #expect(
            call.environment["KUBERNETES_EXEC_INFO"]
                == #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","#
                + #""spec":{"interactive":false,"cluster":{"server":"https://c","#
                + #""config":{"audience":"a"}}}}"#)
    }

    @Test("a token serves until the time that its plugin named")
    func expiry() async throws {
        let time = Mutex(Timestamp(seconds: 1_000_000_000))
        let node = KubeconfigNode(
            file: "f", path: "exec",
            value: [
                "command": "p", "apiVersion": "client.authentication.k8s.io/v1beta1",
            ])
        let cluster = PluginCluster(
            server: "https://c", entry: ClusterEntry(name: "c", place: "c"), configuration: .init())
        let plugin = CredentialPlugin(
            try PluginCommand(node, cluster: cluster),
            runner: ScriptedRunner { count in
                Self.output(
                    #""token": "t\#(count)", "expirationTimestamp": "2001-09-09T02:46:40Z""#,
                    version: "v1beta1")
            }, now: { time.withLock { $0 } })
        #expect(try await plugin.grant().token == "t1")
        time.withLock { $0.seconds += 3599 }
        #expect(try await plugin.grant().token == "t1")
        time.withLock { $0.seconds += 1 }
        #expect(try await plugin.grant().token == "t2")
    }

    @Test("a certificate from a plugin goes into the connection")
    func certificate() async throws {
        let runner = ScriptedRunner { _ in
            Self.output(
                #""clientCertificateData": "\#(Self.pem("CERTIFICATE"))","#
                    + #" "clientKeyData": "\#(Self.pem("EC PRIVATE KEY"))""#)
        }
        let connection = try connection("command: p, \(Self.v1)", runner)
        let parts = ["CERTIFICATE", "EC PRIVATE KEY"].map {
            Array(Self.pem($0).replacing("\\n", with: "\n").utf8)
        }
        #expect(
            try await connection.transportConfiguration().identity
                == .init(certificate: parts[0], key: parts[1]))
        #expect(try await connection.credentials.headers()["Authorization"] == nil)
        #expect(runner.calls.count == 1)
    }

    @Test(
        "interactiveMode decides over the terminal",
        arguments: [
            ("Never", true, false), ("IfAvailable", true, true), ("IfAvailable", false, false),
            ("Always", true, true), ("Always", false, nil),
        ] as [(String, Bool, Bool?)])
    func interactive(mode: String, terminal: Bool, expected: Bool?) async throws {
        let runner = ScriptedRunner(canInteract: terminal) { _ in Self.output(#""token": "t""#) }
        let connection = try connection(
            "command: p, apiVersion: client.authentication.k8s.io/v1, interactiveMode: \(mode)",
            runner)
        let headers = try? await connection.credentials.headers()
        #expect(runner.calls.first?.isInteractive == expected)
        #expect((headers == nil) == (expected == nil))
    }

    @Test(
        "what a plugin prints wrongly is told without being shown",
        arguments: [
            ("secret", "printed no JSON"), ("{}", "printed no ExecCredential"),
            (output("", version: "v1beta1"), "of another version"),
            (
                #"{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1"}"#,
                "without status"
            ),
            (output(""), "neither a token nor"), (output(#""token": 5"#), "that is no string"),
            (output(#""clientKeyData": "secret""#), "without certificate"),
            (
                output(#""clientCertificateData": "secret", "clientKeyData": "secret""#),
                "no certificate in PEM form"
            ),
            (
                output(
                    #""clientCertificateData": "\#(pem("CERTIFICATE"))", "#
                        + #""clientKeyData": "secret""#), "no private key in PEM form"
            ),
            (output(#""token": "secret", "expirationTimestamp": "soon""#), "that is no time"),
        ])
    func wrongOutput(output: String, message: String) async throws {
        let connection = try connection("command: p, \(Self.v1)", ScriptedRunner { _ in output })
        let error = await #expect(throws: CredentialsError.self) {
            try await connection.credentials.headers()
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("users[0].user.exec") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("a plugin that is not installed is told with its own hint")
    func notInstalled() async throws {
        let runner = ScriptedRunner { _ throws(PluginFailure) in throw .notFound }
        let connection = try connection(
            "command: get-token, installHint: apt-get install it, \(Self.v1)", runner)
        let error = await #expect(throws: CredentialsError.self) {
            try await connection.credentials.headers()
        }
        #expect(error?.message.contains("get-token") == true)
        #expect(error?.hint == "apt-get install it")
        // A failure is not kept.
        _ = try? await connection.credentials.headers()
        #expect(runner.calls.count == 2)
    }
}
