/// Whatever carries a request to a server and brings the answer: libcurl, the sandbox in process,
/// or a test's fault injector around either.
package protocol Transport: Sendable {
    /// Carries out one request.
    ///
    /// Returns as soon as status and headers are here. Cancelling the calling task ends the
    /// transfer. A status of 400 or more is an answer, not an error.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// Why no (whole) answer came.
package struct TransportError: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case malformedURL, cannotResolve, cannotConnect, tls, proxy, timedOut, connectionLost,
            bodyTooLarge, cancelled, protocolViolation
    }

    package var kind: Kind
    /// One line for people; never holds a credential.
    package var message: String
    /// Whether the request may have reached the server: then a write may have been executed.
    package var requestMayHaveBeenSent: Bool

    package init(_ kind: Kind, _ message: String, sent: Bool) {
        self.kind = kind
        self.message = message
        requestMayHaveBeenSent = sent
    }

    /// Whether it is our own certificate that cannot be used or was refused, not the server's.
    package var isAboutClientCertificate: Bool {
        kind == .tls && message.contains("client certificate")
    }
}

/// What a transport must know about a server and about us before it connects.
package struct TransportConfiguration: Sendable, Hashable {
    package enum Trust: Sendable, Hashable {
        /// The machine's own trust roots.
        case system
        /// These certificates (PEM) and no others.
        case only(authorities: [UInt8])
        /// No verification at all: only where the user asked for exactly that.
        case anything
    }

    /// A certificate and its private key, both PEM; kept in memory, never in temporary files.
    package struct Identity: Sendable, Hashable {
        package var certificate: [UInt8]
        package var key: [UInt8]

        package init(certificate: [UInt8], key: [UInt8]) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var trust: Trust
    package var identity: Identity?
    /// The name to verify (and to send as SNI) in place of the URL's host.
    package var serverName: String?
    /// `http://…` or `socks5://…`; nil: none, whatever the environment says.
    package var proxy: String?
    /// Whether compressed answers are asked for.
    package var compression: Bool

    package init(
        trust: Trust = .system, identity: Identity? = nil, serverName: String? = nil,
        proxy: String? = nil, compression: Bool = true
    ) {
        self.trust = trust
        self.identity = identity
        self.serverName = serverName
        self.proxy = proxy
        self.compression = compression
    }
}
