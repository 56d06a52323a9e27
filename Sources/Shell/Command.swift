/// One command of a line: what to do, and where its result goes.
package struct Command: Sendable, Equatable {
    package enum Work: Sendable, Equatable {
        /// A command of ours, as its words.
        case words([String])
        /// A text for the system's shell.
        case program(String)
    }

    /// Where the result goes; what is said beside it stays on the screen.
    package enum Destination: Sendable, Equatable {
        case screen
        /// A text for the system's shell, which reads the result.
        case program(String)
        case file(String, appends: Bool)
    }

    package var work: Work
    package var destination = Destination.screen
    /// Whether the shell goes on at once.
    package var isInBackground = false

    /// The words of a command of ours; none of a program.
    package var words: [String] {
        if case .words(let words) = work { return words }
        return []
    }

    /// Every word that was typed, those for programs included.
    var spokenWords: [String] {
        var spoken = words
        if case .program(let text) = work { spoken += text.split(separator: " ").map(String.init) }
        if case .program(let text) = destination {
            spoken += text.split(separator: " ").map(String.init)
        }
        return spoken
    }
}
