package import KubernetesCore

/// Time as a session sees it; tests bring their own.
package struct SessionClock: Sendable {
    package var now: @Sendable () -> Timestamp
    /// Returns early, with an error, when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}

/// What a session needs besides a cluster and a disk.
package struct SessionEnvironment: Sendable {
    package var clock: SessionClock
    /// A new session's id: at most 20 characters of `[a-z0-9]`.
    package var makeID: @Sendable () -> String
    /// Who makes the changes, for the annotation `created-by`.
    package var user: String?
    /// The host name, by which journals of one home are told apart where machines share it.
    package var machine: String?
    /// The process that we are, by which a journal about an embedded cluster is known to be over.
    package var process: Int32?
    /// What commands begin with in hints: `petstore-cli`, with connection flags where needed.
    package var program: String
    package var fieldManager: String
    /// How long the server may take over one write; it cannot commit later.
    package var writeTimeout: Duration
    /// How long an undo waits for the operator at most, within the limit of the whole undo.
    package var operatorLimit: Duration
    /// Who holds the session's Leases: one running process.
    package var holder: String
    /// For how long a Lease counts as a sign of life.
    package var leaseDuration: Duration = .seconds(60)
    /// How often a living session renews its Leases and looks for deadlines.
    package var tendingInterval: Duration = .seconds(20)
    /// Whether the session tends itself in a task of its own from its first change on; else
    /// somebody calls `tend()`.
    package var tendsItself = false
    /// Told of what the session undid by itself because its time was over.
    package var tellExpired: @Sendable (UndoReport) -> Void = { _ in }

    package init(
        clock: SessionClock, makeID: @escaping @Sendable () -> String = Self.randomID,
        user: String? = nil, program: String = "petstore-cli",
        fieldManager: String = "petstore-cli", writeTimeout: Duration = .seconds(10),
        operatorLimit: Duration = .seconds(20), holder: String = Self.randomID()
    ) {
        self.clock = clock
        self.makeID = makeID
        self.user = user
        self.program = program
        self.fieldManager = fieldManager
        self.writeTimeout = writeTimeout
        self.operatorLimit = operatorLimit
        self.holder = user.map { "\($0)/\(holder)" } ?? holder
    }

    /// Ten random letters and digits: more than 50 bits.
    @Sendable package static func randomID() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<10).compactMap { _ in letters.randomElement() })
    }

    static func isValidID(_ id: String) -> Bool {
        (1...20).contains(id.utf8.count)
            && id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }
}
