import CurlTransport
import Documents
import Foundation
import HTTP
import KubernetesCore
import TestCluster
import Testing

@testable import KubernetesClient

// Needs etcd and kube-apiserver: set KUBEBUILDER_ASSETS to the folder that holds them.
@Suite(
    "Each kind of credential on a real kube-apiserver", .timeLimit(.minutes(10)),
    .enabled(if: RealAPIServer.isAvailable, "KUBEBUILDER_ASSETS is not set"))
struct CredentialRealConnectionTests {
    let server: RealAPIServer
    let folder: TemporaryFolder

    init() async throws {
        server = try await RealAPIServer.shared()
        folder = try TemporaryFolder()
    }

    private func connection(user: String) throws -> ClusterConnection {
        let authority = Base64.encode(server.certificates.authority.certificate)
        let file = try folder.write(
            "config",
            """
            current-context: x
            clusters:
            - {name: c, cluster: {server: "\(server.url)", certificate-authority-data: \(authority)}}
            users: [{name: u, user: {\(user)}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """)
        return try Kubeconfig.load(
            environment: ["KUBECONFIG": file], pluginRunner: ProgramRunner())
    }

    private func client(_ connection: ClusterConnection) async throws -> KubernetesClient {
        KubernetesClient(
            connection: connection,
            transport: try await connection.transport { CurlTransport($0) })
    }

    private func client(user: String) async throws -> KubernetesClient {
        try await client(try connection(user: user))
    }

    /// What became of reading, and of writing: 200 and 201, or what the server refused with.
    private func rights(_ client: KubernetesClient) async throws -> [Int] {
        let maps = "/api/v1/namespaces/default/configmaps"
        let body = Array(#"{"metadata": {"generateName": "made-"}}"#.utf8)
        var statuses: [Int] = []
        for request in [
            KubernetesRequest(.get, maps, query: [QueryItem("limit", "1")]),
            KubernetesRequest(
                .post, maps, headers: ["Content-Type": MediaType.json], body: body, call: .write),
        ] {
            do throws(KubernetesError) {
                statuses.append(try await client.send(request).response.status)
            } catch {
                guard let code = error.status?.code else { throw error }
                statuses.append(code)
            }
        }
        return statuses
    }

    private static let all = [200, 201]
    private static let reading = [200, 403]
    private static let nothing = [401, 401]

    /// A certificate of a user in these groups, by the server's authority or by a stranger.
    private func pair(_ group: String, stranger: Bool = false) throws -> CertificateMaker.Pair {
        let maker =
            stranger ? try CertificateMaker(in: folder.path, name: "a stranger") : nil
        return try (maker ?? server.certificates).sign(
            "client-\(UUID().uuidString.prefix(8))", subject: "/O=\(group)/CN=jane", for: .client)
    }

    @Test("certificate data")
    func certificateData() async throws {
        for (group, expected) in [("system:masters", Self.all), ("viewers", Self.reading)] {
            let pair = try pair(group)
            let client = try await client(
                user: "client-certificate-data: \(Base64.encode(pair.certificate)),"
                    + " client-key-data: \(Base64.encode(pair.key))")
            #expect(try await rights(client) == expected)
        }
    }

    @Test("certificate files, renewed while we run")
    func certificateFiles() async throws {
        func write(_ pair: CertificateMaker.Pair) throws {
            try folder.write("client.crt", pair.certificate)
            try folder.write("client.key", pair.key)
        }
        try write(try pair("viewers"))
        let client = try await client(
            user: "client-certificate: client.crt, client-key: client.key")
        #expect(try await rights(client) == Self.reading)
        try write(try pair("viewers", stranger: true))
        #expect(client.connection.credentials.renewIdentity())
        #expect(try await rights(client) == Self.nothing)
        // Refused with what it had, the client looks at the files again by itself.
        try write(try pair("system:masters"))
        #expect(try await rights(client) == Self.all)
    }

    @Test("a token")
    func token() async throws {
        #expect(
            try await rights(try await client(user: "token: \(RealAPIServer.adminToken)"))
                == Self.all)
        #expect(
            try await rights(try await client(user: "token: \(RealAPIServer.viewerToken)"))
                == Self.reading)
        #expect(try await rights(try await client(user: "token: wrong")) == Self.nothing)
    }

    @Test("a token file, rotated while we run")
    func tokenFile() async throws {
        try folder.write("token", RealAPIServer.viewerToken + "\n")
        let client = try await client(user: "tokenFile: token")
        #expect(try await rights(client) == Self.reading)
        try folder.write("token", "wrong")
        #expect(await client.connection.credentials.invalidate())
        #expect(try await rights(client) == Self.nothing)
        try folder.write("token", RealAPIServer.adminToken)
        #expect(try await rights(client) == Self.all)
    }

    @Test("no credential, and a password, which this server does not take")
    func refused() async throws {
        // Both count as nobody in particular, who may do nothing here.
        for user in ["", "username: admin, password: p"] {
            #expect(try await rights(try await client(user: user)) == [403, 403])
        }
    }

    // MARK: Plugins

    /// A plugin that prints one of these each time, the last one again and again.
    private func plugin(version: String, _ statuses: [String]) throws -> String {
        for (index, status) in statuses.enumerated() {
            try folder.write(
                "credential-\(index + 1)",
                """
                {"kind": "ExecCredential",
                 "apiVersion": "client.authentication.k8s.io/\(version)", "status": \(status)}
                """)
        }
        try folder.write(
            "plugin",
            """
            #!/bin/sh
            echo "$KUBERNETES_EXEC_INFO $STAGE" >> runs
            run=$(wc -l < runs)
            [ -f "credential-$run" ] || run=\(statuses.count)
            cat "credential-$run"

            """)
        return
            "exec: {apiVersion: client.authentication.k8s.io/\(version), command: /bin/sh,"
            + " args: [-c, 'cd \"$0\" && . ./plugin', '\(folder.path)'],"
            + " env: [{name: STAGE, value: test}], interactiveMode: IfAvailable,"
            + " provideClusterInfo: true}"
    }

    private func runs() throws -> [String] {
        try String(contentsOfFile: folder.path + "/runs", encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    private func status(_ pair: CertificateMaker.Pair) -> String {
        let status: JSONValue = [
            "clientCertificateData": .string(String(decoding: pair.certificate, as: UTF8.self)),
            "clientKeyData": .string(String(decoding: pair.key, as: UTF8.self)),
        ]
        return status.text()
    }

    @Test("a plugin's token, fetched again after a 401", arguments: ["v1", "v1beta1"])
    func pluginToken(version: String) async throws {
        let client = try await client(
            user: try plugin(
                version: version,
                [#"{"token": "run out"}"#, #"{"token": "\#(RealAPIServer.viewerToken)"}"#]))
        #expect(try await rights(client) == Self.reading)
        let runs = try runs()
        #expect(runs.count == 2)
        let information = try JSONValue(
            parsing: Array(try #require(runs.first).dropLast(" test".count).utf8))
        #expect(
            information["apiVersion"] == .string("client.authentication.k8s.io/\(version)"))
        #expect(information["spec"]?["interactive"] == false)
        #expect(information["spec"]?["cluster"]?["server"] == .string(server.url))
        #expect(
            information["spec"]?["cluster"]?["certificate-authority-data"]
                == .string(Base64.encode(server.certificates.authority.certificate)))
        #expect(runs[0].hasSuffix(" test"))
    }

    @Test("a plugin's certificate, fetched again after a 401 and shown in a new connection")
    func pluginCertificate() async throws {
        let client = try await client(
            user: try plugin(
                version: "v1",
                [
                    status(try pair("system:masters", stranger: true)),
                    status(try pair("viewers")),
                ]))
        #expect(try await rights(client) == Self.reading)
        #expect(try await rights(client) == Self.reading)
        #expect(try runs().count == 2)
    }

    // MARK: As someone else, and in a pod

    @Test("impersonation of user, groups and extra; and without the right to it")
    func impersonation() async throws {
        let admin = "token: \(RealAPIServer.adminToken)"
        #expect(
            try await rights(
                try await client(
                    user: "\(admin), as: someone, as-groups: [x, viewers],"
                        + " as-user-extra: {Example.com/Team: [a, b]}")) == Self.reading)
        #expect(try await rights(try await client(user: "\(admin), as: someone")) == [403, 403])
        #expect(
            try await rights(
                try await client(
                    user: "token: \(RealAPIServer.viewerToken), as: admin,"
                        + " as-groups: ['system:masters']")) == [403, 403])
    }

    @Test("in a pod: address from the environment; token, authority and namespace from files")
    func inCluster() async throws {
        let admin = try await client(user: "token: \(RealAPIServer.adminToken)")
        func create(_ path: String, _ json: JSONValue) async throws -> JSONValue {
            let request = KubernetesRequest(
                .post, path, headers: ["Content-Type": MediaType.json], body: json.bytes(),
                call: .write)
            return try JSONValue(parsing: try await admin.send(request).bytes)
        }
        let name = "pod-\(UUID().uuidString.prefix(8).lowercased())"
        _ = try await create(
            "/api/v1/namespaces/default/serviceaccounts", ["metadata": ["name": .string(name)]])
        _ = try await create(
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            [
                "metadata": ["name": .string(name)],
                "roleRef": [
                    "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                    "name": "test-viewer",
                ],
                "subjects": [
                    ["kind": "ServiceAccount", "name": .string(name), "namespace": "default"]
                ],
            ])
        func freshToken() async throws -> String {
            let answer = try await create(
                "/api/v1/namespaces/default/serviceaccounts/\(name)/token",
                ["spec": ["audiences": ["https://kubernetes.default.svc"]]])
            return try #require(answer["status"]?["token"]?.stringValue)
        }
        try folder.write("account/ca.crt", server.certificates.authority.certificate)
        try folder.write("account/namespace", "kube-public")
        try folder.write("account/token", try await freshToken())
        let plan = ConnectionPlan(
            config: Kubeconfig(), overrides: ConnectionOverrides(),
            environment: [
                "KUBERNETES_SERVICE_HOST": "127.0.0.1",
                "KUBERNETES_SERVICE_PORT": "\(server.port)",
            ], serviceAccountFolder: folder.path + "/account")
        let connection = try plan.connection()
        #expect(connection.namespace == "kube-public")
        let client = try await client(connection)
        #expect(try await rights(client) == Self.reading)
        // The token is renewed: what runs takes the new one without a restart.
        try folder.write("account/token", "wrong")
        #expect(await connection.credentials.invalidate())
        #expect(try await rights(client) == Self.nothing)
        try folder.write("account/token", try await freshToken())
        #expect(try await rights(client) == Self.reading)
    }
}
