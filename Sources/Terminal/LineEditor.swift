import CEdit
import Synchronization

/// Lines typed at a terminal, edited with libedit.
///
/// libedit blocks and is not safe to share, so one thread of our own holds its handle: this class
/// is only the mailbox of that thread. What is posted is printed above the prompt, and the prompt
/// and the typed text come back.
package final class LineEditor: LineSource {
    /// Answers a press of Tab: the line and the cursor in it.
    ///
    /// Called on the editor's thread; must answer at once from what it already knows.
    package typealias Completer = @Sendable (_ line: String, _ beforeCursor: String) -> TabAnswer

    /// What the thread finds when it looks.
    struct Mail: Sendable {
        var request: Request?
        var messages: [String] = []
        var isInterrupted = false
        var isResized = false
        var suspension: String?
        var history: [String]?
        var prompt: Prompt?
        var isAnswered = false
        var isStopped = false
    }

    struct Request: Sendable {
        var prompt: Prompt
        var discardingTypedAhead: Bool
        var continuation: CheckedContinuation<LineEvent, Never>
    }

    private let mail: Mutex<Mail>
    private let isReading = Atomic(false)
    private let wake: WakePipe

    /// Opens the editor on a terminal; the descriptors stay the caller's to close.
    package init(
        program: String, input: Int32 = 0, output: Int32 = 1, history: [String] = [],
        marksCommands: Bool = false, completer: @escaping Completer
    ) throws(TerminalError) {
        wake = try WakePipe()
        mail = Mutex(Mail(history: history))
        let thread = try EditorThread(
            program: program, input: input, output: output, wake: wake,
            marksCommands: marksCommands, completer: completer)
        let box = ThreadBound(thread)
        startThread { [self] in box.value.serve(self) }
    }

    package func nextLine(prompt: Prompt, discardingTypedAhead: Bool) async -> LineEvent {
        await withCheckedContinuation { continuation in
            let stopped = mail.withLock { mail in
                mail.isInterrupted = false
                if mail.isStopped { return true }
                isReading.store(true, ordering: .releasing)
                mail.request = Request(
                    prompt: prompt, discardingTypedAhead: discardingTypedAhead,
                    continuation: continuation)
                return false
            }
            if stopped { continuation.resume(returning: .stopped) } else { wake.wake() }
        }
    }

    package func stop() { send { $0.isStopped = true } }

    /// Prints a line above the prompt, or just prints it while no line is being read.
    package func post(_ message: String) { send { $0.messages.append(message) } }

    /// Ctrl-C: drops the line being typed.
    ///
    /// - Returns: false when none is being typed; then nothing is done.
    package func interrupt() -> Bool {
        guard isReading.load(ordering: .acquiring) else { return false }
        send { $0.isInterrupted = true }
        return true
    }

    /// The terminal has a new size.
    package func resize() { send { $0.isResized = true } }

    /// Ctrl-Z at the prompt: prints the message, stops the process, and draws the line anew.
    ///
    /// - Returns: false when no line is being typed; then nothing is done.
    package func suspend(telling message: String) -> Bool {
        guard isReading.load(ordering: .acquiring) else { return false }
        send { $0.suspension = message }
        return true
    }

    /// The line is there: from now on keys and signals are for what it does.
    func noteEnd() { isReading.store(false, ordering: .releasing) }

    /// Replaces the lines that the arrows and Ctrl-R find, oldest first.
    package func remember(_ lines: [String]) { send { $0.history = lines } }

    /// Puts another prompt in front of the line that is being typed; without one, does nothing.
    package func show(prompt: Prompt) { send { $0.prompt = prompt } }

    /// An answer is there that a press of Tab did not wait for: completes, unless more was typed.
    package func completeAgain() { send { $0.isAnswered = true } }

    private func send(_ change: (inout sending Mail) -> Void) {
        mail.withLock { change(&$0) }
        wake.wake()
    }

    var isInterrupted: Bool { mail.withLock { $0.isInterrupted || $0.isStopped } }

    /// Takes what is there; the request only when asked for it.
    func take(request: Bool) -> Mail {
        mail.withLock { mail in
            let taken = mail
            mail = Mail(request: request ? nil : taken.request, isStopped: taken.isStopped)
            return taken
        }
    }
}

/// Hands a value to the one thread that will use it from then on.
private final class ThreadBound<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
