import Catalog
import KubernetesCore
import Render
import Session
import Terminal
import Verbs

/// One shell from its first prompt to the undo at its end.
final class ShellLoop: Sendable {
    /// How often Ctrl-C at an empty prompt goes without the hint how to leave.
    private static let pressesBeforeHint = 2

    let world: World
    let state: ShellState
    let input: ShellInput
    let signals: ShellSignals
    let screen = ScreenLine()
    let history: ShellHistory
    /// Of the undo at the end.
    let undo: UndoOptions

    init(world: World, state: ShellState, input: ShellInput, undo: UndoOptions) {
        self.undo = undo
        var inner = world
        // A shell has no shell inside.
        inner.openShell = nil
        if input.isInteractive { inner.input = ShellAnswers(source: input.source) }
        if world.terminal.outputIsTerminal {
            inner.output = ColumnOutput(output: world.output, line: screen)
        }
        if world.terminal.errorsAreTerminal {
            inner.errors = ColumnOutput(output: world.errors, line: screen)
        }
        self.world = inner
        self.state = state
        self.input = input
        history = ShellHistory(world: inner, access: state.access, isKept: input.isInteractive)
        let errors = inner.errors
        signals = ShellSignals(input: input) { text in
            // A closed terminal ends the shell by its signal or its input, not by this.
            try? errors.write(Array(("\r" + text + "\n").utf8))
        }
    }

    /// How reading and running went on.
    private enum Step {
        case goOn
        case leave(ExitStatus)
    }

    func run() async -> ExitStatus {
        await greet()
        var last = ExitStatus.done
        var hasRun = false
        var presses = 0
        loop: while signals.ending == nil {
            endOpenLine()
            let text: String
            switch await nextText(discarding: hasRun) {
            case .line(let line): text = line
            case .interrupted:
                presses += 1
                hasRun = false
                if presses == Self.pressesBeforeHint {
                    say("(\"exit\" or Ctrl-D leaves the shell)")
                }
                continue
            case .endOfInput, .stopped: break loop
            case .failed(let why):
                say("error: \(why)")
                last = .mistaken
                break loop
            }
            presses = 0
            switch await perform(text, &last) {
            case .goOn: hasRun = true
            case .leave(let status):
                last = status
                break loop
            }
        }
        return await Leaving(loop: self).leave(after: input.isInteractive ? .done : last)
    }

    // MARK: Reading

    /// A whole text: one line, or as many as an open quote or a last backslash ask for.
    private func nextText(discarding: Bool) async -> LineEvent {
        signals.enter(.atPrompt)
        let first = await input.source.nextLine(
            prompt: await prompt(), discardingTypedAhead: discarding)
        guard case .line(var text) = first else { return first }
        while case .unfinished(let missing) = CommandText(text) {
            switch await input.source.nextLine(
                prompt: ShellPrompt.more, discardingTypedAhead: false)
            {
            case .line(let line): text += "\n" + line
            case .endOfInput: return .failed("the input ends before \(missing)")
            case let other: return other
            }
        }
        return .line(text)
    }

    private func prompt() async -> Prompt {
        guard input.isInteractive else { return "" }
        var shown = ShellPrompt()
        if let session = await state.access.begunSession() {
            let entries = await session.entries.filter { $0.isTemporary && $0.state.isPending }
            shown.pending = entries.count
            shown.hasFailed = entries.contains { $0.state == .failed }
            if let deadline = await session.nextDeadline {
                shown.timeLeft = await session.serverNow.age(until: deadline)
            }
        }
        signals.note(pending: shown.pending)
        shown.wantsColour = Style.wantsColour(
            isTerminal: world.terminal.outputIsTerminal, environment: world.environment)
        return shown.prompt
    }

    // MARK: Running

    private func perform(_ text: String, _ last: inout ExitStatus) async -> Step {
        switch CommandText(text) {
        case .commands(let commands):
            await history.remember(text, commands: commands)
            for words in commands {
                if Self.leavingWords.contains(words[0]) { return leave(words, last) }
                last = await run(words)
                if signals.ending != nil { return .leave(last) }
                if signals.wasInterrupted {
                    return input.isInteractive ? .goOn : .leave(.ended(by: 2))
                }
                guard last.letsScriptsGoOn || input.isInteractive else { return .leave(last) }
                // The rest of a typed line hangs on what failed before it.
                if !last.letsScriptsGoOn { return .goOn }
            }
            return .goOn
        case .unfinished(let missing):
            say("error: the line ends before \(missing)")
        case .mistake(let message, let hint):
            await history.remember(text, commands: nil)
            say("error: \(message)")
            if let hint { say("hint: \(hint)") }
        }
        last = .mistaken
        return input.isInteractive ? .goOn : .leave(.mistaken)
    }

    private static let leavingWords: Set<String> = ["exit", "quit"]

    private func leave(_ words: [String], _ last: ExitStatus) -> Step {
        guard words.count == 1 else {
            say("error: \(words[0]) takes no arguments")
            return input.isInteractive ? .goOn : .leave(.mistaken)
        }
        return .leave(last)
    }

    private func run(_ words: [String]) async -> ExitStatus {
        switch words[0] {
        case "help" where words.count == 1:
            return show(ShellHelp.overview(CommandTree(Root.self)))
        case "help" where words.count == 2 && CompletionPlan.shellWords.contains(words[1]):
            return show(words[1] + ": " + ShellHelp.summary(of: words[1]) + "\n")
        case "help":
            return await dispatch(Array(words.dropFirst()) + ["--help"])
        case "history":
            guard words.count == 1 else {
                say("error: history takes no arguments")
                return .mistaken
            }
            return show(history.numbered)
        default:
            guard isUnknown(words) else { return await dispatch(words) }
            say("error: unknown command \"\(words[0])\"")
            let known = Roster.commands.flatMap(Roster.names(of:)) + CompletionPlan.shellWords
            let meant = Spelling.suggestion(for: words[0], among: known)
            say("hint: " + (meant.map { "did you mean \"\($0)\"?" } ?? "help lists the commands"))
            return .mistaken
        }
    }

    /// Whether the line names no command; what begins with a flag is left to the parser.
    private func isUnknown(_ words: [String]) -> Bool {
        !words[0].hasPrefix("-") && Roster.command(named: words) == nil
    }

    private func dispatch(_ words: [String]) async -> ExitStatus {
        var world = world
        if let columns = DescriptorFacts.current(1).columns { world.terminal.columns = columns }
        let dispatcher = Dispatcher(world: world)
        let state = state
        let command = Task { await dispatcher.run(words, shell: state) }
        signals.enter(
            .running(cancel: { command.cancel() }, canBeCut: CommandEffect.onlyReads(words)))
        let status = await command.value
        guard signals.wasInterrupted, CommandEffect.onlyReads(words) else { return status }
        // The terminal itself has echoed ^C and left the line open.
        screen.note(lastByte: UInt8(ascii: "C"))
        return .ended(by: Signal.interrupt.number)
    }

    // MARK: Speaking

    private func show(_ text: String) -> ExitStatus {
        // A closed terminal ends the shell by its signal or its input, not by this.
        try? world.output.write(Array(text.utf8))
        return .done
    }

    func say(_ text: String) {
        endOpenLine()
        // The undo at the end must not depend on anybody reading.
        try? world.errors.write(Array((Escape.lines(text) + "\n").utf8))
    }

    func endOpenLine() {
        guard input.isInteractive, screen.end() else { return }
        // As in `say`.
        try? world.errors.write([0x0A])
    }

    private func greet() async {
        let recovery = RecoveryOffer(loop: self)
        guard input.isInteractive else {
            await recovery.mention()
            return
        }
        let greeting = Paragraph(
            "\(world.programName) \(Release.version): ",
            "\"help\" lists the commands, \"exit\" leaves and undoes temporary changes.")
        let columns = DescriptorFacts.current(2).columns
        say(greeting.lines(width: columns).joined(separator: "\n"))
        if case .editor(let editor) = input { history.attach(editor) }
        await recovery.offer()
    }
}
