import HTTP

/// The life of a watch as a pure state machine.
///
/// The driver does what `step` says (list, open, wait, deliver) and reports what came of it. The
/// rule by which each state recovers stands at the state.
package struct WatchMachine: Sendable {
    package enum State: Sendable, Hashable {
        /// Nothing was asked for yet. Recovers: `start` lists, or opens from the version given.
        case idle
        /// A list is under way. Recovers: a failure that may pass is waited out, then listed
        /// again; any other ends the watch.
        case listing
        /// A watch from that version was asked for. Recovers: 410 lists anew; a failure that may
        /// pass is waited out, then opened again from the same version; any other ends the watch.
        case opening(from: String)
        /// Events arrive; the version is that of the last one (or bookmark). Recovers: an end, a
        /// cut or a silence opens again from that version, at once when anything had arrived or
        /// the stream had its time; an ERROR event of 410, or of a version that the server has
        /// not reached, lists anew, any other ERROR event is waited out; so is a line that cannot
        /// be read, and the second one in a row lists anew, as it would come again.
        case streaming(at: String, hasProgressed: Bool)
        /// Waiting before the next attempt. Recovers: `waited` goes on where the failure met us.
        case waiting(then: Next)
        /// Over. There is no way out.
        case ended
    }

    package enum Next: Sendable, Hashable {
        case list
        case open(from: String)
    }

    package enum Input: Sendable {
        /// Begin: with a list where no version is given, else from that version.
        case start(from: String?)
        case listed(resourceVersion: String)
        case opened
        case event(WatchEvent)
        /// The server ended the stream, as it does after its `timeoutSeconds`; early: in no time
        /// after it was opened.
        case streamEnded(early: Bool)
        /// The list, the opening or the stream failed.
        case failed(KubernetesError)
        /// Nothing came for longer than the server may be silent.
        case silent
        case waited
    }

    package enum Effect: Sendable, Hashable {
        case list
        case open(from: String)
        case deliver(WatchEvent)
        /// Close the stream, if one is open.
        case close
        /// Wait before the attempt of that number (from 1 on).
        case wait(attempt: Int)
        case fail(KubernetesError)
    }

    package private(set) var state: State = .idle
    /// Failures in a row since something last went well.
    package private(set) var failures = 0
    /// The most failures in a row before the watch is given up.
    package let maximumFailures: Int

    package init(maximumFailures: Int) { self.maximumFailures = maximumFailures }

    /// Takes what happened, goes on to the next state, and says what is to be done.
    package mutating func step(_ input: Input) -> [Effect] {
        switch (state, input) {
        case (.idle, .start(let version?)) where !version.isEmpty: return open(from: version)
        case (.idle, .start): return list()
        case (.listing, .listed(let version)):
            failures = 0
            return open(from: version)
        case (.opening(let version), .opened):
            state = .streaming(at: version, hasProgressed: false)
            return []
        case (.streaming(let version, _), .event(let event)):
            return take(event, at: version)
        case (.streaming(let version, let hasProgressed), .streamEnded(let early)):
            // A server that ends each stream at once must not be asked without pause; one that
            // has nothing to tell for long is no failure.
            guard early, !hasProgressed else {
                failures = 0
                return open(from: version)
            }
            failures += 1
            return retry(after: Self.endsAtOnce, then: .open(from: version))
        case (.streaming(let version, let hasProgressed), .silent):
            guard !hasProgressed else { return [.close] + open(from: version) }
            failures += 1
            return [.close] + retry(after: Self.silent, then: .open(from: version))
        case (.streaming(let version, _), .failed(let error)):
            return [.close] + recover(from: error, then: .open(from: version))
        case (.opening(let version), .failed(let error)):
            return recover(from: error, then: .open(from: version))
        case (.listing, .failed(let error)): return recover(from: error, then: .list)
        case (.waiting(.list), .waited): return list()
        case (.waiting(.open(let version)), .waited): return open(from: version)
        default:
            // Reports of what was already given up: a cut after a close, a late silence.
            return []
        }
    }

    private mutating func take(_ event: WatchEvent, at version: String) -> [Effect] {
        if case .error(let status) = event {
            return [.close]
                + recover(from: KubernetesError(.status(status)), then: .open(from: version))
        }
        failures = 0
        state = .streaming(at: event.resourceVersion ?? version, hasProgressed: true)
        return [.deliver(event)]
    }

    private mutating func list() -> [Effect] {
        state = .listing
        return [.list]
    }

    private mutating func open(from version: String) -> [Effect] {
        state = .opening(from: version)
        return [.open(from: version)]
    }

    private mutating func recover(from error: KubernetesError, then next: Next) -> [Effect] {
        if error.isGone || error.isVersionTooLarge, next != .list {
            // The versions in between are lost, so the whole state is read again; but a server
            // that calls each fresh version too old is not asked without pause.
            failures += 1
            return failures > 1 ? retry(after: error, then: .list) : list()
        }
        guard Self.mayPass(error) else { return end(with: error) }
        failures += 1
        if case .undecodable = error.kind, failures > 1 { return retry(after: error, then: .list) }
        return retry(after: error, then: next)
    }

    private mutating func retry(after error: KubernetesError, then next: Next) -> [Effect] {
        guard failures <= maximumFailures else { return end(with: error) }
        state = .waiting(then: next)
        return [.wait(attempt: failures)]
    }

    private mutating func end(with error: KubernetesError) -> [Effect] {
        state = .ended
        return [.fail(error)]
    }

    private static let endsAtOnce = KubernetesError(
        .transport(
            TransportError(.connectionLost, "the server ends every watch at once", sent: true)))
    private static let silent = KubernetesError(
        .transport(TransportError(.timedOut, "nothing came over the watch", sent: true)))

    /// Whether another attempt may fare better: lost connections, and servers in trouble.
    static func mayPass(_ error: KubernetesError) -> Bool {
        switch error.kind {
        case .transport(let error):
            switch error.kind {
            case .cannotResolve, .cannotConnect, .connectionLost, .timedOut, .protocolViolation:
                true
            case .malformedURL, .tls, .proxy, .bodyTooLarge, .cancelled: false
            }
        case .status(let status):
            status.code == 429 || status.code >= 500 || error.isGone || error.isTimeout
        case .undecodable: true
        case .outcomeUnknown, .invalidRequest: false
        }
    }
}
