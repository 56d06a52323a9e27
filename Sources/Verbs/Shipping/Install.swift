package import ArgumentParser
import Documents
import FoundationEssentials
import Render

/// `install`: puts the program, its plugin names, completions and manual where they belong.
package struct Install: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example("install --prefix /tmp/petstore-cli-trial", "Everything, below a folder"),
        Example(
            "install --prefix /tmp/petstore-cli-trial --plugin",
            "The program and its names for kubectl"),
        Example("install --prefix /tmp/petstore-cli-trial --uninstall", "Take it all back"),
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, abstract: "Install this program below a folder.",
        discussion: """
            Copies the running program to bin, and puts beside it the names under which kubectl \
            finds it as a plugin (kubectl petstore, kubectl api-diag, with completion), the \
            completion scripts of bash, zsh and fish, and the manual pages. Each is left out when \
            only others are named. What is there already and is not ours is never overwritten; \
            --uninstall removes exactly what was installed.
            """)

    @Option(help: "The folder that gets bin and share (default: ~/.local, for root /usr/local).")
    var prefix: String?

    @Flag(help: "The names for kubectl.")
    var plugin = false

    @Flag(help: "The completion scripts.")
    var completions = false

    @Flag(help: "The manual pages.")
    var man = false

    @Flag(help: "Remove what was installed below the prefix.")
    var uninstall = false

    @OptionGroup var format: OutputOptions

    package init() {}

    package func validate() throws {
        guard uninstall, plugin || completions || man else { return }
        throw ValidationError(
            "--uninstall removes all that was installed; leave out --plugin, --completions, --man")
    }

    package func run(in context: VerbContext) async throws {
        let installation = Installation(prefix: try prefix(in: context.world))
        let steps: [Installation.Step]
        if uninstall {
            steps = try installation.uninstall()
        } else {
            guard let program = context.world.build.executable else {
                throw Failure(.ours, "the running program cannot tell where its file is")
            }
            steps = try installation.install(
                Installation.items(
                    program: program, parts: parts, files: context.world.build.files()))
        }
        try context.report(report(steps, installation.prefix), as: format.output)
        // Last, because it is what remains to be done.
        if !uninstall { try remark(installation, in: context) }
    }

    private var parts: Set<Installation.Part> {
        var parts: Set<Installation.Part> = []
        if plugin { parts.insert(.plugin) }
        if completions { parts.insert(.completions) }
        if man { parts.insert(.man) }
        return parts.isEmpty ? Set(Installation.Part.allCases) : parts
    }

    private func prefix(in world: World) throws(Failure) -> String {
        let home = world.environment["HOME", default: ""]
        var chosen = prefix ?? (world.build.isRoot ? "/usr/local" : home + "/.local")
        if chosen == "~" || chosen.hasPrefix("~/") { chosen = home + chosen.dropFirst() }
        guard !chosen.isEmpty, prefix != nil || world.build.isRoot || !home.isEmpty else {
            throw Failure(
                .mistake, "there is no home folder to install to",
                hints: ["--prefix names a folder"])
        }
        if !chosen.hasPrefix("/") {
            chosen = FileManager.default.currentDirectoryPath + "/" + chosen
        }
        while chosen.count > 1, chosen.hasSuffix("/") { chosen.removeLast() }
        return chosen
    }

    private func remark(_ installation: Installation, in context: VerbContext) throws {
        let folder = installation.path("bin")
        let path = context.world.environment["PATH", default: ""].split(separator: ":")
        guard !path.contains(Substring(folder)) else { return }
        try context.note(
            "note: \(folder) is not in PATH, so neither your shell nor kubectl finds the program"
                + " there; to change that: export PATH=\"\(folder):$PATH\"")
    }

    private func report(_ steps: [Installation.Step], _ prefix: String) -> Report {
        let lines = Self.folded(steps).map { deed, text in
            deed.rawValue.padding(to: Self.deedWidth) + text
        }
        return Report(
            kind: "Installation", sections: [Section(nil, .lines(lines))],
            payload: [
                "kind": "Installation", "prefix": .string(prefix),
                "files": .array(
                    steps.map { step in
                        var entry: JSONValue = [
                            "path": .string(step.path), "result": .string(step.deed.rawValue),
                        ]
                        if let target = step.target { entry["target"] = .string(target) }
                        return entry
                    }),
            ],
            names: steps.map(\.path))
    }

    private static let deedWidth = 11
    /// Where more files go into one folder, their number says as much as their names.
    private static let mostNames = 8

    private static func folded(
        _ steps: [Installation.Step]
    ) -> [(deed: Installation.Step.Deed, text: String)] {
        struct Place: Hashable {
            var deed: Installation.Step.Deed
            var folder: Substring
        }
        func place(_ step: Installation.Step) -> Place {
            Place(
                deed: step.deed,
                folder: step.path[..<(step.path.lastIndex(of: "/") ?? step.path.startIndex)])
        }
        let counts = Dictionary(grouping: steps, by: place).mapValues(\.count)
        var told: Set<Place> = []
        return steps.compactMap { step in
            let place = place(step)
            guard let count = counts[place], count > mostNames else {
                return (step.deed, step.path + (step.target.map { " -> \($0)" } ?? ""))
            }
            guard told.insert(place).inserted else { return nil }
            return (step.deed, "\(place.folder)/ (\(count) files)")
        }
    }
}

extension String {
    /// With spaces behind it, up to that many characters.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
