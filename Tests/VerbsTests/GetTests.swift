import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render
import Sandbox
import SandboxAPIServer
import Testing

@testable import Verbs

extension OnStage {
    @Suite("get: choosing, sorting, labels, names from input")
    struct GetTests {
        @Test("--state looks at the operator's word, in any case")
        func states() async throws {
            let stage = try await Stage.shared()
            #expect(
                await stage.run("get orders --state failed -o name").output
                    == "order.petstore.example.com/order-456\n")
            let both = await stage.run("get orders --state Failed,Synced --no-headers").output
            #expect(both.split(separator: "\n").count == 2)
            let none = await stage.run("get orders --state Paused")
            #expect(none.output.isEmpty && none.errors.hasPrefix("No resources found"))
        }

        @Test(
            "after each form of a list its rows can be meant by their numbers",
            arguments: [
                "", "-o wide", "-o name", "-o csv", "-o custom-columns=N:.metadata.name",
                "--show-response", "-A -o name", "--sort-by .metadata.name -o name",
            ])
        func remembered(flags: String) async throws {
            let stage = try await Stage.shared()
            let shell = stage.shell()
            #expect(await stage.run("get pets \(flags)", shell: shell).status == .done)
            #expect(shell.memory.list.map(\.name) == ["bella", "buddy", "fluffy", "max"])
            let place = flags.hasPrefix("-A") ? "default" : nil
            #expect(shell.memory.list.allSatisfy { $0.namespace == place })
            // One row is a list as well, and the current object.
            let one = "get pets --field-selector metadata.name=max \(flags)"
            #expect(await stage.run(one, shell: shell).status == .done)
            #expect(shell.memory.list.map(\.name) == ["max"])
            #expect(shell.memory.current == shell.memory.list)
            // What was named is no list.
            #expect(await stage.run("get order order-456 -o name", shell: shell).status == .done)
            #expect(shell.memory.list.map(\.name) == ["max"])
            #expect(shell.memory.current.map(\.name) == ["order-456"])
        }

        @Test("--where: an expression over the parts of an object")
        func conditions() async throws {
            let stage = try await Stage.shared()
            let failed =
                "get orders --where 'status.state == \"Failed\" && spec.quantity > 0' -o name"
            #expect(
                await stage.run(failed).output == "order.petstore.example.com/order-456\n")
            #expect(
                await stage.run("get pets --where 'metadata.name.startsWith(\"b\")' -o csv").output
                    .split(separator: "\r\n").count == 3)
            let json = await stage.run("get pets --where 'object.spec.id == 124' -o json").output
            #expect(
                try JSONValue(parsing: json)["items"]?.arrayValue?.count == 1)
        }

        @Test("objects for which an expression has no value are left out, and it is told")
        func undecided() async throws {
            let stage = try await Stage.shared()
            let some = await stage.run("get pets --where 'spec.id > 124' -o name")
            #expect(some.output == "pet.petstore.example.com/bella\n")
            #expect(
                some.errors == "note: --where has no answer for 1 of 4 objects, which are left out:"
                    + " no such key: id (has(…) asks whether a field is there)\n")
            let asked = await stage.run("get pets --where 'has(spec.id) && spec.id > 124' -o name")
            #expect(asked.output == some.output && asked.errors.isEmpty)
        }

        @Test("what is no expression is told with the place, what is no question too")
        func malformed() async throws {
            let stage = try await Stage.shared()
            let broken = await stage.run("get pets --where 'spec.id >'")
            #expect(broken.status == .mistaken && broken.errors.hasPrefix("error: --where: "))
            let number = await stage.run("get pets --where '1 + 1'")
            #expect(number.status == .mistaken)
            #expect(number.errors.contains("--where must say yes or no, but \"1 + 1\" yields int"))
        }

        @Test("wide tells how an object is looked after, by its category, and the rest does not")
        func wide() async throws {
            let stage = try await Stage()
            let props = Props(stage, SceneTime())
            try await props.create(
                "pets", "pinned",
                ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-1"]])
            try await props.wait("pets", "pinned", "Observed")
            let pets = await stage.run("get pets -o wide")
            #expect(
                pets.rows[0] == "NAME STATE EXTERNAL-ID AGE DRIFT GEN READ TARGET MESSAGE")
            let bella = pets.rows.first { $0.hasPrefix("bella ") } ?? ""
            #expect(bella.contains(" Yes 1 "))
            #expect(
                pets.rows.contains { $0.hasPrefix("pinned ") && $0.hasSuffix(" petstore-api-1") })
            let orders = await stage.run("get orders -o wide -L none")
            #expect(orders.rows[0].hasSuffix(" TARGET MESSAGE NONE"))
            let failed = orders.rows.first { $0.hasPrefix("order-456 ") } ?? ""
            #expect(failed.contains(" Unknown ") && failed.contains(" API returned 500: Data"))
            #expect(
                await stage.run("get storeinventoryqueries -o wide").rows[0]
                    == "NAME STATE RESULTS AGE GEN LAST-RUN TARGET MESSAGE")
            #expect(
                await stage.run("get agg -o wide").rows[0].hasSuffix(" FAILED AGE GEN MESSAGE"))
            // Kinds of Kubernetes itself, one object, and all other formats are as they were.
            #expect(!(await stage.run("get pods -o wide").output.contains("MESSAGE")))
            #expect(await stage.run("get pet bella -o wide").rows[0].hasSuffix(" TARGET MESSAGE"))
            #expect(!(await stage.run("get pets -o csv").output.contains("DRIFT")))
            #expect(await stage.run("get pets").rows[0] == "NAME STATE EXTERNAL-ID AGE")
        }

        @Test("wide tells of an operator that lags, of stale answers and of a pause")
        func wideTrouble() async throws {
            let kind = try await Stage.shared().shell().access.kind("pets", schemas: true, .cached)
            let now = Timestamp(rfc3339: "2026-01-31T12:00:00Z") ?? Timestamp(seconds: 0)
            let made = WideColumns(kind, now: { now })
            let wide = try #require(made)
            func texts(_ spec: JSONValue, _ status: JSONValue) -> [String] {
                var object = KubernetesObject(kind.type, namespace: "a", name: "b", spec: spec)
                object.metadata["generation"] = 3
                object.metadata["annotations"] = ["petstore.example.com/paused-reason": "stock"]
                object.status = status
                return wide.texts(of: object)
            }
            #expect(texts([:], [:]) == ["Unknown", "- of 3", "never", "", ""])
            let stale = texts(
                ["target": ["statefulSet": "api", "podOrdinal": 2]],
                ["state": "Synced", "observedGeneration": 2, "lastGetTime": "2026-01-31T10:00:00Z"])
            #expect(stale == ["Unknown", "2 of 3", "120m, stale", "api-2", ""])
            let paused = texts(
                ["paused": true, "target": ["baseURL": "http://x"]],
                ["state": "Paused", "observedGeneration": 3])
            #expect(paused == ["Unknown", "3", "never", "http://x", "paused: stock"])
            // A column that the server has itself is not there twice.
            let server: [TextTable.Column] = [.init("NAME"), .init("MESSAGE", isWide: true)]
            #expect(
                wide.columns(beside: server).map(\.column.title) == [
                    "DRIFT", "GEN", "READ", "TARGET",
                ])
        }

        @Test("--drift compares spec and answer itself")
        func drift() async throws {
            let stage = try await Stage()
            // Another one of the cast never comes to rest.
            let before = await stage.run("get pets --drift -o name").output
            #expect(!before.contains("max"))
            #expect(await stage.run("pause pet max").status == .done)
            #expect(await stage.run("patch pet max status=sold --no-wait").status == .done)
            // Until the operator has seen the new generation its answer counts as stale.
            var after = ""
            for _ in 0..<100 where !after.contains("/max\n") {
                after = await stage.run("get pets --drift -o name").output
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(after.hasSuffix("pet.petstore.example.com/max\n"))
        }

        @Test("--sort-by: numbers by worth, what has no value first, a misspelt path is told")
        func sorted() async throws {
            let stage = try await Stage.shared()
            let names = await stage.run(
                "get pets --sort-by {.spec.id} -o custom-columns=N:.metadata.name --no-headers")
            #expect(names.output == "max\nfluffy\nbuddy\nbella\n")
            let table = await stage.run("get pets --sort-by spec.id --no-headers").output
            #expect(
                table.split(separator: "\n").map { $0.prefix { $0 != " " } } == [
                    "max", "fluffy", "buddy", "bella",
                ])
            let wrong = await stage.run("get pets --sort-by .spec.ident")
            #expect(wrong.status == .mistaken && wrong.output.isEmpty)
            #expect(
                wrong.errors.hasPrefix(
                    "error: --sort-by: none of the objects has a field \".spec.ident\""))
        }

        @Test("labels: a column each, all in the last; the kind in front of the name")
        func labels() async throws {
            let stage = try await Stage.shared()
            let some = await stage.run("get pet max -L environment,example.com/team").output
            #expect(
                some.split(separator: "\n")[0].split(separator: " ") == [
                    "NAME", "STATE", "EXTERNAL-ID", "AGE", "ENVIRONMENT", "TEAM",
                ])
            #expect(some.contains("production"))
            let all = await stage.run("get pet max --show-labels --show-kind").output
            #expect(all.contains("LABELS\n"))
            #expect(all.contains("pet.petstore.example.com/max"))
            #expect(all.contains("environment=production"))
            let everywhere = await stage.run("get pets -A -L environment --no-headers").output
            #expect(everywhere.hasPrefix("default   bella"))
        }

        @Test("names from standard input, as -o name writes them or bare")
        func input() async throws {
            let stage = try await Stage()
            stage.world.input = ScriptedInput([
                "pet.petstore.example.com/max", "order.petstore.example.com/order-456",
            ])
            #expect(
                await stage.run("get - -o name").output
                    == "pet.petstore.example.com/max\norder.petstore.example.com/order-456\n")
            stage.world.input = ScriptedInput(["max buddy"])
            #expect(
                await stage.run("get pets - -o name").output
                    == "pet.petstore.example.com/max\npet.petstore.example.com/buddy\n")
            stage.world.input = ScriptedInput([])
            let none = await stage.run("get pets -")
            #expect(none.status == .done && none.errors == "No names on standard input.\n")
            stage.world.input = ScriptedInput(["pet/max"])
            #expect(await stage.run("get orders -").status == .mistaken)
            stage.world.input = ScriptedInput(["max"])
            #expect(await stage.run("get -").errors.contains("does not say of which kind"))
        }

        @Test("what is not there may be passed over")
        func ignoresMissing() async throws {
            let stage = try await Stage.shared()
            let quiet = await stage.run("get pet nosuch --ignore-not-found")
            #expect(quiet.status == .done && quiet.output.isEmpty && quiet.errors.isEmpty)
            let rest = await stage.run("get pet nosuch max --ignore-not-found -o name")
            #expect(rest.output == "pet.petstore.example.com/max\n" && rest.status == .done)
            #expect(await stage.run("get pet nosuch max -o name").status == .notFound)
        }
    }
}
