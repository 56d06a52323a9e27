import Render
import Session
import Terminal
import Verbs

/// The end of a shell: what is temporary is undone, and whoever waits is told.
struct Leaving: Sendable {
    let loop: ShellLoop

    private enum End: Sendable {
        case finished(UndoReport)
        case abandoned
    }

    /// Undoes, then says how the process ends: an incomplete undo wins, then a signal, then what
    /// the shell's work came to.
    func leave(after status: ExitStatus) async -> ExitStatus {
        var isComplete = true
        let opened = loop.places.opened
        for shell in opened {
            let name = opened.count > 1 ? loop.places.context(of: shell) : nil
            if await !undo(in: shell, named: name) { isComplete = false }
        }
        if !isComplete { return .undoIncomplete }
        return loop.signals.ending.map { .ended(by: $0.number) } ?? status
    }

    /// - Returns: whether nothing of ours remains.
    private func undo(in shell: ShellState, named name: String?) async -> Bool {
        guard let session = await shell.access.begunSession() else { return true }
        let pending = await session.pendingCount
        let place = name.map { " in \($0)" } ?? ""
        let (ends, end) = AsyncStream.makeStream(of: End.self)
        // First the phase, then the words: whoever reads them may press a key at once.
        loop.signals.enter(.undoing(pending: pending) { end.yield(.abandoned) })
        if pending > 0 { loop.say("undoing \(ShellSignals.changes(pending))\(place)…") }
        let say: @Sendable (Paragraph) -> Void = { [loop] in loop.say($0) }
        let work = Task {
            let report = await session.close(options: loop.undo) { line in
                for paragraph in UndoVoice.paragraphs(of: line, indent: "  ") { say(paragraph) }
            }
            end.yield(.finished(report))
        }
        for await first in ends {
            switch first {
            case .finished(let report): return tell(report)
            case .abandoned:
                work.cancel()
                await shell.access.abandonSession()
                let left = await session.pendingCount
                loop.say(
                    "left \(ShellSignals.changes(left)) in place; to undo later:\n"
                        + "  \(shell.access.typedProgram) session recover \(session.id) --yes")
                return false
            }
        }
        return true
    }

    private func tell(_ report: UndoReport) -> Bool {
        if !report.lines.isEmpty { loop.say(report.summary) }
        guard !report.isComplete else { return true }
        loop.say("something of ours is still in the cluster; to finish:")
        for command in report.remaining { loop.say("  " + command) }
        return false
    }
}
