import ArgumentParser
import Catalog
import KubernetesClient
import Session

/// The one road of all words: parse, run in a context, turn whatever was met into a status.
///
/// It never ends the process and never throws, so that a bad line cannot end a shell.
package struct Dispatcher: Sendable {
    package let world: World

    package init(world: World) { self.world = world }

    /// Runs one command line.
    ///
    /// Cancelling the calling task ends a verb that only reads; a verb that changes something is
    /// not cut off between a change and its record.
    ///
    /// - Parameters:
    ///   - words: the line, without the program's name.
    ///   - shell: what the lines of a shell share; nil for a one-shot command, which leaves nothing
    ///     behind when it returns.
    /// - Returns: the exit status that the line has.
    package func run(_ words: [String], shell: ShellState? = nil) async -> ExitStatus {
        do {
            let words = CommandTail.marked(in: LeadingFlags.moved(behindVerbOf: words))
            try rejectUnknownVerb(words)
            guard let verb = try parse(words) else { return .done }
            return try await run(verb, shell: shell)
        } catch is OutputClosed {
            return .done
        } catch {
            var failure = Failure(error, world: world)
            if case .usage("") = failure.kind {
                failure.kind = .usage(UsageFailure.usage(of: words))
            }
            try? world.errors.write(Array(failure.text.utf8))
            return ExitStatus(failure.kind)
        }
    }

    /// The command that the words stand for; nil when they asked for help, which is shown then.
    private func parse(_ words: [String]) throws -> (any Verb)? {
        do {
            var command = try Root.parseAsRoot(words)
            if let verb = command as? any Verb { return verb }
            try command.run()
            // A command that only holds others: its help says which.
            try world.output.write(Array(Root.helpMessage(for: type(of: command)).utf8))
            return nil
        } catch let closed as OutputClosed {
            throw closed
        } catch {
            guard Root.exitCode(for: error) == .success else {
                throw UsageFailure.failure(of: error, words: words)
            }
            let text = Root.fullMessage(for: error, columns: world.terminal.columns)
            try world.output.write(Array((text + "\n").utf8))
            return nil
        }
    }

    private func rejectUnknownVerb(_ words: [String]) throws {
        guard let first = words.first, !first.hasPrefix("-"), first != "help" else { return }
        let names = Roster.commands.flatMap(Roster.names(of:))
        guard !names.contains(first) else { return }
        let suggestion = Spelling.suggestion(for: first, among: names)
        throw Failure(
            .usage(""), "unknown command \"\(first)\"",
            hints: [
                suggestion.map { "did you mean \"\($0)\"?" }
                    ?? "\(world.programName) --help lists the commands"
            ])
    }

    private func run(_ verb: any Verb, shell: ShellState?) async throws -> ExitStatus {
        let effect = type(of: verb).effect
        let options = (verb as? any ClusterVerb)?.cluster
        let own = shell == nil || options?.asksForOwnConnection == true
        let access =
            if let shell, !own { shell.access } else {
                ClusterAccess(world: world, options: options, outer: shell?.access)
            }
        let context = VerbContext(
            world: world, access: access, shell: own ? nil : shell, isInShell: shell != nil,
            effect: effect, namespace: options?.namespace)
        if shell == nil, LeftoverNotice.concerns(verb) { try LeftoverNotice.tell(in: context) }
        let outcome = await InterruptibleRun.outcome(
            of: verb, in: context,
            interrupts: shell != nil || type(of: verb).ownsSignals ? nil : world.interrupts())
        // Whatever the verb did not wait for is taken back before anything is said about it.
        let leftovers = own ? await access.close() : nil
        if let leftovers { try? UndoVoice.tell(leftovers, in: context) }
        switch outcome {
        case .ended where leftovers?.isComplete == false: return .undoIncomplete
        case .ended: return .done
        case .failed(let error):
            if leftovers?.isComplete == false {
                try? world.errors.write(Array(Failure(error, world: world).text.utf8))
                return .undoIncomplete
            }
            throw error
        }
    }
}

/// Runs a verb so that interrupts reach it as its effect allows.
private enum InterruptibleRun {
    enum Outcome: Sendable {
        case ended
        case failed(any Error)
    }

    static func outcome(
        of verb: any Verb, in context: VerbContext, interrupts: AsyncStream<Interrupt>?
    ) async -> Outcome {
        let work = Task { () -> Outcome in
            do {
                try await verb.run(in: context)
                return .ended
            } catch {
                return .failed(error)
            }
        }
        let canBeCut = type(of: verb).effect == .reads
        let received = FirstInterrupt()
        let listener = interrupts.map { signals in
            Task {
                for await signal in signals where canBeCut {
                    await received.note(signal)
                    work.cancel()
                }
            }
        }
        let outcome = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            if canBeCut { work.cancel() }
        }
        listener?.cancel()
        if case .failed = outcome, let signal = await received.signal {
            return .failed(Failure(.ended(by: signal.rawValue), ""))
        }
        return outcome
    }

    private actor FirstInterrupt {
        private(set) var signal: Interrupt?

        func note(_ signal: Interrupt) { self.signal = self.signal ?? signal }
    }
}
