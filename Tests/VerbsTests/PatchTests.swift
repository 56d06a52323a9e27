import Documents
import FoundationEssentials
import Sandbox
import Session
import SandboxAPIServer
import Synchronization
import Testing

@testable import Verbs

extension OnStage {
    @Suite("patch, changes, undo, keep and recover on the sandbox")
    struct PatchTests {
        private func status(_ stage: Stage) async throws -> JSONValue? {
            try JSONValue(parsing: await stage.run("get pet fluffy -o json").output)[
                "spec", "status"]
        }

        @Test("a hold undoes at the end of input")
        func holdUntilEndOfInput() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("patch pet fluffy status=pending --rollback-on-exit")
            #expect(
                outcome.output
                    == "pet/fluffy spec.status: available → pending"
                    + " (undone on exit, else by session recover)\n")
            #expect(
                outcome.errors == """
                    holding the change of pet/fluffy; it is undone at Ctrl-C or at the end of input
                    pet/fluffy spec.status: undone (available)
                    undone 1, kept 0, failed 0

                    """)
            #expect(outcome.status == .done)
            #expect(try await status(stage) == "available")
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }

        @Test("nothing of ours remains: labels, annotations and owners are as before")
        func noResidue() async throws {
            let stage = try await Stage()
            func identity() async throws -> JSONValue {
                let object = try JSONValue(parsing: await stage.object("pet fluffy"))
                let entries = object["metadata", "managedFields"]?.arrayValue?
                    .filter { $0["subresource"] == nil }
                return [
                    "spec": object["spec"] ?? .null,
                    "labels": object["metadata", "labels"] ?? .null,
                    "annotations": object["metadata", "annotations"] ?? .null,
                    "owners": .array(
                        (entries ?? []).map { [$0["manager"] ?? .null, $0["fieldsV1"] ?? .null] }),
                ]
            }
            let before = try await identity()
            for change in [
                "status=sold", "category.name='A & B < C'", "tags[0].name=x tags[1].id=2",
                "photoUrls[1]=http://x/?a=1&b=2", "category-",
            ] {
                let outcome = await stage.run("patch pet fluffy \(change) --rollback-on-exit")
                #expect(outcome.status == .done, "\(outcome.errors)")
                #expect(try await identity() == before, "\(change)")
            }
        }

        @Test(
            "a signal ends the hold, the undo comes first",
            arguments: [Interrupt.interrupt, .terminate])
        func holdUntilSignal(signal: Interrupt) async throws {
            let stage = try await Stage()
            stage.world.input = SilentInput()
            let signals = Signals()
            stage.world.interrupts = { signals.stream() }
            let seen = Mutex<[String]>([])
            stage.world.errors = Tap(stage.setup.errors) { text in
                if text.hasPrefix("holding") { signals.send(signal) }
                seen.withLock { $0.append(text) }
            }
            let outcome = await stage.run("patch pet fluffy status=pending --rollback-on-exit")
            #expect(outcome.status == .ended(by: signal.rawValue))
            #expect(try await status(stage) == "available")
        }

        @Test("--for ends the hold")
        func holdForATime() async throws {
            let stage = try await Stage()
            stage.world.input = SilentInput()
            let outcome = await stage.run(
                "patch pet fluffy status=pending --rollback-on-exit --for 10ms")
            #expect(outcome.status == .done)
            #expect(try await status(stage) == "available")
        }

        @Test("a command runs while the change lasts; its status is ours")
        func command() async throws {
            let stage = try await Stage()
            let during = Mutex<(words: [String], object: String)>(([], ""))
            let world = stage.world
            stage.world.runCommand = { words in
                let output = MemoryOutput()
                var inner = world
                inner.output = output
                _ = await Dispatcher(world: inner).run(["get", "pet", "fluffy", "-o", "json"])
                let text = output.text
                during.withLock { $0 = (words, text) }
                return 42
            }
            let outcome = await stage.run(
                "patch pet fluffy status=pending --rollback-on-exit -- test -f --x")
            #expect(outcome.status == ExitStatus(42))
            let (words, object) = during.withLock { $0 }
            #expect(words == ["test", "-f", "--x"])
            #expect(try JSONValue(parsing: object)["spec", "status"] == "pending")
            #expect(try await status(stage) == "available")
        }

        @Test(
            "a command that is not there is refused before anything is changed",
            arguments: [
                "patch pet fluffy status=pending --rollback-on-exit",
                "create -f /no/such/file --temporary", "import /no/such/file --temporary",
            ])
        func missingCommand(line: String) async throws {
            let stage = try await Stage.shared()
            stage.writes.clear()
            let outcome = await stage.run("\(line) -- no-such-program-here -x")
            #expect(outcome.status == .programNotFound)
            #expect(
                outcome.errors.hasPrefix(
                    "error: \"no-such-program-here\", the command after --, was not found;"))
            #expect(stage.writes.requests.isEmpty)
            let folder = await stage.run("\(line) -- /bin")
            #expect(folder.status == .programNotRunnable)
            #expect(stage.writes.requests.isEmpty)
        }

        @Test("a command that cannot be started is told, and the change is undone")
        func unstartableCommand() async throws {
            let stage = try await Stage()
            let program = stage.setup.folder + "/program"
            try Data("\u{7F}ELF, but no more".utf8).write(to: URL(filePath: program))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: program)
            let outcome = await stage.run(
                "patch pet fluffy status=pending --rollback-on-exit -- \(program)")
            #expect(outcome.status == .programNotRunnable)
            #expect(outcome.errors.contains("error: \(program) cannot be run"))
            #expect(try await status(stage) == "available")
        }

        @Test("an undo that cannot be done is status 3, with the command that finishes it")
        func incompleteUndo() async throws {
            let stage = try await Stage()
            let server = stage.cluster.server
            stage.world.runCommand = { _ in
                server.policy = .forbidding(verbs: ["patch"], resource: "pets")
                return 0
            }
            let outcome = await stage.run(
                "patch pet fluffy status=pending --rollback-on-exit -- true")
            #expect(outcome.status == .undoIncomplete)
            #expect(
                outcome.errors.contains("something of ours is still in the cluster; to finish:"))
            server.policy = .open
            stage.world.runCommand = { _ in 0 }
            #expect(
                await stage.run("get pets").errors.hasPrefix(
                    "note: an earlier session left 1 change"))
            #expect(await stage.run("changes").output.contains("spec.status"))
            let asked = await stage.run("session recover")
            #expect(asked.status == .mistaken && asked.errors.contains("hint: add --yes"))
            let recovered = await stage.run("session recover --yes")
            #expect(recovered.status == .done, "\(recovered.errors)")
            #expect(try await status(stage) == "available")
            #expect(await stage.run("session recover").errors == "Nothing to recover.\n")
        }

        @Test("without --rollback-on-exit the change stays, and no record of it")
        func permanent() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("patch pet/fluffy --spec '{\"status\":\"sold\"}'")
            #expect(outcome.output == "pet/fluffy spec.status: available → sold\n")
            #expect(try await status(stage) == "sold")
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }

        @Test("a dry run shows what would be, and changes nothing")
        func dryRun() async throws {
            let stage = try await Stage()
            let before = await stage.object("pet fluffy")
            let outcome = await stage.run("patch pet fluffy status=sold category- --dry-run")
            #expect(
                outcome.output == """
                    OBJECT       PATH            BEFORE      AFTER
                    pet/fluffy   spec.status     available   sold
                    pet/fluffy   spec.category   {2}         (absent)

                    """)
            #expect(await stage.object("pet fluffy") == before)
        }

        @Test("in a shell: changes, undo, keep")
        func ledger() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            #expect(await stage.run("changes", shell: shell).errors == "No changes.\n")
            for line in ["status=pending", "name=Fluff", "category.name=Cats"] {
                #expect(
                    await stage.run("patch pet fluffy \(line) --rollback-on-exit", shell: shell)
                        .status
                        == .done)
            }
            let changes = await stage.run("changes", shell: shell).output
            #expect(changes.hasPrefix("#     OBJECT       PATH                 BEFORE      NOW"))
            let json = try JSONValue(
                parsing: await stage.run("changes -o json", shell: shell).output)
            #expect(json["changes"]?.arrayValue?.count == 3)
            #expect(await stage.run("undo 7", shell: shell).status == .notFound)
            #expect(
                await stage.run("undo", shell: shell).output.hasPrefix(
                    "pet/fluffy spec.category.name: undone (Dogs)\n"))
            #expect(
                await stage.run("keep 2", shell: shell).output.hasPrefix(
                    "pet/fluffy spec.name: kept (permanent)\n"))
            let report = await shell.access.close()
            #expect(report?.summary == "undone 1, kept 0, failed 0")
            let spec = try JSONValue(parsing: await stage.run("get pet fluffy -o json").output)[
                "spec"]
            #expect(spec?["status"] == "available" && spec?["name"] == "Fluff")
            #expect(spec?["category", "name"] == "Dogs")
        }
    }
}
