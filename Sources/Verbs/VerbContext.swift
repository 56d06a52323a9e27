package import Catalog
package import KubernetesClient
package import Render
package import Session

/// What a verb has to work with: the world, one cluster (lazily), and ways to speak.
package struct VerbContext: Sendable {
    package internal(set) var world: World
    package let access: ClusterAccess
    /// The shell whose line this is, when the line works on the shell's own cluster.
    package let shell: ShellState?
    /// Whether a shell is around, whatever cluster the line works on.
    package let isInShell: Bool
    package let effect: Effect
    /// What `-n` said.
    private let givenNamespace: String?

    package init(
        world: World, access: ClusterAccess, shell: ShellState?, isInShell: Bool, effect: Effect,
        namespace: String?
    ) {
        self.world = world
        self.access = access
        self.shell = shell
        self.isInShell = isInShell
        self.effect = effect
        givenNamespace = namespace
    }

    // MARK: The cluster

    package func client() async throws -> KubernetesClient { try await access.client() }

    /// The namespace to work in: `-n`, else the connection's.
    package func namespace() async throws -> String {
        if let givenNamespace { return givenNamespace }
        return try await access.connection().namespace
    }

    /// Where the next command works by itself.
    func standingPlace() async throws -> StandingPlace {
        let (own, others) = (shell == nil ? reach : .inPlace, reach)
        // A namespace that this command alone was given says nothing about the next one.
        guard shell != nil || givenNamespace == nil else {
            return StandingPlace(nil, reach: own, ofOthers: others)
        }
        let namespace = try await access.connection().namespace
        return StandingPlace(namespace, reach: own, ofOthers: others)
    }

    /// How other command lines reach the cluster.
    private var reach: Reach { Reach(access.settings) }

    /// What is typed in front of a command that is to reach the same cluster from another command
    /// line.
    var typedProgram: String { reach.typed(after: world.programName) }

    /// The kind that a word names; what changes something has the server's own word for it.
    ///
    /// - Parameters:
    ///   - word: any form of a kind's name.
    ///   - schemas: whether the kind's schema is needed; it costs a request.
    /// - Returns: the kind.
    /// - Throws: `CatalogError` for a word that means none, or what the server said.
    package func kind(_ word: String, schemas: Bool = false) async throws -> CatalogKind {
        try await access.kind(word, schemas: schemas, effect == .reads ? .cached : .verified)
    }

    /// The session whose ledger holds this verb's changes; begun when first asked for.
    ///
    /// - Throws: `Failure` for a verb that says of itself that it only reads.
    package func session() async throws -> Session {
        guard effect != .reads else {
            throw Failure(.ours, "a command that only reads asked for a session")
        }
        return try await access.session()
    }

    // MARK: Speaking

    /// Whether a question would reach somebody.
    package var isInteractive: Bool {
        world.terminal.inputIsTerminal && world.terminal.errorsAreTerminal
    }

    package func renderer(_ format: OutputFormat) -> Renderer {
        let facts = world.terminal
        let colour = Style.wantsColour(
            isTerminal: facts.outputIsTerminal, environment: world.environment)
        return Renderer(
            format,
            style: Style(
                colour: colour, width: facts.columns, isOnScreen: facts.outputIsTerminal))
    }

    /// Shows a result in the format that was asked for, and its notices beside it.
    ///
    /// - Throws: `OutputClosed`, and `JSONPathError` where the result has not what a format asks.
    package func report(_ report: Report, as format: OutputFormat = .table) throws {
        var report = report
        for notice in report.notices { try remark(notice) }
        if format.isForPeople, !report.nextSteps.isEmpty {
            shell?.memory.note(steps: report.nextSteps)
            report.sections.append(
                StepText.section(
                    report.nextSteps, program: shell == nil ? world.programName : nil))
        }
        try world.output.write(try renderer(format).render(report))
        shell?.memory.note(
            shown: report.names.compactMap { name in
                var object = ListedObject(qualified: name)
                object?.namespace = givenNamespace
                return object
            })
    }

    /// Writes bytes of a result that is made piece by piece.
    package func write(_ bytes: [UInt8]) throws(OutputClosed) {
        if !bytes.isEmpty { try world.output.write(bytes) }
    }

    /// Says something that is no part of the result.
    package func note(_ text: String) throws(OutputClosed) {
        guard !text.isEmpty else { return }
        let remark = "note: "
        if text.hasPrefix(remark), !text.contains("\n") {
            return try note(Paragraph(remark, String(text.dropFirst(remark.count))))
        }
        try world.errors.write(Array((Escape.lines(text) + "\n").utf8))
    }

    /// Says something in one line, broken between words on a narrow terminal: nothing in it is
    /// there to be copied.
    package func remark(_ text: String) throws(OutputClosed) {
        let lead = text.hasPrefix("note: ") ? "note: " : ""
        try note(Paragraph(lead, String(text.dropFirst(lead.count))))
    }

    /// Says something on the error stream that goes on under itself on a narrow terminal.
    package func note(_ paragraph: Paragraph) throws(OutputClosed) {
        let width = world.terminal.errorsAreTerminal ? world.terminal.columns : nil
        let text = paragraph.lines(width: width).joined(separator: "\n") + "\n"
        try world.errors.write(Array(text.utf8))
    }

    /// Asks before something happens that somebody could regret.
    ///
    /// - Parameters:
    ///   - question: without question mark and choices.
    ///   - yes: whether `--yes` answered it beforehand.
    /// - Throws: `Failure` when the answer is no or nobody is there to give one.
    package func confirm(_ question: String, yes: Bool) async throws {
        if yes { return }
        guard isInteractive else {
            throw Failure(
                .mistake, "\(question): this needs an answer and there is no terminal to ask at",
                hints: ["add --yes to agree beforehand"])
        }
        try world.errors.write(Array("\(Escape.line(question))? [y/N] ".utf8))
        let answer = await world.input.line() ?? ""
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure(.mistake, "nothing was changed")
        }
    }
}
