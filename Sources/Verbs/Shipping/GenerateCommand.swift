package import ArgumentParser
import Catalog

/// `generate`: files for those who ship petstore-cli, or must do without it.
package struct GenerateCommand: ParsableCommand, Sendable {
    package static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Print manifests, scripts, roles and pages made from what is known here.",
        discussion: """
            What concerns a release (krew, homebrew) is made from its archives; what concerns an \
            API (scripts, rbac) from its kinds as the cluster tells them.
            """,
        subcommands: [
            GenerateKrew.self, GenerateHomebrew.self, GenerateScripts.self, GenerateRoles.self,
            GenerateCompletions.self, GenerateManual.self,
        ])

    package init() {}
}

/// `--group`, for what is made for one generated API.
package struct GroupOption: ParsableArguments, Sendable {
    @Option(help: "The API group (default: the only generated one of the cluster).")
    package var group: String?

    package init() {}

    /// The generated API that is meant, with the schemas of its kinds.
    ///
    /// - Throws: `Failure` when there is none, or several and none was named.
    func api(in context: VerbContext) async throws -> GeneratedAPI {
        let groups = try await context.access.catalog().groups
        if let group {
            guard let found = groups.first(where: { $0.group == group }) else {
                let near = Spelling.suggestion(for: group, among: groups.map(\.group))
                throw Failure(
                    .notFound, "the cluster has no generated API \"\(group)\"",
                    hints: [
                        near.map { "did you mean \($0)?" }
                            ?? "\(context.world.programName) init lists those that it has"
                    ])
            }
            return found
        }
        guard let first = groups.first else {
            throw Failure(
                .notFound, "the cluster has no generated API",
                hints: ["install the CustomResourceDefinitions of its operator, or use --sandbox"])
        }
        guard groups.count == 1 else {
            throw Failure(
                .mistake, "the cluster has \(groups.count) generated APIs",
                hints: groups.map { "--group \($0.group)" })
        }
        return first
    }
}
