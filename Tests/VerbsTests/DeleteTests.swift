import Catalog
import Documents
import Foundation
import HTTP
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxAPIServer
import Session
import Testing

@testable import Verbs

extension OnStage {
    /// Objects that are chosen otherwise than by their names.
    @Suite("delete by labels, all of a kind, and by files")
    struct DeleteTests {
        private static func query(_ name: String, _ metadata: String = "") -> String {
            "---\napiVersion: petstore.example.com/v1alpha1\nkind: StoreInventoryQuery\n"
                + "metadata: {name: \(name)\(metadata)}\nspec: {}\n"
        }

        private func write(_ stage: Stage, _ name: String, _ text: String) throws {
            let place = URL(filePath: stage.setup.folder + "/" + name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }

        /// Four queries: two of them with a label, one of those in another namespace.
        private func stage() async throws -> Stage {
            let stage = try await Stage()
            let label = ", labels: {team: a}"
            let elsewhere = ", namespace: team-b" + label
            try write(
                stage, "all.yaml",
                Self.query("one", label) + Self.query("two") + Self.query("three"))
            try write(stage, "there.yaml", Self.query("four", elsewhere))
            _ = try await stage.client().create(
                .init(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "team-b"]]),
                .init(
                    group: "", version: "v1", plural: "namespaces", kind: "Namespace",
                    isNamespaced: false), namespace: nil)
            for file in ["all", "there"] {
                let made = await stage.run("create -f \(stage.setup.folder)/\(file).yaml")
                #expect(made.status == .done, "\(made.errors)")
            }
            return stage
        }

        private func queries(_ stage: Stage) async -> [String] {
            let names = await stage.run("get storeinventoryqueries -A -o name").output
            return names.split(separator: "\n").compactMap {
                $0.split(separator: "/").last.map(String.init)
            }.filter { ["one", "two", "three", "four"].contains($0) }
        }

        @Test("by labels: asked first, in one namespace or in all")
        func labels() async throws {
            let stage = try await stage()
            let asked = await stage.run("delete storeinventoryqueries -l team=a")
            #expect(asked.status == .mistaken)
            #expect(
                asked.errors.contains(
                    "error: Delete storeinventoryquery/one for good: this needs an answer"),
                "\(asked.errors)")
            let tried = await stage.run(
                "delete storeinventoryqueries -l team=a -A --dry-run=server")
            #expect(
                tried.output == """
                    storeinventoryquery/one (default): would be deleted for good; the server agrees \
                    (dry run)
                    storeinventoryquery/four (team-b): would be deleted for good; the server agrees \
                    (dry run)

                    """)
            #expect(await queries(stage).count == 4)
            let done = await stage.run("delete storeinventoryqueries -l team=a -A --yes")
            #expect(done.status == .done, "\(done.errors)")
            #expect(done.output.contains("storeinventoryquery/four (team-b): deleted for good\n"))
            #expect(await queries(stage).sorted() == ["three", "two"])
            let none = await stage.run("delete storeinventoryqueries -l team=a --yes")
            #expect(none.status == .done)
            #expect(none.errors == "No resources found in default namespace.\n")
        }

        @Test("all of a kind: each is named before, and only those of the namespace go")
        func all() async throws {
            let stage = try await stage()
            for number in 5...7 {
                try write(stage, "more.yaml", Self.query("q\(number)"))
                _ = await stage.run("create -f \(stage.setup.folder)/more.yaml")
            }
            let asked = await stage.run("delete storeinventoryqueries --all")
            #expect(asked.errors.contains("\nstoreinventoryquery/three\n"), "\(asked.errors)")
            #expect(asked.errors.contains(" objects for good: this needs an answer"))
            let done = await stage.run("delete storeinventoryqueries --all --yes -o name")
            #expect(done.status == .done, "\(done.errors)")
            #expect(done.output.contains("storeinventoryquery.petstore.example.com/q7\n"))
            #expect(await queries(stage) == ["four"])
        }

        @Test("what the server does not delete does not stop the others")
        func oneFails() async throws {
            let stage = try await stage()
            let client = try await stage.client()
            let kind = try await stage.shell().access.kind("storeinventoryquery", schemas: false)
            _ = try await client.patch(
                .merge(["metadata": ["finalizers": ["example.com/stays"]]]), kind.type,
                namespace: "default", name: "one")
            let done = await stage.run(
                "delete storeinventoryquery one two three --yes --timeout 100ms")
            #expect(done.status == .timedOut)
            #expect(done.errors.contains("storeinventoryquery/one is being deleted, but has not"))
            #expect(done.output.contains("storeinventoryquery/three: deleted for good\n"))
            #expect(await queries(stage).sorted() == ["four", "one"])
        }

        @Test("what files and folders describe; what is not there is told before anything goes")
        func files() async throws {
            let stage = try await stage()
            let folder = stage.setup.folder
            try write(stage, "set/one.yaml", Self.query("one"))
            try write(stage, "set/deeper/two.json", Self.query("two"))
            try write(stage, "set/deeper/gone.yaml", Self.query("gone"))
            let missing = await stage.run("delete -f \(folder)/set -R --yes")
            #expect(missing.status == .notFound && missing.errors.contains("\"gone\" not found"))
            #expect(await queries(stage).count == 4)
            let flat = await stage.run("delete -f \(folder)/set --dry-run -o name")
            #expect(flat.output == "storeinventoryquery.petstore.example.com/one\n")
            let done = await stage.run("delete -f \(folder)/set -R --ignore-not-found --yes")
            #expect(done.status == .done, "\(done.errors)")
            #expect(await queries(stage).sorted() == ["four", "three"])
            // Each in the namespace that its file says; named twice it goes once.
            let there = "\(folder)/there.yaml"
            let refused = await stage.run("delete -f \(there) -n default --yes")
            #expect(
                refused.status == .mistaken && refused.errors.contains("is of namespace team-b"))
            let twice = await stage.run("delete -f \(there) -f \(there) --yes")
            #expect(twice.output == "storeinventoryquery/four: deleted for good\n")
            let again = await stage.run("delete -f \(there) --ignore-not-found --yes")
            #expect(again.status == .done && again.errors.hasPrefix("No resources found"))
        }

        @Test("get and describe show what files mean, each in its namespace")
        func lookUp() async throws {
            let stage = try await stage()
            let folder = stage.setup.folder
            let both = await stage.run("get -f \(folder)/all.yaml -f \(folder)/there.yaml")
            #expect(both.status == .done, "\(both.errors)")
            #expect(both.output.hasPrefix("NAMESPACE   NAME "))
            #expect(both.output.contains("\nteam-b      four "))
            #expect(both.output.contains("\ndefault     three "))
            let there = await stage.run("get -f \(folder)/there.yaml -o jsonpath={.metadata.name}")
            #expect(there.output == "four", "\(there.errors)")
            let shell = stage.shell()
            _ = await stage.run("get -f \(folder)/there.yaml -f \(folder)/all.yaml", shell: shell)
            #expect(
                shell.memory.list.map { "\($0.namespace ?? "")/\($0.name)" }
                    == ["team-b/four", "default/one", "default/two", "default/three"])
            let told = await stage.run("describe -f \(folder)/there.yaml")
            #expect(told.output.hasPrefix("Name:         four\n"), "\(told.errors)")
            try write(stage, "gone.yaml", Self.query("gone"))
            let gone = await stage.run("get -f \(folder)/gone.yaml -f \(folder)/there.yaml -o name")
            #expect(gone.status == .notFound && gone.output.hasSuffix("/four\n"))
            let quiet = await stage.run("get -f \(folder)/gone.yaml --ignore-not-found")
            #expect(quiet.status == .done && quiet.output.isEmpty && quiet.errors.isEmpty)
            for line in ["get pets -f x.yaml", "get -f x.yaml -A", "describe pet fluffy -f x.yaml"]
            {
                let refused = await stage.run(line)
                #expect(refused.status == .mistaken && refused.errors.contains("-f says which"))
            }
            let input = await stage.run("get -f \(folder)/nothing.yaml")
            #expect(input.errors.contains("nothing.yaml cannot be read"))
        }

        @Test("create takes folders and several files as well")
        func createFolder() async throws {
            let stage = try await Stage()
            let folder = stage.setup.folder
            try write(stage, "set/one.yaml", Self.query("one"))
            try write(stage, "set/deeper/two.yml", Self.query("two"))
            try write(stage, "set/notes.txt", "no object")
            let flat = await stage.run("create -f \(folder)/set --dry-run -o name")
            #expect(flat.output == "storeinventoryquery.petstore.example.com/one\n")
            let none = await stage.run("create -f \(folder)/set/deeper/nothing")
            #expect(none.status == .mistaken && none.errors.contains("cannot be read"))
            try write(stage, "empty/deeper/x.yaml", Self.query("x"))
            let empty = await stage.run("create -f \(folder)/empty")
            #expect(empty.errors.contains("hint: -R reads the folders below it as well\n"))
            let made = await stage.run("create -f \(folder)/set -R -f \(folder)/empty/deeper")
            #expect(made.output.split(separator: "\n").count == 3, "\(made.errors)")
        }

        @Test(
            "words that mean nothing together are refused before anything is asked",
            arguments: [
                ("delete pets", "delete takes names, -l, --all or -f"),
                ("delete pet fluffy --all", "a name and --all cannot be given together"),
                ("delete pet fluffy -l a=b", "a name and a selector cannot be given together"),
                ("delete pet fluffy -A", "a name and -A cannot be given together"),
                ("delete pets --all -l a=b", "--all and a selector cannot be given together"),
                ("delete pet fluffy -f x.yaml", "-f says which objects are meant"),
                ("delete -f x.yaml --all", "-f says which objects are meant"),
                ("delete --all", "which kind of resource?"),
                ("delete pets -A", "delete takes names"),
                ("delete pets -l ===", "-l ===: "), ("create", "--filename names their file"),
            ])
        func refused(line: String, text: String) async throws {
            let stage = try await Stage.shared()
            stage.writes.clear()
            let outcome = await stage.run("\(line) --yes")
            #expect(outcome.status == .mistaken)
            #expect(outcome.errors.contains(text), "\(outcome.errors)")
            #expect(stage.writes.requests.map(\.url) == [])
        }
    }
}
