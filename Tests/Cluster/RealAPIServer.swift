// TestCluster: a real kube-apiserver with its etcd for tests, and the certificates they need. It
// must never leave a process or a file behind, and never touch a cluster that it did not start.

import CurlTransport
import Foundation
package import HTTP
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// etcd and kube-apiserver from `KUBEBUILDER_ASSETS`, over TLS on free ports of loopback, with
/// RBAC and a certificate authority of their own.
///
/// Users: `admin` (client certificate, group system:masters), `admin-by-token` and `viewer`
/// (tokens; the viewer may read config maps and namespaces only).
package final class RealAPIServer: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The folder with the two programs, nil where this machine has none.
    package static let assets: String? = {
        guard let folder = ProcessInfo.processInfo.environment["KUBEBUILDER_ASSETS"],
            ["etcd", "kube-apiserver"].allSatisfy({
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            })
        else { return nil }
        return folder
    }()

    /// Whether tests that need the real thing can run.
    package static var isAvailable: Bool { assets != nil }

    /// One server for all tests of this process; started by whoever asks first.
    package static func shared() async throws -> RealAPIServer { try await starting.value }

    private static let starting = Task { try await RealAPIServer() }

    package static let adminToken = "admin-token-of-the-tests"
    package static let viewerToken = "viewer-token-of-the-tests"
    private static let patience: Duration = .seconds(90)

    package let url: String
    package let port: Int
    package let folder: String
    package let certificates: CertificateMaker
    package let admin: CertificateMaker.Pair
    /// Contexts `admin`, `admin-token` and `viewer-token` in namespace `default`.
    package let kubeconfigPath: String
    private let etcd: GuardedProcess
    private let etcdURL: String
    private let server: Mutex<GuardedProcess>
    private let serverWords: [String]

    /// Starts a server of one's own; it stops when the last reference goes, at the latest with
    /// this process.
    package init() async throws {
        guard let assets = Self.assets else {
            throw Failure(description: "KUBEBUILDER_ASSETS names no folder with the programs")
        }
        folder = FileManager.default.temporaryDirectory
            .appending(path: "petstore-cli-api-\(UUID().uuidString.prefix(8))").path()
        let ports = try Self.freePorts(3)
        port = ports[0]
        url = "https://127.0.0.1:\(port)"
        etcdURL = "http://127.0.0.1:\(ports[1])"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        certificates = try CertificateMaker(in: folder, name: "petstore-cli test cluster")
        admin = try certificates.sign("admin", subject: "/O=system:masters/CN=admin", for: .client)
        kubeconfigPath = "\(folder)/kubeconfig"
        try Self.writeFiles(
            in: folder, url: url, authority: certificates.authority, admin: admin,
            to: kubeconfigPath)
        _ = try certificates.sign(
            "server", subject: "/CN=kube-apiserver",
            for: .server(names: ["DNS:localhost", "DNS:kubernetes.default.svc", "IP:127.0.0.1"]))
        etcd = try GuardedProcess(
            Self.etcdWords(assets, folder: folder, client: ports[1], peer: ports[2]),
            log: "\(folder)/etcd.log", removing: folder)
        serverWords = Self.serverWords(assets, folder: folder, port: port, etcd: ports[1])
        server = Mutex(try GuardedProcess(serverWords, log: "\(folder)/kube-apiserver.log"))
        try await waitUntilReady()
        try await addViewer()
    }

    /// Ends both programs and waits for it.
    package func stop() {
        let server = server.withLock { $0 }
        server.stop()
        server.waitUntilEnded()
        etcd.stop()
        etcd.waitUntilEnded()
    }

    /// Makes etcd forget what was before a revision, as kube-apiserver does every five minutes.
    package func compact(upTo revision: Int64) async throws {
        let body = Array("{\"revision\":\"\(revision)\",\"physical\":true}".utf8)
        let transport = CurlTransport(TransportConfiguration())
        let response = try await transport.send(
            HTTPRequest(.post, "\(etcdURL)/v3/kv/compaction", body: body))
        let text = String(decoding: try await response.body.collect(), as: UTF8.self)
        // What is forgotten already cannot be forgotten again; that is as good.
        guard response.status == 200 || text.contains("compacted") else {
            throw Failure(description: "etcd: \(text)")
        }
    }

    /// Kills kube-apiserver and waits for it; etcd stays.
    package func killServer() {
        let server = server.withLock { $0 }
        server.kill()
        server.waitUntilEnded()
    }

    /// The groups without which kube-apiserver does not come up: with them alone, and collecting
    /// less garbage, a start costs half.
    private static let ownGroups = [
        "api/all=false", "api/v1=true", "apiextensions.k8s.io/v1=true",
        "apiregistration.k8s.io/v1=true", "rbac.authorization.k8s.io/v1=true",
        "admissionregistration.k8s.io/v1=true", "authorization.k8s.io/v1=true",
        "authentication.k8s.io/v1=true", "flowcontrol.apiserver.k8s.io/v1beta1=true",
        "scheduling.k8s.io/v1=true", "storage.k8s.io/v1=true", "networking.k8s.io/v1=true",
        "node.k8s.io/v1=true", "coordination.k8s.io/v1=true",
    ]

    /// Starts kube-apiserver again, on the same port and the same etcd, with fewer groups.
    ///
    /// - Throws: when it cannot be started; it does not wait until the server serves.
    package func restartServer() throws {
        let groups = "--runtime-config=\(Self.ownGroups.joined(separator: ","))"
        let next = try GuardedProcess(
            ["/usr/bin/env", "GOGC=400"] + serverWords + [groups],
            log: "\(folder)/kube-apiserver.log")
        server.withLock { $0 = next }
    }

    /// How to connect as the administrator, by certificate.
    package var configuration: TransportConfiguration {
        TransportConfiguration(
            trust: .only(authorities: certificates.authority.certificate),
            identity: .init(certificate: admin.certificate, key: admin.key))
    }

    // MARK: Starting

    private static func etcdWords(
        _ assets: String, folder: String, client: Int, peer: Int
    ) -> [String] {
        let (clientURL, peerURL) = ("http://127.0.0.1:\(client)", "http://127.0.0.1:\(peer)")
        return [
            "\(assets)/etcd", "--name=local", "--data-dir=\(folder)/etcd",
            "--listen-client-urls=\(clientURL)", "--advertise-client-urls=\(clientURL)",
            "--listen-peer-urls=\(peerURL)", "--initial-advertise-peer-urls=\(peerURL)",
            "--initial-cluster=local=\(peerURL)", "--unsafe-no-fsync", "--log-level=warn",
        ]
    }

    private static func serverWords(
        _ assets: String, folder: String, port: Int, etcd: Int
    ) -> [String] {
        [
            "\(assets)/kube-apiserver", "--etcd-servers=http://127.0.0.1:\(etcd)",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=\(port)",
            "--insecure-port=0", "--service-cluster-ip-range=10.121.0.0/24",
            "--endpoint-reconciler-type=none", "--cert-dir=\(folder)",
            "--tls-cert-file=\(folder)/server.crt", "--tls-private-key-file=\(folder)/server.key",
            "--client-ca-file=\(folder)/ca.crt", "--token-auth-file=\(folder)/tokens.csv",
            "--authorization-mode=RBAC", "--anonymous-auth=true",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=\(folder)/accounts.pub",
            "--service-account-signing-key-file=\(folder)/accounts.key",
            // Nobody makes service accounts here, and without them pods would be refused.
            "--disable-admission-plugins=ServiceAccount", "--allow-privileged=true",
        ]
    }

    private static func writeFiles(
        in folder: String, url: String, authority: CertificateMaker.Pair,
        admin: CertificateMaker.Pair, to kubeconfig: String
    ) throws {
        try CertificateMaker.openssl([
            "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out",
            "\(folder)/accounts.key",
        ])
        try CertificateMaker.openssl([
            "ec", "-in", "\(folder)/accounts.key", "-pubout", "-out", "\(folder)/accounts.pub",
        ])
        let tokens = """
            \(adminToken),admin-by-token,admin-by-token,"system:masters"
            \(viewerToken),viewer,viewer,"viewers"

            """
        try tokens.write(toFile: "\(folder)/tokens.csv", atomically: true, encoding: .utf8)
        func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        let context = "cluster: local, namespace: default"
        let file = """
            apiVersion: v1
            kind: Config
            current-context: admin
            clusters:
            - name: local
              cluster:
                server: \(url)
                certificate-authority-data: \(text(authority.certificate))
            users:
            - name: admin
              user:
                client-certificate-data: \(text(admin.certificate))
                client-key-data: \(text(admin.key))
            - name: admin-token
              user: {token: \(adminToken)}
            - name: viewer-token
              user: {token: \(viewerToken)}
            contexts:
            - name: admin
              context: {\(context), user: admin}
            - name: admin-token
              context: {\(context), user: admin-token}
            - name: viewer-token
              context: {\(context), user: viewer-token}

            """
        try file.write(toFile: kubeconfig, atomically: true, encoding: .utf8)
    }

    private func waitUntilReady() async throws {
        let transport = CurlTransport(configuration)
        let clock = ContinuousClock()
        let end = clock.now + Self.patience
        let limits = CallLimits(connect: .seconds(2), total: .seconds(5))
        for path in ["/readyz", "/api/v1/namespaces/default"] {
            while true {
                let answer = try? await transport.send(
                    HTTPRequest(.get, url + path, limits: limits))
                if answer?.status == 200 { break }
                guard server.withLock({ $0.isRunning }), etcd.isRunning, clock.now < end else {
                    throw Failure(description: "no kube-apiserver: \(logs())")
                }
                try await clock.sleep(for: .milliseconds(100))
            }
        }
        await transport.shutDown()
    }

    private func logs() -> String {
        ["etcd", "kube-apiserver"].map { name in
            let text = (try? String(contentsOfFile: "\(folder)/\(name).log", encoding: .utf8)) ?? ""
            return "\(name):\n" + text.split(separator: "\n").suffix(8).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private func addViewer() async throws {
        let rules = """
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
             "metadata": {"name": "test-viewer"}, "rules": [{"apiGroups": [""],
             "resources": ["configmaps", "namespaces"], "verbs": ["get", "list", "watch"]}]}
            """
        let binding = """
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
             "metadata": {"name": "test-viewers"}, "roleRef": {
             "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
             "name": "test-viewer"}, "subjects": [{"apiGroup": "rbac.authorization.k8s.io",
             "kind": "Group", "name": "viewers"}]}
            """
        let transport = CurlTransport(configuration)
        for (plural, object) in [("clusterroles", rules), ("clusterrolebindings", binding)] {
            let answer = try await transport.send(
                HTTPRequest(
                    .post, "\(url)/apis/rbac.authorization.k8s.io/v1/\(plural)",
                    headers: ["Content-Type": "application/json"], body: Array(object.utf8)))
            guard answer.status == 201 else {
                throw Failure(description: "the viewer's role was refused: \(answer.status)")
            }
        }
        await transport.shutDown()
    }

    /// Ports on which nobody listens now, all different.
    private static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue
            let socket = socket(AF_INET, Int32(kind), 0)
            sockets.append(socket)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe bind(socket, address, length) == 0
                        && getsockname(socket, address, &length) == 0
                }
            }
            guard isBound else { throw Failure(description: "no free port: \(errno)") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
