import ArgumentParser
import Catalog
import KubernetesClient
import Render
import Session

/// The one road of all words: parse, run in a context, turn whatever was met into a status.
///
/// It never ends the process and never throws, so that a bad line cannot end a shell.
package struct Dispatcher: Sendable {
    package private(set) var world: World

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
        var options = LeadingFlags.options(in: words)
        var access: ClusterAccess?
        do {
            let words = OperationHelp.marked(
                in: CommandTail.marked(
                    in: try DryRunWords.marked(in: LeadingFlags.moved(behindVerbOf: words))))
            try rejectUnknownVerb(words)
            guard let verb = try parse(words) else { return .done }
            if let verb = verb as? any ClusterVerb { options = verb.cluster }
            var inner = self
            if options?.noPager == true { inner.world.openPager = nil }
            let cluster = inner.access(for: verb, shell: shell)
            access = cluster
            return try await inner.run(verb, shell: shell, access: cluster)
        } catch is OutputClosed {
            return .done
        } catch {
            var failure = UsageFailure.completed(Failure(error, world: world), words: words)
            let reach = options.map { Reach($0, inShell: shell != nil) } ?? .inPlace
            let names = await access?.knownWords() ?? KindWords()
            failure.steps = failure.steps.map { reach.completed(names.shortened($0)) }
            shell?.memory.note(steps: failure.steps)
            let text = UsageText.fitted(
                world.face.naming(failure.text(inShell: shell != nil)),
                columns: world.terminal.errorsAreTerminal ? world.terminal.columns : nil)
            // Where nobody reads what went wrong, the status still tells.
            try? world.errors.write(Array(text.utf8))
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
            let text = Root.helpMessage(for: type(of: command))
            try world.output.write(Array(world.face.naming(text).utf8))
            return nil
        } catch let closed as OutputClosed {
            throw closed
        } catch {
            guard Root.exitCode(for: error) == .success else {
                throw UsageFailure.failure(of: error, words: words)
            }
            let text = UsageText.fitted(
                world.face.naming(Root.fullMessage(for: error, columns: world.terminal.columns)),
                columns: world.terminal.columns)
            try world.output.write(Array((text + "\n").utf8))
            return nil
        }
    }

    private func rejectUnknownVerb(_ words: [String]) throws {
        var choices = Roster.commands
        var path: [String] = []
        for word in words {
            guard !choices.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            if let known = choices.first(where: { Roster.names(of: $0).contains(word) }) {
                path.append(word)
                choices = known.configuration.subcommands
                continue
            }
            let shown = choices.filter { $0.configuration.shouldDisplay }
            if path.isEmpty, world.shellWords.contains(word) {
                throw Failure(
                    .usage(""), "\(word) is a word of the shell",
                    steps: [NextStep(["shell"], "opens one")])
            }
            let suggestion = Spelling.suggestion(for: word, among: shown.flatMap(Roster.names(of:)))
            let parent = ([world.programName] + path).joined(separator: " ")
            throw Failure(
                .usage(""), "unknown command \"\((path + [word]).joined(separator: " "))\"",
                hints: [
                    suggestion.map { "did you mean \"\((path + [$0]).joined(separator: " "))\"?" }
                        ?? "\(parent) --help lists the commands"
                ])
        }
    }

    private static func isAlone(_ verb: any Verb, _ shell: ShellState?) -> Bool {
        shell == nil || (verb as? any ClusterVerb)?.cluster.asksForOwnConnection == true
    }

    /// The cluster that a verb works on: the shell's, unless it asks for one of its own.
    private func access(for verb: any Verb, shell: ShellState?) -> ClusterAccess {
        if let shell, !Self.isAlone(verb, shell) { return shell.access }
        return ClusterAccess(
            world: world, options: (verb as? any ClusterVerb)?.cluster, outer: shell?.access)
    }

    private func run(
        _ verb: any Verb, shell: ShellState?, access: ClusterAccess
    ) async throws -> ExitStatus {
        let effect = type(of: verb).effect
        let options = (verb as? any ClusterVerb)?.cluster
        let own = Self.isAlone(verb, shell)
        let screen = Self.isPaged(verb) ? PagedScreen(on: world) : nil
        let context = VerbContext(
            world: screen?.world ?? world, access: access, shell: own ? nil : shell,
            isInShell: shell != nil,
            effect: effect, namespace: options?.namespace)
        try context.refuseForbiddenWrite(by: verb)
        if shell == nil, LeftoverNotice.concerns(verb) { try LeftoverNotice.tell(in: context) }
        let signals = CommandSignals()
        let listens = shell == nil && !type(of: verb).ownsSignals
        let listener =
            listens
            ? signals.listen(to: world.interrupts()) { screen?.isPaging ?? false } : nil
        defer { listener?.cancel() }
        let error = await work(off: verb, in: context, on: screen, signals)
        // Whatever the verb did not wait for is taken back before anything is said about it.
        let ending =
            own ? await Self.end(verb, in: context, signals) : .nothingToDo
        return try await status(error, ending, signals)
    }

    /// Whether a long result goes to a pager: not where what changes waits for whoever reads, and not
    /// where it never ends.
    private static func isPaged(_ verb: any Verb) -> Bool {
        type(of: verb).canBeCut && !type(of: verb).ownsSignals && !verb.goesOn
    }

    private static func end(
        _ verb: any Verb, in context: VerbContext, _ signals: CommandSignals
    ) async -> EndingUndo.Outcome {
        let options = (verb as? any UndoingVerb)?.undoOptions ?? UndoOptions()
        return await EndingUndo(context: context, signals: signals, options: options).run()
    }

    /// Runs a verb so that signals and cancellation reach it as its effect allows.
    ///
    /// - Returns: what it threw; nil when it ended well.
    private func work(
        off verb: any Verb, in context: VerbContext, on screen: PagedScreen?,
        _ signals: CommandSignals
    ) async -> (any Error)? {
        let run = { @Sendable () async -> (any Error)? in
            do {
                try await verb.runPastStaleCache(in: context)
                return nil
            } catch {
                return error
            }
        }
        let work = Task { () -> (any Error)? in
            guard let screen else { return await run() }
            do throws(OutputClosed) {
                return try await screen.show(run)
            } catch {
                return error
            }
        }
        let canBeCut = type(of: verb).canBeCut
        if canBeCut { await signals.run { work.cancel() } }
        let failure = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            if canBeCut { work.cancel() }
        }
        if failure != nil, canBeCut, let signal = await signals.first {
            return Failure(.ended(by: signal.rawValue), "")
        }
        return failure
    }

    /// An incomplete undo wins over all; else what the verb came to, else a signal that came late.
    private func status(
        _ error: (any Error)?, _ ending: EndingUndo.Outcome, _ signals: CommandSignals
    ) async throws -> ExitStatus {
        guard let error else {
            if ending == .incomplete { return .undoIncomplete }
            guard let late = await signals.firstOfUndo else { return .done }
            return .ended(by: late.rawValue)
        }
        if ending == .nothingToDo || (ending == .complete && error is OutputClosed) { throw error }
        var failure = Failure(error, world: world)
        if ending == .incomplete {
            failure.kind = .undoIncomplete
        } else if failure.kind == .undoIncomplete {
            // What was not known before is known now: nothing of ours remains.
            failure.kind = .ours
        }
        throw failure
    }
}
