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
    @Suite("import on the sandbox")
    struct ImportTests {
        private func file(_ stage: Stage, _ text: String) throws -> String {
            let path = stage.setup.folder + "/state.yaml"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        private func exported(_ stage: Stage, _ words: String = "") async throws -> String {
            try file(stage, await stage.run("export \(words)").output)
        }

        private func object(_ stage: Stage, _ name: String) async throws -> JSONValue {
            try JSONValue(
                parsing: await stage.run("get \(name) -o json --show-managed-fields").output)
        }

        private static let head = "apiVersion: petstore.example.com/v1alpha1\n"

        private static func pet(_ name: String, _ spec: String) -> String {
            "---\n\(head)kind: Pet\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
        }

        @Test("the plan first, then what was done; a second import finds nothing to do")
        func golden() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "pets")
            _ = await stage.run("patch pet fluffy status=sold")
            _ = await stage.run("delete pet max --yes --on-delete orphan")
            stage.writes.clear()
            let plan = await stage.run("import \(path) --dry-run")
            #expect(plan.status == .answeredNo, "\(plan.errors)")
            #expect(
                plan.output == """
                    ACTION      OBJECT       DETAIL
                    unchanged   pet/bella    \("")
                    unchanged   pet/buddy    \("")
                    update      pet/fluffy   spec.status: "sold" → "available"
                    create      pet/max      \("")

                    """)
            #expect(plan.errors.contains("dry run: nothing was changed"))
            #expect(stage.writes.requests.isEmpty)
            let server = await stage.run("import \(path) --dry-run=server")
            #expect(server.output == plan.output)
            #expect(stage.writes.requests.isEmpty)
            let done = await stage.run("import \(path)")
            #expect(done.status == .done, "\(done.errors)")
            #expect(
                done.errors == """
                    plan: create 1, update 1, unchanged 2
                    ACTION   OBJECT       DETAIL
                    update   pet/fluffy   spec.status: "sold" → "available"
                    create   pet/max      \("")

                    """)
            #expect(done.output.contains("updated     pet/fluffy"))
            #expect(await stage.run("diff \(path)").status == .done)
            let again = await stage.run("import \(path) --dry-run")
            #expect(again.status == .done, "\(again.output)")
            #expect(
                try await object(stage, "pet max")["metadata", "managedFields"]?[0]?["operation"]
                    == "Apply")
        }

        @Test("--dry-run foresees a missing namespace, and says what only the server finds")
        func foreseen() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "pets")
            let map = "--map-namespace default=nowhere"
            stage.writes.clear()
            let plan = await stage.run("import \(path) --dry-run \(map)")
            #expect(plan.status == .notFound, "\(plan.errors)")
            #expect(plan.output.contains("failed   pet/bella"))
            #expect(plan.errors.contains("namespaces \"nowhere\" not found"))
            #expect(!plan.errors.contains("only --dry-run=server"))
            #expect(stage.writes.requests.isEmpty)
            for mode in ["--dry-run=server", "--yes"] {
                let real = await stage.run("import \(path) \(map) \(mode)")
                #expect(real.status == plan.status, "\(real.errors)")
                #expect(real.errors.contains("namespaces \"nowhere\" not found"))
            }
            _ = await stage.run("patch pet fluffy status=sold")
            let told = await stage.run("import \(path) --dry-run")
            #expect(told.status == .answeredNo)
            #expect(told.errors.contains("only --dry-run=server finds conflicts with other"))
            let server = await stage.run("import \(path) --dry-run=server")
            #expect(!server.errors.contains("only --dry-run=server"))
        }

        @Test("what others set is a conflict that names them, unless it is taken over")
        func conflicts() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "pets")
            let type = try await ClusterAccess(world: stage.world).kind("pets", schemas: false).type
            _ = try await stage.client().patch(
                .merge(["spec": ["status": "sold"]]), type, namespace: "default", name: "fluffy",
                options: WriteOptions(fieldManager: "kubectl-edit"))
            let refused = await stage.run("import \(path)")
            #expect(refused.status == .conflict)
            #expect(refused.errors.contains("pet/fluffy: spec.status is set by kubectl-edit"))
            #expect(refused.errors.contains("hint: --force-conflicts"))
            #expect(await stage.run("import \(path) --force-conflicts").status == .done)
            #expect(try await object(stage, "pet fluffy")["spec", "status"] == "available")
        }

        @Test("what fails is told by document, line and field, and does not stop the rest")
        func problems() async throws {
            let stage = try await Stage()
            let path = try file(
                stage,
                Self.pet("one", "name: One, photoUrls: []")
                    + """
                    ---
                    \(Self.head)kind: Pet
                    metadata: {name: two}
                    spec:
                      name: Two
                      photoUrls: []
                      status: lost
                      statsu: sold
                      tags: [{id: x}]

                    """ + Self.pet("three", "photoUrls: []"))
            let outcome = await stage.run("import \(path)")
            #expect(outcome.status == .mistaken)
            for text in [
                "\(path): document 2, line 13: pet/two: spec.status must be",
                "\(path): document 2, line 14: pet/two: unknown field \"spec.statsu\""
                    + " (did you mean \"status\"?)",
                "\(path): document 2, line 15: pet/two: spec.tags[0].id must be",
                "\(path): document 3, line ",
            ] {
                #expect(outcome.errors.contains(text), "\(outcome.errors)")
            }
            #expect(outcome.output.contains("created   pet/one"))
            #expect(await stage.run("get pet one").status == .done)
            #expect(await stage.run("get pet two").status == .notFound)
        }

        @Test(
            "--atomic changes nothing where the plan has a flaw")
        func atomic() async throws {
            let stage = try await Stage()
            let flawed = try file(
                stage,
                Self.pet("one", "name: One, photoUrls: [], onDelete: Orphan")
                    + Self.pet("two", "name: 2, photoUrls: []"))
            stage.writes.clear()
            let refused = await stage.run("import \(flawed) --atomic")
            #expect(refused.status == .mistaken)
            #expect(refused.errors.contains("nothing was changed"))
            #expect(stage.writes.requests.isEmpty)
            let external = try file(stage, Self.pet("one", "name: One, photoUrls: []"))
            let unaccepted = await stage.run("import \(external) --atomic")
            #expect(unaccepted.status == .mistaken)
            #expect(unaccepted.errors.contains("it could not simply be taken back"))
            #expect(stage.writes.requests.isEmpty)
        }

        @Test("--atomic takes back what was done when something fails later")
        func atomicFailsHalfway() async throws {
            let stage = try await Stage()
            let before = await stage.run("export").output
            let path = try file(
                stage,
                Self.pet("buddy", "id: 124, name: Buddy, status: sold")
                    + Self.pet("fluffy", "id: 123, name: Fluffy, status: sold")
                    + Self.pet("max", "id: 1000, name: Max, status: sold"))
            // The plan and the check before the change are tried by the server; the change is not.
            stage.cluster.server.faults = [
                Fault(
                    .refuse(code: 422, retryAfter: nil), method: "PATCH", resource: "pets",
                    name: "max", skip: 2, count: nil)
            ]
            stage.writes.clear()
            let outcome = await stage.run("import \(path) --atomic")
            #expect(outcome.status == .mistaken, "\(outcome.output)\(outcome.errors)")
            let written = stage.writes.requests.map { request in
                String((request.url.split(separator: "?")[0]).split(separator: "/").last ?? "")
            }
            // There, and in reverse order back.
            #expect(written.starts(with: ["buddy", "fluffy", "max"]), "\(written)")
            let back = written.reversed().prefix { $0 != "max" }
            #expect(back.first == "buddy" && back.last == "fluffy", "\(written)")
            #expect(await stage.run("export").output == before)
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }

        @Test("--temporary puts the whole import under undo")
        func temporary() async throws {
            let stage = try await Stage()
            let before = await stage.run("export").output
            let path = try file(
                stage,
                Self.pet("one", "name: One, photoUrls: [], readOnly: true")
                    + Self.pet("fluffy", "id: 123, name: Fluffy, status: sold"))
            let shell = stage.shell()
            let outcome = await stage.run("import \(path) --temporary", shell: shell)
            #expect(outcome.status == .done, "\(outcome.errors)")
            let pet = try await object(stage, "pet fluffy")
            #expect(pet["spec", "status"] == "sold")
            let made = try await object(stage, "pet one")
            #expect(made["metadata", "labels", "temporary"] == "true")
            #expect(made["metadata", "labels", "purpose"] == "diagnostics")
            #expect(await stage.run("export").output == before)
            let report = await shell.access.close()
            #expect(report?.undone == 2)
            #expect(try await object(stage, "pet fluffy")["spec", "status"] == "available")
            #expect(await stage.run("get pet one").status == .notFound)
        }

        @Test("objects that are there: skip, update or fail")
        func existing() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "pets")
            _ = await stage.run("patch pet fluffy status=sold")
            let skipped = await stage.run("import \(path) --existing=skip")
            #expect(skipped.status == .done)
            #expect(skipped.output.contains("skipped   pet/fluffy"))
            let failed = await stage.run("import \(path) --existing=fail")
            #expect(failed.status == .conflict)
            #expect(failed.errors.contains("pet/fluffy: it exists already"))
            #expect(try await object(stage, "pet fluffy")["spec", "status"] == "sold")
        }

        @Test("flat targets and the older name of the interval are converted, with a note")
        func conversion() async throws {
            let stage = try await Stage()
            let path = try file(
                stage,
                """
                \(Self.head)kind: StoreInventoryQuery
                metadata: {name: stock}
                spec: {targetPodOrdinal: 0, targetHelmRelease: petstore, reExecuteInterval: 5m}
                """)
            let outcome = await stage.run("import \(path)")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(
                outcome.errors.contains(
                    "note: storeinventoryquery/stock: spec.targetPodOrdinal is"
                        + " spec.target.podOrdinal here"))
            let spec = try await object(stage, "storeinventoryquery stock")["spec"]
            #expect(spec?["target"] == ["podOrdinal": 0, "helmRelease": "petstore"])
            #expect(spec?["executionInterval"] == "5m")
        }

        @Test("masks are refused, and secrets that the file leaves out stay")
        func secrets() async throws {
            let stage = try await Stage()
            _ = await stage.run("patch user john password=hunter2")
            let text = await stage.run("export users --show-secrets").output
            let path = try file(stage, text.replacing("James", with: "Jones"))
            let first = await stage.run("import \(path) --force-conflicts")
            #expect(first.status == .done, "\(first.errors)")
            let without = await stage.run("export users").output
            #expect(!without.contains("hunter2"))
            let second = try file(stage, without.replacing("Jones", with: "Smith"))
            let outcome = await stage.run("import \(second)")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let user = try await object(stage, "user john")
            #expect(user["spec", "password"] == "hunter2")
            #expect(user["spec", "lastName"] == "Smith")
            let masked = try file(
                stage,
                "\(Self.head)kind: User\nmetadata: {name: new}\n"
                    + "spec: {username: new, password: \"********\"}\n")
            let refused = await stage.run("import \(masked)")
            #expect(refused.status == .mistaken)
            #expect(refused.errors.contains("line 4: user/new: spec.password: ******** hides"))
        }

        @Test("--prune deletes what the file covers and does not have, after asking")
        func prune() async throws {
            let stage = try await Stage()
            let path = try await exported(stage, "pets -l environment=production")
            let extra = stage.setup.folder + "/extra.yaml"
            try Data(
                (Self.head + "kind: Pet\nmetadata: {name: rex, labels: {environment: production}}\n"
                    + "spec: {name: Rex, photoUrls: []}\n").utf8
            ).write(to: URL(filePath: extra))
            _ = await stage.run("create -f \(extra)")
            #expect(await stage.run("import \(path) --prune").status == .mistaken)
            let line = "import \(path) --prune -l environment=production"
            let asked = await stage.run(line)
            #expect(asked.status == .mistaken)
            #expect(asked.errors.contains("prune    pet/rex"), "\(asked.errors)")
            #expect(asked.errors.contains("the operator deletes the object in the API"))
            #expect(await stage.run("get pet rex").status == .done)
            let done = await stage.run(line + " --yes")
            #expect(done.status == .done, "\(done.errors)")
            #expect(done.output.contains("pruned"))
            let cut = try file(
                stage,
                String(await stage.run("export pets").output.split(separator: "# end")[0]))
            let refused = await stage.run("import \(cut) --prune -l environment=production --yes")
            #expect(refused.errors.contains("lacks its last line"))
        }

        @Test("a temporary change is not overwritten behind its session's back")
        func pending() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            let path = try await exported(stage, "pets")
            _ = await stage.run("patch pet fluffy status=sold --rollback-on-exit", shell: shell)
            #expect(await stage.run("import \(path)").status == .done)
            #expect(try await object(stage, "pet fluffy")["spec", "status"] == "sold")
            let other = try file(
                stage, Self.pet("fluffy", "id: 123, name: Fluffy, status: pending"))
            let outcome = await stage.run("import \(other)")
            #expect(outcome.status == .conflict)
            #expect(outcome.errors.contains("spec.status is temporarily changed by session"))
            _ = await shell.access.close()
        }

        @Test("export, import into an empty namespace, diff: nothing, for every kind")
        func roundTrip() async throws {
            let stage = try await Stage()
            try await stage.makeNamespace("copy")
            try await stage.makeSamples()
            let path = try await exported(stage, "--show-secrets")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            for kind in try await stage.sampleKinds() {
                #expect(text.contains("\nkind: \(kind)\n"), "\(kind)")
            }
            let map = "--map-namespace default=copy"
            let plan = await stage.run("import \(path) --dry-run \(map)")
            #expect(plan.status == .answeredNo, "\(plan.errors)")
            let done = await stage.run("import \(path) \(map)")
            #expect(done.status == .done, "\(done.errors)")
            let diff = await stage.run("diff \(path) \(map)")
            #expect(diff.status == .done, "\(diff.output)\(diff.errors)")
            let copy = await stage.run("export -n copy --show-secrets").output
            let original = await stage.run("export --show-secrets").output
            #expect(copy.replacing("copy", with: "default") == original)
        }
    }
}
