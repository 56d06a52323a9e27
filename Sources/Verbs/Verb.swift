// Verbs: the words that people type, each a command definition with what it does to the world and
// how it is used. A verb resolves names, asks a lower room and reports; it never prints by itself,
// reads the environment, or ends the process. One-shot commands and lines of the shell are the
// same definitions on the same road (`Dispatcher`).

package import ArgumentParser

/// A command: one file, one line in the roster.
///
/// The required members make the compiler ask how a verb is undone and how it is used.
package protocol Verb: AsyncParsableCommand, Sendable {
    /// What it does to the world.
    static var effect: Effect { get }
    /// Shown in help and manual, run by a test on the sandbox as they stand.
    static var examples: [Example] { get }

    /// Whether a signal may cut it off: nothing is left behind by that.
    static var canBeCut: Bool { get }

    /// Whether it answers signals itself from its start to its end, as a shell does.
    static var ownsSignals: Bool { get }

    /// Whether this line shows things as they happen, until it is ended: nothing of that is held
    /// back or paged.
    var goesOn: Bool { get }

    func run(in context: VerbContext) async throws
}

extension Verb {
    package static var canBeCut: Bool { effect == .reads }
    package static var ownsSignals: Bool { false }
    package var goesOn: Bool { false }
}

/// A verb that speaks to a cluster, and therefore takes the flags that say which.
package protocol ClusterVerb: Verb {
    var cluster: ClusterOptions { get }
}

/// What a verb does to the world.
package enum Effect: Sendable, Hashable {
    /// Asks only; interrupting it is harmless. Such a verb gets no session.
    case reads
    /// Changes objects by way of the session's ledger, which can take them back.
    case journaled
    /// Changes something that nobody here can take back.
    case irreversible(because: String)

    /// One sentence for help and manual.
    package var sentence: String {
        switch self {
        case .reads: "Only reads; nothing in the cluster is changed."
        case .journaled: "Every change is recorded before it is made, so that it can be undone."
        case .irreversible(let because): "Cannot be undone: \(because)."
        }
    }
}

/// A line that works as it stands on the sandbox.
package struct Example: Sendable, Hashable {
    /// What is typed after the program's name, quoted as for a shell.
    package var line: String
    package var summary: String

    package init(_ line: String, _ summary: String) {
        self.line = line
        self.summary = summary
    }
}

extension CommandConfiguration {
    /// The configuration of a verb: its help ends with effect and examples.
    static func verb(
        _ type: (some Verb).Type, name: String? = nil, abstract: String, discussion: String,
        aliases: [String] = []
    ) -> CommandConfiguration {
        let examples = type.examples.map {
            "  # \($0.summary)\n  \($0.typed)"
        }
        return CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: """
                \(discussion)

                \(type.effect.sentence)

                EXAMPLES
                \(examples.joined(separator: "\n\n"))
                """,
            aliases: aliases)
    }
}
