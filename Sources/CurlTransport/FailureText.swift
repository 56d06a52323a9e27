import CCurl
import HTTP

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Turns libcurl's code into an error that says what failed, where, why, and what to check.
///
/// It never shows a header, a body, or the credentials of a proxy.
struct FailureText {
    var code: CURLcode
    /// libcurl's own words, perhaps empty.
    var detail: String
    var address: HTTPAddress
    var proxyEndpoint: String?
    /// The errno of the connection attempt, 0 if there was none.
    var systemError: Int
    var limits: CallLimits
    var elapsed: Duration
    var hasHead: Bool

    private var endpoint: String { address.endpoint }

    /// The error for people and for those who decide whether to try again.
    ///
    /// - Parameter sent: whether bytes of the request may have left; then no later attempt of
    ///   libcurl's own to connect again, however it failed, can make that undone.
    /// - Returns: kind, message, and whether the request may have been sent.
    func error(sent: Bool) -> TransportError {
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL where sent, CURLE_BAD_CONTENT_ENCODING,
            CURLE_WEIRD_SERVER_REPLY:
            TransportError(
                .protocolViolation,
                "the answer from \(endpoint) cannot be understood\(reason)", sent: sent)
        case _ where sent && isBeforeRequest: interrupted(sent: true)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            TransportError(.malformedURL, "the address of \(endpoint) is malformed", sent: false)
        case CURLE_COULDNT_RESOLVE_PROXY:
            TransportError(
                .proxy, "the proxy's name \(proxyEndpoint ?? "") cannot be resolved", sent: false)
        case CURLE_PROXY:
            TransportError(.proxy, proxyMessage, sent: false)
        case CURLE_COULDNT_RESOLVE_HOST:
            TransportError(
                .cannotResolve,
                "the name \(address.host) cannot be resolved; check the server's address and DNS",
                sent: false)
        case CURLE_COULDNT_CONNECT: cannotConnect
        case CURLE_OPERATION_TIMEDOUT: timedOut(sent: sent)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_USE_SSL_FAILED, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            TransportError(.tls, tlsMessage, sent: false)
        default: interrupted(sent: sent)
        }
    }

    /// Whether this code tells of the time before a request goes out.
    private var isBeforeRequest: Bool {
        [
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_COULDNT_RESOLVE_PROXY,
            CURLE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
            CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION,
        ].contains(code)
    }

    private var cannotConnect: TransportError {
        let why = systemError == 0 ? reason : ": \(Self.describe(systemError))"
        if let proxyEndpoint {
            return TransportError(
                .proxy, "cannot connect to the proxy \(proxyEndpoint)\(why)", sent: false)
        }
        return TransportError(
            .cannotConnect,
            "cannot connect to \(endpoint)\(why); check the address and that the server runs",
            sent: false)
    }

    private func timedOut(sent: Bool) -> TransportError {
        guard sent else {
            let limit = min(limits.connect, limits.total ?? limits.connect)
            return TransportError(
                .timedOut,
                "cannot connect to \(endpoint) within \(Self.seconds(limit));"
                    + " check the address and the network", sent: false)
        }
        let limit = Self.seconds(limits.total ?? elapsed)
        let what =
            hasHead ? "the answer from \(endpoint) did not end" : "\(endpoint) did not answer"
        return TransportError(.timedOut, "\(what) within \(limit)", sent: true)
    }

    private func interrupted(sent: Bool) -> TransportError {
        if Self.isRefusedCertificate(detail) {
            // With TLS 1.3 the server judges our certificate after we have begun to send; what we
            // sent was never read, because its handshake never ended.
            return TransportError(
                .tls, "\(endpoint) refused our client certificate\(reason)", sent: false)
        }
        guard sent else {
            if proxyEndpoint != nil {
                return TransportError(.proxy, proxyMessage, sent: false)
            }
            return TransportError(
                .cannotConnect,
                "the connection to \(endpoint) broke before the request was sent\(reason)",
                sent: false)
        }
        let when = hasHead ? "before the whole answer was here" : "before an answer came"
        return TransportError(
            .connectionLost, "the connection to \(endpoint) broke \(when)\(reason)", sent: true)
    }

    private var proxyMessage: String {
        "the proxy \(proxyEndpoint ?? "") does not let us through to \(endpoint)\(reason)"
    }

    private var tlsMessage: String {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION:
            "the certificate of \(endpoint) is not trusted\(reason);"
                + " check the certificate authority and the server's name"
        case CURLE_SSL_CERTPROBLEM:
            "the client certificate or its key cannot be used\(reason)"
        case CURLE_SSL_CACERT_BADFILE:
            "the certificate authority's data holds no certificate that can be used"
        default: "no TLS connection to \(endpoint)\(reason); check that the server speaks TLS there"
        }
    }

    /// libcurl's words as the end of a sentence.
    private var reason: String {
        let text = detail.isEmpty ? unsafe String(cString: ccurl_describe(code)) : detail
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.isEmpty ? "" : ": \(line)"
    }

    /// Alerts by which a server says that it does not accept who we are (RFC 8446, section 6.2).
    private static func isRefusedCertificate(_ detail: String) -> Bool {
        let alerts = [
            "alert bad certificate", "alert unsupported certificate", "alert certificate",
            "certificate required", "alert unknown ca", "alert access denied",
        ]
        let text = detail.lowercased()
        return text.contains("alert") && alerts.contains { text.contains($0) }
    }

    static func describe(_ errno: Int) -> String {
        switch Int32(truncatingIfNeeded: errno) {
        case ECONNREFUSED: "connection refused"
        case ENETUNREACH: "the network is unreachable"
        case EHOSTUNREACH: "the host is unreachable"
        case ETIMEDOUT: "no answer"
        case ECONNRESET: "connection reset"
        case EACCES, EPERM: "the system does not permit it"
        default: "system error \(errno)"
        }
    }

    static func refusedOption(_ failure: CurlFailure) -> String {
        let why = unsafe String(cString: ccurl_describe(failure.code))
        return "libcurl does not take \(failure.call): \(why)"
    }

    /// A duration for people: `10 s`, `0.25 s`.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "\(seconds) s" }
        var fraction = String(milliseconds + 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(seconds).\(fraction) s"
    }
}
