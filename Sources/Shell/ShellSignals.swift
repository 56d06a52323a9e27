import Synchronization
import Terminal
import Verbs

/// What a signal means, by what the shell is doing (shell.md, Interrupts).
///
/// Called on the signal relay's thread: decides under a lock, acts without waiting.
final class ShellSignals: Sendable {
    enum Phase: Sendable {
        case starting
        case atPrompt
        /// A command; `canBeCut` where it only reads.
        case running(cancel: @Sendable () -> Void, canBeCut: Bool)
        /// The undo at the end; a second Ctrl-C leaves the changes in place.
        case undoing(pending: Int, abandon: @Sendable () -> Void)
    }

    private struct State {
        var phase = Phase.starting
        var ending: Signal?
        var isInterrupted = false
        /// Ctrl-C came when a line was entered and its command had not begun yet.
        var isEarly = false
        var undoPresses = 0
        var pending = 0
        /// Keys are for a program that has the terminal.
        var isLent = false
    }

    private let input: ShellInput
    private let say: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// Signals reach the input and the running command; `say` prints a line for the user.
    init(input: ShellInput, say: @escaping @Sendable (String) -> Void) {
        self.input = input
        self.say = say
    }

    func enter(_ phase: Phase) {
        let (isLate, isEarly) = state.withLock { state in
            state.phase = phase
            state.isInterrupted = false
            defer { state.isEarly = false }
            // What came between two phases counts for the next one.
            return (state.ending != nil, state.isEarly)
        }
        if isLate { end(phase) }
        if case .atPrompt = phase { return }
        if isEarly { interrupt() }
    }

    /// A program has the terminal: Ctrl-C is for it alone, and nothing is said meanwhile.
    func lendTerminal(_ isLent: Bool) { state.withLock { $0.isLent = isLent } }

    /// How many changes leaving would undo, for what Ctrl-Z tells.
    func note(pending: Int) { state.withLock { $0.pending = pending } }

    /// Whether the command that ran last was told to stop by Ctrl-C.
    var wasInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// The interrupt ended what it should have ended: nothing else stops for it.
    func forgetInterrupt() { state.withLock { $0.isInterrupted = false } }

    /// The signal that ends the shell, once one came.
    var ending: Signal? { state.withLock { $0.ending } }

    func receive(_ signal: Signal) {
        let isLent = state.withLock { $0.isLent }
        switch signal {
        case .interrupt where isLent: break
        case .suspend where isLent: SignalRelay.stopProcess()
        case .interrupt: interrupt()
        case .terminate, .hangUp, .quit:
            let phase = state.withLock { state in
                if state.ending == nil { state.ending = signal }
                return state.phase
            }
            end(phase)
        case .suspend: suspend()
        case .windowChange:
            if case .editor(let editor) = input { editor.resize() }
        }
    }

    private func interrupt() {
        enum Act {
            case line, cut(@Sendable () -> Void), finish, warn(Int), abandon(@Sendable () -> Void)
        }
        let act: Act = state.withLock { state in
            // Nobody sits at a script to go on with: Ctrl-C ends it as a whole.
            if !input.isInteractive, state.ending == nil { state.ending = .interrupt }
            switch state.phase {
            case .starting, .atPrompt: return .line
            case .running(let cancel, let canBeCut):
                state.isInterrupted = true
                return canBeCut ? .cut(cancel) : .finish
            case .undoing(let pending, let abandon):
                state.undoPresses += 1
                return state.undoPresses == 1 ? .warn(pending) : .abandon(abandon)
            }
        }
        switch act {
        case .line: if !input.interruptLine() { interruptNext() }
        case .cut(let cancel): cancel()
        case .finish:
            // While a question waits for its answer nothing is under way: the key says no to it.
            if input.isInteractive, input.interruptLine() { return }
            say("finishing the change that is under way, then stopping")
        case .warn(let count):
            say("still undoing; press Ctrl-C again to leave \(Self.changes(count)) in place")
        case .abandon(let abandon): abandon()
        }
    }

    /// The line was entered a moment ago: the key is for its command, as soon as that begins.
    private func interruptNext() {
        let hasBegun = state.withLock { state in
            switch state.phase {
            case .starting, .atPrompt:
                state.isEarly = true
                return false
            case .running, .undoing: return true
            }
        }
        if hasBegun { interrupt() }
    }

    /// The shell is to end: no new line, a read is cut, a change is finished, an undo goes on.
    private func end(_ phase: Phase) {
        input.source.stop()
        if case .running(let cancel, true) = phase { cancel() }
    }

    private func suspend() {
        let (phase, pending) = state.withLock { ($0.phase, $0.pending) }
        let stay = pending == 1 ? "stays" : "stay"
        let held = pending == 0 ? "" : "\(Self.changes(pending)) \(stay) in place meanwhile; "
        let message = "suspended: \(held)\"fg\" comes back"
        switch phase {
        case .running(_, canBeCut: false):
            if case .editor(let editor) = input, editor.suspend(telling: message) { return }
            say("not suspended: a change is being recorded")
        case .undoing: say("not suspended: changes are being undone")
        case .running, .starting:
            say(message)
            SignalRelay.stopProcess()
        case .atPrompt:
            if case .editor(let editor) = input, editor.suspend(telling: message) { return }
            say(message)
            SignalRelay.stopProcess()
        }
    }

    static func changes(_ count: Int) -> String { count == 1 ? "1 change" : "\(count) changes" }
}
