package import HTTP

/// One API server, who we are there, and where in it we work: all that a client needs to know.
package struct ClusterConnection: Sendable {
    /// What stands for the address of a cluster in this process, which is reached without one.
    package static let embeddedServer = "http://embedded-sandbox"

    /// `https://host:port` and, where the server lives below one, a path prefix; never a slash at
    /// the end.
    package var server: String
    /// How the transport connects; certificates that a credential plugin gives come on top, see
    /// `transportConfiguration()`.
    package var configuration: TransportConfiguration
    package var credentials: Credentials
    package var namespace: String
    /// Empty where no context was used (flags alone, in-cluster).
    package var contextName: String
    package var clusterName: String
    package var userName: String
    /// The user's own limit for one call; nil: each call type's own.
    package var requestTimeout: Duration?

    package init(
        server: String, configuration: TransportConfiguration = TransportConfiguration(),
        credentials: Credentials = Credentials(), namespace: String = "default",
        contextName: String = "", clusterName: String = "", userName: String = "",
        requestTimeout: Duration? = nil
    ) {
        self.server = server
        self.configuration = configuration
        self.credentials = credentials
        self.namespace = namespace
        self.contextName = contextName
        self.clusterName = clusterName
        self.userName = userName
        self.requestTimeout = requestTimeout
    }

    /// The configuration to make the transport with, a plugin's certificate included.
    ///
    /// - Returns: `configuration`, with the identity that the credentials bring, if they do.
    /// - Throws: what a credential plugin met with.
    package func transportConfiguration() async throws(CredentialsError) -> TransportConfiguration {
        var whole = configuration
        if let identity = try await credentials.identity() { whole.identity = identity }
        return whole
    }
}
