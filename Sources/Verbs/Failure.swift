package import Render

/// Why a command did not do what it was asked, in the form in which people read it.
package struct Failure: Error, Sendable, Hashable {
    /// What sort of trouble it is; decides the exit status.
    package enum Kind: Sendable, Hashable {
        /// The command line makes no sense; usage is shown below the message.
        case usage(String)
        /// The command line makes sense, but asks for what cannot be.
        case mistake
        /// Something went wrong here rather than at the server.
        case ours
        /// The answer is "no"; the report said why.
        case answeredNo
        case undoIncomplete
        case notFound
        case denied
        case conflict
        case timedOut
        case unreachable
        /// A program of the user's ended so.
        case command(Int32)
        case ended(by: Int32)
    }

    package var kind: Kind
    /// One line (or the server's own text); empty where everything was said already.
    package var message: String
    /// What to know or to mend next.
    package var hints: [String]
    /// Commands to run next; they are shown as hints.
    package var steps: [NextStep]

    package init(
        _ kind: Kind, _ message: String, hints: [String] = [], steps: [NextStep] = []
    ) {
        self.kind = kind
        self.message = message
        self.hints = hints
        self.steps = steps
    }

    /// What is printed on the error stream: `error: …` and `hint: …` lines.
    ///
    /// A message that names its origin itself (`Error from server (NotFound): …`, as kubectl has
    /// it) stays as it is.
    package var text: String { text(inShell: false) }

    /// In a shell the steps are named by the numbers that `next` takes.
    package func text(inShell: Bool) -> String {
        var lines: [String] = []
        if !message.isEmpty {
            let speaksForItself = Self.openings.contains { message.hasPrefix($0) }
            lines.append(speaksForItself ? message : "error: \(message)")
        }
        lines += hints.map { "hint: \($0)" }
        lines += StepText.lines(steps, inShell: inShell).map { "hint: \($0)" }
        if case .usage(let usage) = kind, !usage.isEmpty { lines += ["", usage] }
        return lines.map { $0 + "\n" }.joined()
    }

    /// How messages begin that name their origin themselves.
    static let openings = [
        "error: ", "Error from server", "Unable to connect", "The connection to the server",
        "The request is invalid",
    ]
}

extension ExitStatus {
    /// The status of a kind of failure: the only place that knows.
    package init(_ kind: Failure.Kind) {
        switch kind {
        case .usage, .mistake, .ours: self = .mistaken
        case .answeredNo: self = .answeredNo
        case .undoIncomplete: self = .undoIncomplete
        case .notFound: self = .notFound
        case .denied: self = .denied
        case .conflict: self = .conflict
        case .timedOut: self = .timedOut
        case .unreachable: self = .unreachable
        case .command(let code): self = ExitStatus(code)
        case .ended(let signal): self = .ended(by: signal)
        }
    }
}
