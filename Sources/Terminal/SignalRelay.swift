import CEdit
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A signal that petstore-cli answers itself.
package enum Signal: Sendable, Hashable, CaseIterable {
    case interrupt, quit, terminate, hangUp, suspend, windowChange

    package var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .quit: SIGQUIT
        case .terminate: SIGTERM
        case .hangUp: SIGHUP
        case .suspend: SIGTSTP
        case .windowChange: SIGWINCH
        }
    }
}

/// Turns signals into calls on a thread of its own.
///
/// The handlers only write a byte into a pipe, with `SA_RESTART`, so that no system call of the
/// rest of the program is disturbed; the work is done outside the handler. There is at most one
/// relay in a process: signals have one owner.
package final class SignalRelay: Sendable {
    private let signals: [Signal]
    private let pipe: WakePipe
    private let isEnded = Atomic(false)

    /// Installs the handlers; `receive` is called for each signal, one after another.
    package init(
        _ signals: [Signal] = Signal.allCases, receive: @escaping @Sendable (Signal) -> Void
    ) throws(TerminalError) {
        self.signals = signals
        let pipe = try WakePipe()
        self.pipe = pipe
        let numbers = signals.map(\.number)
        let failed = unsafe cedit_relay_signals(numbers, numbers.count, pipe.writeEnd)
        guard failed == 0 else {
            throw TerminalError(message: "cannot handle signals: error \(failed)")
        }
        let known = Dictionary(
            signals.map { (UInt8(truncatingIfNeeded: $0.number), $0) },
            uniquingKeysWith: { first, _ in first })
        startThread { [self] in
            while !isEnded.load(ordering: .acquiring) {
                _ = waitUntilReadable(input: nil, wake: pipe.readEnd)
                for byte in pipe.drain() {
                    if let signal = known[byte] { receive(signal) }
                }
            }
        }
    }

    /// Gives the signals back to their default actions.
    package func end() {
        let numbers = signals.map(\.number)
        unsafe cedit_restore_signals(numbers, numbers.count)
        isEnded.store(true, ordering: .releasing)
        pipe.wake()
    }

    /// Stops the process as Ctrl-Z would without us; returns when it is continued.
    package static func stopProcess() { cedit_stop_process() }
}
