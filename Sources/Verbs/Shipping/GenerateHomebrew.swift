package import ArgumentParser

/// `generate homebrew`: the formula with which Homebrew installs us.
package struct GenerateHomebrew: Verb {
    package static let effect = Effect.reads
    package static let examples = [
        Example(
            "generate homebrew --archive petstore-cli-\(Release.version)-linux-amd64.tar.gz "
                + "--download-url https://downloads.example.com/petstore-cli "
                + "--homepage https://example.com/petstore-cli",
            "The formula of a release")
    ]
    package static let configuration = CommandConfiguration.verb(
        Self.self, name: "homebrew", abstract: "Print the Homebrew formula of a release.",
        discussion: """
            Installs the program, its names for kubectl, the manual and the completions. Checksums \
            are computed from the archives, which .ci/release makes.
            """)

    @OptionGroup var release: ReleaseOptions

    package init() {}

    package func run(in context: VerbContext) async throws {
        let formula = Self.formula(archives: try release.read(), homepage: release.homepage)
        try context.write(Array(formula.utf8))
    }

    static func formula(archives: [ReleaseArchive], homepage: String) -> String {
        let links = PluginName.allCases.flatMap { [$0.executable, $0.completer] }
        let name = Root.programName
        return """
            class PetstoreCli < Formula
              desc "\(Release.summary)"
              homepage "\(homepage)"
              version "\(Release.version)"
              license "Apache-2.0"

            \(platforms(archives))
              depends_on "curl"
              depends_on "libedit"

              def install
                bin.install "\(name)"
                %w[\(links.joined(separator: " "))].each do |face|
                  bin.install_symlink "\(name)" => face
                end
                man1.install Dir["man/*.1"]
                bash_completion.install "completions/\(name).bash" => "\(name)"
                zsh_completion.install "completions/_\(name)"
                fish_completion.install "completions/\(name).fish"
              end

              test do
                assert_match version.to_s, shell_output("#{bin}/\(name) version")
              end
            end

            """
    }

    /// One block for each system, one inside it for each machine.
    private static func platforms(_ archives: [ReleaseArchive]) -> String {
        let systems = [("linux", "on_linux"), ("darwin", "on_macos")]
        let machines = [("amd64", "on_intel"), ("arm64", "on_arm")]
        var text = ""
        for (system, block) in systems {
            let own = archives.filter { $0.system == system }
            guard !own.isEmpty else { continue }
            text += "  \(block) do\n"
            for (machine, inner) in machines {
                guard let archive = own.first(where: { $0.machine == machine }) else { continue }
                text += """
                        \(inner) do
                          url "\(archive.url)"
                          sha256 "\(archive.digest)"
                        end

                    """
            }
            text += "  end\n\n"
        }
        return String(text.dropLast())
    }
}
