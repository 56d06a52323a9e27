import ArgumentParser
import Foundation
import Testing

@testable import Verbs

extension OnStage {
    @Suite("Every example of every verb works on the sandbox")
    struct ExampleTests {
        /// All but those that need a cluster besides the sandbox.
        static let lines = Roster.verbs.flatMap { $0.examples.map(\.line) }
            .filter { !$0.hasPrefix("sandbox operate") }

        /// What the examples of create read.
        private static let files = [
            (
                "query.yaml",
                """
                apiVersion: petstore.example.com/v1alpha1
                kind: StoreInventoryQuery
                metadata: {name: stock}
                spec: {}
                """
            ),
            (
                "pet.yaml",
                """
                apiVersion: petstore.example.com/v1alpha1
                kind: Pet
                metadata: {name: rex}
                spec: {name: Rex, photoUrls: []}
                """
            ),
        ]

        @Test("as it stands", arguments: lines)
        func runs(line: String) async throws {
            let stage = try await Stage()
            stage.world.runCommand = { _ in 0 }
            stage.world.openShell = { world, state, request in
                var last = ExitStatus.done
                for part in (request.commands ?? "").split(separator: ";") {
                    last = await Dispatcher(world: world).run(
                        Stage.words(String(part)), shell: state)
                    guard last.letsScriptsGoOn else { break }
                }
                return last
            }
            let inShell = ["undo", "keep", "session detach", "session attach"]
            let shell = inShell.contains { line.hasPrefix($0) } ? stage.shell() : nil
            if shell != nil {
                _ = await stage.run("patch pet fluffy status=sold --rollback-on-exit", shell: shell)
            }
            if line == "session attach" { _ = await stage.run("session detach", shell: shell) }
            for (name, text) in Self.files {
                try Data(text.utf8).write(to: URL(filePath: "\(stage.setup.folder)/\(name)"))
            }
            let state = await stage.run("export --namespace=default")
            try Data(state.output.utf8).write(
                to: URL(filePath: "\(stage.setup.folder)/state.yaml"))
            let line = try Self.atHome(line, on: stage)
            if line.hasSuffix("--uninstall") {
                _ = await stage.run(line.replacing(" --uninstall", with: ""))
            }
            let outcome = await stage.run(line, shell: shell)
            #expect(outcome.status.code < 2, "\(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).isEmpty)
            _ = await shell?.access.close()
            // What a line leaves in place with a deadline is somebody's to undo.
            _ = await stage.run("undo all")
            let pet = await stage.run("get pet fluffy -o json").output
            let keeps = line.hasPrefix("keep")
            #expect(pet.contains(keeps ? "\"status\": \"sold\"" : "\"status\": \"available\""))
        }

        /// The line with the stage's own folder in place of files that a reader has elsewhere.
        private static func atHome(_ line: String, on stage: Stage) throws -> String {
            let folder = stage.setup.folder
            stage.world.build.executable = "\(folder)/pet.yaml"
            stage.world.build.files = {
                ["man/petstore-cli.1", "completions/petstore-cli.fish"].map {
                    ShippedFile(path: $0, text: "")
                }
            }
            let archive = "petstore-cli-\(Release.version)-linux-amd64.tar.gz"
            try Data("abc".utf8).write(to: URL(filePath: "\(folder)/\(archive)"))
            // Where the output goes is the business of the shell around.
            let typed = line.splitting(at: " > ")?.0 ?? line
            return typed.replacing("/tmp/", with: "\(folder)/")
                .replacing("-f ", with: "-f \(folder)/")
                .replacing(" state.yaml", with: " \(folder)/state.yaml")
                .replacing("--split ", with: "--split \(folder)/")
                .replacing("--archive ", with: "--archive \(folder)/")
        }

        @Test("every verb shows how it is used, what it does to the world, and an example")
        func helps() async throws {
            let setup = try SetupFixture()
            for verb in Roster.verbs {
                let path = try #require(Self.path(to: verb))
                setup.output.clear()
                let status = await Dispatcher(world: setup.world).run(path + ["--help"])
                let help = setup.output.text
                #expect(status == .done)
                #expect(
                    help.contains("USAGE: petstore-cli \(path.joined(separator: " "))"), "\(path)")
                #expect(
                    !verb.configuration.abstract.isEmpty && verb.configuration.abstract.last == ".")
                for example in verb.examples {
                    #expect(example.line.hasPrefix(path.joined(separator: " ")), "\(example.line)")
                }
            }
        }

        static func path(to verb: any Verb.Type) -> [String]? {
            for command in Roster.commands {
                let name = Roster.names(of: command)[0]
                if command == verb { return [name] }
                for inner in command.configuration.subcommands where inner == verb {
                    return [name, Roster.names(of: inner)[0]]
                }
            }
            return nil
        }
    }
}
