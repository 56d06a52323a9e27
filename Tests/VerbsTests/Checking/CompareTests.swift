import Diagnostics
import Documents
import HTTP
import KubernetesCore
import Sandbox
import SandboxOperator
import SandboxPetstoreService
import Testing

@testable import Verbs

extension OnStage {
    @Suite("compare and observe on the sandbox")
    struct CompareTests {
        private static let separate: Stage.Options = { $0.replicates = false }

        /// A line with every run of blanks as one, as the specification's own table needs it.
        private static func squeezed(_ text: String) -> [String] {
            text.split(separator: "\n").map {
                $0.split(separator: " ").joined(separator: " ")
            }
        }

        private static func drift(
            _ stage: Stage, pod: Int, _ field: String, _ value: JSONValue
        ) async {
            await stage.cluster.fleet.instances[pod].suffer(
                .drift(ObjectDrift(ObjectName(.pet, "123"), field: field, value: value)))
        }

        @Test(
            "the block of the specification, for both of its lines",
            arguments: ["--pods 0,1,2", "--across-pods"])
        func block(pods: String) async throws {
            let stage = try await Stage()
            let outcome = await stage.run("compare pet fluffy \(pods)")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(outcome.errors.isEmpty)
            #expect(
                outcome.output == """
                    Comparing pet/fluffy across pods 0, 1, 2...

                    Field                         Pod-0                                   Pod-1                                   Pod-2
                    status.state                  Synced                                  Synced                                  Synced
                    response.data.id              123                                     123                                     123
                    response.data.name            Fluffy                                  Fluffy                                  Fluffy
                    response.data.status          available                               available                               available
                    response.data.category.id     1                                       1                                       1
                    response.data.category.name   Dogs                                    Dogs                                    Dogs
                    response.data.photoUrls[0]    https://photos.example.com/fluffy.jpg   https://photos.example.com/fluffy.jpg   https://photos.example.com/fluffy.jpg

                    Result: All pods consistent

                    """)
            let specification = [
                "Comparing pet/fluffy across pods 0, 1, 2...", "Field Pod-0 Pod-1 Pod-2",
                "status.state Synced Synced Synced", "response.data.id 123 123 123",
                "response.data.name Fluffy Fluffy Fluffy", "Result: All pods consistent",
            ]
            let lines = Self.squeezed(outcome.output)
            #expect(lines.filter(specification.contains) == specification)
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("observers only look, are pinned, and bear the marks of the convention")
        func observers() async throws {
            let stage = try await Stage()
            stage.world.user = "anna"
            _ = await stage.run("compare pet fluffy --pods petstore-api-2,0 --reason why")
            let made = try QueryTests.created(stage, "pets").filter {
                $0["spec", "target", "pod"] != "no-such-pod"
            }
            // They are sent side by side, in any order.
            #expect(
                Set(made.map { $0["spec"] }) == [
                    ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-2"]],
                    ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-0"]],
                ])
            for object in made {
                let labels = object["metadata", "labels"]
                #expect(labels?["purpose"] == "diagnostics" && labels?["temporary"] == "true")
                #expect(labels?["comparison-set"] == "fluffy")
                #expect(labels?["diagnostic-session"] != nil)
                let annotations = object["metadata", "annotations"]
                #expect(annotations?["diagnostics.example.com/ttl"] != nil)
                #expect(annotations?["diagnostics.example.com/created-by"] == "anna")
                #expect(annotations?["diagnostics.example.com/reason"] == "why")
            }
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("a pod that has something else is found: status 1, the field, and whose")
        func different() async throws {
            let stage = try await Stage()
            await Self.drift(stage, pod: 1, "name", "Fluff")
            let outcome = await stage.run("compare pet fluffy --field name --field status")
            #expect(outcome.status == .answeredNo && outcome.errors.isEmpty)
            #expect(
                outcome.output == """
                    Comparing pet/fluffy across pods 0, 1, 2...

                    Field                    Pod-0       Pod-1       Pod-2
                    ≠ response.data.name     Fluffy      Fluff       Fluffy
                      response.data.status   available   available   available

                    Result: 1 field differs (name)

                    Next steps:
                      1. petstore-cli diagnose pet/fluffy (finds out what is wrong with it)

                    """)
            let json = try JSONValue(
                parsing: await stage.run("compare pet fluffy -o json").output)
            #expect(json["consistent"] == false)
            let verdicts = (json["pods"]?.arrayValue ?? []).map { $0["verdict"] }
            #expect(verdicts == ["same", "different", "same"])
            #expect(await stage.run("compare pet fluffy --ignore name").status == .done)
        }

        @Test("missing, failed and unreachable are told apart from one another")
        func absent() async throws {
            let stage = try await Stage(Self.separate)
            let instances = stage.cluster.fleet.instances
            await instances[1].suffer(.failObject(ObjectName(.pet, "123")))
            await instances[2].suffer(.down)
            let failing = await stage.run("compare pet fluffy")
            #expect(failing.status == .answeredNo)
            #expect(
                Self.squeezed(failing.output).contains("status.state Synced Failed Unreachable"))
            #expect(failing.output.contains("Pod-1: failed: API returned 500"))
            #expect(failing.output.contains("Pod-2: unreachable: GET http://127.0.1.12:8080"))
            #expect(
                failing.output.contains(
                    "\nResult: Failed on Pod-1; unreachable: Pod-2; nothing to compare with\n\n"))
            let steps = failing.output.split(separator: "\n").suffix(3)
            #expect(
                steps[steps.startIndex].hasPrefix("  1. petstore-cli targets (shows which pods"))
            // The cluster of this stage is reached as any other.
            #expect(
                steps[steps.startIndex + 1].hasPrefix("  $  kubectl logs petstore-api-1 -n def"))
            #expect(
                steps[steps.startIndex + 2].hasPrefix("  2. petstore-cli diagnose pet/fluffy ("))
            // What was made through the first pod the others lack, without replication.
            await stage.cluster.fleet.recover(1)
            await stage.cluster.fleet.recover(2)
            let missing = await stage.run("compare order order-789")
            #expect(missing.status == .answeredNo)
            #expect(Self.squeezed(missing.output).contains("status.state Synced NotFound NotFound"))
            #expect(missing.output.contains("Pod-1: missing: "))
        }

        @Test("all pods failing is no agreement")
        func allFail() async throws {
            let stage = try await Stage()
            for instance in stage.cluster.fleet.instances { await instance.suffer(.fail()) }
            let outcome = await stage.run("compare pet fluffy")
            #expect(outcome.status == .answeredNo)
            #expect(outcome.output.contains("\nResult: Failed on all pods\n\nNext steps:\n"))
        }

        @Test(
            "an operator that does not heed which pod is asked is noticed",
            arguments: [
                ["http://127.0.1.10:8080/api/v3"],
                ["http://127.0.1.10:8080/api/v3", "http://127.0.1.11:8080/api/v3"],
            ])
        func unheeded(urls: [String]) async throws {
            let stage = try await Stage { options in
                options.configureOperator = { $0.baseURLs = urls }
            }
            let outcome = await stage.run("compare pet fluffy")
            #expect(outcome.status == .answeredNo)
            #expect(outcome.output.contains("Result: Not comparable: the operator "))
            #expect(!outcome.output.contains("consistent"))
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("a query is asked by copies, in both styles of targets")
        func queries() async throws {
            let stage = try await Stage()
            let nested = await stage.run("compare storeinventoryquery inventory-check")
            #expect(nested.status == .done, "\(nested.output)")
            #expect(Self.squeezed(nested.output).contains("results.data.available 3 3 3"))
            let flat = await stage.run("compare animalstockquery stock-check --pods 0,1")
            #expect(flat.status == .done, "\(flat.output) \(flat.errors)")
            #expect(Self.squeezed(flat.output).contains("results[0].available 3 3"))
            #expect(await stage.run("compare animal rex").status == .done)
        }

        @Test(
            "what cannot be compared is refused before anything is sent",
            arguments: [
                ("pet fluffy --pods 0,7", ExitStatus.notFound, "there is no pod 7"),
                ("pet fluffi", .notFound, "fluffi"),
                ("pet fluffy --pods 0 --across-pods", .mistaken, "exclude each other"),
                ("pet fluffy --pods 0,0", .mistaken, "names a pod twice"),
                ("petstoreaggregate production-health", .mistaken, "no resource and no query"),
            ])
        func refused(words: String, status: ExitStatus, message: String) async throws {
            let stage = try await Stage.shared()
            stage.writes.clear()
            let outcome = await stage.run("compare \(words)")
            #expect(outcome.status == status)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
            #expect(stage.writes.requests.isEmpty)
        }

        @Test("a field that no answer has is a mistake, and not agreement")
        func unknownField() async throws {
            let stage = try await Stage.shared()
            let outcome = await stage.run("compare pet fluffy --field data.nam -o json")
            #expect(outcome.status == .mistaken && outcome.output.isEmpty)
            #expect(outcome.errors.contains("no pod's answer has a field \"data.nam\""))
        }

        @Test("kept observers stay for their time, with an aggregate that goes on comparing")
        func keep() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("compare pet fluffy --keep --ttl 10m")
            #expect(outcome.status == .done, "\(outcome.errors)")
            let kept = await stage.run("get pets -l temporary=true -o name").output
            #expect(kept.split(separator: "\n").count == 3)
            let aggregate = await stage.run(
                "get petstoreaggregates -l temporary=true -o json"
            ).output
            let spec = try JSONValue(parsing: aggregate)["items"]?[0]?["spec"]
            #expect(
                spec?["derivedValues"]?[0]?["expression"]
                    == .string(
                        "resources.all(r, r.status.response.data == "
                            + "resources[0].status.response.data)"))
            #expect(await stage.run("undo all").status == .done)
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("Ctrl-C ends it at once, and the observers go first")
        func interrupted() async throws {
            let stage = try await Stage()
            for instance in stage.cluster.fleet.instances {
                await instance.suffer(.latency(.seconds(60)))
            }
            let signals = Signals()
            stage.world.interrupts = { signals.stream() }
            let sender = Task {
                while try QueryTests.created(stage, "pets").count < 4 {
                    try await Task.sleep(for: .milliseconds(10))
                }
                signals.send(.interrupt)
            }
            let outcome = await stage.run("compare pet fluffy")
            try await sender.value
            #expect(outcome.status == .ended(by: Interrupt.interrupt.rawValue))
            #expect(await QueryTests.leavesNothing(stage))
        }

        @Test("long values are cut only where they are alike")
        func longValues() async throws {
            let stage = try await Stage()
            stage.world.terminal.columns = 80
            let url = "https://photos.example.com/another-picture-of-fluffy.jpg"
            await Self.drift(stage, pod: 2, "photoUrls", [.string(url)])
            let outcome = await stage.run("compare pet fluffy --field photoUrls --field id")
            #expect(
                Self.squeezed(outcome.output).contains("≠ response.data.photoUrls[0] (a) (a) (b)"))
            #expect(outcome.output.contains("(b) \(url)\n"))
        }

        @Test("observe shows what the API has under an id, and leaves nothing")
        func observe() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("observe pet 123 --target-pod=1")
            #expect(outcome.status == .done, "\(outcome.errors)")
            #expect(outcome.output.hasPrefix("Pet:          123\nState:        Observed\n"))
            #expect(outcome.output.contains("Response Data:\n  id: 123\n  name: Fluffy\n"))
            let made = try QueryTests.created(stage, "pets")
            #expect(
                made.map { $0["spec"] } == [
                    ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-1"]]
                ])
            #expect(await QueryTests.leavesNothing(stage))
            let user = await stage.run("observe user john -o json")
            #expect(try JSONValue(parsing: user.output)["username"] == "john")
            #expect(await stage.run("observe pet 999").status == .notFound)
            #expect(await stage.run("observe pet abc").status == .mistaken)
            let kept = await stage.run("observe pet 123 --ttl 10m")
            #expect(kept.errors.contains("stays until"))
            #expect(
                await stage.run("get pets -l temporary=true -o name").output.hasPrefix(
                    "pet.petstore.example.com/observe-pet-123-"))
            #expect(await stage.run("undo all").status == .done)
        }
    }
}
