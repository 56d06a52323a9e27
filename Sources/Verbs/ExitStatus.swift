/// The number with which a command ends; the table of the documentation in one place.
package struct ExitStatus: Sendable, Hashable {
    package let code: Int32

    package init(_ code: Int32) { self.code = code }

    /// Done; no differences; healthy.
    package static let done = ExitStatus(0)
    /// The answer is "no": differences, unhealthy, a failed action.
    package static let answeredNo = ExitStatus(1)
    /// A mistake in the command line, or a failure of our own.
    package static let mistaken = ExitStatus(2)
    /// Something of ours is still in the cluster; wins over every other status.
    package static let undoIncomplete = ExitStatus(3)
    package static let notFound = ExitStatus(4)
    /// Forbidden, or not authenticated.
    package static let denied = ExitStatus(5)
    package static let conflict = ExitStatus(6)
    package static let timedOut = ExitStatus(7)
    package static let unreachable = ExitStatus(8)

    /// The program of a command of the user's is there, but cannot be started.
    package static let programNotRunnable = ExitStatus(126)
    /// There is no program of the name that a command of the user's begins with.
    package static let programNotFound = ExitStatus(127)

    /// Ended by that signal, after everything was undone.
    package static func ended(by signal: Int32) -> ExitStatus { ExitStatus(128 + signal) }

    /// Whether a script fed to the shell goes on: 1 is an answer, not an error.
    package var letsScriptsGoOn: Bool { code < 2 }

    /// Every status with its meaning, for help and manual.
    package static let table: [(status: ExitStatus, meaning: String)] = [
        (.done, "done; no differences; healthy"),
        (.answeredNo, "the answer is no: differences found, unhealthy, an action that failed"),
        (.mistaken, "usage error, or a failure of petstore-cli itself"),
        (.undoIncomplete, "undo incomplete: something of ours is still in the cluster"),
        (.notFound, "not found"),
        (.denied, "forbidden or not authenticated"),
        (.conflict, "conflict"),
        (.timedOut, "timed out"),
        (.unreachable, "server unreachable"),
        (
            .programNotRunnable,
            "the command after -- cannot be started; nothing was changed, or it was undone"
        ),
        (.programNotFound, "the command after -- was not found; nothing was changed"),
    ]
}
