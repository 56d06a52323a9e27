import Synchronization
import Terminal
import Verbs

/// Where the lines of a shell come from, and what a signal can do to the one being typed.
enum ShellInput: Sendable {
    /// A person at an editor.
    case editor(LineEditor)
    /// A person at a terminal without one.
    case plain(PromptedReader)
    /// A script.
    case script(any LineSource)

    var source: any LineSource {
        switch self {
        case .editor(let editor): editor
        case .plain(let reader): reader
        case .script(let source): source
        }
    }

    var isInteractive: Bool {
        if case .script = self { return false }
        return true
    }

    /// Calls when Ctrl-D is typed while a command runs; what else is typed then is dropped.
    ///
    /// - Returns: what is to be stopped afterwards; nil where nobody types.
    func endOfInput(_ ended: @escaping @Sendable () -> Void) -> LineReader? {
        // Without a reader Ctrl-C still ends the command.
        guard isInteractive, let reader = try? LineReader(descriptor: 0) else { return nil }
        Task {
            while true {
                switch await reader.nextLine(prompt: "", discardingTypedAhead: false) {
                case .line: continue
                case .endOfInput: return ended()
                case .interrupted, .stopped, .failed: return
                }
            }
        }
        return reader
    }

    /// Ctrl-C while a line is awaited: drops the line, or ends a script.
    ///
    /// - Returns: false when the line was entered already, so that the key is for what it does.
    func interruptLine() -> Bool {
        switch self {
        case .editor(let editor): return editor.interrupt()
        case .plain(let reader): return reader.interrupt()
        case .script(let source):
            source.stop()
            return true
        }
    }
}

/// The lines of `-c`.
final class TextLines: LineSource {
    private let lines: Mutex<[String]>
    private let isStopped = Atomic(false)

    init(_ text: String) {
        lines = Mutex(
            text.split(separator: "\n", omittingEmptySubsequences: false)
                .reversed().map(String.init))
    }

    func nextLine(prompt: Prompt, discardingTypedAhead: Bool) async -> LineEvent {
        if isStopped.load(ordering: .acquiring) { return .stopped }
        return lines.withLock { $0.popLast() }.map(LineEvent.line) ?? .endOfInput
    }

    func stop() { isStopped.store(true, ordering: .releasing) }
}

/// Answers to questions of verbs, read as lines of the shell are.
struct ShellAnswers: Input {
    let source: any LineSource

    func line() async -> String? {
        guard case .line(let text) = await source.nextLine(prompt: "", discardingTypedAhead: false)
        else { return nil }
        return text
    }
}
