/// What signals mean to one command, from its start to the end of its undo.
///
/// While the command runs they cut it off where it only reads, and are noted where it changes
/// something. While the end undoes, the first Ctrl-C is answered by how to leave, the second
/// leaves; requests to end are honoured by the undo's own limit.
actor CommandSignals {
    private enum Phase {
        case running(cut: (@Sendable () -> Void)?)
        case undoing(warn: @Sendable () -> Void, abandon: @Sendable () -> Void)
        case over
    }

    private var phase = Phase.running(cut: nil)
    private var wasWarned = false
    /// The first signal that came.
    private(set) var first: Interrupt?
    /// The first that came while the end undid.
    private(set) var firstOfUndo: Interrupt?

    /// Passes on what a stream brings until the task is cancelled.
    ///
    /// - Parameters:
    ///   - stream: what comes from outside.
    ///   - keysAreLent: whether Ctrl-C is for a program that has the terminal, and not for us.
    /// - Returns: the task.
    nonisolated func listen(
        to stream: AsyncStream<Interrupt>,
        keysAreLent: @escaping @Sendable () -> Bool = { false }
    ) -> Task<Void, Never> {
        Task {
            for await signal in stream where signal != .interrupt || !keysAreLent() {
                await receive(signal)
            }
        }
    }

    func receive(_ signal: Interrupt) {
        if first == nil { first = signal }
        switch phase {
        case .running(let cut): cut?()
        case .undoing(let warn, let abandon):
            if firstOfUndo == nil { firstOfUndo = signal }
            guard signal == .interrupt else { return }
            if wasWarned { abandon() } else { warn() }
            wasWarned = true
        case .over: break
        }
    }

    /// The command runs, and `cut` ends it without harm.
    func run(cut: @escaping @Sendable () -> Void) {
        phase = .running(cut: cut)
        if first != nil { cut() }
    }

    /// The end undoes; a Ctrl-C that came before counts as the first, however often it was pressed.
    func undo(warn: @escaping @Sendable () -> Void, abandon: @escaping @Sendable () -> Void) {
        phase = .undoing(warn: warn, abandon: abandon)
        guard first == .interrupt else { return }
        firstOfUndo = first
        wasWarned = true
        warn()
    }

    /// Nothing is left that a signal could change.
    func rest() { phase = .over }
}
