import Documents
import Sandbox
import SandboxAPIServer
import SandboxPetstoreService
import Testing

@testable import Verbs

extension OnStage {
    @Suite("health-check on the sandbox")
    struct HealthCheckTests {
        @Test("aggregates and their health; one that is degraded ends with 1")
        func summaries() async throws {
            let stage = try await Stage.shared()
            let outcome = await stage.run("health-check")
            #expect(outcome.output.hasPrefix("Health: Degraded\n\nRESOURCE"))
            #expect(
                outcome.rows.contains {
                    $0.hasPrefix("petstoreaggregate/production-health Degraded 6 1 0")
                })
            #expect(
                outcome.rows.contains {
                    $0.hasPrefix("shelteraggregate/shelter-health Healthy 2 0 0")
                })
            #expect(
                outcome.output.contains(
                    "  1. petstore-cli diagnose petstoreaggregate/production-health"))
            #expect(outcome.status == .answeredNo)
        }

        @Test("with --all every kind is counted, and every trouble named with its message")
        func everything() async throws {
            let stage = try await Stage.shared()
            let outcome = await stage.run("health-check --all")
            #expect(
                outcome.rows.contains("KIND TOTAL SYNCED FAILED PENDING STALE STUCK DRIFT"))
            #expect(outcome.rows.contains("Pet 4 4 0 0 0 0 1"))
            #expect(outcome.rows.contains("Order 2 1 1 0 0 0 0"))
            #expect(
                outcome.rows.contains {
                    $0.hasPrefix("order/order-456 failed Failed API returned 500")
                })
            #expect(outcome.rows.contains { $0.hasPrefix("pet/bella drift Synced Drift detected") })
            let json = try JSONValue(parsing: await stage.run("health-check --all -o json").output)
            #expect(json["healthy"] == false && json["health"] == "Degraded")
            #expect(json["problems"]?.arrayValue?.contains { $0["problem"] == "drift" } == true)
        }

        @Test("what is healthy ends with 0")
        func healthy() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            try await props.delete("orders", "order-456")
            try await props.wait("petstoreaggregates", "production-health", "Healthy")
            let outcome = await stage.run("health-check")
            #expect(outcome.output.hasPrefix("Health: Healthy\n"))
            #expect(outcome.status == .done, "\(outcome.output)")
            let none = await stage.run("health-check -l no=such")
            #expect(none.errors.hasPrefix("No aggregates or bundles found in default namespace"))
        }

        @Test("stale and stuck objects, and changes that a dead session left")
        func leftovers() async throws {
            let time = SceneTime()
            var options = SandboxOptions()
            options.clock = SandboxClock { time.now() }
            let stage = try await Stage(options)
            let props = Props(stage, time)
            let shell = stage.shell()
            _ = await stage.run(
                "patch user john phone=1 --rollback-on-exit --no-wait", shell: shell)
            await props.stopOperator()
            try await props.delete("pets", "max")
            props.later(by: .seconds(3600))
            let outcome = await stage.run("health-check --all")
            #expect(outcome.rows.contains { $0.hasPrefix("pet/fluffy stale Synced Stale") })
            #expect(outcome.rows.contains { $0.hasPrefix("pet/max deletion-hangs") })
            #expect(outcome.output.contains("LEFT BEHIND:"))
            #expect(outcome.rows.contains { $0.hasPrefix("user/john ") })
            #expect(outcome.output.contains("  1. petstore-cli session recover"))
            // What is the same for all is said once, and so is where to look.
            #expect(!outcome.output.contains("whatever the API has now"))
            #expect(
                outcome.output.contains("  2. petstore-cli init (shows whether an operator runs)"))
            let steps = outcome.output.split(separator: "\n").filter { $0.contains("diagnose") }
            #expect(
                steps.count == 3 && steps.contains { $0.contains("pet/max") }, "\(steps)")
            stage.world.terminal.columns = 80
            stage.world.terminal.outputIsTerminal = true
            let narrow = await stage.run("health-check --all").output
            #expect(narrow.contains("deletion-hangs"), "\(narrow)")
            // status speaks of what is told, though it shows old states.
            let status = await stage.run("status")
            #expect(
                status.errors.contains(
                    "note: not everything was read again in time, so this may be old; init shows"))
            #expect(outcome.status == .answeredNo)
            _ = await shell.access.close()
        }
    }
}
