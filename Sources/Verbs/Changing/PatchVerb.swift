package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `patch`: changes fields of an object, for as long as the session lives or for good.
package struct PatchVerb: ClusterVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example(
            "patch pet fluffy status=pending --rollback-on-exit -- sleep 1",
            "Change, run a command, undo"),
        Example(
            "patch pet fluffy category.name=Cats --rollback-on-exit --for 1s",
            "Change, hold for a while, undo"),
        Example(
            "patch pet/fluffy --spec '{\"status\":\"sold\"}' --dry-run",
            "Show what would change"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "patch", abstract: "Change fields of a resource.",
        discussion: """
            FIELD=VALUE sets a field of the spec (category.name=Cats, tags[0].name=x), FIELD- \
            removes one. Values get the type that the schema says; unknown fields and values \
            that are not allowed are refused before anything is sent.

            With --rollback-on-exit the change is undone: in the shell when you leave it, \
            outside when you press Ctrl-C, when the input ends, after --for, or when COMMAND \
            has ended, whose exit status becomes ours. Without it the change is permanent; \
            inside the shell "undo" still takes it back.
            """)

    @Argument(
        help: .init("KIND NAME or KIND/NAME, then FIELD=VALUE….", valueName: "resource"))
    var words: [String] = []

    @Option(help: "The fields as JSON, merged into the spec; null removes.")
    var spec: String?

    @Flag(help: "Undo the change when the shell, the command or the hold ends.")
    var rollbackOnExit = false

    @Option(
        name: .customLong("for"), help: "Undo after that time, such as 10m.",
        transform: PatchVerb.duration)
    var hold: Duration?

    @Option(help: "Why; goes into an annotation while the change lasts.")
    var reason: String?

    @Option(help: "The ticket; goes into an annotation while the change lasts.")
    var ticket: String?

    @Flag(help: "Show what the server would make of it; change nothing.")
    var dryRun = false

    @Flag(name: [.short, .long], help: "Accept a change that cannot be undone.")
    var yes = false

    @OptionGroup var format: OutputOptions
    @Option(
        name: .customLong(CommandTail.option), parsing: .remaining,
        help: .init(
            "The same as -- COMMAND…: run it while the change lasts.", valueName: "command"))
    var command: [String] = []

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    private static func duration(_ text: String) throws -> Duration {
        // The error below shows what a duration looks like.
        guard let duration = try? GoDuration.parse(text), duration > .zero else {
            throw ValidationError("it is no duration such as 30s, 10m or 1h30m")
        }
        return duration
    }

    package func run(in context: VerbContext) async throws {
        let plan = try PatchWords(words, spec: spec)
        try check(context)
        let kind = try await context.kind(plan.kind, schemas: true)
        let namespace = try await context.namespace()
        let client = try await context.client()
        let edits = try await ListEdits(kind: kind, namespace: namespace, name: plan.name)
            .completed(try plan.edits(for: kind), client: client)
        if dryRun {
            let preview = PatchPreview(kind: kind, namespace: namespace, name: plan.name)
            return try context.report(
                try await preview.report(of: edits, client: client),
                as: format.output)
        }
        // From here on a signal ends the hold, also one that comes while the change is made.
        let signals = rollbackOnExit && context.shell == nil ? context.world.interrupts() : nil
        let session = try await context.session()
        let entry = try await session.change(
            ChangeRequest(
                target: ChangeTarget(
                    type: kind.type, category: kind.category, rules: FieldRules(kind)),
                namespace: namespace, name: plan.name, edits: edits, reason: reason,
                ticket: ticket, lifetime: context.isInShell ? hold : nil,
                isTemporary: rollbackOnExit, acceptsPermanent: yes))
        try tell(entry, context)
        guard rollbackOnExit else { return }
        if let signals {
            try await Hold(entry: entry, limit: hold, command: command, signals: signals)
                .run(in: context)
        } else if let hold {
            Hold.undoLater(after: hold, session, in: context)
        }
    }

    private func check(_ context: VerbContext) throws(Failure) {
        if !rollbackOnExit, hold != nil || !command.isEmpty {
            let what = command.isEmpty ? "--for" : "-- COMMAND"
            throw Failure(
                .usage(""), "\(what) needs a change that is undone",
                hints: ["add --rollback-on-exit"])
        }
        if context.shell != nil, !command.isEmpty {
            throw Failure(
                .usage(""), "-- COMMAND is for use outside the shell",
                hints: ["in the shell the change lasts until you leave"])
        }
        if !command.isEmpty, hold != nil {
            throw Failure(.usage(""), "--for and -- COMMAND cannot be given together")
        }
    }

    private func tell(_ entry: LedgerEntry, _ context: VerbContext) throws(OutputClosed) {
        let until = entry.isTemporary ? " (\(Self.promise(of: entry)))" : ""
        let changes = entry.fields.map {
            Paragraph(
                "\(entry.objectText) \($0.pathText): ",
                "\(Self.shown($0.before, $0)) → \(Self.shown($0.now, $0))\(until)")
        }
        var payload = UndoVoice.payload(of: entry)
        payload["notices"] = .array(entry.notices.map { .string($0) })
        try context.report(
            Report(
                kind: "Change", sections: [Section(nil, .paragraphs(changes))],
                payload: payload, names: [entry.object.type.qualifiedName(of: entry.object.name)],
                notices: entry.notices.map { "note: \($0)" }),
            as: format.output)
    }

    /// A value; small lists and objects whole, because their sizes alone tell little.
    private static func shown(_ value: FieldValue, _ field: LedgerEntry.Field) -> String {
        let short = ValueText.short(value, isSecret: field.isSecret)
        guard !field.isSecret, let json = value.value,
            json.arrayValue != nil || json.objectValue != nil
        else { return short }
        let whole = DataText.flow(Mask.hide(in: json))
        return whole.count <= widestValue ? whole : short
    }

    private static let widestValue = 60

    /// What the level of guarantee means, in words.
    private static func promise(of entry: LedgerEntry) -> String {
        switch entry.level {
        case .g3:
            let time = entry.deadline.map { $0.rfc3339.dropFirst(11).prefix(5) + " UTC" }
            let by = entry.executor.map { " by the \($0)" } ?? " by the cluster"
            return "undone on exit;\(by) at \(time ?? "its deadline") at the latest"
        case .g2: return "undone on exit, else by session recover"
        case .g1: return "undone on exit, or from this machine only"
        case .g0: return "cannot be undone"
        }
    }
}
