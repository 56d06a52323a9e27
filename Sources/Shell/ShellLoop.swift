import Catalog
import KubernetesCore
import Render
import Session
import Synchronization
import Terminal
import Verbs

/// One shell from its first prompt to the undo at its end.
final class ShellLoop: Sendable {
    /// How often Ctrl-C at an empty prompt goes without the hint how to leave.
    private static let pressesBeforeHint = 2
    /// How often the prompt is looked at while somebody types.
    private static let promptInterval = Duration.seconds(1)

    let world: World
    let places: ShellPlaces
    let settings: ShellSettings
    let input: ShellInput
    let signals: ShellSignals
    let screen = ScreenLine()
    let history: ShellHistory
    let jobs: ShellJobs
    let guide = TourGuide()
    let tree: CommandTree
    let request: ShellRequest
    /// The clusters that were not reached when they were asked last.
    private let unreachable = Mutex<Set<ObjectIdentifier>>([])
    /// The look for what sessions of other machines left.
    private let search = Mutex<Task<Void, Never>?>(nil)
    /// Protected contexts that the user has allowed to be changed.
    private let lifted = Mutex<Set<String>>([])

    init(
        world: World, places: ShellPlaces, settings: ShellSettings, input: ShellInput,
        tree: CommandTree, request: ShellRequest
    ) {
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
        self.places = places
        self.settings = settings
        self.input = input
        self.tree = tree
        self.request = request
        history = ShellHistory(world: inner, places: places, isKept: input.isInteractive)
        let errors = inner.errors
        // A closed terminal ends the shell by its signal or its input, not by these.
        signals = ShellSignals(input: input) { text in
            try? errors.write(Array(("\r" + text + "\n").utf8))
        }
        jobs = ShellJobs { text in
            if case .editor(let editor) = input {
                editor.post(text)
            } else {
                try? errors.write(Array((text + "\n").utf8))
            }
        }
        if request.isReadOnly { settings[.readOnly] = "on" }
    }

    /// The shell on the current cluster.
    var state: ShellState { places.shell }

    /// Of the undo at the end.
    var undo: UndoOptions {
        var options = UndoOptions(waitsForOperator: request.waitsForOperator)
        if let limit = request.undoLimit { options.limit = limit }
        return options
    }

    /// The world with the terminal as large as it is now.
    var worldNow: World {
        var world = world
        if world.terminal.outputIsTerminal {
            let facts = DescriptorFacts.current(1)
            world.terminal.columns = facts.columns ?? world.terminal.columns
            world.terminal.rows = facts.rows ?? world.terminal.rows
        }
        world.openPager = world.openPager.flatMap(pager)
        return world
    }

    /// Nobody pages through what a script prints.
    private func pager(_ open: @escaping PagerOpener) -> PagerOpener? {
        guard input.isInteractive, settings.isOn(.pager) else { return nil }
        return { [self] in open().map { ShellPager($0, shell: self) } }
    }

    func run() async -> ExitStatus {
        judgeWrites()
        await greet()
        var last = ExitStatus.done
        var hasRun = false
        var presses = 0
        let runner = LineRunner(shell: self)
        var texts = TextSource(source: input.source)
        loop: while signals.ending == nil {
            endOpenLine()
            let text: String
            switch await nextText(&texts, after: last, discarding: hasRun) {
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
            let outcome = await runner.run(text, after: last, isTyped: input.isInteractive)
            last = outcome.status
            hasRun = true
            await goOnWithTour(after: text, outcome)
            if case .leave = outcome { break }
            if case .stopped = outcome, !input.isInteractive { break }
        }
        search.withLock { $0?.cancel() }
        await jobs.endAll()
        return await Leaving(loop: self).leave(after: input.isInteractive ? .done : last)
    }

    /// Looks whether the line was what the tour waits for.
    private func goOnWithTour(after text: String, _ outcome: LineRunner.Outcome) async {
        guard guide.isOn, case .commands(let commands) = CommandText(text),
            !commands.isEmpty, commands[0].words.first != ShellWord.tour.rawValue
        else { return }
        if case .leave = outcome { return }
        let event = Tour.Event(
            commands: commands.map { settings.expanded($0.words) },
            wentWell: outcome.status.letsScriptsGoOn,
            pending: await state.access.begunSession()?.pendingCount ?? 0)
        if let answer = guide.answer(to: event) { tell(answer) }
    }

    // MARK: Reading

    private func nextText(
        _ texts: inout TextSource, after last: ExitStatus, discarding: Bool
    ) async -> LineEvent {
        signals.enter(.atPrompt)
        let shown = await shownPrompt(after: last)
        let prompt = input.isInteractive ? shown.prompt : ""
        let watcher = followPrompt(shown)
        defer { watcher?.cancel() }
        let event = await texts.next(prompt: prompt, discardingTypedAhead: discarding)
        if case .line(let text) = event, input.isInteractive {
            let line = HistoryRule.isSecret(text) ? "(a line that is not kept)" : text
            screen.writeDown(Array((prompt.text + line + "\n").utf8))
        }
        return event
    }

    /// Keeps the prompt true while somebody types: deadlines come nearer, changes go.
    private func followPrompt(_ first: ShellPrompt) -> Task<Void, Never>? {
        guard case .editor(let editor) = input else { return nil }
        return Task { [self] in
            var shown = first
            while !Task.isCancelled {
                // Cancelled when the line is there.
                guard (try? await Task.sleep(for: Self.promptInterval)) != nil else { return }
                var next = await shownPrompt(after: .done)
                next.lastStatus = first.lastStatus
                guard next != shown, !Task.isCancelled else { continue }
                editor.show(prompt: next.prompt)
                shown = next
            }
        }
    }

    private func shownPrompt(after last: ExitStatus) async -> ShellPrompt {
        var shown = ShellPrompt()
        guard input.isInteractive else { return shown }
        for opened in places.opened {
            guard let session = await opened.access.begunSession() else { continue }
            let entries = await session.entries.filter { $0.isTemporary && $0.state.isPending }
            shown.pending += entries.count
            shown.hasFailed = shown.hasFailed || entries.contains { $0.state == .failed }
            guard opened === state, let deadline = await session.nextDeadline else { continue }
            shown.timeLeft = ShellPrompt.coarse(await session.serverNow.age(until: deadline))
        }
        signals.note(pending: shown.pending)
        let protected = protectedContext
        shown.isProtected = protected != nil
        let place = places.current
        if place != places.home {
            shown.place = place.text
        } else {
            shown.place = protected
        }
        shown.isReadOnly = state.memory.refusal != nil
        let here = ObjectIdentifier(state)
        shown.isUnreachable = unreachable.withLock { $0.contains(here) }
        shown.lastStatus = last.code
        shown.wantsColour = Style.wantsColour(
            isTerminal: world.terminal.outputIsTerminal, environment: world.environment)
        return shown
    }

    // MARK: Care

    /// A server that was not reached shows in the prompt until it is.
    ///
    /// - Parameters:
    ///   - cluster: the shell's state on it.
    ///   - status: of a command there; a mistake says nothing, since it may have asked nobody.
    func noteReachability(of cluster: ShellState, _ status: ExitStatus) {
        guard status != .mistaken, status != .ended(by: Signal.interrupt.number) else { return }
        unreachable.withLock { unreachable in
            if status == .unreachable {
                unreachable.insert(ObjectIdentifier(cluster))
            } else {
                unreachable.remove(ObjectIdentifier(cluster))
            }
        }
    }

    private var protectedContext: String? {
        // Settings that cannot be read are told of where writes are judged.
        try? WriteGuard(world: world).protectedContext(of: state.access.settings)
    }

    /// Says to all verbs whether they may write where the shell is now.
    func judgeWrites() {
        do {
            let guarded = try WriteGuard(world: world)
            let name = guarded.protectedContext(of: state.access.settings)
            let isLifted = name.map { name in lifted.withLock { $0.contains(name) } } ?? true
            if settings.isOn(.readOnly) {
                state.memory.refusal = "this shell is read-only"
            } else {
                state.memory.refusal = isLifted ? nil : "the context \(name ?? "") is protected"
            }
        } catch {
            let failure = Failure(error, world: world)
            state.memory.refusal = failure.message
        }
    }

    /// `set read-only`; on a protected context somebody has to type its name to allow writes.
    func setReadOnly(_ isOn: Bool) async -> ExitStatus {
        if !isOn, let name = protectedContext {
            guard input.isInteractive else {
                say("error: the context \(name) is protected, and nobody is there to confirm")
                return .mistaken
            }
            signals.enter(.atPrompt)
            let answer = await input.source.nextLine(
                prompt: Prompt([.init("Type the name of the context to allow changes in it: ")]),
                discardingTypedAhead: false)
            guard answer == .line(name) else {
                say("nothing may be changed here still")
                return .mistaken
            }
            _ = lifted.withLock { $0.insert(name) }
        }
        if isOn { lifted.withLock { $0 = [] } }
        settings[.readOnly] = isOn ? "on" : "off"
        judgeWrites()
        return .done
    }

    // MARK: Speaking

    func say(_ text: String) {
        endOpenLine()
        // The undo at the end must not depend on anybody reading.
        try? world.errors.write(Array((Escape.lines(text) + "\n").utf8))
    }

    func say(_ paragraph: Paragraph) {
        let width = world.terminal.errorsAreTerminal ? world.terminal.columns : nil
        say(paragraph.lines(width: width).joined(separator: "\n"))
    }

    /// Says it above the prompt, whatever is being typed there.
    func post(_ text: String) {
        if case .editor(let editor) = input {
            editor.post(Escape.lines(text))
        } else {
            say(text)
        }
    }

    /// Says something of several sentences, wrapped to the terminal.
    func tell(_ text: String) {
        let columns = DescriptorFacts.current(2).columns
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
            Paragraph("", String($0)).lines(width: columns)
        }
        say(lines.joined(separator: "\n"))
    }

    func endOpenLine() {
        guard input.isInteractive, screen.end() else { return }
        // As in `say`.
        try? world.errors.write([0x0A])
    }

    /// After a program that wrote to the terminal itself, the cursor may be anywhere in its row:
    /// as many blanks as the row is wide lead to the next row, unless it was at the start.
    func startFreshLine() {
        guard case .editor = input, let columns = DescriptorFacts.current(1).columns else { return }
        let blanks = String(repeating: " ", count: max(columns - 1, 1))
        // As in `say`.
        try? world.output.write(Array("\u{23CE}\(blanks)\r\u{1B}[K".utf8))
        screen.note(lastByte: 0x0A)
    }

    private func greet() async {
        let recovery = RecoveryOffer(loop: self)
        guard input.isInteractive else {
            await recovery.mention()
            return
        }
        let greeting = Paragraph(
            "\(world.programName) \(Release.version): ",
            "\"help\" lists the commands, \"exit\" leaves and undoes temporary changes."
                + (state.access.settings.sandbox ? " New here? \"tour\" leads you around." : ""))
        let columns = DescriptorFacts.current(2).columns
        say(greeting.lines(width: columns).joined(separator: "\n"))
        if case .editor(let editor) = input { history.attach(editor) }
        await recovery.offer()
        let search = recovery.lookElsewhere()
        self.search.withLock { $0 = search }
        await OwnFile(loop: self).run()
    }
}
