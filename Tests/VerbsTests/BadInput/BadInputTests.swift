import FoundationEssentials
import HTTP
import Sandbox
import SandboxAPIServer
import Testing

@testable import Verbs

/// A line that cannot be done, and what must be said about it.
struct BadLine: Sendable, CustomTestStringConvertible {
    var line: String
    var status: ExitStatus
    /// The first line on the error stream.
    var message: String
    var hint: String?

    init(_ line: String, _ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.line = line
        self.status = status
        self.message = message
        self.hint = hint
    }

    var testDescription: String { line }
}

extension OnStage {
    @Suite("Bad input gets one clear line, a hint where there is one, and its status")
    struct BadInputTests {
        private func check(_ bad: BadLine, on stage: Stage) async {
            let outcome = await stage.run(bad.line)
            let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(outcome.status == bad.status, "\(outcome.errors)")
            #expect(lines.first.map(String.init) == bad.message)
            if let hint = bad.hint { #expect(lines.contains("hint: \(hint)"), "\(outcome.errors)") }
            #expect(outcome.output.isEmpty)
            // Usage is for usage errors alone.
            let hasUsage = lines.contains { $0.hasPrefix("usage: ") }
            if hasUsage { #expect(outcome.status == .mistaken) }
        }

        private static let noKind = "error: the server doesn't have a resource type \"petz\""
        private static let noFluffi =
            "Error from server (NotFound): pets.petstore.example.com \"fluffi\" not found"

        private static let words: [BadLine] = [
            BadLine(
                "gett pets", .mistaken, "error: unknown command \"gett\"",
                hint: "did you mean \"get\"?"
            ),
            BadLine(
                "frobnicate", .mistaken, "error: unknown command \"frobnicate\"",
                hint: "petstore-cli --help lists the commands"),
            BadLine(
                "complete", .mistaken, "error: unknown command \"complete\"",
                hint: "petstore-cli --help lists the commands"),
            // Unknown kinds.
            BadLine("get petz", .notFound, noKind, hint: "did you mean \"pet\"?"),
            BadLine("get pets,petz", .notFound, noKind, hint: "did you mean \"pet\"?"),
            BadLine("describe petz fluffy", .notFound, noKind, hint: "did you mean \"pet\"?"),
            BadLine("patch petz fluffy a=b", .notFound, noKind, hint: "did you mean \"pet\"?"),
            BadLine(
                "status petstor", .notFound,
                "error: there is no API, no aggregate and no bundle called \"petstor\"",
                hint: "did you mean \"petstore\"?"),
            // Unknown names.
            BadLine("get pet fluffi", .notFound, noFluffi),
            BadLine("get pet fluffi -o yaml", .notFound, noFluffi),
            BadLine("describe pet fluffi", .notFound, noFluffi),
            BadLine(
                "patch pet fluffi status=sold --dry-run", .notFound,
                "error: cannot read pet/fluffi: " + noFluffi),
            BadLine(
                "changes --session nosuch", .notFound,
                "error: there is no session \"nosuch\" on this machine",
                hint: "petstore-cli session list shows them"),
            BadLine(
                "session recover nosuch", .notFound,
                "error: there is no session \"nosuch\" on this machine, nor anything of it here",
                hint: "petstore-cli session list shows them"),
            // Fields and their types.
            BadLine(
                "patch pet fluffy stats=sold", .mistaken, "error: unknown field \"stats\" of Pet",
                hint: "did you mean \"status\"?"),
            BadLine(
                "patch pet fluffy status=lost", .mistaken,
                "error: status must be available, pending or sold, not \"lost\""),
            BadLine(
                "patch pet fluffy id=abc", .mistaken,
                "error: id must be a whole number (int64), not \"abc\""),
            BadLine(
                "patch pet fluffy --spec '{'", .mistaken,
                "error: --spec is no JSON: not JSON at line 1, column 2: the document ends before a name or '}'"
            ),
            BadLine(
                "patch pet fluffy --spec '{\"status\":1}'", .mistaken,
                "error: status must be a text, not 1"),
            BadLine(
                "patch pet fluffy", .mistaken,
                "error: what is to be changed? Give FIELD=VALUE or --spec JSON",
                hint: "for example: patch pet fluffy status=pending"),
            BadLine(
                "patch pet status=sold", .mistaken, "error: patch changes one object at a time",
                hint: "for example: patch pet fluffy status=pending"),
            // Flags and forms.
            BadLine(
                "get pets --selecto a=b", .mistaken, "error: unknown option '--selecto'",
                hint: "did you mean --selector?"),
            BadLine("describe pet --wat", .mistaken, "error: unknown option '--wat'"),
            BadLine(
                "session recover --hel", .mistaken, "error: unknown option '--hel'",
                hint: "did you mean --help?"),
            BadLine(
                "patch pet fluffy --rollback", .mistaken, "error: unknown option '--rollback'",
                hint: "did you mean --rollback-on-exit?"),
            BadLine(
                "get pets -o jsn", .mistaken, "error: unknown output format \"jsn\"",
                hint: "the formats are table, wide, json, yaml, name, csv, jsonpath=TEMPLATE"
                    + " and custom-columns=HEADING:PATH,…"),
            BadLine(
                "get pets -o jsonpath={.a", .mistaken,
                "error: -o jsonpath: \"}\" is missing (at character 4) in \"{.a\"",
                hint: "for example: -o jsonpath='{.items[*].metadata.name}'"),
            BadLine(
                "get pets -o custom-columns=NAME", .mistaken,
                "error: -o custom-columns: \"NAME\" is not of the form HEADING:PATH",
                hint: "for example: -o custom-columns=NAME:.metadata.name,STATE:.status.state"),
            BadLine(
                "get", .mistaken,
                "error: which kind of resource? For example: pets, order, pet/fluffy",
                hint: "petstore-cli init lists the kinds that the cluster offers"),
            BadLine("get pet/", .mistaken, "error: \"pet/\" is not of the form KIND/NAME"),
            BadLine(
                "get pet/fluffy buddy", .mistaken,
                "error: \"buddy\" stands beside KIND/NAME words and is none itself",
                hint: "write either KIND NAME… or KIND/NAME KIND/NAME…"),
            BadLine(
                "get pet fluffy -A", .mistaken,
                "error: a name cannot be looked up in all namespaces",
                hint: "name the namespace with -n, or leave the name away"),
            BadLine(
                "get pet fluffy -l a=b", .mistaken,
                "error: a name and a selector cannot be given together"),
            BadLine(
                "patch pet fluffy status=sold --for 1s", .mistaken,
                "error: --for needs a change that is undone", hint: "add --rollback-on-exit"),
            BadLine(
                "undo x", .mistaken, "error: \"x\" is neither the number of a change nor all",
                hint: "changes shows the numbers"),
            BadLine(
                "get pets --context nosuch", .mistaken,
                "error: --context: the context \"nosuch\" does not exist"),
        ]

        @Test("words", arguments: words)
        func badWords(bad: BadLine) async throws {
            try await check(bad, on: Stage.shared())
        }

        private static let clusterLines = [
            "get pets", "describe pet fluffy", "status", "patch pet fluffy status=sold",
            "patch pet fluffy status=sold --dry-run", "init",
        ]

        @Test("a server that refuses connections", arguments: clusterLines)
        func unreachable(line: String) async throws {
            let setup = try SetupFixture(
                transport: BrokenTransport(
                    error: TransportError(.cannotConnect, "connection refused", sent: false)))
            let status = await Dispatcher(world: setup.world).run(Stage.words(line))
            #expect(status == .unreachable)
            #expect(
                setup.errors.text == """
                    The connection to the server cluster.test was refused \
                    - did you specify the right host or port?
                    hint: petstore-cli shell --sandbox needs no cluster at all

                    """)
        }

        @Test("a certificate that is not trusted", arguments: clusterLines)
        func refusedCertificate(line: String) async throws {
            let setup = try SetupFixture(
                transport: BrokenTransport(
                    error: TransportError(
                        .tls, "unable to get local issuer certificate", sent: false)))
            let status = await Dispatcher(world: setup.world).run(Stage.words(line))
            #expect(status == .unreachable)
            #expect(
                setup.errors.text == """
                    Unable to connect to the server: tls: failed to verify certificate: \
                    x509: certificate signed by unknown authority
                    hint: the authority that signed the server's certificate must be in the \
                    kubeconfig, or be named by --certificate-authority

                    """)
        }

        @Test("a client certificate that cannot be used", arguments: clusterLines)
        func unusableCertificate(line: String) async throws {
            let setup = try SetupFixture(
                transport: BrokenTransport(
                    error: TransportError(
                        .tls, "the client certificate or its key cannot be used", sent: false)))
            let status = await Dispatcher(world: setup.world).run(Stage.words(line))
            #expect(status == .denied)
            #expect(
                setup.errors.text == """
                    Unable to connect to the server: the client certificate or its key cannot \
                    be used
                    hint: client-certificate and client-key of the kubeconfig's user must belong \
                    together and be valid; --client-certificate and --client-key name others

                    """)
        }

        @Test("no cluster at all, but a sandbox that runs")
        func noClusterButSandbox() async throws {
            let setup = try SetupFixture()
            var world = setup.world
            world.environment["KUBECONFIG"] = setup.folder + "/missing"
            world.sandbox = RecordingSandbox(
                running: RecordingSandbox.facts, kubeconfigPath: setup.folder + "/kubeconfig")
            #expect(await Dispatcher(world: world).run(["get", "pets"]) == .mistaken)
            #expect(
                setup.errors.text.contains(
                    "hint: export KUBECONFIG=\"$(petstore-cli sandbox kubeconfig)\" for the "
                        + "sandbox that runs\n"))
        }

        @Test("no cluster at all", arguments: clusterLines)
        func noCluster(line: String) async throws {
            let setup = try SetupFixture()
            var world = setup.world
            world.environment["KUBECONFIG"] = setup.folder + "/missing"
            let status = await Dispatcher(world: world).run(Stage.words(line))
            #expect(status == .mistaken)
            #expect(setup.errors.text.hasPrefix("error: no cluster is configured"))
            #expect(
                setup.errors.text.contains(
                    "hint: petstore-cli shell --sandbox needs no cluster at all")
            )
        }

        @Test(
            "what may not be done",
            arguments: [
                ("get pets", "list"), ("get pet fluffy", "get"), ("get pets -o json", "list"),
                ("describe pet fluffy", "get"), ("patch pet fluffy status=sold", "patch"),
                ("patch pet fluffy status=sold --rollback-on-exit", "patch"),
                ("patch pet fluffy status=sold --dry-run=server", "patch"),
            ])
        func forbidden(line: String, verb: String) async throws {
            let stage = try await Stage()
            stage.cluster.server.policy = .forbidding(verbs: [verb], resource: "pets")
            let outcome = await stage.run(line)
            #expect(outcome.status == .denied, "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count <= 2, "\(outcome.errors)")
            #expect(outcome.errors.contains("pets"))
            stage.cluster.server.policy = .open
            #expect(
                await stage.run("get pet fluffy -o json").output.contains(
                    "\"status\": \"available\""))
        }

        @Test(
            "a signal ends what only reads, also while a server does not answer",
            arguments: ["get pets", "describe pet fluffy", "status", "get pets -o json"])
        func interrupted(line: String) async throws {
            let asked = AsyncStream.makeStream(of: Void.self)
            let setup = try SetupFixture(transport: SilentTransport { asked.continuation.yield() })
            var world = setup.world
            let (signals, sink) = AsyncStream.makeStream(of: Interrupt.self)
            world.interrupts = { signals }
            let dispatcher = Dispatcher(world: world)
            async let status = dispatcher.run(Stage.words(line))
            for await _ in asked.stream { break }
            sink.yield(.interrupt)
            #expect(await status == .ended(by: 2))
            #expect(setup.output.text.isEmpty && setup.errors.text.isEmpty)
        }

        @Test("a question without a terminal sends nothing")
        func question() async throws {
            let setup = try SetupFixture()
            let context = VerbContext(
                world: setup.world, access: ClusterAccess(world: setup.world), shell: nil,
                isInShell: false, effect: .journaled, namespace: nil)
            let failure = await #expect(throws: Failure.self) {
                try await context.confirm("Undo 2 changes", yes: false)
            }
            #expect(failure.map { ExitStatus($0.kind) } == .mistaken)
            #expect(failure?.hints == ["add --yes to agree beforehand"])
            try await context.confirm("Undo 2 changes", yes: true)
        }

        @Test(
            "at a terminal the answer counts",
            arguments: [("y", true), ("yes", true), ("", false), ("n", false)])
        func answers(answer: String, agrees: Bool) async throws {
            let setup = try SetupFixture()
            var world = setup.world
            world.terminal = TerminalFacts(inputIsTerminal: true, errorsAreTerminal: true)
            world.input = ScriptedInput([answer])
            let context = VerbContext(
                world: world, access: ClusterAccess(world: world), shell: nil, isInShell: false,
                effect: .journaled, namespace: nil)
            let agreed = (try? await context.confirm("Undo 2 changes", yes: false)) != nil
            #expect(agreed == agrees)
            #expect(setup.errors.text == "Undo 2 changes? [y/N] ")
        }

        @Test("a command that only reads gets no session")
        func noSessionForReaders() async throws {
            let setup = try SetupFixture()
            let context = VerbContext(
                world: setup.world, access: ClusterAccess(world: setup.world), shell: nil,
                isInShell: false, effect: .reads, namespace: nil)
            await #expect(throws: Failure.self) { _ = try await context.session() }
        }

        @Test("every kind of failure has its status")
        func statuses() {
            let table: [(Failure.Kind, Int32)] = [
                (.usage(""), 2), (.mistake, 2), (.ours, 2), (.answeredNo, 1), (.undoIncomplete, 3),
                (.notFound, 4), (.denied, 5), (.conflict, 6), (.timedOut, 7), (.unreachable, 8),
                (.command(42), 42), (.ended(by: 15), 143),
            ]
            for (kind, code) in table { #expect(ExitStatus(kind).code == code) }
            #expect(ExitStatus(1).letsScriptsGoOn && !ExitStatus(2).letsScriptsGoOn)
        }
    }
}
