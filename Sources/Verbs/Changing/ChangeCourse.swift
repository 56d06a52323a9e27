import Catalog
import KubernetesCore
import Session

/// What becomes of the changes of one line, from the first to the end of the last.
struct ChangeCourse: Sendable {
    enum End: Sendable, Hashable {
        /// They stay; inside a shell `undo` takes them back.
        case permanent
        /// They are undone when the shell is left, or at their deadline.
        case withTheShell
        /// They are held in the foreground, then undone.
        case held(limit: Duration?, command: [String])
        /// They stay behind with a deadline, when the line has ended.
        case detached
    }

    let context: VerbContext
    let options: ChangeOptions
    let end: End
    /// Whether the changes are only tried.
    let mode: DryRunMode
    /// How long they may stay at most.
    let lifetime: Duration?
    /// From the start of the line on a signal ends the hold, also one that comes too early.
    private let signals: AsyncStream<Interrupt>?

    /// - Parameters:
    ///   - context: of the line.
    ///   - options: of the line.
    ///   - undoes: whether the changes go with the shell, the hold or the command.
    ///   - limit: of the hold.
    ///   - command: runs meanwhile.
    ///   - mode: whether the changes are only tried; then nothing is held, nor anything run.
    init(
        _ context: VerbContext, _ options: ChangeOptions, undoes: Bool, limit: Duration? = nil,
        command: [String] = [], mode: DryRunMode = .none
    ) {
        self.context = context
        self.options = options
        self.mode = mode
        let isShells = context.shell != nil
        lifetime = options.lifetime ?? (isShells ? limit : nil)
        if !undoes, options.lifetime == nil {
            end = .permanent
        } else if isShells {
            end = .withTheShell
        } else if undoes {
            end = .held(limit: limit ?? options.lifetime, command: command)
        } else {
            end = .detached
        }
        if case .held = end, mode == .none {
            signals = context.world.interrupts()
        } else {
            signals = nil
        }
    }

    /// Refuses options that make no sense together, and a command that could not be run.
    ///
    /// - Parameters:
    ///   - undoes: whether the changes are undone at the end of something.
    ///   - flag: that says so.
    ///   - limit: of `--for`.
    ///   - command: after `--`.
    ///   - context: of the line.
    /// - Throws: `Failure` of a usage kind, or with the status of a command that was not found.
    static func check(
        undoes: Bool, flag: String, limit: Duration?, command: [String], _ context: VerbContext
    ) throws(Failure) {
        if !undoes, limit != nil || !command.isEmpty {
            let what = command.isEmpty ? "--for" : "-- COMMAND"
            throw Failure(
                .usage(""), "\(what) needs a change that is undone", hints: ["add \(flag)"])
        }
        if context.shell != nil, !command.isEmpty {
            throw Failure(
                .usage(""), "-- COMMAND is for use outside the shell",
                hints: ["in the shell the change lasts until you leave"])
        }
        if !command.isEmpty, limit != nil {
            throw Failure(.usage(""), "--for and -- COMMAND cannot be given together")
        }
        try ProgramSearch(environment: context.world.environment).check(command)
    }

    var isTemporary: Bool { end != .permanent }

    /// Changes one object.
    func change(
        _ kind: CatalogKind, _ namespace: String, _ name: String, _ edits: [Edit]
    ) async throws -> LedgerEntry {
        let session = try await context.session()
        var entry = try await session.change(request(kind, namespace, name, edits))
        let returned = await session.settleReturned(by: entry)
        guard !returned.isEmpty else { return entry }
        entry.notices += returned.map { Self.text(of: $0, to: session.id) }
        // With the change that it ended there may be nothing left to take back.
        let number = entry.number
        if let now = await session.entries.first(where: { $0.number == number }) {
            entry.state = now.state
        }
        return entry
    }

    /// What a change would be; nothing is written.
    func preview(
        _ kind: CatalogKind, _ namespace: String, _ name: String, _ edits: [Edit]
    ) async throws -> ChangePreview {
        try await context.session().preview(
            request(kind, namespace, name, edits), asksServer: mode == .server)
    }

    private func request(
        _ kind: CatalogKind, _ namespace: String, _ name: String, _ edits: [Edit]
    ) -> ChangeRequest {
        ChangeRequest(
            target: ChangeTarget(
                type: kind.type, category: kind.category, rules: FieldRules(kind)),
            namespace: namespace, name: name, edits: edits,
            reason: options.reason, ticket: options.ticket, lifetime: lifetime,
            isTemporary: isTemporary, requiredLevel: options.requireGuarantee,
            acceptsPermanent: options.yes)
    }

    /// That a temporary change is over, or why something of it is still there.
    private static func text(of returned: ReturnedChange, to session: String) -> String {
        let what =
            returned.session == session
            ? "change \(returned.line.entry.number)"
            : "the temporary change of session \(returned.session)"
        switch returned.line.outcome {
        case .undone: return "this ends \(what): what that changed is as before"
        case .failed(let why), .unknown(let why):
            return "nothing is left to undo of \(what), but its record is still there: \(why)"
        default: return "\(what): \(returned.line.text)"
        }
    }

    /// One object that is to be made.
    struct Creation: Sendable {
        var manifest: KubernetesObject
        var kind: CatalogKind
        var namespace: String
    }

    /// Creates one object.
    func create(_ creation: Creation, for purpose: Purpose) async throws -> LedgerEntry {
        try await context.session().create(request(creation, purpose))
    }

    /// What creations would be; nothing is written.
    func preview(_ creations: [Creation], for purpose: Purpose) async throws -> [LedgerEntry] {
        try await context.session().preview(
            creations.map { request($0, purpose) }, asksServer: mode == .server)
    }

    private func request(_ creation: Creation, _ purpose: Purpose) -> CreateRequest {
        let kind = creation.kind
        return CreateRequest(
            target: ChangeTarget(
                type: kind.type, category: kind.category, rules: FieldRules(kind)),
            namespace: kind.type.isNamespaced ? creation.namespace : nil,
            manifest: creation.manifest, reason: options.reason, ticket: options.ticket,
            purpose: purpose, lifetime: lifetime, isTemporary: isTemporary,
            requiredLevel: options.requireGuarantee, acceptsEffects: options.yes)
    }

    /// Ends the line as its changes ask for it.
    ///
    /// - Parameter what: is held, for people: `the change of pet/fluffy`.
    /// - Throws: `Failure` with the status of the hold.
    func finish(holding what: String) async throws {
        switch end {
        case .permanent: return
        case .withTheShell: try await watchTheClock()
        case .held(let limit, let command):
            guard let signals else { return }
            try await Hold(
                what: what, limit: limit, command: command, signals: signals,
                undo: options.waiting.options
            ).run(in: context)
        case .detached: try await detach()
        }
    }

    /// The session looks for deadlines now and then; this one is kept to the second.
    private func watchTheClock() async throws {
        guard let lifetime else { return }
        let session = try await context.session()
        let world = context.world
        Task {
            try await world.clock.sleep(lifetime + .seconds(1))
            SessionOpening.tellExpired(await session.undoExpired(), in: world)
        }
    }

    private func detach() async throws {
        let session = try await context.session()
        await context.access.abandonSession()
        await session.detach(onPurpose: true)
        let program = context.typedProgram
        try context.note("to undo it earlier: \(program) undo all --session \(session.id)")
    }
}
