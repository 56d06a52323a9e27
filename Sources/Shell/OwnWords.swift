import Catalog
import Render
import Session
import Terminal
import Verbs

/// What the shell's own words do.
struct OwnWords: Sendable {
    let runner: LineRunner
    /// Where the result goes.
    let world: World

    private var shell: ShellLoop { runner.shell }
    private var memory: ShellMemory { shell.state.memory }

    func run(_ word: ShellWord, _ words: [String]) async -> LineRunner.Outcome {
        switch word {
        case .exit, .quit: return .done(.mistaken)
        case .clear: return .done(words.isEmpty ? clear() : misused(word))
        case .help: return .done(await paged { await $0.help(words) })
        case .history:
            guard words.isEmpty else { return .done(misused(word)) }
            return .done(await paged { $0.show($0.shell.history.numbered) })
        case .jobs: return .done(words.isEmpty ? jobs() : misused(word))
        case .kill: return .done(kill(words))
        case .alias: return .done(alias(words))
        case .unalias: return .done(unalias(words))
        case .set: return .done(await set(words))
        case .use: return .done(await use(words))
        case .ns: return .done(await namespace(words))
        case .next: return await next(words)
        case .watch: return .done(await watch(words))
        case .transcript: return .done(transcript(words))
        case .tour: return .done(tour(words))
        case .source:
            guard words.count == 1 else { return .done(misused(word)) }
            return await runner.runFile(words[0])
        }
    }

    // MARK: Speaking

    func show(_ text: String) -> ExitStatus {
        // A reader that has gone ends nothing but this command.
        try? world.output.write(Array(text.utf8))
        return .done
    }

    /// Shows what may be longer than the screen.
    private func paged(_ body: @Sendable (OwnWords) async -> ExitStatus) async -> ExitStatus {
        guard let screen = PagedScreen(on: world) else { return await body(self) }
        let inner = OwnWords(runner: runner, world: screen.world)
        // As in `show`.
        return (try? await screen.show { await body(inner) }) ?? .done
    }

    func mistake(_ message: String, _ hint: String? = nil) -> ExitStatus {
        shell.say("error: \(message)")
        if let hint { shell.say("hint: \(hint)") }
        return .mistaken
    }

    private func misused(_ word: ShellWord) -> ExitStatus {
        mistake(
            word.usage.isEmpty ? "\(word.rawValue) takes no arguments" : "what is to be done?",
            word.usage.isEmpty ? nil : "usage: \(word.rawValue) \(word.usage)")
    }

    /// Lines in two columns.
    private func columns(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.displayWidth).max() ?? 0
        return rows.map { name, text in
            name + String(repeating: " ", count: width - name.displayWidth + 2) + text + "\n"
        }.joined()
    }

    func unknown(_ words: [String]) -> ExitStatus {
        let known =
            Roster.commands.flatMap(Roster.names(of:)) + ShellWord.names
            + shell.settings.aliases.keys
        guard let meant = Spelling.suggestion(for: words[0], among: known) else {
            return mistake("unknown command \"\(words[0])\"", "help lists the commands")
        }
        let step = NextStep([meant] + words.dropFirst())
        memory.note(steps: [step])
        return mistake(
            "unknown command \"\(words[0])\"",
            "did you mean \"\(meant)\"? next 1 runs it")
    }

    // MARK: Words

    private func help(_ words: [String]) async -> ExitStatus {
        guard let first = words.first else {
            return show(
                ShellHelp.overview(
                    shell.tree, aliases: shell.settings.aliases, width: world.terminal.columns))
        }
        if words.count == 1, let word = ShellWord(rawValue: first) {
            let usage = word.usage.isEmpty ? first : "\(first) \(word.usage)"
            return show("\(usage)\n\(word.summary)\n")
        }
        let isField = first.contains(".") || Roster.command(named: words) == nil
        if isField, Roster.command(named: ["explain"]) != nil {
            return await runner.dispatch(["explain"] + words, in: world)
        }
        return await runner.dispatch(words + ["--help"], in: world)
    }

    private func clear() -> ExitStatus {
        guard world.terminal.outputIsTerminal else { return .done }
        defer { shell.screen.note(lastByte: UInt8(ascii: "\n")) }
        return show("\u{1B}[H\u{1B}[2J")
    }

    private func jobs() -> ExitStatus {
        let lines = shell.jobs.lines
        guard !lines.isEmpty else {
            shell.say("nothing runs in the background")
            return .done
        }
        return show(lines.map { $0 + "\n" }.joined())
    }

    private func kill(_ words: [String]) -> ExitStatus {
        guard words.count == 1, words[0].hasPrefix("%"), let number = Int(words[0].dropFirst())
        else { return misused(.kill) }
        return shell.jobs.kill(number)
            ? .done : mistake("there is no job \(number)", "jobs lists them")
    }

    private func alias(_ words: [String]) -> ExitStatus {
        func line(_ name: String, _ meaning: [String]) -> String {
            let text = meaning.map(CommandText.quoted).joined(separator: " ")
            return "alias \(name)=\(CommandText.quoted(text))\n"
        }
        let aliases = shell.settings.aliases
        switch AliasWords(words) {
        case .list:
            return show(aliases.sorted { $0.key < $1.key }.map { line($0, $1) }.joined())
        case .show(let name):
            guard let meaning = aliases[name] else {
                return mistake("\(name) is no name of yours", "alias lists them")
            }
            return show(line(name, meaning))
        case .define(let name, let meaning):
            shell.settings.setAlias(name, meaning)
            return .done
        case .mistake(let hint): return mistake("alias cannot read that", hint)
        }
    }

    private func unalias(_ words: [String]) -> ExitStatus {
        guard words.count == 1 else { return misused(.unalias) }
        guard shell.settings.aliases[words[0]] != nil else {
            return mistake("\(words[0]) is no name of yours", "alias lists them")
        }
        shell.settings.setAlias(words[0], nil)
        return .done
    }

    private func set(_ typed: [String]) async -> ExitStatus {
        let words =
            typed.count == 1 && typed[0].contains("=")
            ? typed[0].split(separator: "=", maxSplits: 1).map(String.init) : typed
        guard let first = words.first else {
            return show(
                columns(
                    ShellSettings.Name.allCases.map {
                        ("\($0.rawValue) \(shell.settings[$0])", $0.summary)
                    }))
        }
        guard let name = ShellSettings.Name(rawValue: first), words.count < 3 else {
            let names = ShellSettings.Name.allCases.map(\.rawValue)
            let meant = Spelling.suggestion(for: first, among: names)
            return mistake(
                "there is no setting \"\(first)\"",
                meant.map { "did you mean \"\($0)\"?" } ?? "set lists them")
        }
        guard words.count == 2 else {
            return show("\(name.rawValue) \(shell.settings[name])\n")
        }
        guard name.values.contains(words[1]) else {
            return mistake(
                "\(name.rawValue) cannot be \"\(words[1])\"",
                "it is one of \(name.values.joined(separator: ", "))")
        }
        if name == .readOnly { return await shell.setReadOnly(words[1] == "on") }
        shell.settings[name] = words[1]
        memory.showsNumbers = shell.settings.isOn(.numbers)
        return .done
    }

    private func next(_ words: [String]) async -> LineRunner.Outcome {
        let steps = memory.steps
        guard let first = words.first else {
            guard !steps.isEmpty else {
                return .done(mistake("nothing was proposed", "diagnose proposes next steps"))
            }
            let lines = StepText.lines(steps, inShell: true)
            return .done(show(lines.map { Escape.line($0) + "\n" }.joined()))
        }
        guard words.count == 1, let number = Int(first) else { return .done(misused(.next)) }
        guard number > 0, number <= steps.count else {
            return .done(mistake("there is no step \(number)", "next lists them"))
        }
        let step = steps[number - 1].words
        shell.say("→ " + step.map(CommandText.quoted).joined(separator: " "))
        // What a program proposed is not what a program may run.
        return await runner.perform(step, in: world)
    }

    private func watch(_ words: [String]) async -> ExitStatus {
        let run: WatchRun
        do throws(WatchRun.Mistake) {
            run = try WatchRun(words)
        } catch {
            return mistake(error.message, error.hint)
        }
        let state = shell.state
        let isScreen = world.terminal.outputIsTerminal && shell.input.isInteractive
        let face = isScreen ? WatchRun.Face.screen(rows: DescriptorFacts.currentRows(1)) : .plain
        let status = await runner.attended(canBeCut: true, endsAtControlD: true) { [world] in
            await run.run(face, in: world) { words, world in
                await Dispatcher(world: world).run(words, shell: state)
            }
        }
        guard status == .ended(by: Signal.interrupt.number) else { return status }
        shell.signals.forgetInterrupt()
        return .done
    }

    private func transcript(_ words: [String]) -> ExitStatus {
        guard words.count == 1 else { return misused(.transcript) }
        guard words[0] != "off" else {
            shell.screen.keep(in: nil)
            return .done
        }
        do throws(TerminalError) {
            let path = ResultPlace.path(words[0], home: shell.settings.home)
            shell.screen.keep(in: try ResultFile(path: path, appends: true, isPrivate: true))
            return .done
        } catch {
            return mistake(error.message)
        }
    }

    private func tour(_ words: [String]) -> ExitStatus {
        switch words {
        case []:
            guard shell.state.access.settings.sandbox else {
                return mistake(
                    "the tour leads through the sandbox, and this is another cluster",
                    "\(world.programName) shell --sandbox, then tour")
            }
            shell.tell(shell.guide.start())
        case ["skip"]:
            guard let text = shell.guide.skip() else { return mistake("no tour is under way") }
            shell.tell(text)
        case ["stop"]:
            guard shell.guide.stop() else { return mistake("no tour is under way") }
        default: return mistake("tour takes skip or stop, or nothing at all")
        }
        return .done
    }

    /// Makes objects of the last list the current ones.
    func select(_ selection: Selection) -> ExitStatus {
        do throws(Selection.Mistake) {
            let objects = try selection.objects(list: memory.list, current: memory.current)
            memory.current = objects
            let names = objects.map { object in
                object.shortText + (object.namespace.map { " in \($0)" } ?? "")
            }
            return show(". is \(Escape.line(names.joined(separator: ", ")))\n")
        } catch {
            return mistake(error.message, error.hint)
        }
    }
}
