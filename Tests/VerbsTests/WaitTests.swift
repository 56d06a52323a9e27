import Catalog
import Documents
import KubernetesCore
import Sandbox
import SandboxAPIServer
import Testing

@testable import Verbs

@Suite("What wait waits for")
struct WaitConditionTests {
    private static let kind = CatalogKind(
        type: ResourceType(
            group: "a.example.com", version: "v1", plural: "toyqueries", kind: "ToyQuery"),
        schema: nil)

    private func verdict(_ text: String, _ json: JSONValue) throws -> WaitCondition.Verdict {
        try WaitCondition(parsing: text).verdict(on: KubernetesObject(json), of: Self.kind)
    }

    @Test("a state counts when the operator has seen the newest generation")
    func states() throws {
        let status: JSONValue = ["state": "Queried", "observedGeneration": 3]
        #expect(
            try verdict("state=queried", ["metadata": ["generation": 3], "status": status]) == .met)
        #expect(
            try verdict("state=Queried", ["metadata": ["generation": 4], "status": status])
                == .notYet("its state is Queried, but its operator has seen generation 3 of 4"))
        #expect(
            try verdict("state=Failed,Queried", ["status": ["state": "Failed"]]) == .met)
        #expect(
            try verdict("state=Queried", ["status": ["state": "Failed", "message": "no"]])
                == .notYet("its state is Failed: no"))
        #expect(
            try verdict("state=Queried", [:])
                == .notYet("its operator has reported nothing yet"))
    }

    @Test("conditions, with True where nothing is said")
    func conditions() throws {
        let object: JSONValue = [
            "status": ["conditions": [["type": "Ready", "status": "False", "message": "no"]]]
        ]
        #expect(try verdict("condition=ready=false", object) == .met)
        #expect(
            try verdict("condition=Ready", object) == .notYet("its condition Ready is False: no"))
        #expect(
            try verdict("condition=Stalled", object) == .notYet("it has no condition Stalled"))
    }

    @Test(
        "paths, quoted or not",
        arguments: [
            "jsonpath={.status.id}=7", "jsonpath='{.status.id}'=7", "jsonpath={.status.id}='7'",
            "jsonpath=.status.id=7", "jsonpath={.status.id}", "jsonpath={.list[?(@.a==\"b\")].c}=d",
        ])
    func paths(text: String) throws {
        #expect(
            try verdict(text, ["status": ["id": 7], "list": [["a": "b", "c": "d"]]]) == .met)
        let missing = try verdict(text, ["status": [:], "list": []])
        guard case .notYet = missing else {
            Issue.record("met by nothing")
            return
        }
    }

    @Test("deletion is waited for as long as the object is there")
    func deletion() throws {
        #expect(try verdict("delete", [:]) == .notYet("it is there"))
        #expect(
            try verdict(
                "delete",
                [
                    "metadata": [
                        "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": ["a/b"],
                    ]
                ]) == .notYet("it waits for a/b"))
    }

    @Test(
        "what is none of the forms",
        arguments: [
            "", "Synced", "state=", "condition=", "jsonpath=", "jsonpath={.a", "delete=x",
            "jsonpath={.a}b",
        ])
    func malformed(text: String) {
        #expect(throws: Failure.self) { try WaitCondition(parsing: text) }
    }
}

extension OnStage {
    @Suite("wait, explain and targets on the sandbox")
    struct WaitTests {
        @Test("what is so already is told at once; what is not ends with 7 and its reason")
        func atOnce() async throws {
            let stage = try await Stage.shared()
            let met = await stage.run("wait --for=state=Synced pet/fluffy user/john")
            #expect(met.status == .done)
            #expect(
                met.output.split(separator: "\n").sorted() == [
                    "pet.petstore.example.com/fluffy condition met",
                    "user.petstore.example.com/john condition met",
                ])
            let failed = await stage.run("wait --for=state=Synced order order-456 --timeout 0")
            #expect(failed.status == .timedOut && failed.output.isEmpty)
            #expect(
                failed.errors.hasPrefix(
                    "error: order/order-456 did not come to it at once: its state is Failed: API"))
            let late = await stage.run(
                "wait --for=condition=Ready orders --all --timeout 100ms -o json")
            #expect(late.status == .timedOut)
            let items = try JSONValue(parsing: late.output)["items"]?.arrayValue
            #expect(items?.compactMap { $0["met"]?.boolValue } == [false, true])
        }

        @Test("absence: at once for delete and for names, for selectors too")
        func absence() async throws {
            let stage = try await Stage.shared()
            #expect(await stage.run("wait --for=delete pet/nosuch").status == .done)
            #expect(await stage.run("wait --for=state=Synced pet/nosuch").status == .notFound)
            let none = await stage.run("wait --for=state=Synced pets -l a=b")
            #expect(none.status == .notFound)
            #expect(none.errors.contains("there are no pets to wait for in namespace default"))
            #expect(await stage.run("wait --for=state=Synced pets").status == .mistaken)
        }

        @Test("a change that comes later, a creation, a deletion")
        func later() async throws {
            let stage = try await Stage()
            let world = stage.world
            func line(_ text: String) -> Task<ExitStatus, Never> {
                Task { await Dispatcher(world: world).run(Stage.words(text)) }
            }
            let paused = line("wait --for=state=Paused pet/buddy --timeout 20s")
            let gone = line("wait --for=delete order/order-789 --timeout 20s")
            try await Task.sleep(for: .milliseconds(200))
            #expect(await stage.run("pause pet buddy").status == .done)
            #expect(await stage.run("delete order order-789 --yes --no-wait").status == .done)
            #expect(await paused.value == .done)
            #expect(await gone.value == .done)
        }

        @Test("Synced alone is not enough: the API's answer must hold what the spec asks for")
        func drifting() async throws {
            let stage = try await Stage.shared()
            let synced: JSONValue = [
                "metadata": ["generation": 2, "name": "x"],
                "spec": ["status": "sold"],
                "status": [
                    "state": "Synced", "observedGeneration": 2,
                    "response": ["success": true, "data": ["status": "available"]],
                ],
            ]
            let access = ClusterAccess(world: stage.world)
            let kind = try await access.kind("pets", schemas: true)
            let verdict = try WaitCondition(parsing: "state=Synced")
                .verdict(on: KubernetesObject(synced), of: kind)
            guard case .notYet(let why) = verdict else {
                Issue.record("met, though the API has the old value")
                return
            }
            #expect(why.contains("status: ") && why.contains("API has "))
        }

        @Test("explain: kind, field with its values, fields of fields, and what is not there")
        func explain() async throws {
            let stage = try await Stage.shared()
            let kind = await stage.run("explain pet").output
            #expect(kind.hasPrefix("GROUP:        petstore.example.com\nKIND:         Pet\n"))
            #expect(kind.contains("\n  spec  <Object>\n"))
            let field = await stage.run("explain pets.spec.status").output
            #expect(field.contains("FIELD:        status <string>"))
            #expect(field.contains("ENUM:\n    available\n    pending\n    sold\n"))
            let tags = await stage.run("explain pet.spec.tags.name").output
            #expect(tags.contains("FIELD:        name <string>"))
            let tree = await stage.run("explain pet.spec --recursive").output
            #expect(
                tree.contains("\n  category  <Object>\n    id  <integer>\n    name  <string>\n"))
            let json = try JSONValue(
                parsing: await stage.run("explain find-by-status.spec -o json").output)
            let status = json["fields"]?.arrayValue?.first { $0["name"] == "status" }
            #expect(status?["required"] == true)
            let wrong = await stage.run("explain pet.spec.stats")
            #expect(wrong.status == .mistaken)
            #expect(
                wrong.errors.hasPrefix(
                    "error: unknown field \"stats\" of Pet.spec\nhint: did you mean \"status\"?"))
        }

        @Test("targets: pods with ordinal, address and readiness, by one list of pods")
        func targets() async throws {
            let stage = try await Stage.shared()
            let text = await stage.run("targets petstore").output
            let rows = text.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(rows[0] == ["WORKLOAD", "POD", "ORDINAL", "IP", "READY", "AGE"])
            #expect(rows.count > 1)
            #expect(rows.dropFirst().allSatisfy { $0.count == 6 && $0[0].contains("/") })
            let told = await stage.run("targets petstore -v 6").errors
            #expect(told.split(separator: "\n").count { $0.contains("/pods") } == 1)
            let json = try JSONValue(parsing: await stage.run("targets petstore -o json").output)
            #expect(json["items"]?[0]?["ordinal"] == 0)
            #expect(json["items"]?[0]?["ready"] == true)
        }
    }
}
