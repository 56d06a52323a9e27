package import ArgumentParser
package import KubernetesClient
import KubernetesCore

/// Which cluster, as whom, and how much to tell about the calls: kubectl's flags by their names.
///
/// Valid after every verb that speaks to a cluster. Help shows the six that one needs every day;
/// `--help-hidden` shows all.
package struct ClusterOptions: ParsableArguments, Sendable {
    @Option(
        name: [.customShort("n", allowingJoined: true), .long],
        help: "The namespace to work in (default: the context's).")
    package var namespace: String?

    @Option(help: "The context of the kubeconfig to use.")
    package var context: String?

    @Option(help: "The kubeconfig to use, in place of the list in KUBECONFIG.")
    package var kubeconfig: String?

    @Flag(help: "Work on an embedded cluster in this process; it is gone afterwards.")
    package var sandbox = false

    @Flag(help: "Print results that are longer than the screen at once, not through a pager.")
    package var noPager = false

    @Option(
        name: [.customShort("v", allowingJoined: true), .customLong("verbosity")],
        help: "Tell about calls on stderr: 6 = method, URL, status and time; secrets are hidden.")
    package var verbosity: Int = 0

    @Option(help: .init("The cluster of the kubeconfig to use.", visibility: .hidden))
    package var cluster: String?

    @Option(help: .init("The user of the kubeconfig to use.", visibility: .hidden))
    package var user: String?

    @Option(
        name: [.customShort("s", allowingJoined: true), .long],
        help: .init("Address and port of the API server.", visibility: .hidden))
    package var server: String?

    @Option(help: .init("Bearer token for the API server.", visibility: .hidden))
    package var token: String?

    @Option(
        name: .customLong("as"),
        help: .init("The user to impersonate.", visibility: .hidden))
    package var asUser: String?

    @Option(
        name: .customLong("as-group"),
        help: .init("A group to impersonate; may be given several times.", visibility: .hidden))
    package var asGroups: [String] = []

    @Option(
        name: .customLong("as-uid"),
        help: .init("The UID to impersonate.", visibility: .hidden))
    package var asUID: String?

    @Option(
        name: .customLong("tls-server-name"),
        help: .init("The name that the server's certificate must hold.", visibility: .hidden))
    package var tlsServerName: String?

    @Flag(
        name: .customLong("insecure-skip-tls-verify"),
        help: .init("Do not check the server's certificate at all.", visibility: .hidden))
    package var insecureSkipTLSVerify = false

    @Option(help: .init("PEM file with a client certificate.", visibility: .hidden))
    package var clientCertificate: String?

    @Option(help: .init("PEM file with the client's private key.", visibility: .hidden))
    package var clientKey: String?

    @Option(
        help: .init("PEM file with the authorities to trust, and no others.", visibility: .hidden))
    package var certificateAuthority: String?

    @Option(
        help: .init("The limit for one call, such as 30s; 0 = none.", visibility: .hidden),
        transform: ClusterOptions.timeout)
    package var requestTimeout: Duration?

    @Option(help: .init("The folder for cached discovery.", visibility: .hidden))
    package var cacheDir: String?

    @Flag(help: .init("Do not ask for compressed answers.", visibility: .hidden))
    package var disableCompression = false

    package init() {}

    /// A whole number means seconds, as in kubectl.
    private static func timeout(_ text: String) throws -> Duration {
        if let seconds = Int(text) { return .seconds(seconds) }
        do {
            return try GoDuration.parse(text)
        } catch {
            throw ValidationError("it is no duration such as 30s, 2m or 1h30m")
        }
    }
}

extension ClusterOptions {
    /// What the client core must know of these flags.
    package var overrides: ConnectionOverrides {
        var overrides = ConnectionOverrides()
        overrides.kubeconfig = kubeconfig
        overrides.context = context
        overrides.cluster = cluster
        overrides.user = user
        overrides.namespace = namespace
        overrides.server = server
        overrides.token = token
        overrides.asUser = asUser
        overrides.asGroups = asGroups
        overrides.asUID = asUID
        overrides.tlsServerName = tlsServerName
        overrides.insecureSkipTLSVerify = insecureSkipTLSVerify ? true : nil
        overrides.clientCertificate = clientCertificate
        overrides.clientKey = clientKey
        overrides.certificateAuthority = certificateAuthority
        overrides.requestTimeout = requestTimeout
        overrides.cacheDir = cacheDir
        overrides.disableCompression = disableCompression ? true : nil
        return overrides
    }

    /// Whether these flags ask for another connection than a shell already has; a namespace alone
    /// does not.
    var asksForOwnConnection: Bool {
        var others = overrides
        others.namespace = nil
        return sandbox || others != ConnectionOverrides()
    }
}
