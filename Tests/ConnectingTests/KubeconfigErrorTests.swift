import HTTP
import TestCluster
import Testing

@testable import KubernetesClient

@Suite("Kubeconfigs that are wrong")
struct KubeconfigErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var message: String
    }

    private static func whole(cluster: String = "server: https://c", user: String) -> String {
        """
        current-context: x
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        """
    }

    /// Every text has the word "secret" where a secret would stand; no message may show it.
    static let cases: [Case] = [
        Case(
            testDescription: "not YAML", text: "users: [{token: secret",
            message: "FILE: not YAML: line"),
        Case(testDescription: "a list", text: "[secret]", message: "FILE: must be a mapping"),
        Case(
            testDescription: "two documents", text: "a: secret\n---\nb: secret",
            message: "FILE: holds more than one document"),
        Case(
            testDescription: "another kind", text: "kind: Secret\napiVersion: v1",
            message: "FILE: kind: is not Config"),
        Case(
            testDescription: "clusters are no list", text: "clusters: {secret: 1}",
            message: "FILE: clusters: must be a list"),
        Case(
            testDescription: "an entry without name", text: "users: [{user: {token: secret}}]",
            message: "FILE: users[0]: has no name"),
        Case(
            testDescription: "a name twice",
            text: "users: [{name: a, user: {token: secret}}, {name: a}]",
            message: "FILE: users[1]: the name \"a\" comes twice"),
        Case(
            testDescription: "a token that is no string", text: whole(user: "token: 12345"),
            message: "FILE: users[0].user.token: must be a string"),
        Case(
            testDescription: "data that is no Base64",
            text: whole(user: "client-key-data: secret!"),
            message: "FILE: users[0].user.client-key-data: is not valid Base64"),
        Case(
            testDescription: "data that is no certificate",
            text: whole(user: "client-certificate-data: c2VjcmV0, client-key-data: c2VjcmV0"),
            message: "FILE: users[0].user.client-certificate-data: holds no certificate"),
        Case(
            testDescription: "authority that is no certificate",
            text: whole(
                cluster: "server: https://c, certificate-authority-data: c2VjcmV0", user: ""),
            message: "FILE: clusters[0].cluster.certificate-authority-data: holds no certificate"),
        Case(
            testDescription: "a missing authority",
            text: whole(cluster: "server: https://c, certificate-authority: none.pem", user: ""),
            message: "FILE: clusters[0].cluster.certificate-authority: cannot read FOLDER/none.pem"
                + ": no such file"),
        Case(
            testDescription: "insecure with an authority",
            text: whole(
                cluster: "server: https://c, insecure-skip-tls-verify: true,"
                    + " certificate-authority: ca.pem", user: ""),
            message: "FILE: clusters[0].cluster: insecure-skip-tls-verify and a certificate"),
        Case(
            testDescription: "insecure that is no flag",
            text: whole(cluster: "server: https://c, insecure-skip-tls-verify: 'true'", user: ""),
            message: "FILE: clusters[0].cluster.insecure-skip-tls-verify: must be true or false"),
        Case(
            testDescription: "no server", text: whole(cluster: "proxy-url: http://p", user: ""),
            message: "FILE: clusters[0].cluster: server is missing"),
        Case(
            testDescription: "a server with a password",
            text: whole(cluster: "server: 'https://me:secret@c'", user: ""),
            message: "FILE: clusters[0].cluster.server: the address holds a user name"),
        Case(
            testDescription: "a server of another scheme",
            text: whole(cluster: "server: 'ftp://c'", user: ""),
            message: "FILE: clusters[0].cluster.server: the scheme"),
        Case(
            testDescription: "a proxy of another scheme",
            text: whole(cluster: "server: https://c, proxy-url: 'ftp://me:secret@p'", user: ""),
            message: "FILE: clusters[0].cluster.proxy-url: must begin with http://"),
        Case(
            testDescription: "a proxy without host",
            text: whole(cluster: "server: https://c, proxy-url: 'http://me:secret@:1'", user: ""),
            message: "FILE: clusters[0].cluster.proxy-url: names no host and port"),
        Case(
            testDescription: "a proxy without a port that is one",
            text: whole(cluster: "server: https://c, proxy-url: 'socks5://p:secret'", user: ""),
            message: "FILE: clusters[0].cluster.proxy-url: names no host and port"),
        Case(
            testDescription: "a certificate that ends in the middle",
            text: whole(
                user: "client-certificate-data: \(halfCertificate), client-key-data: c2VjcmV0"),
            message: "FILE: users[0].user.client-certificate-data: holds no certificate"),
        Case(
            testDescription: "token and password", text: whole(user: "token: secret, username: me"),
            message: "FILE: users[0].user: a token and a user name are both given"),
        Case(
            testDescription: "a token with a line break",
            text: whole(user: #"token: "secret\nsecret""#),
            message: "FILE: users[0].user.token: holds a blank"),
        Case(
            testDescription: "a certificate without key",
            text: whole(user: "client-certificate-data: \(certificate)"),
            message: "FILE: users[0].user: client-certificate is given without client-key"),
        Case(
            testDescription: "a certificate twice",
            text: whole(
                user: "client-certificate: a.pem, client-certificate-data: \(certificate)"),
            message: "FILE: users[0].user: client-certificate and client-certificate-data are"),
        Case(
            testDescription: "groups without user", text: whole(user: "as-groups: [a]"),
            message: "FILE: users[0].user: a group or UID to act as needs a user"),
        Case(
            testDescription: "an auth provider",
            text: whole(user: "auth-provider: {name: gcp, config: {access-token: secret}}"),
            message: "FILE: users[0].user.auth-provider: auth providers are no longer supported"),
        Case(
            testDescription: "a plugin without version", text: whole(user: "exec: {command: p}"),
            message: "FILE: users[0].user.exec: apiVersion is missing"),
        Case(
            testDescription: "a plugin of an unknown version",
            text: whole(user: "exec: {command: p, apiVersion: v1}"),
            message: "FILE: users[0].user.exec: apiVersion must be client.authentication.k8s.io/v1"
        ),
        Case(
            testDescription: "a v1 plugin without mode",
            text: whole(
                user: "exec: {command: p, apiVersion: client.authentication.k8s.io/v1}"),
            message: "FILE: users[0].user.exec: interactiveMode is missing"),
        Case(
            testDescription: "a context that does not exist", text: "current-context: secret-less",
            message: "FILE: current-context: the context \"secret-less\" does not exist"),
        Case(
            testDescription: "a cluster that does not exist",
            text: "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]",
            message: "FILE: contexts[0].context.cluster: the cluster \"c\" does not exist"),
        Case(
            testDescription: "a user that does not exist",
            text: "current-context: x\nclusters: [{name: c, cluster: {server: https://c}}]\n"
                + "contexts: [{name: x, context: {cluster: c, user: u}}]",
            message: "FILE: contexts[0].context.user: the user \"u\" does not exist"),
        Case(
            testDescription: "no context selected",
            text: "contexts: [{name: b}, {name: a}]",
            message: "no context is selected in FILE"),
    ]

    private static let halfCertificate = Base64.encode(
        Array("-----BEGIN CERTIFICATE-----\nsecret\n".utf8))

    private static let certificate = Base64.encode(
        Array("-----BEGIN CERTIFICATE-----\nsecret\n-----END CERTIFICATE-----\n".utf8))

    @Test("the message names file and key, and shows no secret", arguments: cases)
    func wrong(_ example: Case) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("config", example.text)
        let error = #expect(throws: KubeconfigError.self) {
            try Kubeconfig.load(environment: ["KUBECONFIG": file])
        }
        let message = error?.message.replacing(file, with: "FILE")
            .replacing(folder.path, with: "FOLDER")
        #expect(message?.hasPrefix(example.message) == true, "\(message ?? "no error")")
        if !example.text.contains("secret-less") {
            #expect(error?.message.contains("secret") == false)
            #expect(error?.message.contains("c2VjcmV0") == false)
        }
    }

    @Test("names that do not exist are told with those that do")
    func unknownNames() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("config", KubeconfigTests.two)
        for (change, said) in [
            ({ $0.context = "x" }, "--context: the context \"x\" does not exist"),
            ({ $0.cluster = "x" }, "--cluster: the cluster \"x\" does not exist"),
            ({ $0.user = "x" }, "--user: the user \"x\" does not exist"),
        ] as [((inout ConnectionOverrides) -> Void, String)] {
            var overrides = ConnectionOverrides()
            change(&overrides)
            let error = #expect(throws: KubeconfigError.self) {
                try Kubeconfig.load(
                    environment: ["KUBECONFIG": file], overrides: overrides)
            }
            #expect(error?.kind == .unknownName)
            #expect(error?.message == said)
            #expect(error?.hint?.hasPrefix("known: ") == true)
        }
    }

    @Test("where no file of the list exists, those that were looked for are named")
    func missing() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("empty", "")
        for (list, said) in [
            ("/nope", "/nope does not exist"), ("/nope:/nor/this", "/nope, /nor/this do not exist"),
            (empty, "\(empty) names none"),
            ("/nope:\(empty)", "\(empty) names none, and /nope does not exist"),
        ] {
            let error = #expect(throws: KubeconfigError.self) {
                try Kubeconfig.load(environment: ["KUBECONFIG": list, "HOME": "/nowhere"])
            }
            #expect(error?.kind == .noConfiguration)
            #expect(error?.message == "no cluster is configured: \(said)")
        }
        let homeless = #expect(throws: KubeconfigError.self) {
            try Kubeconfig.load(environment: [:])
        }
        #expect(homeless?.message.contains("no HOME") == true)
    }

    @Test("nothing at all is told as such")
    func nothing() {
        let error = #expect(throws: KubeconfigError.self) {
            try Kubeconfig.load(environment: ["HOME": "/nowhere"])
        }
        #expect(error?.kind == .noConfiguration)
        #expect(error?.message == "no cluster is configured: /nowhere/.kube/config does not exist")
        #expect(error?.hint?.contains("KUBECONFIG") == true)
    }
}
