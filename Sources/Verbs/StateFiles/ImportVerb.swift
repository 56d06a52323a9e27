package import ArgumentParser
import Catalog
import KubernetesCore
import Session
import StateFiles

/// `import`: brings a cluster to the state that a file holds.
package struct ImportVerb: CommandRunningVerb, DryRunningVerb {
    package static let effect = Effect.irreversible(
        because: "what is imported stays; --temporary and --atomic record every change before it"
            + " is made, and take it back")
    package static let examples = [
        Example("import state.yaml --dry-run", "Show the plan; the exit status is 0 or 1"),
        Example("import state.yaml", "Create and update what differs"),
        Example(
            "import state.yaml --existing=skip",
            "Only what is not there yet"),
        Example(
            "import state.yaml --temporary --yes -- sleep 1",
            "Have that state while a command runs, and the old one again afterwards"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "import", abstract: "Bring the cluster to the state of a file.",
        discussion: """
            Shows the plan first: what is created, updated, left as it is, in conflict with \
            another field manager, or invalid (with document, line and field). Then every object \
            is written by server-side apply; one that fails does not stop the others. Fields that \
            the file does not have stay, unless an earlier import put them there.

            --dry-run goes by what the cluster publishes: schema, objects, namespaces. What only the \
            server can tell by trying it (conflicts with other field managers, validation rules, \
            admission) needs --dry-run=server.

            --atomic takes everything back when something fails. --temporary undoes the import \
            when the shell, the command or the hold ends. Both write through the session's \
            ledger. --prune deletes what the file covers, but does not have.
            """)

    @Argument(help: .init("The file or folder; - is standard input.", valueName: "file"))
    var file: String

    @OptionGroup var trial: DryRunOptions

    @Option(
        help: .init(
            "What happens to objects that are there: skip, update or fail.", valueName: "rule"))
    var existing: ExistingRule = .update

    @Option(
        name: .customLong("map-namespace"),
        help: .init(
            "What the file says of one namespace is meant of another.", valueName: "from=to"))
    var mapped: [String] = []

    @Flag(help: "Delete what the file covers and does not have; needs -l.")
    var prune = false

    @Option(
        name: [.customShort("l", allowingJoined: true), .customLong("selector")],
        help: "Prune only objects with these labels.")
    var selector: String?

    @Flag(help: "Take over fields that other managers set.")
    var forceConflicts = false

    @Flag(help: "Take everything back when something fails.")
    var atomic = false

    @Flag(help: "Undo the import when the shell, the command or the hold ends.")
    var temporary = false

    @Option(
        name: .customLong("for"), help: "Undo after that time, such as 10m.",
        transform: DurationArgument.positive)
    var hold: Duration?

    @OptionGroup var change: ChangeOptions
    @OptionGroup var format: OutputOptions
    @Option(
        name: .customLong(CommandTail.option), parsing: .remaining,
        help: .init(
            "The same as -- COMMAND…: run it while the import lasts.", valueName: "command"))
    var command: [String] = []

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    var undoOptions: UndoOptions { change.waiting.options }

    /// Whether the changes go through the ledger, which can take them back.
    var isRecorded: Bool { temporary || atomic || change.lifetime != nil }

    package func run(in context: VerbContext) async throws {
        try check(context)
        let map = try NamespaceMap(mapped)
        let files = try await StateSource.read(file, in: context)
        let wanted = try await WantedState(files, map, given: cluster.namespace, in: context)
        // What is no object at all has no part in a plan.
        try StateSource.refuse(wanted.problems)
        for note in wanted.notes { try context.note(note) }
        let planner = ImportPlanner(
            context: context, verb: self, client: try await context.client(), map: map)
        let plan = try await planner.plan(wanted)
        guard !isTrial else {
            try context.report(plan.report(isDone: false), as: format.output)
            try plan.throwFailure(wanted)
            if plan.changesAnything { throw Failure(.answeredNo, "") }
            return
        }
        try plan.tell(in: context)
        if !plan.changesAnything { try plan.throwFailure(wanted) }
        if atomic { try plan.throwFailure(wanted, because: "nothing was changed") }
        try await consent(to: plan, context)
        let course = ChangeCourse(
            context, change, undoes: temporary, limit: hold, command: command)
        let done = try await ImportWork(context: context, verb: self, course: course).run(plan)
        try context.report(done.report(isDone: true), as: format.output)
        try done.throwFailure(wanted)
        if done.count(.created) + done.count(.updated) > 0 {
            try await course.finish(holding: "the import of \(file)")
        }
    }

    private func check(_ context: VerbContext) throws(Failure) {
        try ChangeCourse.check(
            undoes: temporary, flag: "--temporary", limit: hold, command: command, context)
        if let selector { try SelectorWords.check(selector) }
        if prune, selector == nil {
            throw Failure(
                .usage(""), "--prune needs -l, which says what may be deleted",
                hints: ["for example: --prune -l environment=production"])
        }
        if !prune, selector != nil {
            throw Failure(.usage(""), "-l says what --prune may delete", hints: ["add --prune"])
        }
        if prune, isRecorded {
            let flag = temporary ? "--temporary" : atomic ? "--atomic" : "--ttl"
            throw Failure(
                .usage(""),
                "--prune and \(flag) cannot be given together: a deletion cannot be"
                    + " taken back")
        }
        if forceConflicts, isRecorded {
            throw Failure(
                .usage(""),
                "--force-conflicts is for server-side apply, which a recorded import"
                    + " does not use")
        }
    }

    private func consent(to plan: ImportSteps, _ context: VerbContext) async throws {
        let doomed = plan.steps.filter { $0.outcome == .prune }
        guard !doomed.isEmpty else { return }
        let names = doomed.map(\.shown).joined(separator: ", ")
        try await context.confirm("Delete \(names) for good", yes: change.yes)
    }
}

extension ExistingRule: ExpressibleByArgument {}
