import Documents
import Foundation
import Synchronization
import Testing

@testable import Verbs

extension OnStage {
    @Suite("diff on the sandbox")
    struct DiffTests {
        /// What an export wrote, in a file.
        private func exported(_ stage: Stage, _ words: String = "") async throws -> String {
            let outcome = await stage.run("export \(words)")
            #expect(outcome.status == .done, "\(outcome.errors)")
            return try file(stage, outcome.output)
        }

        private func file(_ stage: Stage, _ text: String) throws -> String {
            let path = stage.setup.folder + "/state.yaml"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        @Test(
            "a fresh export has no differences, whatever part it covers",
            arguments: [
                "", "-A", "pets", "pets -l environment=production", "users --show-secrets",
                "--include-diagnostics", "--as-is",
            ])
        func none(words: String) async throws {
            let stage = try await Stage()
            let path = try await exported(stage, words)
            let outcome = await stage.run("diff \(path)")
            #expect(outcome.status == .done, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("no differences in"))
        }

        @Test("changed, added and removed, with both values")
        func golden() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "pets")
            _ = await stage.run("patch pet fluffy status=sold")
            _ = await stage.run("delete pet max --yes")
            try Data(Self.pet.utf8).write(to: URL(filePath: stage.setup.folder + "/pet.yaml"))
            _ = await stage.run("create -f \(stage.setup.folder)/pet.yaml")
            let outcome = await stage.run("diff \(path)")
            #expect(outcome.status == .answeredNo)
            #expect(
                outcome.output == """
                    --- cluster
                    +++ \(path)
                      pet/fluffy
                    -   spec.status: "sold"
                    +   spec.status: "available"
                    + pet/max: only in the file
                    - pet/rex: only in the cluster

                    """)
            let ignoring = await stage.run("diff \(path) --ignore spec.status -o json")
            let json = try JSONValue(parsing: ignoring.output)
            #expect(json["changed"] == [])
            #expect(json["added"]?[0]?["name"] == "max")
            #expect(json["removed"]?[0]?["name"] == "rex")
            let whole = try JSONValue(parsing: await stage.run("diff \(path) -o json").output)
            #expect(
                whole["changed"]?[0]?["fields"] == [
                    ["path": "spec.status", "cluster": "sold", "file": "available"]
                ])
        }

        static let pet = """
            apiVersion: petstore.example.com/v1alpha1
            kind: Pet
            metadata: {name: rex}
            spec: {name: Rex, photoUrls: []}
            """

        @Test("no differences while temporary changes are pending, and with --as-is some")
        func pending() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            let path = try await exported(stage)
            _ = await stage.run("patch pet fluffy status=sold --rollback-on-exit", shell: shell)
            #expect(await stage.run("diff \(path)").status == .done)
            let during = try await exported(stage)
            #expect(await stage.run("diff \(during)").status == .done)
            let asIs = await stage.run("diff \(path) --as-is")
            #expect(asIs.status == .answeredNo)
            #expect(asIs.output.contains("-   spec.status: \"sold\""))
            _ = await shell.access.close()
            #expect(await stage.run("diff \(during)").status == .done)
        }

        @Test("secrets are not compared, and that is said")
        func secrets() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "users")
            _ = await stage.run("patch user john password=other")
            let outcome = await stage.run("diff \(path)")
            #expect(outcome.status == .done, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("secrets are not compared: user/"))
            #expect(!outcome.errors.contains("other"))
        }

        @Test(
            "a file by hand covers just what is in it; defaults and older forms are no difference")
        func byHand() async throws {
            let stage = try await Stage()
            let path = try file(
                stage,
                """
                apiVersion: petstore.example.com/v1alpha1
                kind: Pet
                metadata: {name: fluffy}
                spec: {id: 123, name: Fluffy, status: available, executionInterval: "0"}
                """)
            let two = await stage.run("diff \(path)")
            #expect(two.status == .answeredNo)
            #expect(two.output.contains("-   spec.category: "), "\(two.output)")
            #expect(two.errors.contains("does not say what it covers"))
            let three = await stage.run(
                "diff \(path) --three-way --ignore spec.executionInterval")
            #expect(three.status == .done, "\(three.output)")
        }

        @Test("standard input, by -")
        func input() async throws {
            let stage = try await Stage()
            let text = await stage.run("export pets").output
            stage.world.input = ScriptedInput(
                text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
            #expect(await stage.run("diff -").status == .done)
        }

        @Test("KUBECTL_EXTERNAL_DIFF gets two folders, and nothing of them stays")
        func external() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "pets")
            _ = await stage.run("patch pet fluffy status=sold")
            let seen = Mutex<[String]>([])
            stage.world.environment["KUBECTL_EXTERNAL_DIFF"] = "diff -N -u"
            stage.world.environment["TMPDIR"] = stage.setup.folder
            stage.world.runCommand = { words in
                let name = "petstore.example.com.v1alpha1.Pet.default.fluffy"
                let texts = words.suffix(2).map { folder in
                    (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? "none"
                }
                seen.withLock { $0 = words.dropLast(2) + texts }
                return 1
            }
            let outcome = await stage.run("diff \(path)")
            #expect(outcome.status == .answeredNo, "\(outcome.errors)")
            let words = seen.withLock { $0 }
            #expect(words.prefix(3) == ["diff", "-N", "-u"])
            #expect(words.count == 5 && words[3].contains("status: sold"))
            #expect(words.count == 5 && words[4].contains("status: available"))
            let left = try FileManager.default.contentsOfDirectory(atPath: stage.setup.folder)
            #expect(!left.contains { $0.hasPrefix("petstore-cli-diff-") })
            stage.world.runCommand = { _ in 2 }
            #expect(await stage.run("diff \(path)").status == .mistaken)
        }

        @Test("everything that is wrong with a file at once, with document and line")
        func wrong() async throws {
            let stage = try await Stage.shared()
            let path = try file(
                stage,
                """
                resources:
                - kind: Pet
                  name: fluffy
                ---
                apiVersion: petstore.example.com/v1alpha1
                kind: Pet
                metadata:
                  labels: {a: 1}
                ---
                - 1
                ---
                apiVersion: petstore.example.com/v1alpha1
                kind: Petz
                metadata: {name: x}
                """)
            let outcome = await stage.run("diff \(path)")
            #expect(outcome.status == .mistaken)
            for text in [
                "document 1, line 1: it has \"resources\", but neither apiVersion nor kind",
                "document 2, line 7: metadata.name is missing",
                "document 2, line 8: metadata.labels.a must be a text, not 1",
                "document 3, line 10: it is no object, but a list",
                "document 4, line 13: the server doesn't have a resource type",
            ] {
                #expect(outcome.errors.contains(text), "\(outcome.errors)")
            }
        }
    }
}
