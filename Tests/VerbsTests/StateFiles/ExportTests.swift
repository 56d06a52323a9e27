import Documents
import Foundation
import Testing

@testable import Verbs

extension OnStage {
    @Suite("export on the sandbox")
    struct ExportTests {
        @Test("one pet, byte for byte, and the same bytes a second time")
        func golden() async throws {
            let stage = try await Stage()
            _ = await stage.run("delete pet bella max buddy --yes")
            let outcome = await stage.run("export pets")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(
                outcome.output == """
                    # State, written by petstore-cli export.
                    # Left out: what the server sets, temporary changes, secrets (named where they were).
                    # scope: {"kinds":["pets.v1alpha1.petstore.example.com"],"namespace":"default"}
                    ---
                    apiVersion: petstore.example.com/v1alpha1
                    kind: Pet
                    metadata:
                      labels:
                        environment: production
                      name: fluffy
                      namespace: default
                    spec:
                      category:
                        id: 1
                        name: Dogs
                      id: 123
                      mergeOnUpdate: true
                      name: Fluffy
                      photoUrls:
                      - https://photos.example.com/fluffy.jpg
                      status: available
                    # end: 1 object

                    """)
            #expect(outcome.errors.isEmpty)
            #expect(await stage.run("export pets").output == outcome.output)
        }

        @Test("every kind is there, and nothing that servers or controllers set")
        func hygiene() async throws {
            let stage = try await Stage()
            try await stage.makeSamples()
            let outcome = await stage.run("export -A")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let kinds = try await stage.sampleKinds()
            #expect(kinds.count > 12)
            for kind in kinds {
                #expect(outcome.output.contains("\nkind: \(kind)\n"), "\(kind)")
            }
            for word in [
                "managedFields", "resourceVersion", "uid:", "creationTimestamp", "generation:",
                "finalizers", "ownerReferences", "\nstatus:", "patch-expires", "diagnostics.",
            ] {
                #expect(!outcome.output.contains(word), "\(word)")
            }
            #expect(!outcome.output.contains("name: set-stock"))
            #expect(outcome.errors.contains("left out 1 object that another one owns and makes"))
        }

        @Test("secrets are left out and named where they were, and shown when that is asked for")
        func secrets() async throws {
            let stage = try await Stage()
            _ = await stage.run("patch user john password=hunter2")
            for words in ["users", "users --include-status"] {
                let outcome = await stage.run("export \(words)")
                #expect(outcome.output.contains("---\n# secrets left out: spec.password"))
                #expect(!outcome.output.contains("hunter2"), "\(outcome.output)")
                #expect(!outcome.output.contains("password:"), "\(outcome.output)")
            }
            let shown = await stage.run("export users --show-secrets")
            #expect(shown.output.contains("  password: hunter2\n"))
            #expect(shown.errors == "note: secrets are written in clear text\n")
        }

        @Test("temporary changes are written as they will be; --as-is takes them as they are")
        func temporary() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            let before = await stage.run("export")
            for line in [
                "patch pet fluffy status=sold --rollback-on-exit",
                "patch pet fluffy category.name=Cats 'tags=[{\"id\":7}]' --rollback-on-exit",
                "pause order order-789 --ttl 10m --reason x",
            ] {
                let outcome = await stage.run(line, shell: shell)
                #expect(outcome.status == .done, "\(line): \(outcome.errors)")
            }
            let query = stage.setup.folder + "/query.yaml"
            try Data(Self.query.utf8).write(to: URL(filePath: query))
            #expect(await stage.run("create -f \(query) --temporary", shell: shell).status == .done)
            let pending = await stage.run("export")
            #expect(pending.output == before.output)
            #expect(pending.errors.contains("left out 1 object for diagnostics"))
            let asIs = await stage.run("export --as-is")
            #expect(asIs.output.contains("status: sold"))
            #expect(asIs.output.contains("name: Cats"))
            #expect(asIs.output.contains("name: stock\n"))
            #expect(!asIs.output.contains("diagnostic"), "\(asIs.output)")
            #expect(!asIs.output.contains("temporary:"))
            _ = await shell.access.close()
            #expect(await stage.run("export").output == before.output)
        }

        static let query = """
            apiVersion: petstore.example.com/v1alpha1
            kind: StoreInventoryQuery
            metadata: {name: stock}
            spec: {}
            """

        @Test("what is labelled for diagnostics is left out unless asked for")
        func diagnostics() async throws {
            let stage = try await Stage()
            let path = stage.setup.folder + "/query.yaml"
            let text = Self.query.replacing(
                "{name: stock}",
                with: "{name: stock, labels: {purpose: diagnostics, temporary: \"true\", ttl: 1h}}")
            try Data(text.utf8).write(to: URL(filePath: path))
            #expect(await stage.run("create -f \(path)").status == .done)
            #expect(!(await stage.run("export").output.contains("name: stock\n")))
            let shown = await stage.run("export --include-diagnostics").output
            #expect(shown.contains("purpose: diagnostics"))
            #expect(!shown.contains("ttl:"))
            #expect(shown.contains("\"diagnostics\":true"))
        }

        @Test("a file for each object; a second export brings the folder up to date")
        func split() async throws {
            let stage = try await Stage()
            let folder = stage.setup.folder + "/state"
            let first = await stage.run("export pets --split \(folder)")
            #expect(first.status == .done)
            #expect(first.output.isEmpty)
            #expect(first.errors == "wrote 4 files below \(folder)\n")
            let kind = folder + "/pets.petstore.example.com"
            let text = String(
                decoding: try Data(contentsOf: URL(filePath: kind + "/fluffy.yaml")), as: UTF8.self)
            #expect(text.contains("name: Fluffy"))
            try Data("mine: true\n".utf8).write(to: URL(filePath: folder + "/notes.yaml"))
            _ = await stage.run("delete pet max --yes")
            let second = await stage.run("export pets --split \(folder)")
            #expect(second.errors.contains("removed 1 of objects that are gone"))
            let names = try FileManager.default.contentsOfDirectory(atPath: kind).sorted()
            #expect(names == ["bella.yaml", "buddy.yaml", "fluffy.yaml"])
            #expect(FileManager.default.fileExists(atPath: folder + "/notes.yaml"))
            try FileManager.default.removeItem(atPath: folder + "/notes.yaml")
            #expect(await stage.run("diff \(folder)").status == .done)
            let refused = await stage.run("export pets --split \(stage.setup.folder)")
            #expect(refused.status == .mistaken)
            #expect(refused.errors.contains("holds other files, and no earlier export"))
        }

        @Test("Kubernetes' own kinds and names of objects are refused with a hint")
        func refused() async throws {
            let stage = try await Stage.shared()
            let own = await stage.run("export pods")
            #expect(own.status == .mistaken)
            #expect(own.errors.contains("kubectl get pods -o yaml"))
            let pod = await stage.run("export pod/petstore-api-0")
            #expect(pod.status == .mistaken && pod.errors.contains("kubectl get pods -o yaml"))
            let selector = await stage.run("export -l 'a in'")
            #expect(selector.status == .mistaken)
        }

        @Test("objects by name: just those, in the same bytes whichever way they are named")
        func named() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("export pet max fluffy")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let names = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  name: ") }
            #expect(names.prefix(2) == ["  name: fluffy", "  name: Fluffy"])
            #expect(outcome.output.hasSuffix("# end: 2 objects\n"))
            #expect(!outcome.output.contains("# scope"))
            let words = "export pet/fluffy pets/max pet/fluffy"
            #expect(await stage.run(words).output == outcome.output)
            let path = stage.setup.folder + "/named.yaml"
            try Data(outcome.output.utf8).write(to: URL(filePath: path))
            // It says nothing of the other pets, and imports again.
            #expect(await stage.run("diff \(path)").status == .done)
            _ = await stage.run("patch pet fluffy status=sold")
            #expect(await stage.run("diff \(path)").status == .answeredNo)
            let imported = await stage.run("import \(path)")
            #expect(imported.status == .done, "\(imported.errors)")
            #expect(await stage.run("diff \(path)").status == .done)
        }

        @Test("a named object that is not there is status 4, and nothing is written")
        func missing() async throws {
            let stage = try await Stage.shared()
            let outcome = await stage.run("export pet/fluffy pet/nobody order/none")
            #expect(outcome.status == .notFound)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("\"nobody\" not found"))
            #expect(outcome.errors.contains("\"none\" not found"))
            for flag in ["-A", "-l a=b", "--split folder"] {
                let both = await stage.run("export pet fluffy \(flag)")
                #expect(both.status == .mistaken, "\(flag)")
                #expect(both.errors.contains("cannot be given together"), "\(flag)")
            }
        }

        @Test("nothing there: an empty state that says what it covers")
        func empty() async throws {
            let stage = try await Stage.shared()
            let outcome = await stage.run("export pets -n nowhere")
            #expect(outcome.status == .done)
            #expect(outcome.output.hasSuffix("\"namespace\":\"nowhere\"}\n# end: 0 objects\n"))
            #expect(outcome.errors == "No resources found in nowhere namespace.\n")
        }
    }
}
