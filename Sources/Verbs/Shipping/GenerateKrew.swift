package import ArgumentParser
import Documents

/// `generate krew`: the manifest with which krew installs us as a plugin.
package struct GenerateKrew: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example(
            "generate krew --archive petstore-cli-\(Release.version)-linux-amd64.tar.gz "
                + "--download-url https://downloads.example.com/petstore-cli "
                + "--homepage https://example.com/petstore-cli",
            "The manifest of kubectl api-diag")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "krew", abstract: "Print the Krew manifest of a release.",
        discussion: """
            The form is krew.googlecontainertools.github.com/v1alpha2. Checksums are computed from \
            the archives, which .ci/release makes. krew names the plugin's file itself, so the same \
            archive serves any name.
            """)

    @Option(help: "The plugin's name: api-diag or petstore.")
    var name = PluginName.diagnostics.command

    @OptionGroup var release: ReleaseOptions

    package init() {}

    package func validate() throws {
        let known = PluginName.allCases.map(\.command)
        guard known.contains(name) else {
            throw ValidationError("--name is \(known.joined(separator: " or ")), not \"\(name)\"")
        }
    }

    package func run(in context: VerbContext) async throws {
        let manifest = Self.manifest(
            name: name, archives: try release.read(), homepage: release.homepage)
        try context.write(Array(YAML.text(manifest).utf8))
    }

    /// - SeeAlso: krew's developer guide, "Writing plugin manifests".
    static func manifest(
        name: String, archives: [ReleaseArchive], homepage: String
    ) -> JSONValue {
        [
            "apiVersion": "krew.googlecontainertools.github.com/v1alpha2",
            "kind": "Plugin",
            "metadata": ["name": .string(name)],
            "spec": [
                "version": .string("v\(Release.version)"),
                "homepage": .string(homepage),
                "shortDescription": .string(Release.summary),
                "description": .string(
                    """
                    Shows what a REST API does at runtime when a generated Kubernetes operator
                    manages it, finds out why something fails, and changes things for a while:
                    temporary changes are undone on exit, also after a crash.
                    """),
                "caveats": .string(
                    """
                    libedit2 and libcurl4 must be installed.
                    For kubectl's own Tab completion put a link named kubectl_complete-\
                    \(name.replacing("-", with: "_")) to this program into a folder of PATH.
                    """),
                "platforms": .array(archives.map(platform)),
            ],
        ]
    }

    private static func platform(_ archive: ReleaseArchive) -> JSONValue {
        let files = [Root.programName, "LICENSE"].map { file -> JSONValue in
            ["from": .string("\(archive.folder)/\(file)"), "to": "."]
        }
        return [
            "selector": [
                "matchLabels": [
                    "os": .string(archive.system), "arch": .string(archive.machine),
                ]
            ],
            "uri": .string(archive.url),
            "sha256": .string(archive.digest),
            "files": .array(files),
            "bin": .string(Root.programName),
        ]
    }
}
