import Render

/// Tells how far a long work has come, on one line of the terminal that the end wipes away.
///
/// Silent where nobody watches, or where the result itself goes to the same terminal.
struct ProgressLine {
    private let context: VerbContext
    private let isShown: Bool
    private let begin = ContinuousClock.now
    private var lastShown = ContinuousClock.now
    private var hasLine = false

    /// Nothing is shown of work that is done sooner, and nothing more often than that.
    private static let pause = Duration.milliseconds(250)

    init(_ context: VerbContext, resultOnScreen: Bool) {
        self.context = context
        let terminal = context.world.terminal
        isShown =
            terminal.errorsAreTerminal && !(resultOnScreen && terminal.outputIsTerminal)
            && context.world.environment["TERM"] != "dumb"
    }

    /// Shows how far it is, now and then.
    ///
    /// - Parameters:
    ///   - what: is counted, such as `pets`.
    ///   - done: so far.
    ///   - total: where that is known.
    /// - Throws: when nobody reads any more.
    mutating func tell(_ what: String, _ done: Int, of total: Int?) throws(OutputClosed) {
        let now = ContinuousClock.now
        guard isShown, lastShown.duration(to: now) >= Self.pause else { return }
        lastShown = now
        hasLine = true
        let whole = total.map { " of \($0)" } ?? ""
        let seconds = begin.duration(to: now).components.seconds
        let line = "\(Escape.line(what)): \(done)\(whole), \(seconds)s"
        try context.world.errors.write(Array("\r\(line)\u{1B}[K".utf8))
    }

    mutating func end() throws(OutputClosed) {
        guard hasLine else { return }
        hasLine = false
        try context.world.errors.write(Array("\r\u{1B}[K".utf8))
    }
}
