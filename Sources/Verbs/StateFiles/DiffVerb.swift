package import ArgumentParser
import Catalog
import Render
import StateFiles

/// `diff`: how a state file and a cluster differ.
package struct DiffVerb: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("diff state.yaml", "What import would change; the exit status is 0 or 1"),
        Example(
            "diff state.yaml --ignore spec.paused --ignore 'metadata.annotations'",
            "Leave fields out of it"),
        Example("diff state.yaml -o json", "For programs"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "diff", abstract: "Show how a state file differs from the cluster.",
        discussion: """
            Lines with - are how it is in the cluster, lines with + are how the file has it. Both \
            are seen as export sees them: without what servers set, with temporary changes undone \
            (--as-is takes them as they are), without secrets. A file that export wrote says what \
            it covers, so objects that it does not have are told as well.

            Fields that only the cluster has count as differences; with --three-way only if an \
            import or apply put them there, so that what others set is left out.

            The exit status is 0 without differences, 1 with some, and more on trouble. \
            KUBECTL_EXTERNAL_DIFF names a program that is run on two folders instead.
            """)

    @Argument(help: .init("The file or folder; - is standard input.", valueName: "file"))
    var file: String

    @Option(
        name: .customLong("ignore"),
        help: .init("Do not compare that field, such as spec.tags[*].id.", valueName: "path"))
    var ignored: [String] = []

    @Flag(help: "Leave out what others set and the file does not mention.")
    var threeWay = false

    @Flag(help: "Take temporary changes as they are, not as they will be when undone.")
    var asIs = false

    @Option(
        name: .customLong("map-namespace"),
        help: .init(
            "What the file says of one namespace is meant of another.", valueName: "from=to"))
    var mapped: [String] = []

    @OptionGroup var format: OutputOptions
    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    private static func pattern(_ text: String) throws(Failure) -> PathPattern {
        do throws(CatalogError) {
            return try PathPattern(text)
        } catch {
            throw Failure(
                .mistake, "--ignore \(text): \(error.message)",
                hints: ["for example: --ignore spec.tags"])
        }
    }

    package func run(in context: VerbContext) async throws {
        let map = try NamespaceMap(mapped)
        let patterns = try ignored.map { try Self.pattern($0) }
        let files = try await StateSource.read(file, in: context)
        let wanted = try await WantedState(files, map, given: cluster.namespace, in: context)
        try StateSource.refuse(wanted.problems)
        for note in wanted.notes { try context.note(note) }
        let run = DiffRun(
            context: context, wanted: wanted, map: map, ignored: patterns,
            isThreeWay: threeWay, isAsIs: asIs)
        let found = try await run.compare()
        for notice in found.notices { try context.note(notice) }
        if let program = context.world.environment["KUBECTL_EXTERNAL_DIFF"], !program.isEmpty,
            format.output.isForPeople
        {
            try await ExternalDiff(program, in: context).show(found)
        } else {
            try context.report(
                found.report(file: file == "-" ? "standard input" : file), as: format.output)
        }
        guard found.isEmpty else {
            throw Failure(.answeredNo, "")
        }
        try context.note("no differences in \(found.count) object\(found.count == 1 ? "" : "s")")
    }
}
