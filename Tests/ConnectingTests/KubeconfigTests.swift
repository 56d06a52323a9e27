import HTTP
import TestCluster
import Testing

@testable import KubernetesClient

@Suite("Kubeconfig files")
struct KubeconfigTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func environment(_ names: String...) -> [String: String] {
        ["KUBECONFIG": names.map { "\(folder.path)/\($0)" }.joined(separator: ":")]
    }

    private func connection(
        _ environment: [String: String], _ change: (inout ConnectionOverrides) -> Void = { _ in }
    ) throws(KubeconfigError) -> ClusterConnection {
        var overrides = ConnectionOverrides()
        change(&overrides)
        return try Kubeconfig.load(environment: environment, overrides: overrides)
    }

    static let two = """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters:
        - {name: c1, cluster: {server: "https://one.example:6443/prefix/"}}
        - {name: c2, cluster: {server: "https://two.example", tls-server-name: two.internal}}
        users:
        - {name: u1, user: {token: secret-1}}
        - {name: u2, user: {username: me, password: secret-2}}
        contexts:
        - {name: one, context: {cluster: c1, user: u1, namespace: n1}}
        - {name: two, context: {cluster: c2, user: u2}}
        """

    @Test("the current context says where, who and in which namespace")
    func currentContext() async throws {
        try folder.write("a", Self.two)
        let connection = try connection(environment("a"))
        #expect(connection.server == "https://one.example:6443/prefix")
        #expect(connection.namespace == "n1")
        #expect(connection.contextName == "one")
        #expect(connection.clusterName == "c1")
        #expect(connection.userName == "u1")
        #expect(connection.configuration.trust == .system)
        #expect(connection.configuration.compression)
        #expect(try await connection.credentials.headers()["Authorization"] == "Bearer secret-1")
    }

    @Test("flags choose another context, cluster, user or namespace")
    func choice() async throws {
        try folder.write("a", Self.two)
        let two = try connection(environment("a")) { $0.context = "two" }
        #expect(two.server == "https://two.example")
        #expect(two.namespace == "default")
        #expect(two.configuration.serverName == "two.internal")
        #expect(
            try await two.credentials.headers()["Authorization"] == "Basic bWU6c2VjcmV0LTI=")
        let mixed = try connection(environment("a")) {
            $0.cluster = "c2"
            $0.namespace = "n9"
        }
        #expect(mixed.server == "https://two.example")
        #expect(mixed.userName == "u1")
        #expect(mixed.namespace == "n9")
        #expect(mixed.contextName == "one")
    }

    @Test("the first file that sets an entry wins, whole; missing and empty files are skipped")
    func merging() async throws {
        try folder.write(
            "first",
            """
            users:
            - {name: u1, user: {client-certificate: c.pem}}
            contexts:
            - {name: one, context: {cluster: c1, user: u2}}
            """)
        try folder.write("empty", "")
        try folder.write("comment", "# nothing here\n")
        try folder.write("last", Self.two)
        let list = environment("missing", "first", "empty", "comment", "last", "last")
        let config = try Kubeconfig.read(environment: list)
        #expect(config.contexts.map(\.name) == ["one", "two"])
        // Nothing of the second u1 is added to the first.
        #expect(config.user("u1")?.token == nil)
        #expect(config.user("u1")?.certificatePath == "\(folder.path)/c.pem")
        let connection = try connection(list)
        #expect(connection.userName == "u2")
        #expect(connection.namespace == "default")
    }

    @Test("--kubeconfig replaces the list, and must exist; without a list it is ~/.kube/config")
    func files() throws {
        try folder.write("home/.kube/config", Self.two)
        try folder.write("other", Self.two.replacing("one.example", with: "other.example"))
        let home = ["HOME": folder.path + "/home"]
        #expect(try connection(home).server == "https://one.example:6443/prefix")
        let named = try connection(home) { $0.kubeconfig = folder.path + "/other" }
        #expect(named.server == "https://other.example:6443/prefix")
        let error = #expect(throws: KubeconfigError.self) {
            try connection(home) { $0.kubeconfig = folder.path + "/none" }
        }
        #expect(
            error?.message == "cannot read the kubeconfig \(folder.path)/none: no such file")
        // An empty list is no list.
        let empty = home.merging(["KUBECONFIG": ""]) { $1 }
        #expect(try connection(empty).contextName == "one")
    }

    @Test("relative paths begin at the file that holds them")
    func relativePaths() throws {
        let maker = try CertificateMaker(in: folder.path)
        let client = try maker.sign("client", subject: "/CN=me", for: .client)
        try folder.write(
            "sub/config",
            """
            current-context: x
            clusters:
            - {name: c, cluster: {server: "https://c", certificate-authority: ../ca.crt}}
            users:
            - {name: u, user: {client-certificate: ../client.crt, client-key: "\(client.keyPath)"}}
            contexts:
            - {name: x, context: {cluster: c, user: u}}
            """)
        let connection = try connection(environment("sub/config"))
        #expect(
            connection.configuration.trust
                == .only(authorities: maker.authority.certificate))
        #expect(connection.configuration.identity?.certificate == client.certificate)
        #expect(connection.configuration.identity?.key == client.key)
    }

    @Test("flags alone make a connection")
    func flagsAlone() async throws {
        let connection = try connection([:]) {
            $0.server = "https://10.0.0.1:6443/"
            $0.token = "t"
            $0.insecureSkipTLSVerify = true
            $0.disableCompression = true
            $0.requestTimeout = .seconds(7)
            $0.asUser = "jane"
            $0.asGroups = ["a", "b"]
            $0.asUID = "7"
        }
        #expect(connection.server == "https://10.0.0.1:6443")
        #expect(connection.namespace == "default")
        #expect(connection.contextName == "")
        #expect(connection.configuration.trust == .anything)
        #expect(!connection.configuration.compression)
        #expect(connection.requestTimeout == .seconds(7))
        let headers = try await connection.credentials.headers()
        #expect(
            headers.map { "\($0.name): \($0.value)" } == [
                "Authorization: Bearer t", "Impersonate-User: jane", "Impersonate-Uid: 7",
                "Impersonate-Group: a", "Impersonate-Group: b",
            ])
    }

    @Test("a flag takes the place of what the file says, with all that belonged to it")
    func flagsOverFiles() async throws {
        let maker = try CertificateMaker(in: folder.path)
        try folder.write(
            "a",
            """
            current-context: x
            clusters:
            - name: c
              cluster:
                server: https://c
                tls-server-name: c.internal
                certificate-authority-data: \(Base64.encode(maker.authority.certificate))
            users:
            - {name: u, user: {tokenFile: token, as: jane, as-user-extra: {A/b: [v, w]}}}
            contexts:
            - {name: x, context: {cluster: c, user: u}}
            """)
        try folder.write("token", "from-file\n")
        let plain = try connection(environment("a"))
        #expect(plain.configuration.serverName == "c.internal")
        #expect(
            try await plain.credentials.headers().map { "\($0.name): \($0.value)" } == [
                "Authorization: Bearer from-file", "Impersonate-User: jane",
                "Impersonate-Extra-A%2Fb: v", "Impersonate-Extra-A%2Fb: w",
            ])
        let server = try connection(environment("a")) { $0.server = "https://other" }
        #expect(server.server == "https://other")
        #expect(server.configuration.serverName == nil)
        #expect(server.configuration.trust == plain.configuration.trust)
        let insecure = try connection(environment("a")) { $0.insecureSkipTLSVerify = true }
        #expect(insecure.configuration.trust == .anything)
        let authority = try connection(environment("a")) {
            $0.certificateAuthority = folder.path + "/ca.crt"
        }
        #expect(authority.configuration.trust == plain.configuration.trust)
        let token = try connection(environment("a")) { $0.token = "from-flag" }
        #expect(try await token.credentials.headers()["Authorization"] == "Bearer from-flag")
        let basic = try connection(environment("a")) {
            $0.username = "u"
            $0.password = "p"
        }
        #expect(try await basic.credentials.headers()["Authorization"] == "Basic dTpw")
    }

    @Test(
        "a server without scheme",
        arguments: [
            ("cluster.example:6443", false, "http://cluster.example:6443"),
            ("cluster.example:6443", true, "https://cluster.example:6443"),
            ("[::1]:6443", true, "https://[::1]:6443"),
        ])
    func scheme(server: String, insecure: Bool, expected: String) throws {
        let connection = try connection([:]) {
            $0.server = server
            $0.insecureSkipTLSVerify = insecure
        }
        #expect(connection.server == expected)
    }

    @Test("in a pod the service account connects")
    func inCluster() async throws {
        let maker = try CertificateMaker(in: folder.path)
        try folder.write("account/token", "pod-token\n")
        try folder.write("account/namespace", "pod-namespace")
        try folder.write("account/ca.crt", maker.authority.certificate)
        var plan = ConnectionPlan(
            config: Kubeconfig(), overrides: ConnectionOverrides(),
            environment: [
                "KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443",
            ], serviceAccountFolder: folder.path + "/account")
        let connection = try plan.connection()
        #expect(connection.server == "https://[fd00::1]:443")
        #expect(connection.namespace == "pod-namespace")
        #expect(
            connection.configuration.trust == .only(authorities: maker.authority.certificate))
        #expect(
            try await connection.credentials.headers()["Authorization"] == "Bearer pod-token")
        plan.environment["POD_NAMESPACE"] = "downward"
        #expect(try plan.connection().namespace == "downward")
        // A context that names no cluster is a mistake, in a pod as elsewhere.
        try folder.write("half", "current-context: x\ncontexts: [{name: x, context: {}}]")
        plan.config = try Kubeconfig.read(environment: environment("half"))
        let error = #expect(throws: KubeconfigError.self) { try plan.connection() }
        #expect(error?.message.contains("the context names no cluster") == true)
        plan.config = Kubeconfig()
        // Outside a pod, and with a kubeconfig, it is not looked at.
        plan.environment = [:]
        #expect(throws: KubeconfigError.self) { try plan.connection() }
    }
}
