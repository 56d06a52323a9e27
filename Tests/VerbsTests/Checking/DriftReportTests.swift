import Documents
import KubernetesCore
import Sandbox
import SandboxAPIServer
import SandboxPetstoreService
import Testing

@testable import Verbs

extension OnStage {
    @Suite("drift-report on the sandbox")
    struct DriftReportTests {
        @Test("the table of the specification")
        func specification() async throws {
            let stage = try await Stage()
            await stage.drift(.init(.pet, "123"), "status", "pending")
            _ = await stage.run("refresh pet fluffy")
            let report = await stage.run("drift-report pets orders --sample 0")
            #expect(
                report.output.hasPrefix(
                    "RESOURCE          DRIFT     FIELD    SPEC VALUE   ACTUAL VALUE\n"))
            let rows = report.rows
            #expect(rows.contains("pet/fluffy Yes status available pending"))
            #expect(rows.contains("pet/buddy No - - -"))
            #expect(rows.contains("order/order-789 No - - -"))
            #expect(rows.contains("order/order-456 Unknown - - -"))
            #expect(
                report.output.contains(
                    "order/order-456: not known: no call has worked yet"))
            #expect(report.status == .answeredNo && report.errors.isEmpty)
        }

        @Test("what differs again after each write is flapping, by growth and not by the count")
        func flapping() async throws {
            let stage = try await Stage()
            _ = await stage.run("patch pet fluffy status=sold --yes")
            _ = await stage.run("patch pet fluffy status=available --yes")
            let report = await stage.run("drift pets")
            #expect(report.rows.contains("pet/bella Yes, flapping status available sold"))
            #expect(report.rows.contains("pet/fluffy No - - -"))
            #expect(report.output.contains("pet/bella: differs again after each write: counted "))
            let json = try JSONValue(parsing: await stage.run("drift pet -o json").output)
            let items = json["items"]?.arrayValue ?? []
            let bella = items.first { $0["name"] == "bella" }
            #expect(json["drift"] == true && bella?["detected"] == true)
            #expect(bella?["fields"]?[0]?["field"] == "status")
            #expect(bella?["fields"]?[0]?["writer"] == "petstore-sandbox")
            #expect(bella?["flapping", "after"]?.integerValue ?? 0 > 1)
            #expect(items.first { $0["name"] == "fluffy" }?["detected"] == false)
        }

        @Test("no drift ends with 0, and names in all namespaces are told with them")
        func clean() async throws {
            let stage = try await Stage.shared()
            let users = await stage.run("drift-report users -A")
            #expect(
                users.rows == [
                    "NAMESPACE RESOURCE DRIFT FIELD SPEC VALUE ACTUAL VALUE",
                    "default user/john No - - -",
                ])
            #expect(users.status == .done)
            let none = await stage.run("drift-report users -l none=such")
            #expect(none.output.isEmpty && none.status == .done)
            #expect(none.errors == "No resources found in default namespace.\n")
        }

        @Test("a secret that differs is masked in every form")
        func secrets() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            await props.stopOperator()
            try await props.patch("users", "john", ["spec": ["password": "hunter2"]])
            try await props.setStatus("users", "john", ["observedGeneration": 9])
            for form in ["table", "wide", "json"] {
                let report = await stage.run("drift-report users -o \(form) --sample 0")
                #expect(report.output.contains("********") && report.status == .answeredNo)
                #expect(!report.output.contains("hunter2") && !report.output.contains("12345"))
            }
        }

        @Test("kinds that may not be listed are named, and the rest is shown")
        func forbidden() async throws {
            let stage = try await Stage()
            stage.cluster.server.policy = .forbidding(verbs: ["list"], resource: "orders")
            let report = await stage.run("drift-report --sample 0")
            #expect(report.errors.hasPrefix("orders: left out, because they cannot be listed:"))
            #expect(report.rows.contains("user/john No - - -"))
        }

        @Test("what nobody reads any more has one reason, and one step")
        func silence() async throws {
            let time = SceneTime()
            var options = SandboxOptions()
            options.clock = SandboxClock { time.now() }
            let stage = try await Stage(options)
            let props = Props(stage, time)
            await props.stopOperator()
            props.later(by: .seconds(3600))
            let report = await stage.run("drift-report pets --sample 0")
            #expect(report.output.contains("1. petstore-cli init (shows whether an operator"))
            #expect(!report.output.contains("refresh"))
            let one = await stage.run("drift-report users --sample 0")
            #expect(one.output.contains("1. petstore-cli refresh user/john ("))
        }

        @Test("--watch shows the state, then every change as a row, until it is stopped")
        func watch() async throws {
            let stage = try await Stage()
            let watching = Task { await stage.run("drift-report pets --watch") }
            try await eventually { stage.setup.output.text.contains("pet/bella") }
            try await eventually {
                stage.setup.output.text.contains("pet/bella         Yes, flap")
                    || stage.setup.output.text.contains("Yes, flapping   status")
            }
            watching.cancel()
            let outcome = await watching.value
            #expect(outcome.rows.contains("pet/fluffy No - - -"))
            #expect(outcome.rows.filter { $0.hasPrefix("RESOURCE") }.count == 1)
            // What is there at the beginning stands in columns that fit all of it.
            let lines = outcome.output.split(separator: "\n").map(String.init)
            let places = lines.prefix(5).map { line in
                line.prefix { $0 != " " }.count
                    + line.drop { $0 != " " }.prefix { $0 == " " }.count
            }
            #expect(Set(places).count == 1, "\(lines.prefix(5))")
            #expect(outcome.status.code == 130)
        }
    }
}

extension Stage {
    /// Has every instance of the service change a field after each write.
    func drift(_ object: ObjectName, _ field: String, _ value: JSONValue) async {
        for instance in cluster.fleet.instances {
            await instance.suffer(
                .drift(ObjectDrift(object, field: field, value: value, persists: true)))
        }
    }
}

extension SetupFixture.Outcome {
    /// The lines of the result, blanks between columns made one.
    var rows: [String] {
        output.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
    }
}

/// Waits for something that comes about by itself.
func eventually(
    within limit: Duration = .seconds(120), _ holds: @Sendable () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !holds() {
        try #require(start.duration(to: .now) < limit, "it did not come about")
        try await Task.sleep(for: .milliseconds(20))
    }
}
