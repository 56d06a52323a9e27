import Documents
import Foundation
import KubernetesClient
import KubernetesCore
import Session
import Testing

@testable import Verbs

extension OnStage {
    @Suite("cleanup on the sandbox")
    struct CleanupTests {
        private static let query = ExportTests.query

        private func file(_ stage: Stage, _ text: String) throws -> String {
            let path = stage.setup.folder + "/objects.yaml"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        /// A change and an object that a session left behind, detached, and dead by its Lease.
        private func leftovers(_ stage: Stage, leasesAreFresh: Bool = false) async throws {
            let path = try file(stage, Self.query)
            let shell = stage.shell()
            for line in [
                "patch pet fluffy status=sold --rollback-on-exit", "create -f \(path) --temporary",
            ] {
                let outcome = await stage.run(line, shell: shell)
                #expect(outcome.status == .done, "\(outcome.errors)")
            }
            await shell.access.begunSession()?.detach()
            if !leasesAreFresh { try await killLeases(stage) }
        }

        private func killLeases(_ stage: Stage) async throws {
            let client = try await stage.client()
            for lease in try await client.list(SessionLease.type, namespace: nil).items
            where lease.name.hasPrefix("petstore-cli-") {
                _ = try await client.delete(
                    SessionLease.type, namespace: lease.namespace, name: lease.name)
            }
        }

        @Test("own leftovers: told first, then restored and deleted")
        func own() async throws {
            let stage = try await Stage()
            let before = await stage.run("export --include-diagnostics").output
            try await leftovers(stage)
            stage.writes.clear()
            let told = await stage.run("cleanup --dry-run")
            #expect(told.status == .done, "\(told.errors)")
            #expect(told.output.contains("RESTORE   pet/fluffy"), "\(told.output)")
            #expect(told.output.contains("DELETE    storeinventoryquery/stock"))
            let asked = await stage.run("cleanup")
            #expect(asked.status == .mistaken)
            #expect(asked.errors.contains("Restore 1 object and delete 1 object"))
            #expect(stage.writes.requests.isEmpty)
            let done = await stage.run("cleanup --yes --no-wait")
            #expect(done.status == .done, "\(done.errors)")
            #expect(done.errors.contains("pet/fluffy spec.status: undone (available)"))
            #expect(await stage.run("export --include-diagnostics").output == before)
            #expect(await stage.run("cleanup").errors == "Nothing to clean up.\n")
        }

        @Test("who was killed on this machine is dead at once, though the Lease is fresh")
        func killedHere() async throws {
            let stage = try await Stage()
            let before = await stage.run("export --include-diagnostics").output
            try await leftovers(stage, leasesAreFresh: true)
            let told = await stage.run("cleanup --dry-run")
            #expect(told.output.contains("RESTORE   pet/fluffy"), "\(told.output)")
            #expect(told.output.contains("its journal is on this machine, and nobody holds it"))
            let state = stage.world.directories
            stage.world.directories.state += "-of-another-machine"
            let elsewhere = await stage.run("cleanup --dry-run")
            #expect(elsewhere.output.contains("KEEP     pet/fluffy"), "\(elsewhere.output)")
            stage.world.directories = state
            // A home that two machines share, of which neither sees the other's locks.
            stage.world.machine = "another"
            let shared = await stage.run("cleanup --dry-run")
            #expect(shared.output.contains("KEEP     pet/fluffy"), "\(shared.output)")
            stage.world.machine = nil
            let done = await stage.run("cleanup --yes --no-wait")
            #expect(done.status == .done, "\(done.errors)")
            #expect(await stage.run("export --include-diagnostics").output == before)
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }

        @Test("sessions that live are left alone, by whoever asks")
        func alive() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            _ = await stage.run("patch pet fluffy status=sold --rollback-on-exit", shell: shell)
            for words in ["", "--expired", "--older-than 1ms", "-A --expired --older-than 1ms"] {
                let outcome = await stage.run("cleanup \(words) --yes")
                #expect(outcome.status == .done)
                #expect(outcome.errors.contains("KEEP     pet/fluffy"), "\(outcome.errors)")
            }
            #expect(await stage.run("get pet fluffy -o json").output.contains("\"sold\""))
            _ = await shell.access.close()
        }

        @Test("what is old and temporary goes; keep=true, effects outside and others' stays")
        func old() async throws {
            let stage = try await Stage()
            let labels = "labels: {temporary: \"true\"}"
            let kept = "labels: {temporary: \"true\", keep: \"true\"}"
            let head = "---\napiVersion: petstore.example.com/v1alpha1\nkind: "
            let path = try file(
                stage,
                "\(head)StoreInventoryQuery\nmetadata: {name: old, \(labels)}\nspec: {}\n"
                    + "\(head)StoreInventoryQuery\nmetadata: {name: kept, \(kept)}\nspec: {}\n"
                    + "\(head)Pet\nmetadata: {name: rex, \(labels)}\n"
                    + "spec: {name: Rex, photoUrls: []}\n")
            #expect(await stage.run("create -f \(path)").status == .done)
            let first = await stage.run("cleanup --dry-run")
            #expect(!first.output.contains("DELETE"), "\(first.output)")
            try await Task.sleep(for: .milliseconds(1100))
            let told = await stage.run("cleanup --older-than 1s --dry-run")
            #expect(told.output.contains("DELETE   storeinventoryquery/old"), "\(told.output)")
            #expect(told.output.contains("it is labelled keep=true"))
            #expect(told.output.contains("it is older than 1s, but the operator deletes"))
            let selected = await stage.run("cleanup --older-than 1s -l '!keep' --dry-run -o json")
            let items = try JSONValue(parsing: selected.output)["items"]?.arrayValue ?? []
            #expect(items.map { $0["name"] } == ["rex", "old"], "\(selected.output)")
            let done = await stage.run("cleanup --older-than 1s --yes --no-wait")
            #expect(done.status == .done, "\(done.errors)")
            #expect(await stage.run("get storeinventoryquery old").status == .notFound)
            #expect(await stage.run("get storeinventoryquery kept").status == .done)
            #expect(await stage.run("get pet rex").status == .done)
            let accepted = await stage.run("cleanup --older-than 1s --with-effects --yes")
            #expect(accepted.status == .done, "\(accepted.errors)")
            #expect(await stage.run("get storeinventoryquery kept").status == .done)
            #expect(await stage.run("get pet rex").status == .notFound)
        }

        @Test("one session, by its id")
        func session() async throws {
            let stage = try await Stage()
            try await leftovers(stage)
            let plan = try JSONValue(parsing: await stage.run("cleanup --dry-run -o json").output)
            let id = try #require(plan["items"]?[0]?["session"]?.stringValue)
            let other = await stage.run("cleanup --session other --yes")
            #expect(other.status == .notFound)
            let done = await stage.run("cleanup --session \(id) --yes --no-wait")
            #expect(done.status == .done, "\(done.errors)")
            #expect(await stage.run("get storeinventoryquery stock").status == .notFound)
            let both = await stage.run("cleanup --session \(id) --expired")
            #expect(both.status == .mistaken)
        }
    }
}
