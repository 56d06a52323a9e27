import Session

/// The undo with which a command ends, told while it goes on, and left when somebody insists.
struct EndingUndo: Sendable {
    enum Outcome: Sendable, Hashable {
        case nothingToDo
        case complete
        /// Something of ours remains; the commands that finish it were named.
        case incomplete
    }

    private enum End: Sendable {
        case finished(UndoReport)
        case abandoned
    }

    let context: VerbContext
    let signals: CommandSignals
    var options = UndoOptions()

    /// Undoes what is temporary in the session of the command, if there is one.
    ///
    /// Whatever happens to our own output meanwhile, the undo is done.
    func run() async -> Outcome {
        guard let session = await context.access.begunSession() else { return .nothingToDo }
        await context.access.abandonSession()
        let pending = await session.pendingCount
        let (ends, end) = AsyncStream.makeStream(of: End.self)
        let work = Task {
            let report = await session.close(options: options) { line in say(line) }
            end.yield(.finished(report))
        }
        if pending > 0 {
            let changes = Self.changes(pending)
            await signals.undo(
                warn: { note("still undoing; press Ctrl-C again to leave \(changes) in place") },
                abandon: { end.yield(.abandoned) })
        }
        var outcome = Outcome.nothingToDo
        for await first in ends {
            switch first {
            case .finished(let report): outcome = conclude(report)
            case .abandoned:
                work.cancel()
                await leave(session)
                outcome = .incomplete
            }
            break
        }
        await signals.rest()
        return outcome
    }

    private func conclude(_ report: UndoReport) -> Outcome {
        // Nobody who reads is no reason not to end well.
        try? UndoVoice.summarize(report, in: context)
        if report.lines.isEmpty, report.isComplete { return .nothingToDo }
        return report.isComplete ? .complete : .incomplete
    }

    private func leave(_ session: Session) async {
        let left = Self.changes(await session.pendingCount)
        let recover = context.typedProgram
        note(
            "left \(left) in place; to undo later:\n  \(recover) session recover \(session.id) --yes"
        )
        // Lets go of the journal as soon as the last write has ended; nobody needs to wait for it.
        Task { await session.detach() }
    }

    private func say(_ line: UndoLine) {
        for paragraph in UndoVoice.paragraphs(of: line) { try? context.note(paragraph) }
    }

    /// The undo is worth more than the words about it, so a closed stream does not stop it.
    private func note(_ text: String) { try? context.note(text) }

    private static func changes(_ count: Int) -> String {
        count == 1 ? "1 change" : "\(count) changes"
    }
}
