package import ArgumentParser
import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Session

/// `patch`: changes fields of an object, for as long as the session lives or for good.
package struct PatchVerb: CommandRunningVerb, DryRunningVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example(
            "patch pet fluffy status=pending --rollback-on-exit -- sleep 1",
            "Change, run a command, undo"),
        Example(
            "patch pet fluffy category.name=Cats --rollback-on-exit --for 1s",
            "Change, hold for a while, undo"),
        Example(
            "patch pet fluffy status=pending --ttl 10m --reason 'does the cache notice?'",
            "Change, return, and have it undone in ten minutes"),
        Example(
            "patch pet/fluffy --spec '{\"status\":\"sold\"}' --dry-run",
            "Show what would change"),
        Example(
            "patch pet/fluffy category- --dry-run=server",
            "And have the server try it, with its rules and its admission"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "patch", abstract: "Change fields of a resource.",
        discussion: """
            FIELD=VALUE sets a field of the spec (category.name=Cats, tags[0].name=x), FIELD- \
            removes one. Values get the type that the schema says; unknown fields and values \
            that are not allowed are refused before anything is sent.

            With --rollback-on-exit the change is undone: in the shell when you leave it, \
            outside when you press Ctrl-C, when the input ends, after --for, or when COMMAND \
            has ended, whose exit status becomes ours; where there is no such COMMAND, nothing is \
            changed. With --ttl it is undone after that time \
            at the latest, and outside the shell the command returns at once. With neither the \
            change is permanent; inside the shell "undo" still takes it back.

            --dry-run shows what would change, and writes nothing; --dry-run=server has the server \
            try it as well, and fails as the change itself would.
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
        transform: DurationArgument.positive)
    var hold: Duration?

    @OptionGroup var trial: DryRunOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var format: OutputOptions
    @Option(
        name: .customLong(CommandTail.option), parsing: .remaining,
        help: .init(
            "The same as -- COMMAND…: run it while the change lasts.", valueName: "command"))
    var command: [String] = []

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    var undoOptions: UndoOptions { change.waiting.options }

    package func run(in context: VerbContext) async throws {
        let plan = try PatchWords(words, spec: spec)
        try ChangeCourse.check(
            undoes: rollbackOnExit, flag: "--rollback-on-exit", limit: hold, command: command,
            context)
        let kind = try await context.kind(plan.kind, schemas: true)
        let namespace = try await context.namespace()
        let edits = try await ListEdits(kind: kind, namespace: namespace, name: plan.name)
            .completed(try plan.edits(for: kind), client: try await context.client())
        let course = ChangeCourse(
            context, change, undoes: rollbackOnExit, limit: hold, command: command, mode: mode)
        guard !isTrial else {
            let preview = try await course.preview(kind, namespace, plan.name, edits)
            return try TrialVoice.tell(preview, course, as: format.output)
        }
        let entry = try await course.change(kind, namespace, plan.name, edits)
        try ChangeVoice.tell([entry], course, as: format.output)
        try await course.finish(holding: "the change of \(entry.objectText)")
    }
}
