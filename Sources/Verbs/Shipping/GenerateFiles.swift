package import ArgumentParser
import FoundationEssentials

/// `generate completions`: the completion scripts of all shells.
package struct GenerateCompletions: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("generate completions --output /tmp/completions", "All three")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "completions", abstract: "Write the completion scripts into a folder.",
        discussion: "For bash, zsh and fish. One of them alone: petstore-cli completion SHELL.")

    @Option(help: "The folder; it is made if need be.")
    var output: String

    package init() {}

    package func run(in context: VerbContext) async throws {
        try FileShipment(output).write(context.world.build.files().filter(\.isCompletion), context)
    }
}

/// `generate man`: the pages of the manual.
package struct GenerateManual: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("generate man --output /tmp/manual", "A page for every command")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "man", abstract: "Write the pages of the manual into a folder.",
        discussion: "One page for each command, for section 1.")

    @Option(help: "The folder; it is made if need be.")
    var output: String

    package init() {}

    package func run(in context: VerbContext) async throws {
        try FileShipment(output).write(context.world.build.files().filter(\.isPage), context)
    }
}

/// Files that are written into a folder of the user's choice.
private struct FileShipment {
    let folder: String

    init(_ folder: String) { self.folder = folder }

    func write(_ files: [ShippedFile], _ context: VerbContext) throws {
        var lines = ""
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            for file in files {
                let path = "\(folder)/\(file.name)"
                try Data(file.text.utf8).write(to: URL(filePath: path), options: .atomic)
                lines += path + "\n"
            }
        } catch {
            throw Failure(
                .ours, "\(folder) cannot be written to: \(error.reason)",
                hints: ["--output names another folder"])
        }
        try context.write(Array(lines.utf8))
    }
}
