import Documents
import Render
import Testing

@testable import Verbs

@Suite("Next steps as they are written down")
struct NextStepTextTests {
    private let steps = [
        NextStep(["diagnose", "pet/max"], "finds out why"),
        NextStep(["get", "pods"], "shows the pods", program: "kubectl"),
        NextStep(["patch", "pet", "max", "name=it's"]),
    ]

    private func lines(program: String?) -> [String] {
        let section = StepText.section(steps, program: program)
        guard case .paragraphs(let paragraphs) = section.body else { return [] }
        return [section.title ?? ""] + paragraphs.flatMap { $0.lines(width: nil) }
    }

    @Test("a shell numbers its own commands and no others; elsewhere they are whole commands")
    func section() {
        #expect(
            lines(program: nil) == [
                "Next steps (next N runs one):", "  1. diagnose pet/max (finds out why)",
                "  $  kubectl get pods (shows the pods)",
                #"  2. patch pet max 'name=it'\''s'"#,
            ])
        #expect(lines(program: "petstore-cli --context a")[1].hasPrefix("  1. petstore-cli --con"))
        #expect(lines(program: "petstore-cli")[0] == "Next steps:")
    }

    @Test("what a shell remembers has the numbers that were shown")
    func memory() {
        let memory = ShellMemory()
        memory.note(steps: steps)
        #expect(memory.steps == [steps[0], steps[2]])
        memory.note(steps: [steps[1]])
        #expect(memory.steps.count == 2)
    }

    @Test("a namespace is named where the next command would mean another one")
    func place() {
        #expect(StandingPlace("default").words(for: "default").isEmpty)
        #expect(StandingPlace("default").words(for: "other") == ["-n", "other"])
        #expect(StandingPlace(nil).words(for: "default") == ["-n", "default"])
        #expect(StandingPlace(nil).words(for: nil).isEmpty)
    }
}

extension OnStage {
    @Suite("Reports end with next steps")
    struct NextStepTests {
        @Test(
            "what a report proposes is what next runs",
            arguments: [
                ("diagnose order order-456", "refresh order order-456"),
                ("health-check", "diagnose petstoreaggregate/production-health"),
                ("health-check --all", "diagnose order/order-456"),
                ("drift-report pets", "diagnose pet/bella"),
                ("drift-report orders", "refresh order/order-456"),
                ("compare order order-456 --pods 0,1", "targets"),
            ])
        func proposals(line: String, step: String) async throws {
            let stage = try await Stage.shared()
            let shell = stage.shell()
            let outcome = await stage.run(line, shell: shell)
            let words = shell.memory.steps.map { $0.words.joined(separator: " ") }
            #expect(words.contains(step), "\(outcome.output) \(outcome.errors)")
            for (index, text) in words.enumerated() {
                #expect(outcome.output.contains("\n  \(index + 1). \(text) ("))
            }
            _ = await shell.access.close()
            // A program gets the same as values.
            let json = try JSONValue(parsing: await stage.run(line + " -o json").output)
            let all = json["nextSteps"]?.arrayValue ?? []
            let proposed = all.map {
                ($0["words"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: " ")
            }
            #expect(proposed.contains(step))
        }

        @Test("what is well proposes nothing")
        func nothing() async throws {
            let stage = try await Stage.shared()
            for line in ["compare pet fluffy --pods 0,1", "drift-report users"] {
                let shell = stage.shell()
                let outcome = await stage.run(line, shell: shell)
                #expect(shell.memory.steps.isEmpty && !outcome.output.contains("Next steps"))
                _ = await shell.access.close()
            }
        }

        @Test("a step works where the object is, whatever namespace the command was told")
        func namespaces() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            try await props.create("namespaces", "far", [:], in: "")
            // The API answers 500 for this one, whoever asks.
            try await props.create(
                "orders", "lost", ["id": 456, "petId": 123, "quantity": 1], in: "far")
            try await eventually {
                await stage.run("get order lost -n far -o jsonpath={.status.state}").output
                    == "Failed"
            }
            let shell = stage.shell()
            _ = await stage.run("diagnose order lost -n far", shell: shell)
            #expect(!shell.memory.steps.isEmpty)
            #expect(shell.memory.steps.allSatisfy { $0.words.suffix(2) == ["-n", "far"] })
            _ = await shell.access.close()
            let alone = await stage.run("diagnose order lost -n far")
            #expect(alone.output.contains("petstore-cli refresh order lost -n far ("))
            let everywhere = await stage.run("drift-report orders -A")
            #expect(everywhere.output.contains("petstore-cli refresh order/lost -n far ("))
            #expect(everywhere.output.contains("petstore-cli refresh order/order-456 ("))
        }
    }
}
