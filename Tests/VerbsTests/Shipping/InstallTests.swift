import Foundation
import Testing

@testable import Verbs

@Suite("install puts things where they belong, and takes them back")
struct InstallTests {
    /// A world that runs a program of its own, and a prefix to install to.
    private struct Bench {
        let setup: SetupFixture
        let prefix: String

        init() throws {
            let setup = try SetupFixture()
            self.setup = setup
            prefix = setup.folder + "/prefix"
            try Data("#!/bin/sh\n".utf8).write(to: URL(filePath: setup.folder + "/program"))
        }

        func run(_ words: String..., pages: Int = 1) async -> SetupFixture.Outcome {
            var world = setup.world
            world.build.executable = setup.folder + "/program"
            world.build.files = {
                [
                    ShippedFile(path: "man/petstore-cli.1", text: ".TH\n"),
                    ShippedFile(path: "completions/petstore-cli.bash", text: "# bash\n"),
                    ShippedFile(path: "completions/_petstore-cli", text: "# zsh\n"),
                    ShippedFile(path: "completions/petstore-cli.fish", text: "# fish\n"),
                ]
                    + (1..<pages).map {
                        ShippedFile(path: "man/petstore-cli-\($0).1", text: ".TH\n")
                    }
            }
            setup.output.clear()
            setup.errors.clear()
            let status = await Dispatcher(world: world).run(
                ["install", "--prefix", prefix] + words)
            return SetupFixture.Outcome(
                status: status, output: setup.output.text, errors: setup.errors.text)
        }

        /// The files below the prefix.
        var tree: [String] {
            let files = FileManager.default
            // A prefix that is not there has nothing below it.
            let paths = (try? files.subpathsOfDirectory(atPath: prefix)) ?? []
            return paths.filter { path in
                // What has no type is no folder.
                let facts = try? files.attributesOfItem(atPath: "\(prefix)/\(path)")
                return facts?[.type] as? FileAttributeType != .typeDirectory
            }.sorted()
        }
    }

    @Test("many files of one folder are one line for people, all of them for programs")
    func folded() async throws {
        let bench = try Bench()
        let first = await bench.run(pages: 12)
        #expect(first.output.contains("installed  \(bench.prefix)/share/man/man1/ (12 files)\n"))
        #expect(!first.output.contains("petstore-cli-3.1"))
        let again = await bench.run("-o", "name", pages: 12)
        #expect(again.output.contains("\(bench.prefix)/share/man/man1/petstore-cli-3.1\n"))
    }

    @Test("everything, again, and away")
    func thereAndBack() async throws {
        let bench = try Bench()
        let first = await bench.run()
        #expect(first.status == .done, "\(first.errors)")
        #expect(
            bench.tree == [
                "bin/kubectl-api_diag", "bin/kubectl-petstore", "bin/kubectl_complete-api_diag",
                "bin/kubectl_complete-petstore", "bin/petstore-cli",
                "share/bash-completion/completions/petstore-cli",
                "share/fish/vendor_completions.d/petstore-cli.fish",
                "share/man/man1/petstore-cli.1", "share/petstore-cli/installed",
                "share/zsh/site-functions/_petstore-cli",
            ])
        #expect(
            first.output.contains(
                "installed  \(bench.prefix)/bin/kubectl-petstore -> petstore-cli\n"))
        #expect(first.errors.contains("\(bench.prefix)/bin is not in PATH"))
        #expect(first.errors.contains("export PATH=\"\(bench.prefix)/bin:$PATH\""))
        #expect(try bench.setup.mode(of: "\(bench.prefix)/bin/petstore-cli") == 0o755)
        #expect(try bench.setup.mode(of: "\(bench.prefix)/share/man/man1/petstore-cli.1") == 0o644)

        let again = await bench.run()
        #expect(again.status == .done)
        let lines = again.output.split(separator: "\n")
        #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("unchanged ") })

        let away = await bench.run("--uninstall")
        #expect(away.status == .done, "\(away.errors)")
        #expect(away.output.contains("removed    \(bench.prefix)/bin/petstore-cli\n"))
        #expect(bench.tree.isEmpty)
        #expect(await bench.run("--uninstall").status == .notFound)
    }

    @Test("only what is named, besides the program")
    func parts() async throws {
        let bench = try Bench()
        #expect(await bench.run("--man").status == .done)
        #expect(
            bench.tree == [
                "bin/petstore-cli", "share/man/man1/petstore-cli.1", "share/petstore-cli/installed",
            ])
    }

    @Test("a new version replaces what the old one installed")
    func replaces() async throws {
        let bench = try Bench()
        #expect(await bench.run().status == .done)
        try Data("#!/bin/sh\n# newer\n".utf8).write(
            to: URL(filePath: bench.setup.folder + "/program"))
        let outcome = await bench.run()
        #expect(outcome.output.contains("replaced   \(bench.prefix)/bin/petstore-cli\n"))
    }

    @Test("what somebody else put there stays, and nothing is half installed")
    func foreign() async throws {
        let bench = try Bench()
        let place = bench.prefix + "/bin/kubectl-petstore"
        try FileManager.default.createDirectory(
            atPath: bench.prefix + "/bin", withIntermediateDirectories: true)
        try Data("theirs".utf8).write(to: URL(filePath: place))
        let outcome = await bench.run()
        #expect(outcome.status == .conflict)
        #expect(outcome.errors.contains("\(place) exists and was not installed by us"))
        #expect(bench.tree == ["bin/kubectl-petstore"])
        #expect(try Data(contentsOf: URL(filePath: place)) == Data("theirs".utf8))
    }

    @Test("removing touches nothing that was put beside it")
    func besides() async throws {
        let bench = try Bench()
        #expect(await bench.run().status == .done)
        let other = bench.prefix + "/bin/other"
        try Data("theirs".utf8).write(to: URL(filePath: other))
        #expect(await bench.run("--uninstall").status == .done)
        #expect(bench.tree == ["bin/other"])
    }

    @Test("a list that names files outside of the prefix is not believed")
    func hostileList() async throws {
        let bench = try Bench()
        let victim = bench.setup.folder + "/victim"
        try Data("precious".utf8).write(to: URL(filePath: victim))
        try FileManager.default.createDirectory(
            atPath: bench.prefix + "/share/petstore-cli", withIntermediateDirectories: true)
        try Data("../victim\n\(victim)\n".utf8).write(
            to: URL(filePath: bench.prefix + "/share/petstore-cli/installed"))
        #expect(await bench.run("--uninstall").status == .notFound)
        #expect(FileManager.default.fileExists(atPath: victim))
    }
}
