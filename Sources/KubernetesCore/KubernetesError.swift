package import HTTP

/// Why a call did not give what it was made for.
package struct KubernetesError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The server answered with a failure.
        case status(Status)
        /// No (whole) answer came; nothing was executed, or it was a read.
        case transport(TransportError)
        /// An answer came that we cannot read.
        case undecodable(String)
        /// A write that may or may not have been executed; certain only after that instant of the
        /// server's clock (nil where its clock is not known).
        case outcomeUnknown(TransportError, until: Timestamp?)
        /// Nothing was sent: the request or the connection's settings make no sense.
        case invalidRequest(String)
    }

    package var kind: Kind
    /// `host:port` of the server, for messages about connections.
    package var server: String?
    /// What a server said that could not say whether the write was executed.
    package var answer: Status?

    package init(_ kind: Kind, server: String? = nil, answer: Status? = nil) {
        self.kind = kind
        self.server = server
        self.answer = answer
    }

    /// The server's Status, also that of an answer which left the outcome open.
    package var status: Status? {
        if case .status(let status) = kind { return status }
        return answer
    }

    /// The server's verdict: nil when the outcome is open, whatever the answer said.
    private var verdict: Status? {
        if case .status(let status) = kind { return status }
        return nil
    }

    // The reason decides; where there is none the code does, as in the server's own client.
    package var isNotFound: Bool { answers("NotFound", 404) }
    package var isConflict: Bool { answers("Conflict", 409) }
    package var isAlreadyExists: Bool { verdict?.reason == "AlreadyExists" }
    /// The resource version or continue token is too old.
    package var isGone: Bool {
        verdict?.reason == "Expired" || verdict?.reason == "Gone" || answers("Expired", 410)
    }
    package var isForbidden: Bool { answers("Forbidden", 403) }
    package var isUnauthorized: Bool { answers("Unauthorized", 401) }
    package var isInvalid: Bool { answers("Invalid", 422) }
    package var isBadRequest: Bool { answers("BadRequest", 400) }
    package var isTooManyRequests: Bool {
        verdict?.reason == "TooManyRequests" || verdict?.code == 429
    }
    package var isUnsupportedMediaType: Bool { answers("UnsupportedMediaType", 415) }
    package var isNotAcceptable: Bool { answers("NotAcceptable", 406) }
    package var isMethodNotAllowed: Bool { answers("MethodNotAllowed", 405) }

    /// The server has not reached that resource version: it was restored, or is another one.
    package var isVersionTooLarge: Bool {
        guard let status = verdict else { return false }
        let causes = status.details?.causes ?? []
        return causes.contains { $0.reason == "ResourceVersionTooLarge" }
    }

    /// Not an object is missing but the whole kind: the server does not serve that path.
    package var isUnservedKind: Bool {
        guard isNotFound, let status = verdict else { return false }
        return status.details?.name.isEmpty ?? true
    }

    /// A limit of time was met, here or at the server.
    package var isTimeout: Bool {
        switch kind {
        case .status: answers("Timeout", 504) || verdict?.reason == "ServerTimeout"
        case .transport(let error): error.kind == .timedOut
        case .outcomeUnknown(let error, _): error.kind == .timedOut
        case .undecodable, .invalidRequest: false
        }
    }

    /// No connection to the server could be had, or it does not serve.
    package var isUnreachable: Bool {
        switch kind {
        case .status: answers("ServiceUnavailable", 503) || verdict?.code == 502
        case .transport(let error):
            switch error.kind {
            case .cannotResolve, .cannotConnect, .tls, .proxy, .connectionLost: true
            default: false
            }
        default: false
        }
    }

    package var isCancelled: Bool {
        switch kind {
        case .transport(let error): error.kind == .cancelled
        case .outcomeUnknown(let error, _): error.kind == .cancelled
        default: false
        }
    }

    package var isOutcomeUnknown: Bool {
        if case .outcomeUnknown = kind { return true }
        return false
    }

    private func answers(_ reason: String, _ code: Int) -> Bool {
        guard let status = verdict else { return false }
        if status.reason == reason { return true }
        let isReasonless = status.reason.isEmpty || status.reason == "Unknown"
        return isReasonless && status.code == code
    }
}

extension KubernetesError: CustomStringConvertible {
    package var description: String { message }

    /// What happened, in kubectl's words where it has them.
    package var message: String {
        switch kind {
        case .status(let status): Self.message(of: status)
        case .transport(let error): message(of: error)
        case .undecodable(let text): "error: the server's answer cannot be read: \(text)"
        case .outcomeUnknown(let error, _):
            "error: it is not known whether the server carried out the request: "
                + (answer?.message ?? error.message)
        case .invalidRequest(let text): "error: \(text)"
        }
    }

    private static func message(of status: Status) -> String {
        switch status.reason {
        case "Unauthorized":
            return "error: You must be logged in to the server (\(status.message))"
        case "Invalid": return invalid(status)
        case "": return "Error from server: \(status.message)"
        case let reason: return "Error from server (\(reason)): \(status.message)"
        }
    }

    private static func invalid(_ status: Status) -> String {
        guard let details = status.details else {
            return "The request is invalid: \(status.message)"
        }
        var text = "The request is invalid"
        if !details.kind.isEmpty || !details.name.isEmpty {
            text = "The \(details.kind) \"\(details.name)\" is invalid"
        } else if !status.message.isEmpty, details.causes.isEmpty {
            text += ": \(status.message)"
        }
        var lines: [String] = []
        for cause in details.causes {
            let line = cause.field.isEmpty ? cause.message : "\(cause.field): \(cause.message)"
            if !lines.contains(line) { lines.append(line) }
        }
        switch lines.count {
        case 0: return text
        case 1: return "\(text): \(lines[0])"
        default: return "\(text): " + lines.map { "\n* \($0)" }.joined()
        }
    }

    private func message(of error: TransportError) -> String {
        let place = server ?? "of the cluster"
        switch error.kind {
        case .cannotConnect where error.message.saysRefused:
            return "The connection to the server \(place) was refused"
                + " - did you specify the right host or port?"
        case .tls:
            guard let fault = Self.certificateFault(error.message) else {
                return "Unable to connect to the server: \(error.message)"
            }
            return "Unable to connect to the server: tls: failed to verify certificate: \(fault)"
        case .cannotResolve:
            let host = place.split(separator: ":").first.map(String.init) ?? place
            return "Unable to connect to the server: dial tcp: lookup \(host): no such host"
        case .cancelled: return "error: the request was cancelled"
        case .malformedURL, .bodyTooLarge, .protocolViolation: return "error: \(error.message)"
        case .timedOut, .connectionLost, .cannotConnect, .proxy:
            return "Unable to connect to the server: \(error.message)"
        }
    }

    /// The words of Go for what the TLS library reports, so that people find them.
    private static func certificateFault(_ said: String) -> String? {
        let text = said.lowercased()
        // Not the server's certificate but ours, which the server does not take.
        guard !text.holds("client certificate") else { return nil }
        if text.holds("unable to get local issuer") || text.holds("self-signed")
            || text.holds("self signed") || text.holds("unable to get issuer")
        {
            return "x509: certificate signed by unknown authority"
        }
        if text.holds("expired") || text.holds("not yet valid") {
            return "x509: certificate has expired or is not yet valid"
        }
        if text.holds("subject name") || text.holds("does not match") {
            return "x509: certificate is not valid for this name (\(said))"
        }
        return nil
    }
}

extension String {
    fileprivate var saysRefused: Bool {
        let text = lowercased()
        return text.holds("refused") || text.holds("couldn't connect")
            || text.holds("could not connect")
    }

    /// Whether that text occurs in this one; a search without Foundation.
    func holds(_ part: String) -> Bool {
        let (whole, wanted) = (Array(utf8), Array(part.utf8))
        guard wanted.count <= whole.count else { return false }
        return (0...(whole.count - wanted.count)).contains { start in
            whole[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}
