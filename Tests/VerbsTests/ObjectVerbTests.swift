import Documents
import Foundation
import Sandbox
import SandboxAPIServer
import Session
import Testing

@testable import Verbs

extension OnStage {
    @Suite("pause, refresh, create and delete on the sandbox")
    struct ObjectVerbTests {
        private func object(_ stage: Stage, _ name: String) async throws -> JSONValue {
            try JSONValue(parsing: await stage.run("get \(name) -o json").output)
        }

        private func file(_ stage: Stage, _ text: String) throws -> String {
            let path = stage.setup.folder + "/objects.yaml"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        private static let reason = "\"diagnostics.example.com/paused-reason\""

        @Test("pause and unpause, each once")
        func pause() async throws {
            let stage = try await Stage()
            let paused = await stage.run("pause pet fluffy --reason 'a look'")
            #expect(
                paused.output == """
                    pet/fluffy spec.paused: (absent) → true
                    pet/fluffy metadata.annotations[\(Self.reason)]: (absent) → a look

                    """, "\(paused.errors)")
            #expect(await stage.run("describe pet fluffy").output.contains("yes (a look)"))
            #expect(await stage.run("diagnose pet fluffy").output.contains("[WARN] Paused: a look"))
            #expect(await stage.run("pause pet/fluffy").errors == "pet/fluffy is paused already\n")
            let unpaused = await stage.run("unpause pet fluffy")
            #expect(unpaused.output.hasPrefix("pet/fluffy spec.paused: true → false\n"))
            #expect(try await object(stage, "pet fluffy")["metadata", "annotations"] == nil)
            // From now on the operator carries everything to the API, this change included.
            #expect(unpaused.errors.isEmpty)
            #expect(
                await stage.run("unpause pet fluffy").errors == "pet/fluffy is not paused already\n"
            )
        }

        @Test("a pause with a time is left behind with a deadline, and undo ends it")
        func pauseForATime() async throws {
            let stage = try await Stage()
            let paused = await stage.run("pause pet fluffy --ttl 15m --reason why --ticket T-1")
            #expect(paused.status == .done, "\(paused.errors)")
            #expect(paused.output.contains("(absent) → true (to be undone at "))
            #expect(paused.errors.contains("to undo it earlier: petstore-cli undo all --session "))
            let marks = try await object(stage, "pet fluffy")["metadata", "annotations"]
            #expect(marks?["diagnostics.example.com/reason"] == "why")
            #expect(marks?["diagnostics.example.com/ticket"] == "T-1")
            #expect(await stage.run("undo all").status == .done)
            #expect(try await object(stage, "pet fluffy")["spec", "paused"] == nil)
        }

        @Test("unpause ends a pause that was for a time, record and session included")
        func unpauseForATime() async throws {
            let stage = try await Stage()
            let before = try await object(stage, "pet fluffy")
            #expect(await stage.run("pause pet fluffy --ttl 15m").status == .done)
            let unpaused = await stage.run("unpause pet fluffy")
            #expect(unpaused.output == "pet/fluffy spec.paused: true → (absent)\n")
            #expect(
                unpaused.errors.hasPrefix("note: this ends the temporary change of session "),
                "\(unpaused.errors)")
            let after = try await object(stage, "pet fluffy")
            #expect(after["spec"] == before["spec"])
            #expect(after["metadata", "annotations"] == nil)
            #expect(after["metadata", "labels"] == before["metadata", "labels"])
            #expect(await stage.run("changes").errors == "No changes.\n")
            let sessions = stage.world.directories.state + "/sessions"
            let left = try FileManager.default.contentsOfDirectory(atPath: sessions)
            #expect(!left.contains { $0.hasSuffix(".jsonl") }, "\(left)")
        }

        @Test("in a shell what is patched back is neither undone nor counted at the end")
        func patchedBack() async throws {
            let stage = try await Stage()
            stage.world.terminal.outputIsTerminal = true
            let shell = stage.shell()
            let changed = await stage.run(
                "patch pet fluffy status=pending --rollback-on-exit", shell: shell)
            #expect(changed.status == .done, "\(changed.errors)")
            let back = await stage.run("patch pet fluffy status=available", shell: shell)
            #expect(
                back.errors.contains("note: this ends change 1: what that changed is as before\n"),
                "\(back.errors)")
            // There is nothing left to take back.
            #expect(!back.errors.contains("undo takes it back"))
            let changes = await stage.run("changes", shell: shell)
            #expect(changes.output.contains("ended change 1"), "\(changes.output)")
            #expect(await stage.run("undo", shell: shell).errors == "No changes to undo.\n")
            let other = await stage.run("patch pet fluffy name=Flo", shell: shell)
            #expect(other.errors.contains("undo takes it back"), "\(other.errors)")
            #expect(await stage.run("undo", shell: shell).status == .done)
            #expect(await shell.access.close() == nil)
            #expect(try await object(stage, "pet fluffy")["metadata", "annotations"] == nil)
        }

        @Test("what would never go on is paused only when that is accepted")
        func pauseForEver() async throws {
            let stage = try await Stage()
            let path = try file(stage, Self.query)
            #expect(await stage.run("create -f \(path)").status == .done)
            let refused = await stage.run("pause storeinventoryquery stock")
            #expect(refused.status == .mistaken)
            #expect(refused.errors.contains("never goes on after a pause"))
            #expect(await stage.run("pause storeinventoryquery stock --yes").status == .done)
            let unpaused = await stage.run("unpause storeinventoryquery stock")
            #expect(unpaused.errors.contains("does not leave the state Paused of a query"))
        }

        @Test("refresh has the operator read again, and leaves the spec alone")
        func refresh() async throws {
            let stage = try await Stage()
            let before = try await object(stage, "pet fluffy")
            let outcome = await stage.run("refresh pet fluffy")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("pet/fluffy: read again at "))
            #expect(outcome.output.hasSuffix(" (Synced)\n"), "\(outcome.output)")
            let after = try await object(stage, "pet fluffy")
            #expect(after["spec"] == before["spec"])
            #expect(after["status", "lastGetTime"] != before["status", "lastGetTime"])
            // However often within a second.
            for _ in 0..<3 {
                let asked = await stage.run("refresh pet fluffy --no-wait")
                #expect(
                    asked.output.hasPrefix("pet/fluffy: asked its operator to read it"),
                    "\(asked.errors)")
            }
            _ = await stage.run("pause pet fluffy")
            let paused = await stage.run("refresh pet fluffy")
            #expect(
                paused.status == .mistaken && paused.errors.contains("hint: unpause pet/fluffy"))
        }

        private static let query = """
            apiVersion: petstore.example.com/v1alpha1
            kind: StoreInventoryQuery
            metadata:
              name: stock
            spec: {}
            """

        private static let pet = """
            apiVersion: petstore.example.com/v1alpha1
            kind: Pet
            metadata:
              name: rex
            spec:
              name: Rex
              photoUrls: []
            """

        @Test("a temporary object goes with the hold; one that reaches outside is refused")
        func createForATime() async throws {
            let stage = try await Stage()
            let path = try file(stage, Self.query)
            let held = await stage.run("create -f \(path) --temporary")
            #expect(held.status == .done, "\(held.errors)")
            #expect(held.output.hasPrefix("storeinventoryquery/stock: created (deleted on exit"))
            #expect(held.errors.contains("storeinventoryquery/stock: deleted again\n"))
            #expect(await stage.run("get storeinventoryquery stock").status == .notFound)
            let pet = try file(stage, Self.pet)
            let refused = await stage.run("create -f \(pet) --temporary")
            #expect(refused.status == .mistaken)
            #expect(refused.errors.contains("pet/rex is not created temporarily"))
            #expect(await stage.run("get pet rex").status == .notFound)
            let orphan = await stage.run("create -f \(pet) --temporary --on-delete orphan")
            #expect(orphan.status == .done, "\(orphan.errors)")
        }

        @Test("created for good stays; in a shell undo deletes it")
        func create() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            stage.world.input = ScriptedInput(
                (Self.query + "\n---\n" + Self.pet).split(
                    separator: "\n", omittingEmptySubsequences: false
                ).map(String.init))
            let made = await stage.run("create -f -", shell: shell)
            #expect(
                made.output == "storeinventoryquery/stock: created\npet/rex: created\n",
                "\(made.errors)")
            #expect(await stage.run("get pet rex -o name", shell: shell).status == .done)
            #expect(await stage.run("undo 1", shell: shell).status == .done)
            #expect(await stage.run("get storeinventoryquery stock").status == .notFound)
            _ = await shell.access.close()
            #expect(await stage.run("get pet rex").status == .done)
        }

        @Test("delete --dry-run tells the same, asks nothing and deletes nothing")
        func deleteDryRun() async throws {
            let stage = try await Stage()
            let before = await stage.object("pet fluffy")
            stage.writes.clear()
            let told = await stage.run("delete pet fluffy --dry-run")
            #expect(told.status == .done, "\(told.errors)")
            #expect(
                told.output
                    == "pet/fluffy: would be deleted for good; the server was not asked (dry run)\n"
            )
            let server = await stage.run(
                "delete pet/fluffy --on-delete orphan --dry-run=server -o json")
            #expect(server.status == .done, "\(server.errors)")
            let json = try JSONValue(parsing: server.output)
            #expect(json["dryRun"] == "server" && json["gone"] == .null)
            #expect(stage.writes.requests.isEmpty)
            #expect(await stage.object("pet fluffy") == before)
            #expect(await stage.run("delete pet nobody --dry-run").status == .notFound)
            #expect(await stage.run("delete pet fluffy --dry-run=some").status == .mistaken)
            stage.cluster.server.policy = .forbidding(verbs: ["delete"], resource: "pets")
            #expect(await stage.run("delete pet fluffy --dry-run=client").status == .done)
            #expect(await stage.run("delete pet fluffy --dry-run=server").status == .denied)
        }

        @Test("delete says what goes with it, asks, and waits")
        func delete() async throws {
            let stage = try await Stage()
            let asked = await stage.run("delete pet fluffy")
            #expect(asked.status == .mistaken && stage.writes.requests.isEmpty)
            #expect(asked.errors.contains("hint: add --yes"))
            let order = await stage.run("delete order order-789 --yes")
            #expect(order.status == .done, "\(order.errors)")
            #expect(order.output == "order/order-789: deleted for good\n")
            #expect(await stage.run("get order order-789").status == .notFound)
            let restored = await stage.run("delete order order-456 --on-delete restore --yes")
            #expect(restored.status == .mistaken)
            #expect(restored.errors.contains("does not note what Order was before"))
            let orphan = await stage.run("delete pet/buddy --on-delete orphan --yes")
            #expect(orphan.status == .done, "\(orphan.errors)")
            #expect(!orphan.errors.contains("when it is deleted"))
            let ended = await stage.run("session list --ended").output
            #expect(ended.hasPrefix("SESSION"))
        }

        @Test("detach leaves changes in place, attach takes them up in another shell")
        func detach() async throws {
            let stage = try await Stage()
            let first = stage.shell()
            #expect(
                await stage.run("session detach", shell: first).errors.hasPrefix("No temporary"))
            _ = await stage.run(
                "patch pet fluffy status=sold --rollback-on-exit --reason why", shell: first)
            let shown = await stage.run("session show", shell: first).output
            #expect(shown.contains(" alive\n") && shown.contains("spec.status"))
            #expect(
                await stage.run("session detach", shell: first).errors.contains(
                    "keeps 1 change in place"))
            #expect(await first.access.close() == nil)
            #expect(try await object(stage, "pet fluffy")["spec", "status"] == "sold")
            let changes = await stage.run("changes")
            #expect(changes.output.contains("spec.status"))
            #expect(await stage.run("session attach").status == .mistaken)
            let second = stage.shell()
            let attached = await stage.run("session attach", shell: second)
            #expect(attached.errors.contains("is this shell's now, with 1 change"))
            #expect(await stage.run("changes", shell: second).output.contains("spec.status"))
            let told = await stage.run("session transcript", shell: second).output
            #expect(told.contains("planned spec.status: available → sold") && told.contains("why"))
            #expect(await second.access.close()?.isComplete == true)
            #expect(try await object(stage, "pet fluffy")["spec", "status"] == "available")
        }

        @Test("in a shell a change whose time is over is undone, and that is told")
        func expired() async throws {
            let stage = try await Stage()
            let (told, sink) = AsyncStream.makeStream(of: String.self)
            stage.world.announcements.listen { sink.yield($0) }
            let shell = stage.shell()
            let outcome = await stage.run(
                "patch pet max name=Maximilian --rollback-on-exit --for 1s", shell: shell)
            #expect(outcome.output.contains("(undone on exit"), "\(outcome.errors)")
            var lines = told.makeAsyncIterator()
            let first = await lines.next()
            #expect(first?.hasPrefix("the time is over: pet/max spec.name: undone") == true)
            #expect(await shell.access.close() == nil)
        }

        @Test("a guarantee that cannot be given refuses the change")
        func guarantee() async throws {
            let stage = try await Stage()
            let refused = await stage.run(
                "patch pet fluffy status=sold --rollback-on-exit --require-guarantee=G3")
            #expect(refused.status == .mistaken)
            #expect(refused.errors.contains("G3 is required"), "\(refused.errors)")
            #expect(try await object(stage, "pet fluffy")["spec", "status"] == "available")
            let given = await stage.run(
                "patch pet fluffy status=sold --ttl 5m --require-guarantee=G3")
            #expect(given.status == .done, "\(given.errors)")
            #expect(given.output.contains("(undone by the operator at "))
            #expect(await stage.run("undo all").status == .done)
        }
    }
}
