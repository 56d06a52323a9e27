import ArgumentParser
import Diagnostics
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

@Suite("Next steps reach the cluster that was reached")
struct ReachTests {
    private func reach(_ line: String, inShell: Bool = false) throws -> Reach {
        let words = LeadingFlags.moved(behindVerbOf: Stage.words(line))
        let verb = try #require(try Root.parseAsRoot(words) as? any ClusterVerb)
        return Reach(verb.cluster, inShell: inShell)
    }

    private func completed(_ reach: Reach, _ words: String...) -> [String] {
        words.map { reach.completed(NextStep(Stage.words($0))).words.joined(separator: " ") }
    }

    @Test("by each flag that chose it, and by no other")
    func flags() throws {
        let all = try reach(
            """
            get pets --kubeconfig k --context 'c d' --cluster cl --user u -nns -s https://x \
            --token hush --as a --as-group g1 --as-group g2 --as-uid 1 --tls-server-name tn \
            --insecure-skip-tls-verify --client-certificate cc --client-key ck \
            --certificate-authority ca --request-timeout 30 --cache-dir cd -v6 \
            --disable-compression
            """)
        let flags = """
            --kubeconfig k --context 'c d' --cluster cl --user u --server https://x \
            --token TOKEN --as a --as-uid 1 --tls-server-name tn --client-certificate cc \
            --client-key ck --certificate-authority ca --as-group g1 --as-group g2 \
            --insecure-skip-tls-verify
            """
        #expect(all.typed(after: "petstore-cli") == "petstore-cli " + flags)
        let step = all.completed(NextStep(["init"]))
        #expect(step.words == ["init", "-n", "ns"] + all.flags)
        // They are understood as they were meant.
        let again = try reach(StepText.typed(step).replacing("petstore-cli ", with: ""))
        #expect(again == all)
        let pods = Remedy.kubectl(["get", "pods"], "")
        let place = StandingPlace("default", reach: all, ofOthers: all)
        #expect(place.step(pods, for: nil)?.words == ["get", "pods"] + all.flags)
    }

    @Test("a command keeps the namespace that it names, and its own words at its end")
    func words() throws {
        let there = try reach("--context c get pets -n far")
        #expect(
            completed(
                there, "get pets", "get pets -n near", "get pets -A", "query list",
                "patch pet max a=1 -- make it", "get --help", "completion bash") == [
                    "get pets -n far --context c", "get pets -n near --context c",
                    "get pets -A --context c", "query list -n far --context c",
                    "patch pet max a=1 -n far --context c -- make it", "get --help",
                    "completion bash",
                ])
        let kubectl = NextStep(["get", "pods", "-n", "near"], program: "kubectl")
        #expect(there.completed(kubectl) == kubectl)
        #expect(StandingPlace("far", reach: there).words(for: "far") == ["--context", "c"])
    }

    @Test("the embedded cluster is reached by our commands alone")
    func sandbox() throws {
        let embedded = try reach("get pets --sandbox")
        #expect(completed(embedded, "get pets") == ["get pets --sandbox"])
        let place = StandingPlace("a", reach: embedded, ofOthers: embedded)
        #expect(place.step(.kubectl(["get", "pods"], ""), for: "a") == nil)
        #expect(place.step(Remedy(["init"], ""), for: "a")?.words == ["init", "--sandbox"])
        #expect(embedded.typed(after: "petstore-cli") == "petstore-cli")
    }

    @Test("within a shell a namespace is said, and another cluster is; its own is not")
    func shell() throws {
        #expect(completed(try reach("get pets", inShell: true), "init") == ["init"])
        #expect(completed(try reach("get pets -n far", inShell: true), "init") == ["init -n far"])
        let other = try reach("get pets --context c -n far", inShell: true)
        #expect(completed(other, "init") == ["init -n far --context c"])
    }
}

extension OnStage {
    @Suite("Reports end with next steps")
    struct NextStepTests {
        @Test(
            "what a report proposes is what next runs",
            arguments: [
                ("diagnose order order-456", "compare order order-456 --across-pods"),
                ("diagnose petstoreaggregate production-health", "diagnose order order-456"),
                ("health-check", "diagnose petstoreaggregate/production-health"),
                ("health-check --all", "diagnose order/order-456"),
                ("drift-report pets", "diagnose pet/bella"),
                ("drift-report orders", "diagnose order/order-456"),
                ("compare order order-456 --pods 0,1", "health-check --all"),
            ])
        func proposals(line: String, step: String) async throws {
            let stage = try await Stage.shared()
            let shell = stage.shell()
            let outcome = await stage.run(line, shell: shell)
            let words = shell.memory.steps.map { $0.words.joined(separator: " ") }
            #expect(words.first == step, "\(outcome.output) \(outcome.errors)")
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
            #expect(proposed.first == step)
        }

        @Test("what a command proposes reaches the same cluster when it is copied")
        func copied() async throws {
            let stage = try await Stage.shared()
            let missing = await stage.run("get pet nobody --context stage -n default")
            #expect(
                missing.errors.contains(
                    "hint: petstore-cli get pets -n default --context stage lists those"))
            let ill = "diagnose order order-456 --context stage"
            let told = await stage.run(ill).output
            #expect(told.contains("petstore-cli refresh order order-456 --context stage ("))
            let json = try JSONValue(parsing: await stage.run(ill + " -o json").output)
            let steps = json["nextSteps"]?.arrayValue ?? []
            #expect(!steps.isEmpty)
            for step in steps {
                let words = step["words"]?.arrayValue ?? []
                #expect(words.suffix(2) == ["--context", "stage"])
            }
            let wrong = await stage.run("get pets --context stage --where")
            #expect(wrong.errors.contains("petstore-cli get --help explains it"))
        }

        @Test("in a shell a step says its place where the line that failed said it")
        func copiedInShell() async throws {
            let stage = try await Stage.shared()
            let shell = stage.shell()
            for (flags, words) in [
                ("", ["get", "pets"]), (" -n default", ["get", "pets", "-n", "default"]),
                (" --context stage", ["get", "pets", "--context", "stage"]),
            ] {
                let outcome = await stage.run("get pet nobody" + flags, shell: shell)
                #expect(shell.memory.steps.map(\.words) == [words])
                #expect(outcome.errors.contains("next 1: \(words.joined(separator: " "))  ("))
            }
            _ = await shell.access.close()
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
            #expect(everywhere.output.contains("petstore-cli diagnose order/lost -n far ("))
            #expect(everywhere.output.contains("petstore-cli diagnose order/order-456 ("))
        }
    }
}
