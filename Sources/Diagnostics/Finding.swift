// Diagnostics: what is wrong, and why. Objects of a cluster come in as values, findings go out as
// values, for a terminal, a program or a web page to show. It must never ask a server, wait, read
// a clock, or word anything for one face alone.

/// How a check ended.
package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    /// It could not run; its finding says why.
    case skip
    case ok
    case warn
    case fail

    /// The order of badness; what could not be looked at is no trouble found.
    private var rank: Int {
        switch self {
        case .skip: 0
        case .ok: 1
        case .warn: 2
        case .fail: 3
        }
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// What one check found out about one object.
package struct Finding: Sendable, Hashable {
    package var check: CheckID
    package var severity: Severity
    /// One sentence without a full stop.
    package var summary: String
    /// Why it is so, as far as that can be told.
    package var cause: String?
    /// What to do about it, the most helpful first.
    package var next: [Remedy]
    /// What was measured, for programs: stable names.
    package var facts: [Fact]
    package var object: ObjectReference

    package init(
        _ check: CheckID, _ severity: Severity, _ summary: String, cause: String? = nil,
        next: [Remedy] = [], facts: [Fact] = [], object: ObjectReference
    ) {
        self.check = check
        self.severity = severity
        self.summary = summary
        self.cause = cause
        self.next = next
        self.facts = facts
        self.object = object
    }

    /// A name and a value that a finding rests on.
    package struct Fact: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// A command that helps.
///
/// Its words are a value, so that a shell can run them and a page can show a button.
package struct Remedy: Sendable, Hashable {
    /// The program; nil: this one.
    package var program: String?
    package var words: [String]
    /// What it does, as the end of a sentence that begins with the command.
    package var purpose: String

    package init(_ words: [String], _ purpose: String, program: String? = nil) {
        self.program = program
        self.words = words
        self.purpose = purpose
    }

    /// One of kubectl's commands, for what is no object of the application.
    package static func kubectl(_ words: [String], _ purpose: String) -> Remedy {
        Remedy(words, purpose, program: "kubectl")
    }
}
