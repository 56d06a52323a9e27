import Documents
import Sandbox
import SandboxAPIServer
import SandboxPetstoreService
import Testing

@testable import Verbs

extension OnStage {
    @Suite("diagnose on the sandbox")
    struct DiagnoseTests {
        @Test(
            "every bad situation has its verdict, cause and exit status",
            arguments: BadSituations.scenes)
        func matrix(scene: Scene) async throws { try await scene.play() }

        @Test("the table holds at least forty situations, each once")
        func breadth() {
            let names = BadSituations.scenes.flatMap { $0.rows.map(\.situation) }
            #expect(names.count >= 40 && Set(names).count == names.count)
            let checks = Set(BadSituations.scenes.flatMap { $0.rows.map(\.check) })
            #expect(checks.count >= 18)
        }

        @Test("the block of the specification")
        func specification() async throws {
            let stage = try await Stage()
            let outcome = await stage.run("diagnose pet fluffy")
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0] == "Running diagnostics for pet/fluffy...")
            #expect(lines[1] == "")
            #expect(lines[2] == "[OK] Resource synced successfully")
            #expect(lines[3] == "[OK] No drift detected")
            #expect(lines[4] == "[OK] API response healthy (200 OK)")
            #expect(lines[5].hasPrefix("[OK] Response time: ") && lines[5].hasSuffix("ms"))
            #expect(lines[6] == "[WARN] Resource modified 2 days ago (consider refreshing)")
            #expect(lines[7] == "")
            #expect(lines[8].hasPrefix("Result: 1 warning, "))
            #expect(lines[10] == "Next steps:")
            #expect(
                lines[11]
                    == "  1. petstore-cli refresh pet fluffy (has the operator read the API again)"
            )
            #expect(lines.count == 13 && outcome.status == .done && outcome.errors.isEmpty)
        }

        @Test("wide shows every check; json has them with stable ids")
        func everyCheck() async throws {
            let stage = try await Stage.shared()
            let wide = await stage.run("diagnose pet fluffy -o wide").output
            #expect(wide.contains("[OK] Operator alive (Lease renewed "))
            #expect(wide.contains("[OK] The operator looks at namespace default"))
            let json = try JSONValue(
                parsing: await stage.run("diagnose pet fluffy order-456 -o json").output)
            // A name that is no pet: the other one is diagnosed all the same.
            #expect(json["items"]?.arrayValue?.count == 2)
            let findings =
                json["items"]?.arrayValue?.first {
                    $0["name"] == "fluffy"
                }?["findings"]?.arrayValue ?? []
            let ids = findings.compactMap { $0["id"]?.stringValue }
            #expect(
                ids == [
                    "exists", "state", "drift", "api-response", "response-time", "modified",
                    "access", "operator", "operator-scope", "generation", "freshness", "flapping",
                    "target", "pods", "interval", "paused", "stuck", "deletion", "ttl", "owner",
                    "rivals",
                ])
            #expect(json["nextSteps"]?[0]?["words"] != nil)
        }

        @Test("what is missing ends with 4, whatever else is wrong")
        func missing() async throws {
            let stage = try await Stage.shared()
            let outcome = await stage.run("diagnose order order-456 nobody")
            #expect(outcome.status == .notFound)
            #expect(outcome.output.contains("[FAIL] Resource does not exist"))
            #expect(outcome.output.contains("Running diagnostics for order/order-456..."))
            #expect(outcome.errors.contains("\"nobody\" not found"))
        }

        @Test("selectors, all of a kind, all of everything")
        func many() async throws {
            let stage = try await Stage.shared()
            let labelled = await stage.run("diagnose pets -l environment=production -o name")
            #expect(labelled.output.split(separator: "\n").count == 4)
            let all = try JSONValue(parsing: await stage.run("diagnose --all -o json").output)
            #expect(all["items"]?.arrayValue?.count ?? 0 >= 12)
            #expect(all["severity"] == "fail")
            let none = await stage.run("diagnose pets -l no=such")
            #expect(none.output.isEmpty && none.status == .done)
            #expect(none.errors == "No resources found in default namespace.\n")
        }

        @Test("of many the worst stand first, each with its first step and no more")
        func worstFirst() async throws {
            let stage = try await Stage.shared()
            let lines = await stage.run("diagnose order/order-789 order/order-456 --sample 0")
                .output.split(separator: "\n").map(String.init)
            let heads = lines.filter { $0.hasPrefix("Running") }
            #expect(
                heads == [
                    "Running diagnostics for order/order-456...",
                    "Running diagnostics for order/order-789...",
                ])
            #expect(
                lines.suffix(2) == [
                    "Next steps:",
                    "  1. petstore-cli compare order order-456 --across-pods (tells whether one "
                        + "pod fails or all do)",
                ])
            let all = await stage.run("diagnose --all --sample 0").output
            let steps = all.split(separator: "\n").drop { $0 != "Next steps:" }.dropFirst()
            #expect((1...6).contains(steps.count), "\(all)")
            // What is diagnosed already is not proposed to be.
            #expect(!steps.contains { $0.contains("petstore-cli diagnose") })
            let json = try JSONValue(
                parsing: await stage.run(
                    "diagnose order/order-789 order/order-456 --sample 0 -o json"
                ).output)
            #expect(json["items"]?[0]?["name"] == "order-789")
        }

        @Test("one list per kind and one of pods, however many objects")
        func fewRequests() async throws {
            let stage = try await Stage.shared()
            let told = await stage.run("diagnose pets --all --sample 0 -v 6").errors
            let lines = told.split(separator: "\n")
            func count(_ part: String) -> Int { lines.count { $0.contains(part) } }
            #expect(count("/namespaces/default/pods?") == 1)
            #expect(count("/namespaces/default/statefulsets?") == 1)
            #expect(count("/namespaces/default/pets?") == 1)
        }

        @Test("aggregates and queries have checks of their own and none that make no sense")
        func categories() async throws {
            let stage = try await Stage.shared()
            func ids(_ line: String) async throws -> [String] {
                let json = try JSONValue(
                    parsing: await stage.run("diagnose \(line) -o json").output)
                return json["items"]?[0]?["findings"]?.arrayValue?.compactMap {
                    $0["id"]?.stringValue
                } ?? []
            }
            let aggregate = try await ids("petstoreaggregate production-health")
            #expect(aggregate.contains("members") && aggregate.contains("computed-values"))
            #expect(!aggregate.contains("drift") && !aggregate.contains("response-time"))
            let query = try await ids("storeinventoryquery inventory-check")
            #expect(query.contains("freshness") && !query.contains("drift"))
            #expect(!query.contains("members"))
            let old = try await ids("animal rex")
            #expect(old.contains("drift") && old.contains("target"))
        }
    }

    @Suite("Where the incumbent is wrong, diagnose, describe and drift-report are right")
    struct IncumbentTests {
        @Test("a query without an external id and an observer without a sync are no trouble")
        func noFalseWarnings() async throws {
            let stage = try await Stage()
            let query = await stage.run("diagnose storeinventoryquery inventory-check --strict")
            #expect(query.status == .done, "\(query.output)")
            let props = Props(stage, SceneTime())
            try await props.create("pets", "watcher", ["id": 123, "readOnly": true])
            try await props.wait("pets", "watcher", "Observed")
            let observer = await stage.run("diagnose pet watcher --strict")
            #expect(observer.status == .done, "\(observer.output)")
            #expect(observer.output.contains("[OK] Resource observed successfully"))
        }

        @Test("a missing object is no success, and json is nothing but json")
        func missingObject() async throws {
            let stage = try await Stage.shared()
            let outcome = await stage.run("diagnose pet nobody -o json")
            #expect(outcome.status == .notFound)
            let json = try JSONValue(parsing: outcome.output)
            #expect(json["items"]?[0]?["findings"]?[0]?["id"] == "exists")
        }

        @Test("the response time is measured, not made up")
        func latencyIsMeasured() async throws {
            let stage = try await Stage()
            for instance in stage.cluster.fleet.instances {
                await instance.suffer(.latency(.milliseconds(250)))
            }
            let json = try JSONValue(
                parsing: await stage.run("diagnose pet fluffy --sample 0 -o json").output)
            let finding = json["items"]?[0]?["findings"]?.arrayValue?.first {
                $0["id"] == "response-time"
            }
            let fact = finding?["facts"]?[0]?["value"]?.stringValue.flatMap { Int($0) } ?? 0
            #expect(fact >= 250)
        }

        @Test("an idle healthy object is fresh, though nothing was written for long")
        func freshnessIsOfReading() async throws {
            let stage = try await Stage.shared()
            let wide = await stage.run("diagnose user john -o wide").output
            #expect(wide.contains("within its interval of 30s"))
        }

        @Test("describe is the same each time, and tells message, children and results")
        func describeIsWhole() async throws {
            let stage = try await Stage.shared()
            let once = await stage.run("describe order order-456").output
            #expect(once.contains("API returned 500: Database connection failed"))
            let twice = await stage.run("describe order order-456").output
            #expect(
                once.split(separator: "\n").filter { !$0.contains("ago") && !$0.contains("SINCE") }
                    .count
                    == twice.split(separator: "\n").filter {
                        !$0.contains("ago") && !$0.contains("SINCE")
                    }.count)
            let aggregate = await stage.run("describe petstoreaggregate production-health").output
            #expect(aggregate.contains("healthPercentage") && aggregate.contains("order-456"))
            let query = await stage.run("describe storeinventoryquery inventory-check").output
            #expect(query.contains("Response Data:") && query.contains("available: "))
        }

        @Test("drift is told field by field, though the operator's flag is false")
        func driftIsComputed() async throws {
            let stage = try await Stage.shared()
            let report = await stage.run("drift-report pets --sample 0")
            #expect(report.rows.contains("pet/bella Yes status available sold"))
            #expect(report.status == .answeredNo)
            let queries = await stage.run("drift-report storeinventoryqueries")
            #expect(queries.status == .mistaken && queries.errors.contains("cannot drift"))
        }
    }
}
