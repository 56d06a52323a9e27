import KubernetesCore
import Session

/// Keeps a temporary change in place in the foreground, and undoes it when the hold ends.
struct Hold: Sendable {
    /// What is held, for people: `the change of pet/fluffy`.
    let what: String
    let limit: Duration?
    let command: [String]
    /// Listened to since before the change was made.
    let signals: AsyncStream<Interrupt>
    let undo: UndoOptions

    private enum End: Sendable {
        case signal(Interrupt)
        case inputEnded
        case timeIsUp
        case commandEnded(Int32)
        case commandFailed(Failure)
    }

    /// Waits, undoes, and ends with the status that the undo or the command says.
    ///
    /// Whatever happens to our own output meanwhile, the undo is done.
    func run(in context: VerbContext) async throws {
        // The change is there: what follows is its undo, whether anybody reads or not.
        try? context.note(opening)
        let end = await firstEnd(in: context)
        let signals = CommandSignals()
        let listener = signals.listen(to: context.world.interrupts())
        defer { listener.cancel() }
        let outcome = await EndingUndo(
            context: context, signals: signals, options: undo
        ).run()
        guard outcome != .incomplete else { throw Failure(.undoIncomplete, "") }
        if let late = await signals.firstOfUndo {
            throw Failure(.ended(by: late.rawValue), "")
        }
        switch end {
        case .signal(let signal): throw Failure(.ended(by: signal.rawValue), "")
        case .inputEnded, .timeIsUp: return
        case .commandEnded(let code):
            if code != 0 { throw Failure(.command(code), "") }
        case .commandFailed(let failure):
            // It was found before the change, so it is there and cannot be started.
            throw Failure(
                .command(ExitStatus.programNotRunnable.code), failure.message,
                hints: failure.hints)
        }
    }

    private var opening: String {
        let what = "holding \(what)"
        if let program = command.first { return "\(what) while \(program) runs" }
        let time = limit.map { " after \(GoDuration.format($0))," } ?? ""
        return "\(what); it is undone\(time) at Ctrl-C or at the end of input"
    }

    private func firstEnd(in context: VerbContext) async -> End {
        let (ends, sink) = AsyncStream.makeStream(of: End.self)
        let world = context.world
        var tasks = [
            Task {
                // A command in our terminal gets Ctrl-C as well; its end is what counts then.
                for await signal in signals
                where command.isEmpty || signal != .interrupt {
                    sink.yield(.signal(signal))
                }
            }
        ]
        if let limit {
            tasks.append(
                Task {
                    try await world.clock.sleep(limit)
                    sink.yield(.timeIsUp)
                }.silent)
        }
        tasks.append(command.isEmpty ? waitForInput(world, sink) : runCommand(world, sink))
        defer { tasks.forEach { $0.cancel() } }
        for await end in ends { return end }
        return .inputEnded
    }

    private func waitForInput(
        _ world: World, _ sink: AsyncStream<End>.Continuation
    ) -> Task<Void, Never> {
        Task {
            while await world.input.line() != nil {}
            if !Task.isCancelled { sink.yield(.inputEnded) }
        }
    }

    private func runCommand(
        _ world: World, _ sink: AsyncStream<End>.Continuation
    ) -> Task<Void, Never> {
        Task {
            do {
                sink.yield(.commandEnded(try await world.runCommand(command)))
            } catch {
                sink.yield(.commandFailed(Failure(error, world: world)))
            }
        }
    }
}

extension Task where Success == Void, Failure == any Error {
    /// The same task for those who do not ask how it ended.
    fileprivate var silent: Task<Void, Never> {
        Task<Void, Never> {
            await withTaskCancellationHandler {
                _ = await self.result
            } onCancel: {
                self.cancel()
            }
        }
    }
}
