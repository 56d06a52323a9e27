import Documents
import Foundation
import HTTP
import Sandbox
import SandboxAPIServer
import Session
import Testing

@testable import Verbs

extension OnStage {
    /// `--dry-run=client|server` of the verbs that change something.
    @Suite("dry runs on the sandbox")
    struct DryRunTests {
        private static let query = """
            apiVersion: petstore.example.com/v1alpha1
            kind: StoreInventoryQuery
            metadata:
              name: stock
            spec: {}
            """

        private func file(_ stage: Stage, _ text: String) throws -> String {
            let path = stage.setup.folder + "/objects.yaml"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        /// Nothing was sent that changes something, and nothing is left on the disk.
        private func expectNothingWritten(_ stage: Stage) {
            #expect(stage.writes.requests.map(\.url) == [])
            let sessions = stage.world.directories.state + "/sessions"
            #expect(!FileManager.default.fileExists(atPath: sessions))
        }

        private static let agreed = "dry run: nothing was changed; the server agrees\n"
        private static let unasked = "dry run: nothing was changed; the server was not asked\n"

        @Test("patch: on the client, on the server, and not at all")
        func patch() async throws {
            let stage = try await Stage()
            let before = await stage.object("pet fluffy")
            let table = """
                OBJECT       PATH            BEFORE      AFTER
                pet/fluffy   spec.status     available   sold
                pet/fluffy   spec.category   {2}         (absent)

                """
            for (flag, remark) in [
                ("--dry-run", Self.unasked), ("--dry-run=client", Self.unasked),
                ("--dry-run=server", Self.agreed),
            ] {
                let told = await stage.run("patch pet fluffy status=sold category- \(flag)")
                #expect(told.output == table, "\(told.errors)")
                #expect(told.errors == remark)
                #expect(told.status == .done)
            }
            let json = await stage.run("patch pet fluffy status=sold --dry-run=server -o json")
            let value = try JSONValue(parsing: json.output)
            #expect(value["kind"] == "Preview" && value["dryRun"] == "server")
            #expect(
                value["changes"] == [
                    ["path": "spec.status", "before": "available", "after": "sold"]
                ])
            expectNothingWritten(stage)
            #expect(await stage.object("pet fluffy") == before)
            #expect(await stage.run("patch pet fluffy status=sold --dry-run=none").status == .done)
            #expect(await stage.object("pet fluffy") != before)
        }

        @Test("what a hold and a command would go with is told, and neither begins")
        func temporary() async throws {
            let stage = try await Stage()
            stage.world.runCommand = { _ in
                Issue.record("the command ran")
                return 0
            }
            for mode in ["client", "server"] {
                let told = await stage.run(
                    "patch pet fluffy status=sold --rollback-on-exit --dry-run=\(mode) -- true")
                #expect(told.status == .done, "\(told.errors)")
                #expect(
                    told.errors.contains(
                        "note: it would be undone on exit, else by session recover\n"))
                #expect(!told.errors.contains("holding"))
            }
            let refused = await stage.run(
                "patch pet fluffy category.name=Cats --ttl 10m --require-guarantee G3 --dry-run")
            let real = await stage.run(
                "patch pet fluffy category.name=Cats --ttl 10m --require-guarantee G3")
            #expect(refused.errors == real.errors && refused.status == real.status)
            #expect(real.status != .done)
            expectNothingWritten(stage)
        }

        @Test("what the server refuses has the text and the status of the change itself")
        func refusals() async throws {
            let stage = try await Stage()
            let query = try file(stage, Self.query)
            let lines = [
                "patch pet fluffy status=available", "patch pet nobody status=sold",
                "create -f \(query) -n nowhere",
            ]
            for line in lines {
                let tried = await stage.run("\(line) --dry-run=server")
                let real = await stage.run(line)
                #expect(real.status != .done, "\(line)")
                #expect(tried.status == real.status, "\(line)")
                #expect(tried.errors == real.errors)
            }
            for verb in ["patch", "create"] {
                let resource = verb == "patch" ? "pets" : "storeinventoryqueries"
                stage.cluster.server.policy = .forbidding(verbs: [verb], resource: resource)
                let line =
                    verb == "patch" ? "patch pet fluffy status=sold" : "create -f \(query)"
                #expect(await stage.run("\(line) --dry-run=client").status == .done)
                let tried = await stage.run("\(line) --dry-run=server")
                let real = await stage.run(line)
                #expect(tried.status == .denied && tried.errors == real.errors)
            }
            expectNothingWritten(stage)
        }

        @Test("create tells what it would make, for a while or for good")
        func create() async throws {
            let stage = try await Stage()
            let path = try file(stage, Self.query)
            for (mode, remark) in [("client", Self.unasked), ("server", Self.agreed)] {
                let told = await stage.run("create -f \(path) --dry-run=\(mode)")
                #expect(told.output == "storeinventoryquery/stock: would be created\n")
                #expect(told.errors == remark)
                let short = await stage.run("create -f \(path) --temporary --dry-run=\(mode)")
                #expect(
                    short.errors == "note: it would be deleted on exit, else by session recover\n"
                        + remark)
            }
            let names = await stage.run("create -f \(path) --dry-run -o name")
            #expect(names.output == "storeinventoryquery.petstore.example.com/stock\n")
            expectNothingWritten(stage)
            #expect(await stage.run("get storeinventoryquery stock").status == .notFound)
            // What is there already only the server knows.
            #expect(await stage.run("create -f \(path)").status == .done)
            #expect(await stage.run("create -f \(path) --dry-run").status == .done)
            let there = await stage.run("create -f \(path) --dry-run=server")
            #expect(there.status == .conflict && there.errors.contains("already exists"))
        }

        @Test("edit shows what the text would change; the server's complaint comes back to it")
        func edit() async throws {
            let stage = try await Stage()
            stage.world.environment["TMPDIR"] = stage.setup.folder
            stage.world.runCommand = { words in
                let place = URL(filePath: try #require(words.last))
                let text = String(decoding: try Data(contentsOf: place), as: UTF8.self)
                try Data(text.replacing("status: available", with: "status: sold").utf8)
                    .write(to: place)
                return 0
            }
            for (mode, remark) in [("client", Self.unasked), ("server", Self.agreed)] {
                let told = await stage.run("edit pet fluffy --dry-run=\(mode)")
                #expect(told.output.contains("pet/fluffy   spec.status   available   sold\n"))
                #expect(told.errors == remark)
            }
            expectNothingWritten(stage)
            stage.cluster.server.policy = .forbidding(verbs: ["patch"], resource: "pets")
            let denied = await stage.run("edit pet fluffy --dry-run=server")
            #expect(denied.status == .denied && denied.errors.contains("your text is kept in"))
        }

        @Test("cleanup has the server try what it would do")
        func cleanup() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            let path = try file(stage, Self.query)
            for line in [
                "patch pet fluffy status=sold --rollback-on-exit", "create -f \(path) --temporary",
            ] {
                #expect(await stage.run(line, shell: shell).status == .done)
            }
            await shell.access.begunSession()?.detach()
            stage.writes.clear()
            let client = await stage.run("cleanup --dry-run")
            let server = await stage.run("cleanup --dry-run=server")
            #expect(client.output == server.output && !client.output.isEmpty)
            #expect(!client.errors.contains("dry run"))
            #expect(server.errors.hasSuffix(Self.agreed) && server.status == .done)
            stage.cluster.server.policy = .forbidding(verbs: ["patch"], resource: "pets")
            let refused = await stage.run("cleanup --dry-run=server")
            #expect(refused.status == .undoIncomplete)
            #expect(
                refused.errors.contains(
                    "pet/fluffy spec.status: failed: Error from server (Forbidden): pets"),
                "\(refused.errors)")
            #expect(await stage.run("cleanup --dry-run").status == .done)
            stage.cluster.server.policy = .open
            #expect(stage.writes.requests.map(\.url) == [])
            #expect(await stage.run("cleanup --yes --no-wait").status == .done)
        }

        @Test("where nothing may be changed it may be tried")
        func readOnly() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            shell.memory.refusal = "the shell is read-only"
            let line = "patch pet fluffy status=sold"
            #expect(await stage.run(line, shell: shell).status == .mistaken)
            #expect(await stage.run("\(line) --dry-run", shell: shell).status == .done)
            #expect(await stage.run("\(line) --dry-run=server", shell: shell).status == .done)
            #expect(await stage.run("\(line) --dry-run=none", shell: shell).status == .mistaken)
        }

        @Test("a mode that is none is refused", arguments: ["patch", "create", "edit", "cleanup"])
        func badMode(verb: String) async throws {
            let stage = try await Stage.shared()
            let rest = ["patch": "pet fluffy a=b", "create": "-f x", "edit": "pet fluffy"]
            let outcome = await stage.run("\(verb) \(rest[verb] ?? "") --dry-run=some")
            #expect(outcome.status == .mistaken)
            #expect(outcome.errors.contains("some"), "\(outcome.errors)")
            #expect(outcome.errors.contains("client"), "\(outcome.errors)")
        }
    }
}
