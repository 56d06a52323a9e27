import CCurl
import HTTP
import Synchronization

/// The thread that owns the multi handle, and the mailbox to it.
///
/// The thread starts with the first request and holds itself the references it needs; `stop()`
/// ends it from anywhere, even from itself.
final class TransferLoop: Sendable {
    enum Command {
        case start(Exchange)
        case remove(Exchange)
        /// Its reader has taken what there was: let the sender go on.
        case resume(Exchange)
    }

    /// Connections that are kept open for later requests.
    private static let keptConnections = 32

    private enum Phase { case idle, running, stopping, over }

    private struct State {
        var phase = Phase.idle
        var mail: [Command] = []
        /// Wakes the thread; there while the multi handle is.
        var wakeUp: (@Sendable () -> Void)?
        var shutDownWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let options: ConnectionOptions
    private let state = Mutex(State())

    init(_ options: ConnectionOptions) { self.options = options }

    // MARK: From any thread

    func post(_ command: Command) {
        let phase = state.withLock { state -> Phase in
            let phase = state.phase
            guard phase == .idle || phase == .running else { return phase }
            state.phase = .running
            state.mail.append(command)
            // One letter in an empty box is enough to wake the thread.
            if state.mail.count == 1 { state.wakeUp?() }
            return phase
        }
        switch phase {
        case .idle: startThread()
        case .running: break
        case .stopping, .over:
            if case .start(let exchange) = command { Self.refuse(exchange) }
        }
    }

    func stop() {
        state.withLock { state in
            switch state.phase {
            case .idle: state.phase = .over
            case .running:
                state.phase = .stopping
                state.wakeUp?()
            case .stopping, .over: break
            }
        }
    }

    func shutDown() async {
        stop()
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.phase != .over { state.shutDownWaiters.append(continuation) }
                return state.phase == .over
            }
            if isOver { continuation.resume() }
        }
    }

    private static func refuse(_ exchange: Exchange) {
        exchange.end { sent in
            .failure(TransportError(.cancelled, "the connection was shut down", sent: sent))
        }
    }

    // MARK: The thread

    private func startThread() {
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        let failure = unsafe ccurl_start_thread(
            "curl-loop",
            { context in
                unsafe Unmanaged<TransferLoop>.fromOpaque(context).takeRetainedValue().run()
            }, context)
        guard failure != 0 else { return }
        unsafe Unmanaged<TransferLoop>.fromOpaque(context).release()
        finish(because: "the network thread cannot be started (error \(failure))")
    }

    private func run() {
        if let failure = CurlLibrary.load() { return finish(because: failure) }
        guard let multi = MultiHandle(keptConnections: Self.keptConnections) else {
            return finish(because: "libcurl has no memory left")
        }
        let desk = TransferDesk(multi, options)
        // The handle outlives the closure: it is taken out, under the lock, before the handle goes.
        nonisolated(unsafe) let wakeable = multi
        state.withLock { $0.wakeUp = { unsafe wakeable.wakeUp() } }
        var socketsWereReady = false
        while let mail = takeMail() {
            for command in mail {
                switch command {
                case .start(let exchange): desk.start(exchange)
                case .remove(let exchange): desk.remove(exchange)
                case .resume(let exchange): desk.resume(exchange)
                }
            }
            socketsWereReady = multi.poll(
                milliseconds: desk.work(socketsWereReady: socketsWereReady))
        }
        state.withLock { $0.wakeUp = nil }
        desk.close()
        finish(because: nil)
    }

    /// What was posted since the last time; nil when the thread shall end.
    private func takeMail() -> [Command]? {
        state.withLock { state in
            guard state.phase == .running else { return nil }
            var mail: [Command] = []
            swap(&mail, &state.mail)
            return mail
        }
    }

    private func finish(because failure: String?) {
        let (mail, waiters) = state.withLock { state in
            // A thread that could not begin leaves the loop as if it had never been asked.
            state.phase = failure != nil && state.phase == .running ? .idle : .over
            defer { (state.mail, state.shutDownWaiters) = ([], []) }
            return (state.mail, state.shutDownWaiters)
        }
        for case .start(let exchange) in mail {
            guard let failure else {
                Self.refuse(exchange)
                continue
            }
            exchange.end { _ in .failure(TransportError(.cannotConnect, failure, sent: false)) }
        }
        for waiter in waiters { waiter.resume() }
    }
}
