import Catalog
import Documents
import KubernetesCore
import Render
import Sandbox
import SandboxAPIServer
import Testing

@testable import Verbs

extension OnStage {
    @Suite("status in its forms, and its exit status")
    struct StatusTests {
        @Test("the table of kubectl's plugin, as in the specification")
        func pluginForm() async throws {
            let stage = try await Stage()
            stage.world.face = Face(executable: "kubectl-petstore")
            let text = await stage.run("status production-health").output
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(
                lines[0].split(separator: " ") == [
                    "AGGREGATE", "HEALTH", "SYNCED", "FAILED", "PENDING", "MESSAGE",
                ])
            #expect(
                lines[1].split(separator: " ").prefix(5) == [
                    "production-health", "Degraded", "6", "1", "0",
                ])
            #expect(lines[1].split(separator: " ").count > 5)
            #expect(lines[2].isEmpty && lines[3] == "FAILED RESOURCES:")
            #expect(lines[4].split(separator: " ") == ["KIND", "NAME", "STATE", "MESSAGE"])
            #expect(lines[5].hasPrefix("Order   order-456   Failed   API returned 500"))
        }

        @Test("wide has the computed values, csv a row for each aggregate")
        func details() async throws {
            let stage = try await Stage.shared()
            let wide = await stage.run("status production-health -o wide").output
            #expect(
                wide.hasPrefix(
                    """
                    Aggregate: production-health
                    Health: Degraded (6/7 synced, 1 failed)
                      healthPercentage: 85

                    """))
            let csv = await stage.run("status -o csv").output.split(separator: "\r\n")
            #expect(csv[0] == "AGGREGATE,HEALTH,TOTAL,SYNCED,FAILED,PENDING,MESSAGE")
            #expect(csv[1].hasPrefix("production-health,Degraded,7,6,1,0,"))
            #expect(csv[2].hasPrefix("shelter-health,Healthy,2,2,0,0,"))
        }

        @Test("--exit-code: 1 unless all is well")
        func exitCode() async throws {
            let stage = try await Stage.shared()
            let sick = await stage.run("status --exit-code")
            #expect(sick.status == .answeredNo && sick.output.contains("order-456"))
            #expect(sick.errors.isEmpty)
            #expect(await stage.run("status shelter-health --exit-code").status == .done)
            let json = try JSONValue(parsing: await stage.run("status -o json").output)
            #expect(json["healthy"] == false)
        }

        @Test("kind by kind where there is no aggregate")
        func kinds() async throws {
            let stage = try await Stage()
            stage.cluster.server.policy = .forbidding(
                verbs: ["list"], resource: "petstoreaggregates")
            let text = await stage.run("status petstore").output
            let rows = text.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(rows.contains(["KIND", "TOTAL", "SYNCED", "FAILED", "PENDING"]))
            #expect(rows.contains(["Pet", "4", "4", "0", "0"]))
            #expect(rows.contains(["Order", "2", "1", "1", "0"]))
        }

        @Test("both pictures of an aggregate, and a bundle")
        func pictures() throws {
            func kind(_ name: String) -> CatalogKind {
                CatalogKind(
                    type: ResourceType(
                        group: "a.example.com", version: "v1", plural: name.lowercased() + "s",
                        kind: name, verbs: ["list"]), schema: nil)
            }
            let kinds = [kind("AppAggregate"), kind("AppBundle")]
            let api = GeneratedAPI(
                groupVersion: GroupVersion(group: "a.example.com", version: "v1"), kinds: kinds)
            func object(_ name: String, _ status: JSONValue, of kind: Int = 0) -> Survey.Member {
                Survey.Member(
                    KubernetesObject(["metadata": ["name": .string(name)], "status": status]),
                    kinds[kind], api: api.group)
            }
            let counts: JSONValue = ["total": 3, "synced": 2, "failed": 1, "pending": 0]
            let survey = try Survey(
                of: [api],
                answers: [
                    .success([
                        object("new", ["state": "Degraded", "summary": counts]),
                        object("word", ["aggregatedHealth": "Healthy", "summary": counts]),
                        object(
                            "object", ["aggregatedHealth": ["state": "Healthy", "summary": counts]]),
                    ]),
                    .success([
                        object(
                            "b",
                            [
                                "state": "Synced",
                                "aggregatedHealth": ["state": "Pending", "summary": counts],
                            ], of: 1)
                    ]),
                ])
            let report = ApplicationStatus(survey).report(.paragraphs, namespaces: false)
            #expect(
                String(decoding: try Renderer().render(report), as: UTF8.self) == """
                    Aggregate: new
                    Health: Degraded (2/3 synced, 1 failed)

                    Aggregate: word
                    Health: Healthy (2/3 synced, 1 failed)

                    Aggregate: object
                    Health: Healthy (2/3 synced, 1 failed)

                    Bundle: b
                    Health: Pending (2/3 synced, 1 failed)

                    """)
        }

        @Test("what is different between two looks, object by object")
        func changes() throws {
            let kind = CatalogKind(
                type: ResourceType(
                    group: "a.example.com", version: "v1", plural: "toyqueries",
                    kind: "ToyQuery", verbs: ["list"]), schema: nil)
            let api = GeneratedAPI(
                groupVersion: GroupVersion(group: "a.example.com", version: "v1"), kinds: [kind])
            func survey(_ states: [(String, String, String)]) throws -> Survey {
                try Survey(
                    of: [api],
                    answers: [
                        .success(
                            states.map { name, state, message in
                                Survey.Member(
                                    KubernetesObject([
                                        "metadata": ["name": .string(name)],
                                        "status": [
                                            "state": .string(state),
                                            "message": .string(message),
                                        ],
                                    ]), kind, api: api.group)
                            })
                    ])
            }
            let before = try survey([
                ("a", "Queried", ""), ("b", "Queried", "x"), ("c", "Failed", "y"),
            ])
            let after = try survey([
                ("a", "Failed", "no\u{1B}[2J"), ("b", "Queried", "z"), ("d", "Queried", ""),
            ])
            #expect(
                StatusChanges.lines(from: before, to: after) == [
                    "toyquery/a Queried → Failed: no^[[2J", "toyquery/c deleted",
                    "toyquery/d new: Queried",
                ])
        }
    }
}
