import Catalog
import Documents
import Foundation
import KubernetesCore
import Sandbox
import SandboxAPIServer
import Session
import Synchronization
import Testing

@testable import Verbs

extension OnStage {
    @Suite("edit on the sandbox")
    struct EditTests {
        /// Lets each text pass through the next of these; the last one goes on for ever.
        private final class Editor: Sendable {
            private let steps: [@Sendable (String) -> String?]
            private let seen = Mutex<[String]>([])
            private let place = Mutex("")

            init(_ steps: [@Sendable (String) -> String?]) { self.steps = steps }

            /// The texts that were offered.
            var texts: [String] { seen.withLock { $0 } }
            var path: String { place.withLock { $0 } }

            /// Nil from a step: the editor fails.
            func run(_ words: [String]) throws -> Int32 {
                let path = try #require(words.last)
                place.withLock { $0 = path }
                let text = String(
                    decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
                let count = seen.withLock { seen in
                    seen.append(text)
                    return seen.count
                }
                guard let saved = steps[min(count, steps.count) - 1](text) else { return 1 }
                try Data(saved.utf8).write(to: URL(filePath: path))
                return 0
            }
        }

        private func stage(
            _ steps: @Sendable (String) -> String?...
        ) async throws -> (Stage, Editor) {
            let stage = try await Stage()
            let editor = Editor(steps)
            stage.world.environment["TMPDIR"] = stage.setup.folder
            stage.world.runCommand = { try editor.run($0) }
            return (stage, editor)
        }

        private func spec(_ stage: Stage) async throws -> JSONValue? {
            try JSONValue(parsing: await stage.run("get pet fluffy -o json").output)["spec"]
        }

        private func files(_ stage: Stage) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: stage.setup.folder)
                .filter { $0.hasPrefix("petstore-cli-edit-") }
        }

        @Test("what is saved becomes the change, and nothing else of the object")
        func saved() async throws {
            let (stage, editor) = try await stage {
                $0.replacing("status: available", with: "status: sold")
            }
            let outcome = await stage.run("edit pet fluffy")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(outcome.output == "pet/fluffy spec.status: available → sold\n")
            #expect(try await spec(stage)?["status"] == "sold")
            #expect(try files(stage).isEmpty)
            let text = try #require(editor.texts.first)
            #expect(text.hasPrefix("# Save and leave the editor to change pet/fluffy."))
            #expect(text.contains("\nkind: Pet\n") && !text.contains("managedFields"))
            #expect(!text.contains("\nstatus:\n"))
        }

        @Test(
            "a text that is left as it is, or emptied, changes nothing", arguments: [true, false])
        func unchanged(isEmptied: Bool) async throws {
            let (stage, _) = try await stage { isEmptied ? "# only a comment\n\n" : $0 }
            let outcome = await stage.run("edit pet/fluffy")
            #expect(outcome.status == .done)
            #expect(outcome.errors == "Edit cancelled, no changes made.\n")
            #expect(outcome.output.isEmpty && stage.writes.requests.isEmpty)
            #expect(try files(stage).isEmpty)
        }

        @Test("a text that cannot be used comes back with the reason, and what was typed")
        func again() async throws {
            let (stage, editor) = try await stage(
                { $0.replacing("status: available", with: "status: lost") },
                { $0.replacing("status: lost", with: "status: [") },
                { $0.replacing("status: [", with: "status: pending") })
            let outcome = await stage.run("edit pet fluffy")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(try await spec(stage)?["status"] == "pending")
            #expect(editor.texts.count == 3)
            #expect(
                editor.texts[1].contains(
                    "# pet/fluffy was not changed:\n"
                        + "# status must be available, pending or sold, not \"lost\"\n"))
            #expect(editor.texts[1].contains("  status: lost\n"))
            #expect(editor.texts[2].contains("# the text is no YAML: "))
            #expect(!editor.texts[2].contains("not \"lost\""))
        }

        @Test("giving up keeps the text, and says where")
        func givenUp() async throws {
            let (stage, editor) = try await stage(
                { $0.replacing("name: Fluffy", with: "nome: Fluffy") }, { $0 })
            let outcome = await stage.run("edit pet fluffy")
            #expect(outcome.status == .mistaken)
            #expect(
                outcome.errors == """
                    error: Edit cancelled: no text was saved that can be used
                    hint: your text is kept in \(editor.path)

                    """)
            let kept = try String(contentsOfFile: editor.path, encoding: .utf8)
            #expect(kept.contains("nome: Fluffy"))
            #expect(stage.writes.requests.isEmpty)
        }

        @Test("an editor that fails, or a server that forbids, loses no text")
        func kept() async throws {
            let (stage, editor) = try await stage {
                $0.replacing("status: available", with: "status: sold")
            }
            stage.cluster.server.policy = .forbidding(verbs: ["patch"], resource: "pets")
            let outcome = await stage.run("edit pet fluffy")
            #expect(outcome.status == .denied)
            #expect(outcome.errors.contains("hint: your text is kept in \(editor.path)\n"))
            #expect(
                try String(contentsOfFile: editor.path, encoding: .utf8).contains("status: sold"))
            let (failing, _) = try await self.stage { _ in nil }
            failing.world.environment["EDITOR"] = "ed -s"
            let failed = await failing.run("edit pet fluffy")
            #expect(failed.status == .mistaken)
            #expect(
                failed.errors.hasPrefix("error: the editor \"ed -s\" ended with status 1\nhint: "))
            #expect(try files(failing).isEmpty)
        }

        @Test("a change of somebody else on the same field is not overwritten")
        func rival() async throws {
            let stage = try await Stage()
            let world = stage.world
            let editor = Editor([
                {
                    $0.replacing("status: available", with: "status: sold")
                }
            ])
            stage.world.environment["TMPDIR"] = stage.setup.folder
            stage.world.runCommand = { words in
                var other = world
                other.output = MemoryOutput()
                _ = await Dispatcher(world: other).run(
                    ["patch", "pet", "fluffy", "status=pending"])
                return try editor.run(words)
            }
            let outcome = await stage.run("edit pet fluffy")
            #expect(outcome.status == .conflict)
            #expect(
                outcome.errors.hasPrefix(
                    "error: somebody else has changed spec.status while you were editing\n"))
            #expect(outcome.errors.contains("your text is kept in"))
            #expect(try await spec(stage)?["status"] == "pending")
        }

        @Test("secrets stay out of the text and in the object")
        func secrets() async throws {
            let (stage, editor) = try await stage {
                $0.replacing("firstName: John", with: "firstName: Jack")
            }
            #expect(
                await stage.run("patch user john password=hunter2 firstName=John").status == .done)
            let outcome = await stage.run("edit user john")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let text = try #require(editor.texts.first)
            #expect(!text.contains("hunter2") && text.contains("spec.password"))
            let user = try JSONValue(
                parsing: await stage.run("get user john -o json --show-secrets").output)
            #expect(user["spec", "password"] == "hunter2" && user["spec", "firstName"] == "Jack")
        }

        @Test("--temporary holds and undoes; --ttl returns, and undo takes it back")
        func temporary() async throws {
            let (stage, _) = try await stage {
                $0.replacing("status: available", with: "status: sold")
            }
            let held = await stage.run("edit pet fluffy --temporary")
            #expect(held.status == .done, "\(held.errors)")
            #expect(held.errors.contains("holding the change of pet/fluffy"))
            #expect(try await spec(stage)?["status"] == "available")
            let left = await stage.run("edit pet fluffy --ttl 10m")
            #expect(left.status == .done, "\(left.errors)")
            #expect(try await spec(stage)?["status"] == "sold")
            #expect(await stage.run("session list").output.contains("detached"))
            #expect(await stage.run("undo").status == .done)
            #expect(try await spec(stage)?["status"] == "available")
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }
    }
}

@Suite("Texts for the editor, and what is meant by them")
struct EditTextTests {
    private func text(_ object: JSONValue, schema: JSONValue? = nil) -> EditText {
        EditText(
            KubernetesObject(object),
            of: CatalogKind(
                type: ResourceType(
                    group: "shop.example.com", version: "v1", plural: "things", kind: "Thing"),
                schema: schema.map { KindSchema($0) }),
            showsSecrets: false)
    }

    private static let object: JSONValue = [
        "apiVersion": "shop.example.com/v1", "kind": "Thing",
        "metadata": [
            "name": "one", "uid": "u", "managedFields": [["manager": "x"]],
            "labels": ["app": "shop"],
            "annotations": [
                "note": "mine", "diagnostics.example.com/original-state.abc-1": "{}",
            ],
        ],
        "spec": [
            "size": 3, "gone": "x", "token": "t",
            "users": [["name": "a", "password": "p"]], "list": [1, 2],
        ],
        "status": ["state": "Synced"],
    ]

    private func edits(_ change: (String) -> String) throws -> [String] {
        let text = text(Self.object)
        let found = try text.edits(from: change(text.text()))
        return (found ?? []).map { edit in
            let value = edit.value.value.map { $0.text() } ?? "absent"
            return edit.path.tokens.joined(separator: ".") + "=" + value
        }
    }

    @Test("bookkeeping, status, records and secrets are left out")
    func shown() {
        let text = text(Self.object)
        #expect(text.leftOut == ["spec.token", "spec.users"])
        #expect(text.shown["metadata", "annotations"] == ["note": "mine"])
        #expect(text.shown["spec"] == ["size": 3, "gone": "x", "list": [1, 2]])
        #expect(text.shown["status"] == nil && text.shown["metadata", "managedFields"] == nil)
        #expect(text.text().contains("# Left out because secret, and kept as they are: spec.token"))
    }

    @Test("only what was touched is changed")
    func touched() throws {
        #expect(try edits { $0 } == [])
        #expect(try edits { $0.replacing("size: 3", with: "size: 4") } == ["spec.size=4"])
        #expect(try edits { $0.replacing("  gone: x\n", with: "") } == ["spec.gone=absent"])
        #expect(try edits { $0.replacing("- 2", with: "- 5") } == ["spec.list=[1,5]"])
        #expect(
            try edits { $0.replacing("app: shop", with: "app: x") } == ["metadata.labels.app=x"]
                || (try edits { $0.replacing("app: shop", with: "app: x") })
                    == ["metadata.labels.app=\"x\""]
        )
        #expect(
            try edits { $0 + "  token: new\n" }.isEmpty
                || (try edits { $0.replacing("  size: 3", with: "  size: 3\n  token: new") })
                    == ["spec.token=\"new\""]
        )
    }

    @Test(
        "what cannot be edited is refused",
        arguments: [
            ("name: one", "name: two", "metadata.name cannot be edited"),
            ("kind: Thing", "kind: Other", "kind cannot be edited"),
            ("app: shop", "app: 3", "must be a text"),
            ("size: 3", "size: [", "the text is no YAML"),
            ("size: 3", "token: '********'", "hides a value"),
        ])
    func refused(old: String, new: String, reason: String) throws {
        let text = text(Self.object)
        let error = #expect(throws: Failure.self) {
            _ = try text.edits(from: text.text().replacing(old, with: new))
        }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("comments at the top go, those of the user stay")
    func comments() {
        #expect(EditText.body(of: "# a\n# b\nx: 1\n# mine\n") == "x: 1\n# mine\n")
        #expect(EditText.body(of: "# only") == "")
        let text = text(Self.object)
        #expect(EditText.body(of: text.text(body: "x: 1\n", complaint: ["no\nway"])) == "x: 1\n")
        #expect(text.text(complaint: ["no\nway"]).contains("# no\n# way\n"))
    }
}
