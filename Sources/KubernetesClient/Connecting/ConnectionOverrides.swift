/// What the user said on the command line about the connection; it wins over every file.
///
/// The members are kubectl's flags of the same names; nil and empty mean "not given".
package struct ConnectionOverrides: Sendable, Hashable {
    /// `--kubeconfig`: this file alone, in place of the list in `KUBECONFIG`.
    package var kubeconfig: String?
    package var context: String?
    package var cluster: String?
    package var user: String?
    package var namespace: String?
    /// `--server`: address and port of the API server, with or without scheme.
    package var server: String?
    package var token: String?
    package var username: String?
    package var password: String?
    package var asUser: String?
    package var asGroups: [String] = []
    package var asUID: String?
    package var tlsServerName: String?
    package var insecureSkipTLSVerify: Bool?
    /// Path of a PEM file.
    package var clientCertificate: String?
    /// Path of a PEM file.
    package var clientKey: String?
    /// Path of a PEM file.
    package var certificateAuthority: String?
    package var proxyURL: String?
    /// `--request-timeout`, parsed; nil: each call keeps its own limit.
    package var requestTimeout: Duration?
    package var cacheDir: String?
    package var disableCompression: Bool?

    package init() {}
}
