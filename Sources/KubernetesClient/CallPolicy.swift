import HTTP
package import KubernetesCore

/// How often calls are repeated, how long they may take, and the clock they are measured by.
package struct CallPolicy: Sendable {
    /// Attempts of a read in all, on lost connections.
    package var readAttempts = 4
    /// Attempts in all where no connection could be had at first: a server that is not there
    /// should be reported soon.
    package var connectAttempts = 3
    /// Attempts in all where the server asks us to come back later.
    package var throttledAttempts = 6
    /// Attempts of a write in all that the server surely did not execute.
    package var writeAttempts = 4
    /// The longest pause that a server's `Retry-After` may ask of us.
    package var longestRetryAfter: Duration = .seconds(30)
    /// The first pause of our own; each further one is twice as long.
    package var firstPause: Duration = .milliseconds(100)
    /// The longest pause of our own.
    package var longestPause: Duration = .seconds(10)
    /// Failures in a row after which a watch is given up: about a quarter of an hour.
    package var watchFailures = 100
    /// How long a server keeps a watch open.
    package var watchTimeoutSeconds = 290
    /// What a server gets on top of its own `timeoutSeconds` before a silent watch counts as dead.
    package var watchGrace: Duration = .seconds(5)
    /// How long a server may take for a write; it cannot commit later.
    package var writeTimeout: Duration = .seconds(30)
    /// The longest silence of a server where the user asked for no limit of time (`0`).
    package var longestSilence: Duration = .seconds(600)
    /// What an answer may take on top of the server's own limit.
    package var answerGrace: Duration = .seconds(5)
    /// What a server's memory may lag behind its store.
    package var memoryLag: Duration = .seconds(5)
    /// Objects per page.
    package var pageSize = 500

    package var now: @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    /// The time of day, for a `Retry-After` that is a date in an answer without `Date`.
    package var wallClock: @Sendable () -> Timestamp = CredentialPlugin.systemTime
    /// Waits; returns early when the task is cancelled: whoever waits looks for that itself.
    package var sleep: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    /// A number in 0 ..< 1 that spreads the pauses of many clients.
    package var jitter: @Sendable () -> Double = { Double.random(in: 0..<1) }

    package init() {}

    /// The pause before another attempt: doubled each time, half of it left to chance.
    func pause(afterFailure attempt: Int) -> Duration {
        let doubled = firstPause * (1 << min(attempt - 1, 16))
        let whole = min(doubled, longestPause)
        return whole / 2 + (whole / 2) * jitter()
    }

    /// The limits of a call.
    ///
    /// - Parameters:
    ///   - request: what is to be sent.
    ///   - requested: the user's own limit; zero stands for none, which a write does not have:
    ///     when its answer is lost, there must be a time after which it cannot be committed.
    /// - Returns: limits of time and size.
    func limits(for request: KubernetesRequest, requested: Duration?) -> CallLimits {
        switch request.call {
        case .read: reading(requested, usual: .seconds(35), maximumBodyBytes: 64 << 20)
        case .discovery: reading(requested, usual: .seconds(35), maximumBodyBytes: 128 << 20)
        case .list:
            // A page may take long on a busy server; silence is what tells that it is dead.
            reading(
                requested, usual: .seconds(120), idle: .seconds(60), maximumBodyBytes: 256 << 20)
        case .write:
            CallLimits(
                total: writeLimit(requested: requested) + answerGrace, maximumBodyBytes: 64 << 20)
        case .watch:
            // The server ends the stream itself; one that lasts longer is dead, however quiet.
            CallLimits(total: .seconds(watchTimeoutSeconds) + watchGrace)
        }
    }

    /// How long the server may take for a write.
    func writeLimit(requested: Duration?) -> Duration {
        guard let requested, requested > .zero else { return writeTimeout }
        return requested
    }

    private func reading(
        _ requested: Duration?, usual: Duration, idle: Duration? = nil, maximumBodyBytes: Int
    ) -> CallLimits {
        guard let requested, requested <= .zero else {
            return CallLimits(
                total: requested ?? usual, idle: idle, maximumBodyBytes: maximumBodyBytes)
        }
        return CallLimits(total: nil, idle: longestSilence, maximumBodyBytes: maximumBodyBytes)
    }

    /// The largest body of a failure that is read.
    static let largestFailure = 1 << 20
    /// The largest event of a watch.
    static let largestEvent = 64 << 20
}
