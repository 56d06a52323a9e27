import Synchronization
import Terminal
import Verbs

/// Signals as verbs see them: streams of requests to stop, from the one owner of signals.
///
/// The owner is listened to only while somebody reads a stream; a suspension is carried out once,
/// however many streams there are.
final class LiveSignals: Sendable {
    private struct State {
        var sinks: [Int: AsyncStream<Interrupt>.Continuation] = [:]
        var next = 0
        var subscription: SignalHub.Subscription?
    }

    let hub = SignalHub()
    private let state = Mutex(State())

    /// A stream for one reader; it ends with the task that reads it.
    func interrupts() -> AsyncStream<Interrupt> {
        let (stream, sink) = AsyncStream.makeStream(of: Interrupt.self)
        let number = state.withLock { state in
            state.next += 1
            state.sinks[state.next] = sink
            if state.subscription == nil {
                state.subscription = hub.listen { [weak self] signal in self?.receive(signal) }
            }
            return state.next
        }
        sink.onTermination = { [weak self] _ in self?.end(number) }
        return stream
    }

    private func end(_ number: Int) {
        let unused = state.withLock { state in
            state.sinks[number] = nil
            guard state.sinks.isEmpty else { return SignalHub.Subscription?.none }
            defer { state.subscription = nil }
            return state.subscription
        }
        if let unused { hub.end(unused) }
    }

    private func receive(_ signal: Signal) {
        let interrupt: Interrupt
        switch signal {
        case .interrupt: interrupt = .interrupt
        case .quit: interrupt = .quit
        case .terminate: interrupt = .terminate
        case .hangUp: interrupt = .hangup
        case .suspend: return SignalRelay.stopProcess()
        case .windowChange: return
        }
        for sink in state.withLock({ Array($0.sinks.values) }) { sink.yield(interrupt) }
    }
}
