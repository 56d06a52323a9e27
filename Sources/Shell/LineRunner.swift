import Session
import Terminal
import Verbs

/// Runs the commands of a text: one that was typed, the line of a script, a file.
struct LineRunner: Sendable {
    let shell: ShellLoop
    /// How many files stand around the text that runs.
    var depth = 0

    /// How a text ended.
    enum Outcome: Sendable, Equatable {
        case done(ExitStatus)
        /// Something ended it before its end.
        case stopped(ExitStatus)
        /// The shell is to end.
        case leave(ExitStatus)

        var status: ExitStatus {
            switch self {
            case .done(let status), .stopped(let status), .leave(let status): status
            }
        }
    }

    /// Runs a text.
    ///
    /// - Parameters:
    ///   - text: one line, or several of one command or one paste.
    ///   - last: the status of what ran before it.
    ///   - isTyped: whether it belongs into the history.
    /// - Returns: how it ended.
    func run(_ text: String, after last: ExitStatus, isTyped: Bool = false) async -> Outcome {
        switch CommandText(text) {
        case .commands(let commands):
            if isTyped {
                await shell.history.remember(text, commands: commands.map(\.spokenWords))
            }
            return await run(commands, after: last)
        case .unfinished(let missing):
            shell.say("error: the line ends before \(missing)")
        case .mistake(let message, let hint):
            if isTyped { await shell.history.remember(text, commands: nil) }
            shell.say("error: \(message)")
            if let hint { shell.say("hint: \(hint)") }
        }
        return .stopped(.mistaken)
    }

    private func run(_ commands: [Command], after last: ExitStatus) async -> Outcome {
        var status = last
        for command in commands {
            if let word = command.words.first, Self.leavingWords.contains(word) {
                guard command.words.count == 1 else {
                    shell.say("error: \(word) takes no arguments")
                    return .stopped(.mistaken)
                }
                return .leave(status)
            }
            let outcome = await run(command)
            guard case .done(let ended) = outcome else { return outcome }
            status = ended
            if shell.signals.ending != nil { return .leave(status) }
            if shell.signals.wasInterrupted {
                let interrupted = ExitStatus.ended(by: Signal.interrupt.number)
                return shell.input.isInteractive ? .stopped(interrupted) : .leave(interrupted)
            }
            // The rest of a text hangs on what failed before it.
            guard status.letsScriptsGoOn else { return .stopped(status) }
        }
        return .done(status)
    }

    private static let leavingWords: Set<String> = [
        ShellWord.exit.rawValue, ShellWord.quit.rawValue,
    ]

    // MARK: One command

    private func run(_ command: Command) async -> Outcome {
        let begin = ContinuousClock.now
        let outcome = await work(off: command)
        if shell.settings.isOn(.timing), !command.isInBackground {
            let milliseconds = (ContinuousClock.now - begin) / .milliseconds(1)
            shell.say("time: \(Int(milliseconds.rounded())) ms")
        }
        return outcome
    }

    private func work(off command: Command) async -> Outcome {
        guard case .words(let typed) = command.work else {
            guard case .program(let text) = command.work else { return .done(.done) }
            return .done(await runProgram(text))
        }
        let words = shell.settings.expanded(typed)
        if command.isInBackground { return .done(startJob(words)) }
        let place: ResultPlace
        do throws(TerminalError) {
            place = try ResultPlace(
                command.destination, home: shell.settings.home)
        } catch {
            shell.say("error: \(error.message)")
            return .done(.mistaken)
        }
        var world = place.world(shell.worldNow)
        if depth > 0 { world.openPager = nil }
        let outcome = await perform(words, in: world)
        guard let program = await place.close() else { return outcome }
        shell.startFreshLine()
        return outcome.status.letsScriptsGoOn ? .done(program) : outcome
    }

    /// Runs words on a world: those of the shell, then verbs.
    func perform(_ words: [String], in world: World) async -> Outcome {
        let own = OwnWords(runner: self, world: world)
        if words.count == 1, let selection = Selection(words[0]) {
            return .done(own.select(selection))
        }
        if let word = ShellWord(rawValue: words[0]) {
            return await own.run(word, Array(words.dropFirst()))
        }
        if words == [ShellPlaces.back] { return await own.run(.use, words) }
        if words == ["session"] { return .done(own.show(await own.stateText())) }
        guard !isUnknown(words) else { return .done(own.unknown(words)) }
        do throws(Selection.Mistake) {
            let chosen = try Selection.resolved(
                words, in: shell.tree, memory: shell.state.memory)
            return .done(await dispatch(withFormat(chosen), in: world))
        } catch {
            shell.say("error: \(error.message)")
            shell.say("hint: \(error.hint)")
            return .done(.mistaken)
        }
    }

    /// Whether the words name no command; what begins with a flag is left to the parser.
    private func isUnknown(_ words: [String]) -> Bool {
        !words[0].hasPrefix("-") && Roster.command(named: words) == nil
    }

    /// The words with the format that `set output` chose, where they do not say one.
    private func withFormat(_ words: [String]) -> [String] {
        let format = shell.settings[.output]
        let (command, depth) = shell.tree.find(words)
        guard format != "table", depth > 0,
            command.arguments.contains(where: { $0.names.contains("--output") }),
            !words.contains(where: { $0.hasPrefix("-o") || $0.hasPrefix("--output") })
        else { return words }
        return words[..<depth] + ["--output", format] + words[depth...]
    }

    // MARK: Running

    /// Runs a verb; Ctrl-C reaches it as its effect allows.
    func dispatch(_ words: [String], in world: World) async -> ExitStatus {
        let state = shell.state
        let isWatching = isWatching(words)
        let status = await attended(
            canBeCut: CommandEffect.canBeCut(words), endsAtControlD: isWatching
        ) {
            await Dispatcher(world: world).run(words, shell: state)
        }
        shell.noteReachability(of: state, status)
        guard status == .ended(by: Signal.interrupt.number), isWatching else { return status }
        // Whoever watches has seen enough; nothing has failed.
        shell.signals.forgetInterrupt()
        return .done
    }

    /// Whether the words ask to be told of changes until Ctrl-C.
    private func isWatching(_ words: [String]) -> Bool {
        let flags = shell.tree.find(words).command.arguments
            .filter { $0.kind == .flag && $0.names.contains { $0.contains("watch") } }
            .flatMap(\.names)
        return words.contains { flags.contains($0) }
    }

    /// Runs work that Ctrl-C can reach, and Ctrl-D where it only waits for more to show.
    func attended(
        canBeCut: Bool, endsAtControlD: Bool = false,
        _ work: @escaping @Sendable () async -> ExitStatus
    ) async -> ExitStatus {
        let task = Task { await work() }
        shell.signals.enter(.running(cancel: { task.cancel() }, canBeCut: canBeCut))
        let reader = endsAtControlD ? shell.input.endOfInput { task.cancel() } : nil
        let status = await task.value
        reader?.stop()
        guard shell.signals.wasInterrupted, canBeCut else { return status }
        // The terminal itself has echoed ^C and left the line open.
        shell.screen.note(lastByte: UInt8(ascii: "C"))
        return .ended(by: Signal.interrupt.number)
    }

    /// Hands a text to the system's shell.
    private func runProgram(_ text: String) async -> ExitStatus {
        let status = await attended(canBeCut: true) {
            do throws(TerminalError) {
                return ExitStatus(await (try LocalProgram(text, isFed: false)).finish())
            } catch {
                shell.say("error: \(error.message)")
                return .mistaken
            }
        }
        shell.startFreshLine()
        return status
    }

    private func startJob(_ words: [String]) -> ExitStatus {
        let state = shell.state
        var world = shell.worldNow
        world.input = NoInput()
        world.terminal.inputIsTerminal = false
        let text = words.map(CommandText.quoted).joined(separator: " ")
        let run: WatchRun?
        do throws(WatchRun.Mistake) {
            let isWatch = words.first == ShellWord.watch.rawValue
            run = isWatch ? try WatchRun(Array(words.dropFirst())) : nil
        } catch {
            return OwnWords(runner: self, world: world).mistake(error.message, error.hint)
        }
        if run == nil, isUnknown(words) || ShellWord(rawValue: words[0]) != nil {
            return OwnWords(runner: self, world: world).mistake(
                "\(words[0]) does not run in the background",
                "commands such as these do: watch 30s status &")
        }
        let number = shell.jobs.start(text) { [world] output in
            var world = world
            world.output = output
            world.errors = output
            guard let run else { return await Dispatcher(world: world).run(words, shell: state) }
            return await run.run(.changes, in: world) { words, world in
                await Dispatcher(world: world).run(words, shell: state)
            }
        }
        guard let number else {
            return OwnWords(runner: self, world: world).mistake(
                "\(ShellJobs.most) jobs run already", "kill %1 ends the first one")
        }
        if shell.input.isInteractive { shell.say("[\(number)] \(text)") }
        return .done
    }

    // MARK: Files

    /// Files that name each other would not end.
    private static let deepest = 16

    /// Runs the commands of a file up to the first that fails.
    func runFile(_ path: String) async -> Outcome {
        guard depth < Self.deepest else {
            shell.say("error: \(path): files run each other \(Self.deepest) deep")
            return .done(.mistaken)
        }
        let reader: LineReader
        do throws(TerminalError) {
            reader = try LineReader(
                path: ResultPlace.path(path, home: shell.settings.home))
        } catch {
            shell.say("error: \(error.message)")
            return .done(.mistaken)
        }
        defer { reader.stop() }
        var inner = self
        inner.depth += 1
        var lines = TextSource(source: reader)
        var last = ExitStatus.done
        while true {
            let place = lines.count + 1
            switch await lines.next(prompt: "") {
            case .line(let text):
                let outcome = await inner.run(text, after: last)
                last = outcome.status
                if case .leave = outcome { return outcome }
                if case .stopped = outcome {
                    shell.say("hint: \(path) ended at line \(place)")
                    return .done(last)
                }
            case .failed(let why):
                shell.say("error: \(path): \(why)")
                return .done(.mistaken)
            case .endOfInput, .stopped, .interrupted: return .done(last)
            }
        }
    }
}

/// Whole texts from a source of lines: as many as an open quote, brace or last backslash asks for.
struct TextSource: Sendable {
    let source: any LineSource
    /// Lines taken so far.
    private(set) var count = 0

    init(source: any LineSource) { self.source = source }

    mutating func next(prompt: Prompt, discardingTypedAhead: Bool = false) async -> LineEvent {
        let first = await source.nextLine(
            prompt: prompt, discardingTypedAhead: discardingTypedAhead)
        guard case .line(var text) = first else { return first }
        count += 1
        while case .unfinished(let missing) = CommandText(text) {
            switch await source.nextLine(prompt: ShellPrompt.more, discardingTypedAhead: false) {
            case .line(let line):
                count += 1
                text += "\n" + line
            case .endOfInput: return .failed("the input ends before \(missing)")
            case let other: return other
            }
        }
        return .line(text)
    }
}
