package import ArgumentParser
import Documents
import KubernetesClient
import Render

/// `version`: which petstore-cli this is, and which server answers.
package struct Version: ClusterVerb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("version", "The version of petstore-cli"),
        Example("version --remote -o json", "And that of the API server, for a program"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "version", abstract: "Print the version.",
        discussion: "Asks nobody and reads no file, unless --remote asks the server.")

    @Flag(help: "Also ask the API server for its version.")
    var remote = false

    @OptionGroup var format: OutputOptions

    @OptionGroup(title: "Cluster options") package var cluster: ClusterOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let server = remote ? try await context.client().serverVersion() : nil
        try context.report(Self.report(server), as: format.output)
    }

    private static func report(_ server: ServerVersion?) -> Report {
        var lines = [String(Release.line.dropLast())]
        var payload: JSONValue = ["kind": "Version", "version": .string(Release.version)]
        if let server {
            lines.append("server \(server.gitVersion) \(server.platform)")
            payload["server"] = [
                "gitVersion": .string(server.gitVersion), "major": .string(server.major),
                "minor": .string(server.minor), "platform": .string(server.platform),
            ]
        }
        return Report(
            kind: "Version", sections: [Section(nil, .lines(lines))], payload: payload,
            names: ["petstore-cli/\(Release.version)"])
    }
}
