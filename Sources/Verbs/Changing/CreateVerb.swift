package import ArgumentParser
import Catalog
import Documents
import KubernetesCore
import Render
import Session

/// `create`: makes objects from a file, for as long as the session lives or for good.
package struct CreateVerb: CommandRunningVerb, DryRunningVerb {
    package static let effect = Effect.journaled
    package static let examples = [
        Example("create -f query.yaml --temporary --for 1s", "Make it, hold it, delete it again"),
        Example(
            "create -f pet.yaml --on-delete orphan",
            "For good; the pet in the API stays when the resource goes"),
        Example("create -f pet.yaml --dry-run=server", "Have the server try it, and make nothing"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "create", abstract: "Create resources from a file.",
        discussion: """
            Reads YAML or JSON, several documents as well as a list; of a folder the files that end \
            with .yaml, .yml or .json. Every object is checked by its schema before the first is made.

            With --temporary the objects are deleted again: in the shell when you leave it, \
            outside at Ctrl-C, at the end of input, after --for, or when COMMAND has ended. Where \
            deleting one would delete something in the API as well, it is not made temporarily \
            unless --yes accepts just that: queries, aggregates and resources with readOnly or \
            onDelete Orphan are safe. Without --temporary they stay; inside the shell "undo" \
            deletes them.

            --dry-run goes by the schema alone, and makes nothing; --dry-run=server has the server \
            try each object as well, and fails as the creation itself would.
            """)

    @OptionGroup var files: ManifestOptions

    @Flag(help: "Delete the objects when the shell, the command or the hold ends.")
    var temporary = false

    @Option(
        name: .customLong("for"), help: "Delete after that time, such as 10m.",
        transform: DurationArgument.positive)
    var hold: Duration?

    @Option(
        help: .init(
            "What happens to the object in the API at the end: delete, orphan or restore.",
            valueName: "policy"))
    var onDelete: OnDelete?

    @Option(
        help: "What temporary objects are for: diagnostics, troubleshooting or testing.",
        transform: PurposeArgument.read)
    var purpose: Purpose = .diagnostics

    @OptionGroup var trial: DryRunOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var format: OutputOptions
    @Option(
        name: .customLong(CommandTail.option), parsing: .remaining,
        help: .init(
            "The same as -- COMMAND…: run it while the objects last.", valueName: "command"))
    var command: [String] = []

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    var undoOptions: UndoOptions { change.waiting.options }

    package func run(in context: VerbContext) async throws {
        try ChangeCourse.check(
            undoes: temporary, flag: "--temporary", limit: hold, command: command, context)
        guard !files.filename.isEmpty else {
            throw Failure(
                .usage(""), "which objects are to be created? --filename names their file",
                steps: [NextStep(["create", "--help"], "shows examples")])
        }
        let manifests = try await Manifests.read(
            files.filename, recursively: files.recursive, in: context)
        var planned: [ChangeCourse.Creation] = []
        for manifest in manifests {
            let (kind, namespace) = try await manifest.place(in: context, given: cluster.namespace)
            var object = manifest.object
            guard !object.name.isEmpty || object.metadata["generateName"] != nil else {
                throw Failure(
                    .mistake, "\(manifest.file): a \(object.kind) without metadata.name",
                    hints: ["give it a name, or metadata.generateName"])
            }
            if let onDelete {
                try onDelete.check(kind)
                object.set(onDelete)
            }
            if object.json["spec"] != nil { try kind.check(spec: object.spec) }
            planned.append(.init(manifest: object, kind: kind, namespace: namespace))
        }
        let course = ChangeCourse(
            context, change, undoes: temporary, limit: hold, command: command, mode: mode)
        guard !isTrial else {
            let entries = try await course.preview(planned, for: purpose)
            return try TrialVoice.tell(entries, course, as: format.output)
        }
        var entries: [LedgerEntry] = []
        for creation in planned {
            entries.append(try await course.create(creation, for: purpose))
        }
        try ChangeVoice.tell(entries, course, as: format.output)
        try await course.finish(
            holding: entries.map(\.objectText).joined(separator: ", "))
    }
}
