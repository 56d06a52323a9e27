import Render
import Catalog
import Documents
import HTTP
import KubernetesCore
import Sandbox
import SandboxOperator
import SandboxPetstoreService
import Session
import Synchronization
import Testing

@testable import Verbs

extension OnStage {
    @Suite("query on the sandbox")
    struct QueryTests {
        /// The objects that a line made, as they were sent.
        static func created(_ stage: Stage, _ plural: String) throws -> [JSONValue] {
            try stage.writes.requests.filter {
                $0.method == .post && $0.url.contains("/\(plural)")
            }.map { try JSONValue(parsing: $0.body ?? []) }
        }

        /// Whether nothing of ours is in the cluster.
        static func leavesNothing(_ stage: Stage) async -> Bool {
            let all = [
                "petfindbystatusqueries", "petfindbytagsqueries", "userloginqueries",
                "petuploadimageactions", "animalstockqueries",
            ]
            let queries = await stage.run(
                "get \(all.joined(separator: ",")),storeinventoryqueries,pets -l temporary=true"
                    + " -o name")
            let leases = await stage.run("get leases -o name")
            return queries.output.isEmpty && !leases.output.contains("petstore-cli-")
        }

        @Test("a list of objects is a table; the object is made with its marks, and deleted")
        func table() async throws {
            let stage = try await Stage()
            stage.world.user = "anna"
            let outcome = await stage.run(
                "query find-by-status --status=pending --reason=why --ticket=T-1")
            #expect(
                outcome.output == """
                    ID     NAME   CATEGORY   STATUS
                    1000   Max    Cats       pending

                    """)
            #expect(outcome.errors.isEmpty && outcome.status == .done)
            let made = try #require(try Self.created(stage, "petfindbystatusqueries").first)
            #expect(made["spec"] == ["status": "pending"])
            let labels = made["metadata", "labels"]
            #expect(labels?["temporary"] == "true" && labels?["purpose"] == "diagnostics")
            #expect(labels?["diagnostic-session"]?.stringValue?.isEmpty == false)
            let annotations = made["metadata", "annotations"]
            let prefix = "diagnostics.example.com/"
            #expect(annotations?[prefix + "ttl"] != nil)
            #expect(annotations?[prefix + "created-by"] == "anna")
            #expect(annotations?[prefix + "reason"] == "why")
            #expect(annotations?[prefix + "ticket"] == "T-1")
            #expect(await Self.leavesNothing(stage))
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }

        @Test("the data alone for a program, YAML's form for what is no list")
        func formats() async throws {
            let stage = try await Stage.shared()
            #expect(
                await stage.run("query inventory").output == """
                    available: 3
                    pending: 1
                    sold: 1

                    """)
            let json = await stage.run("query find-by-status --status sold -o json")
            let pets = try JSONValue(parsing: json.output)
            #expect(pets[0]?["name"] == "Bella" && pets.arrayValue?.count == 1)
            #expect(await stage.run("query find-by-tags --tags none").output == "No results.\n")
        }

        @Test("a pod is asked in the form that the kind's operator heeds")
        func targeting() async throws {
            let stage = try await Stage.shared()
            for (line, plural, spec) in [
                (
                    "query inventory --target-pod=1", "storeinventoryqueries",
                    ["target": ["pod": "petstore-api-1"]] as JSONValue
                ),
                ("query stock --target-pod=1", "animalstockqueries", ["targetPodOrdinal": 1]),
                (
                    "query inventory --target-pod 1 --target-statefulset petstore-api",
                    "storeinventoryqueries",
                    ["target": ["podOrdinal": 1, "statefulSet": "petstore-api"]]
                ),
                (
                    "query inventory --target-helm-release petstore --target-labels a=b,c=d"
                        + " --target-namespace default --timeout 2s", "storeinventoryqueries",
                    [
                        "target": [
                            "helmRelease": "petstore", "namespace": "default",
                            "labels": ["a": "b", "c": "d"],
                        ]
                    ]
                ),
                (
                    "query inventory --target-base-urls"
                        + " http://127.0.1.10:8080/api/v3,http://127.0.1.11:8080/api/v3",
                    "storeinventoryqueries",
                    [
                        "target": [
                            "baseURLs": [
                                "http://127.0.1.10:8080/api/v3", "http://127.0.1.11:8080/api/v3",
                            ]
                        ]
                    ]
                ),
            ] {
                stage.writes.clear()
                _ = await stage.run(line)
                let made = try Self.created(stage, plural)
                #expect(made.map { $0["spec"] } == [spec], "\(line)")
            }
        }

        @Test(
            "targets that do not go together are refused before anything is sent",
            arguments: [
                ("--target-base-url=http://a --target-base-urls=http://b", "exclude each other"),
                ("--target-pod-ordinal=1", "needs --target-statefulset or --target-helm-release"),
                ("--target-labels=a=b", "needs --target-helm-release"),
                ("--target-pod=1 --target-base-url=http://a", "cannot be targeted together"),
                ("--across-pods --target-pod=1", "cannot be asked for together"),
                ("--watch", "--watch needs --every"),
                ("--pod=0", "unknown option '--pod'"),
                ("0", "is no parameter of inventory"),
            ])
        func contradictions(words: String, message: String) async throws {
            let stage = try await Stage.shared()
            stage.writes.clear()
            let outcome = await stage.run("query inventory \(words)")
            #expect(outcome.status == .mistaken)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
            #expect(stage.writes.requests.isEmpty)
        }

        @Test("lists by commas, by the flag several times, and as JSON; --param for all names")
        func parameters() async throws {
            let stage = try await Stage.shared()
            for words in [
                "--tags a,b", "--tags=a --tags=b", "--tags='[\"a\",\"b\"]'", "--param tags=a,b",
            ] {
                stage.writes.clear()
                let outcome = await stage.run("query find-by-tags \(words)")
                #expect(outcome.status == .done, "\(outcome.errors)")
                let made = try Self.created(stage, "petfindbytagsqueries")
                #expect(made.first?["spec"] == ["tags": ["a", "b"]], "\(words)")
            }
        }

        @Test("one that fails is status 1, with the API's own words")
        func failure() async throws {
            let stage = try await Stage()
            for instance in stage.cluster.fleet.instances { await instance.suffer(.fail()) }
            let outcome = await stage.run("query inventory")
            #expect(outcome.status == .answeredNo && outcome.output.isEmpty)
            #expect(
                outcome.errors.hasPrefix(
                    "error: inventory failed: API returned 500: Database connection failed"))
            #expect(await Self.leavesNothing(stage))
        }

        @Test("an answer that only some endpoints gave is shown, and status 1")
        func partial() async throws {
            let stage = try await Stage { options in
                options.configureOperator = { $0.strategy = .allHealthy }
            }
            await stage.cluster.fleet.instances[1].suffer(.fail())
            let outcome = await stage.run("query inventory")
            #expect(outcome.status == .answeredNo)
            #expect(outcome.output.hasPrefix("available: "))
            #expect(outcome.errors.contains("failed: http://127.0.1.11:8080/api/v3: "))
            #expect(outcome.errors.contains("error: only 2 of 3 endpoints answered\n"))
        }

        @Test("every pod is asked; equal answers are shown once, a silent pod is told")
        func acrossPods() async throws {
            let stage = try await Stage()
            let all = await stage.run("query inventory --across-pods")
            #expect(
                all.output == """
                    Pod-0, Pod-1, Pod-2:
                      available: 3
                      pending: 1
                      sold: 1

                    """)
            await stage.cluster.fleet.instances[2].suffer(.down)
            let some = await stage.run("query inventory --across-pods -o json")
            let json = try JSONValue(parsing: some.output)
            #expect(json["petstore-api-0"]?["available"] == 3 && json["petstore-api-2"] == .null)
            #expect(some.status == .answeredNo)
            #expect(some.errors.contains("failed: Pod-2 (petstore-api-2): "))
            #expect(some.errors.contains("only 2 of 3 pods answered"))
            let sets = try Self.created(stage, "storeinventoryqueries").suffix(3).map {
                $0["metadata", "labels", "comparison-set"]?.stringValue ?? ""
            }
            #expect(Set(sets).count == 1 && sets[0].hasPrefix("inventory-"))
            #expect(await Self.leavesNothing(stage))
        }

        @Test("a login never shows a status: the time-out says why, and nothing stays")
        func login() async throws {
            let stage = try await Stage()
            let outcome = await stage.run(
                "query login --username=a --password=swordfish --timeout=300ms")
            #expect(outcome.status == .timedOut)
            #expect(outcome.errors.contains("login was not answered within 300ms"))
            #expect(outcome.errors.contains("which the operator cannot store"))
            #expect(!outcome.errors.contains("swordfish"))
            #expect(await Self.leavesNothing(stage))
        }

        @Test("a secret that the operator's message quotes is hidden, as it is and as URLs have it")
        func quotedSecret() async throws {
            let stage = try await Stage()
            for instance in stage.cluster.fleet.instances { await instance.suffer(.fail()) }
            for password in ["swordfish", "sword&fish"] {
                let outcome = await stage.run(
                    "query login --username=anna --password='\(password)'")
                #expect(outcome.status == .answeredNo)
                #expect(outcome.errors.contains("username=anna&password=********"))
                #expect(!outcome.errors.contains("fish"))
            }
        }

        @Test("Ctrl-C ends the wait at once, and the object goes first")
        func interrupted() async throws {
            let stage = try await Stage()
            let signals = Signals()
            stage.world.interrupts = { signals.stream() }
            let sender = Task {
                while try Self.created(stage, "userloginqueries").isEmpty {
                    try await Task.sleep(for: .milliseconds(10))
                }
                signals.send(.interrupt)
            }
            let outcome = await stage.run("query login --username=a --password=b")
            try await sender.value
            #expect(outcome.status == .ended(by: Interrupt.interrupt.rawValue))
            #expect(await Self.leavesNothing(stage))
        }

        @Test("kept on purpose it stays with a deadline, and is deleted by its session's id")
        func keep() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("query inventory --keep --ttl 10m")
            #expect(outcome.status == .done && outcome.output.hasPrefix("available: 3"))
            let command = try #require(outcome.errors.split(separator: ": petstore-cli ").last)
            let kept = await stage.run("get storeinventoryqueries -l temporary=true -o name")
            #expect(kept.output.hasPrefix("storeinventoryquery.petstore.example.com/inventory-"))
            let undone = await stage.run(String(command.dropLast()))
            #expect(undone.status == .done, "\(undone.errors)")
            #expect(await Self.leavesNothing(stage))
        }

        @Test("in a shell the ledger does not fill with questions")
        func inShell() async throws {
            let stage = try await Stage()
            let shell = stage.shell()
            #expect(await stage.run("query inventory", shell: shell).status == .done)
            #expect(await stage.run("query inventory", shell: shell).status == .done)
            #expect(await stage.run("changes", shell: shell).errors == "No changes.\n")
            #expect(await shell.access.close() == nil)
            #expect(await Self.leavesNothing(stage))
        }

        @Test("--every --watch shows what changes until Ctrl-C")
        func watch() async throws {
            let stage = try await Stage()
            let signals = Signals()
            stage.world.interrupts = { signals.stream() }
            stage.world.errors = Tap(stage.setup.errors) { text in
                if text.hasSuffix("the same answer\n") { signals.send(.interrupt) }
            }
            let outcome = await stage.run("query inventory --every=1s --watch")
            #expect(outcome.status == .ended(by: Interrupt.interrupt.rawValue))
            #expect(outcome.output.hasPrefix("available: 3"))
            #expect(outcome.errors.contains("runs every 1s; it is deleted at Ctrl-C"))
            #expect(await Self.leavesNothing(stage))
        }

        @Test("help comes from the schema, the list from all of them")
        func help() async throws {
            let stage = try await Stage.shared()
            let help = await stage.run("query find-by-tags --help").output
            #expect(help.contains("USAGE: petstore-cli query find-by-tags --tags=<list of string>"))
            #expect(help.contains("Tags, of which one must match (required)"))
            #expect(
                await stage.run("query inventory --help").output == """
                    OVERVIEW: StoreInventoryQuery asks the store (Query Operation).

                    USAGE: petstore-cli query inventory [options]

                    EXAMPLE:
                      petstore-cli query inventory

                    petstore-cli query --help explains the options.

                    """)
            #expect(await stage.run("query --help").output.contains("USAGE: petstore-cli query"))
            let list = await stage.run("query list").output
            #expect(list.contains("find-by-status   petstore.example.com   --status=<string>"))
            let json = try JSONValue(parsing: await stage.run("query list -o json").output)
            let names = (json["operations"]?.arrayValue ?? []).compactMap {
                $0["name"]?.stringValue
            }
            #expect(
                names == [
                    "find-by-status", "find-by-tags", "inventory", "login", "logout", "search",
                    "stock",
                ])
        }

        @Test("lists are sorted by API and name, and fit 80 columns; one API is not named")
        func lists() async throws {
            let stage = try await Stage()
            stage.world.terminal.columns = 80
            let queries = await stage.run("query list").output
            let actions = await stage.run("action list").output
            for list in [queries, actions] {
                let lines = list.split(separator: "\n")
                #expect(lines.allSatisfy { $0.count <= 80 } && !list.contains("…"))
                #expect(lines[0].hasPrefix("NAME") && lines[0].contains("   API  "))
                let apis = lines.dropFirst().compactMap { line in
                    line.split(separator: " ").first { $0.contains(".example.") }
                }
                #expect(apis == apis.sorted() && Set(apis).count == 2)
            }
            let catalog = try await stage.shell().access.catalog()
            let kinds = catalog.kinds.filter {
                $0.category == .query && $0.type.group == "petstore.example.com"
            }
            for kinds in [kinds, kinds.reversed()] {
                let report = OperationList.report(on: kinds, verb: Query.self)
                guard case .table(let table) = report.sections[0].body else { return }
                #expect(table.columns[1].title == "API" && table.columns[1].isWide)
                #expect(report.names.first == "find-by-status" && report.names.last == "logout")
            }
        }
    }
}
