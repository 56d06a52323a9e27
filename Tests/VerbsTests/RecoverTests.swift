import Documents
import KubernetesClient
import KubernetesCore
import Testing

@testable import Verbs

extension OnStage {
    @Suite("session recover by the records in the objects")
    struct RecoverTests {
        private static let leases = ResourceType(
            group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

        private func status(_ stage: Stage) async throws -> String? {
            try JSONValue(parsing: await stage.object("pet fluffy"))["spec"]?["status"]?.stringValue
        }

        /// A change of another machine: its journal is nowhere to be found here.
        private func stranger(_ stage: Stage) async throws -> String {
            let own = stage.world.directories
            stage.world.directories.state += "-of-another-machine"
            let outcome = await stage.run("patch pet fluffy status=pending --ttl 1h")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let id = try #require(
                await stage.run("session list -o name").output
                    .split(separator: "/").last?.split(separator: "\n").first)
            stage.world.directories = own
            return String(id)
        }

        @Test("what lives on another machine is left; by force, with its id, it is undone")
        func byForce() async throws {
            let stage = try await Stage()
            let id = try await stranger(stage)
            #expect(await stage.run("session recover --yes").errors == "Nothing to recover.\n")
            let access = ClusterAccess(world: stage.world)
            #expect(await LeftElsewhere.find(through: access, in: stage.world) == nil)
            let left = await stage.run("session recover \(id) --yes")
            #expect(left.status == .mistaken || left.status == .conflict)
            #expect(left.errors.contains("session \(id) is left as it is: its session lives"))
            #expect(left.errors.contains("session recover \(id) --force"))
            #expect(try await status(stage) == "pending")
            let nameless = await stage.run("session recover --force --yes")
            #expect(nameless.errors.contains("error: --force needs the id of the session"))
            let asked = await stage.run("session recover \(id) --force")
            #expect(asked.errors.contains("pet/fluffy spec.status: pending back to available"))
            #expect(asked.errors.contains("hint: add --yes"))
            #expect(try await status(stage) == "pending")
            let undone = await stage.run("session recover \(id) --force --yes")
            #expect(undone.status == .done, "\(undone.errors)")
            #expect(undone.errors.hasSuffix("undone 1, kept 0, failed 0\n"))
            #expect(try await status(stage) == "available")
            #expect(await stage.run("session recover \(id)").status == .notFound)
        }

        @Test("what died on another machine is found and undone without its id")
        func abandoned() async throws {
            let stage = try await Stage()
            let id = try await stranger(stage)
            let client = try await ClusterAccess(world: stage.world).client()
            _ = try await client.patch(
                .merge(["spec": ["renewTime": "2020-01-01T00:00:00.000000Z"]]), Self.leases,
                namespace: "default", name: "petstore-cli-\(id)")
            stage.writes.clear()
            let access = ClusterAccess(world: stage.world)
            let left = await LeftElsewhere.find(through: access, in: stage.world)
            #expect(
                left?.text == "note: session \(id), not of this machine, left 1 change here"
                    + " (pet/fluffy); \"session recover\" undoes that")
            #expect(stage.writes.requests.isEmpty)
            let elsewhere = await stage.run("session recover --yes -n other")
            #expect(elsewhere.errors == "Nothing to recover.\n")
            let undone = await stage.run("session recover --yes -A")
            #expect(undone.status == .done, "\(undone.errors)")
            #expect(undone.errors.contains("session \(id):\n"))
            #expect(try await status(stage) == "available")
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }
    }
}
