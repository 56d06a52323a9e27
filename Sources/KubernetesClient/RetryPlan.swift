import HTTP
import KubernetesCore

/// Why an attempt gave nothing.
enum CallFailure: Error {
    case lost(TransportError)
    /// A status of 400 or more.
    case answered(HTTPResponse, Status)
}

/// Decides after each failed attempt whether there is another one.
struct RetryPlan {
    enum Next: Equatable {
        case stop
        case again
        case wait(Duration)
        /// Fresh credentials may help, once.
        case unauthorized
    }

    private let policy: CallPolicy
    private let call: CallType
    private(set) var attempt = 1
    private var hasRenewedCredentials = false

    init(policy: CallPolicy, call: CallType) {
        self.policy = policy
        self.call = call
    }

    mutating func decide(after failure: CallFailure) -> Next {
        let next =
            switch failure {
            case .lost(let error): decide(after: error)
            case .answered(let response, let status): decide(after: response, status)
            }
        if next != .stop { attempt += 1 }
        return next
    }

    private func decide(after error: TransportError) -> Next {
        switch error.kind {
        case .cannotConnect, .cannotResolve:
            // Nothing was sent, whatever the call.
            return attempt < policy.connectAttempts ? .wait(pause) : .stop
        case .connectionLost:
            if call == .write {
                guard !error.requestMayHaveBeenSent else { return .stop }
                return attempt < policy.writeAttempts ? .wait(pause) : .stop
            }
            // A watch has its own machine, which knows from where to go on.
            guard call != .watch else { return .stop }
            return attempt < policy.readAttempts ? .wait(pause) : .stop
        case .malformedURL, .tls, .proxy, .timedOut, .bodyTooLarge, .cancelled,
            .protocolViolation:
            return .stop
        }
    }

    private mutating func decide(after response: HTTPResponse, _ status: Status) -> Next {
        switch response.status {
        case 401:
            guard !hasRenewedCredentials else { return .stop }
            hasRenewedCredentials = true
            return .unauthorized
        case 429: return decideWhenThrottled(response, status)
        case 503:
            // A server that says when to come back has not begun; without that word a proxy may
            // have lost it in the middle.
            let isWrite = call == .write
            if let asked = Self.retryAfter(response, isWrite ? nil : status, policy) {
                return attempt < policy.throttledAttempts ? .wait(asked) : .stop
            }
            return isRepeatable && attempt < policy.readAttempts ? .wait(pause) : .stop
        case 502, 504:
            return isRepeatable && attempt < policy.readAttempts
                ? .wait(Self.retryAfter(response, status, policy) ?? pause) : .stop
        case 500:
            // Reads only: whether a write was executed is not known.
            guard isRepeatable || call == .discovery, attempt < policy.readAttempts,
                let asked = Self.retryAfter(response, status, policy)
            else { return .stop }
            return .wait(asked)
        default: return .stop
        }
    }

    /// Too many requests: refused at the door, so a write was not executed either.
    private func decideWhenThrottled(_ response: HTTPResponse, _ status: Status) -> Next {
        guard attempt < policy.throttledAttempts else { return .stop }
        if let asked = Self.retryAfter(response, status, policy) { return .wait(asked) }
        // An API server always says when to come back: this is someone else's answer.
        return call == .write ? .stop : .wait(pause)
    }

    /// Whether the call may be repeated without being asked to.
    ///
    /// Discovery may not: one group whose own server is down would hold up all others.
    private var isRepeatable: Bool { call == .read || call == .list }

    private var pause: Duration { policy.pause(afterFailure: attempt) }

    /// The pause that the server asks for, in its header (seconds or a date, RFC 9110, 10.2.3) or
    /// in its Status, within our own limit.
    static func retryAfter(
        _ response: HTTPResponse, _ status: Status?, _ policy: CallPolicy
    ) -> Duration? {
        if let text = response.headers["Retry-After"] {
            if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                // More digits than a number has are more than our limit, too.
                let seconds = Int(text).map { Duration.seconds(min($0, 1_000_000)) }
                return min(seconds ?? policy.longestRetryAfter, policy.longestRetryAfter)
            }
            if let time = Timestamp(httpDate: text) {
                // By the server's own clock, where it tells it.
                let now =
                    response.headers["Date"].flatMap { Timestamp(httpDate: $0) }
                    ?? policy.wallClock()
                return min(max(time - now, .zero), policy.longestRetryAfter)
            }
        }
        if let seconds = status?.details?.retryAfterSeconds, seconds > 0 {
            return min(.seconds(min(seconds, 1_000_000)), policy.longestRetryAfter)
        }
        return nil
    }

    /// Whether an answer to a write leaves open if it was executed.
    ///
    /// Answers of 4xx are refusals. Of those of 5xx only a refusal by admission and a 503 that
    /// asks us to come back are certain: a storage that timed out is reported as 500 or 504, and a
    /// proxy that lost its server answers 502, 503 or 504.
    static func leavesOutcomeOpen(_ response: HTTPResponse, _ status: Status) -> Bool {
        guard response.status >= 500 else { return false }
        if response.status == 503, response.headers["Retry-After"] != nil { return false }
        if response.status == 501 || response.status == 505 { return false }
        let isAdmission =
            status.message.contains("failed calling webhook")
            || status.message.contains("admission")
        return !(response.status == 500 && isAdmission)
    }
}

/// The `Warning` header (RFC 7234, 5.5) as API servers use it: `299 - "text"`.
enum WarningHeader {
    /// The texts in one field's value, several of which may be joined by commas.
    static func texts(in value: String) -> [String] {
        var texts: [String] = []
        var text: [UInt8] = []
        var isInside = false
        var isEscaped = false
        for byte in value.utf8 {
            if !isInside {
                isInside = byte == UInt8(ascii: "\"")
                text = []
            } else if isEscaped {
                text.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInside = false
                if !text.isEmpty { texts.append(String(decoding: text, as: UTF8.self)) }
            } else {
                text.append(byte)
            }
        }
        return texts
    }
}
