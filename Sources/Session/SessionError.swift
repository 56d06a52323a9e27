package import KubernetesCore

/// Why a session did not do what it was asked to.
package struct SessionError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The server said no, or could not be asked; `cause` holds what it said.
        case server
        /// What cannot be undone is not done (level G0, or below the required level).
        case refused
        /// The request itself makes no sense: an unknown field, a path that cannot be changed.
        case invalid
        /// Everything is as asked for already.
        case nothingToChange
        /// Others changed the same values each time we tried.
        case conflict
        /// It may or may not have happened; the entry stays in the ledger.
        case outcomeUnknown
        /// The journal cannot be written or read: without it nothing is changed.
        case journal
        /// The session is somebody's right now.
        case alive
        /// No such session, or no such entry.
        case notFound
        /// The session has ended.
        case closed
    }

    package var kind: Kind
    /// One line for people, without "error:".
    package var message: String
    /// What to type next.
    package var hints: [String]
    package var cause: KubernetesError?

    package init(
        _ kind: Kind, _ message: String, hints: [String] = [], cause: KubernetesError? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hints = hints
        self.cause = cause
    }

    package init(_ error: KubernetesError, doing what: String) {
        self.init(
            error.isOutcomeUnknown ? .outcomeUnknown : .server,
            "\(what): \(error.message.trimmingPrefix("error: "))",
            cause: error)
    }
}

extension SessionError: CustomStringConvertible {
    package var description: String { message }
}
