import Synchronization

/// The one owner of signals, for as many listeners as there are.
///
/// Nothing is installed until somebody listens, so a command that needs no signals leaves the
/// process as the system made it. From then on a signal that nobody listens to any more does what
/// it would have done without us.
package final class SignalHub: Sendable {
    /// Ends a listener's listening.
    package struct Subscription: Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var relay: SignalRelay?
        var listeners: [Int: @Sendable (Signal) -> Void] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Calls the listener for every signal, on the thread of the relay: it must return at once.
    package func listen(_ listener: @escaping @Sendable (Signal) -> Void) -> Subscription {
        state.withLock { state in
            state.next += 1
            state.listeners[state.next] = listener
            if state.relay == nil {
                // Without a pipe for it the process keeps the system's own behaviour.
                state.relay = try? SignalRelay { [weak self] signal in self?.pass(signal) }
            }
            return Subscription(number: state.next)
        }
    }

    package func end(_ subscription: Subscription) {
        state.withLock { state in
            state.listeners[subscription.number] = nil
            guard state.listeners.isEmpty else { return }
            state.relay?.end()
            state.relay = nil
        }
    }

    private func pass(_ signal: Signal) {
        // Everybody may hear that we are to stop; but only one can suspend us, and that is who
        // holds the terminal now.
        let listeners = state.withLock { state in
            let numbers = state.listeners.keys.sorted()
            let heard = signal == .suspend ? numbers.suffix(1) : numbers[...]
            return heard.compactMap { state.listeners[$0] }
        }
        for listener in listeners { listener(signal) }
    }
}
