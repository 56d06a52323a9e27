import Documents
import Foundation
import Sandbox
import SandboxAPIServer
import Testing

@testable import Verbs

extension OnStage {
    @Suite("get, describe and status on the sandbox")
    struct ReadingTests {
        /// Without the columns of the table that change with the time of day.
        private func withoutAge(_ text: String) -> [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.split(separator: " ").dropLast().joined(separator: " ")
            }
        }

        @Test("get has the server's columns")
        func getPets() async throws {
            let stage = try await Stage.shared()
            let pets = await stage.run("get pets")
            #expect(pets.output.hasPrefix("NAME     STATE    EXTERNAL-ID   AGE\n"))
            #expect(
                withoutAge(pets.output) == [
                    "NAME STATE EXTERNAL-ID", "bella Synced 125", "buddy Synced 124",
                    "fluffy Synced 123", "max Synced 1000", "",
                ])
            #expect(pets.errors.isEmpty && pets.status == .done)
        }

        @Test(
            "a kind is found by every name that it has",
            arguments: [
                "pet", "Pet", "PETS", "pe", "pets.petstore.example.com",
                "pets.v1alpha1.petstore.example.com",
            ])
        func kindNames(word: String) async throws {
            let stage = try await Stage.shared()
            #expect(
                await stage.run("get \(word) fluffy -o name").output
                    == "pet.petstore.example.com/fluffy\n")
        }

        @Test("names, pairs, several kinds")
        func selections() async throws {
            let stage = try await Stage.shared()
            #expect(
                await stage.run("get pet fluffy buddy -o name").output
                    == "pet.petstore.example.com/fluffy\npet.petstore.example.com/buddy\n")
            #expect(
                await stage.run("get order/order-456 user/john -o name").output
                    == "order.petstore.example.com/order-456\nuser.petstore.example.com/john\n")
            let two = await stage.run("get orders,users --no-headers").output
            #expect(
                withoutAge(two) == [
                    "order.petstore.example.com/order-456 Failed",
                    "order.petstore.example.com/order-789 Synced 789", "",
                    "user.petstore.example.com/john Synced john", "",
                ])
            let everywhere = await stage.run("get pet -A").output
            #expect(everywhere.hasPrefix("NAMESPACE   NAME"))
            #expect(everywhere.contains("default     fluffy   Synced"))
        }

        @Test("labels are matched by the server; nothing found is said on stderr")
        func selectors() async throws {
            let stage = try await Stage.shared()
            #expect(await stage.run("get pets -l environment=production -o name").output != "")
            let none = await stage.run("get pets -l environment=nowhere")
            #expect(none.output.isEmpty && none.status == .done)
            #expect(none.errors == "No resources found in default namespace.\n")
            let empty = await stage.run("get pets -l environment=nowhere -o json")
            #expect(try JSONValue(parsing: empty.output)["items"] == [])
        }

        @Test("json and yaml are the objects; several are a List; managed fields only when asked")
        func objects() async throws {
            let stage = try await Stage.shared()
            let one = try JSONValue(parsing: await stage.run("get pet fluffy -o json").output)
            #expect(one["kind"] == "Pet" && one["metadata", "managedFields"] == nil)
            let yaml = try YAML.parse(await stage.run("get pet fluffy -o yaml").output)[0]
            #expect(yaml["spec"] == one["spec"])
            let list = try JSONValue(
                parsing: await stage.run("get pets,users -o json --chunk-size 2").output)
            #expect(list["kind"] == "List")
            #expect(
                list["items"]?.arrayValue?.compactMap { $0["metadata", "name"]?.stringValue }
                    == ["bella", "buddy", "fluffy", "max", "john"])
            let full = await stage.run("get pet fluffy -o json --show-managed-fields").output
            #expect(try JSONValue(parsing: full)["metadata", "managedFields"] != nil)
        }

        @Test("values by paths: of one object, of a list, of several kinds, of a report")
        func values() async throws {
            let stage = try await Stage.shared()
            #expect(
                await stage.run("get pet fluffy -o jsonpath={.status.response.data.status}").output
                    == "available")
            #expect(
                await stage.run("get pets,users -o jsonpath={.items[*].metadata.name}").output
                    == "bella buddy fluffy max john")
            let columns = "-o custom-columns=NAME:.metadata.name,STATE:.status.state"
            #expect(
                await stage.run("get pets \(columns) --chunk-size 2").output
                    == "NAME     STATE\nbella    Synced\nbuddy    Synced\nfluffy   Synced\n"
                    + "max      Synced\n")
            #expect(
                await stage.run("get pet max \(columns) --no-headers").output == "max   Synced\n")
            #expect(
                await stage.run("status -o jsonpath={.failed[*].name}").output == "order-456")
            let outside = await stage.run("get pets -o jsonpath={.items[9].metadata.name}")
            #expect(outside.status == .mistaken && outside.output.isEmpty)
            #expect(outside.errors == "error: the path: index 9 is outside a list of 4\n")
        }

        @Test("csv has the server's columns, those of wide too")
        func csv() async throws {
            let stage = try await Stage.shared()
            let lines = await stage.run("get pets -o csv").output.split(
                separator: "\r\n", omittingEmptySubsequences: false)
            #expect(lines.first == "NAME,STATE,EXTERNAL-ID,AGE")
            #expect(lines.count == 6 && lines[3].hasPrefix("fluffy,Synced,123,"))
        }

        @Test("--show-response shows the answer of the API, for people and programs")
        func responses() async throws {
            let stage = try await Stage.shared()
            let people = await stage.run("get pet fluffy --show-response").output
            #expect(
                people.hasSuffix(
                    """

                    Response Data:
                      id: 123
                      name: Fluffy
                      status: available
                      category: { id: 1, name: "Dogs" }
                      photoUrls: ["https://photos.example.com/fluffy.jpg"]

                    """))
            let programs = await stage.run("get pet fluffy --show-response -o json").output
            #expect(try JSONValue(parsing: programs)["name"] == "Fluffy")
        }

        @Test("describe begins as in the specification")
        func describe() async throws {
            let stage = try await Stage.shared()
            let text = await stage.run("describe pet fluffy").output
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0] == "Name:         fluffy")
            #expect(lines[1] == "State:        Synced")
            #expect(lines[2] == "External ID:  123")
            #expect(lines[3].hasPrefix("Last Sync:    20") && lines[3].hasSuffix("Z"))
            #expect(lines[4] == "Drift:        No")
            #expect(lines[5] == "" && lines[6] == "Response Data:")
            #expect(
                lines[7...10].joined(separator: "\n") == """
                      id: 123
                      name: Fluffy
                      status: available
                      category: { id: 1, name: "Dogs" }
                    """)
            #expect(await stage.run("describe pet fluffy").output.count == text.count)
        }

        @Test("describe of a bundle tells its health and what it computes")
        func describeBundle() async throws {
            let stage = try await Stage()
            let path = stage.setup.folder + "/bundle.yaml"
            let manifest = """
                apiVersion: petstore.example.com/v1alpha1
                kind: PetstoreBundle
                metadata: {name: stock}
                spec:
                  resources: [{id: count, kind: StoreInventoryQuery, spec: {}}]
                  derivedValues: [{name: share, expression: summary.synced * 100 / summary.total}]
                """
            try Data(manifest.utf8).write(to: URL(filePath: path))
            #expect(await stage.run("create -f \(path)").status == .done)
            var text = ""
            repeat {
                text = await stage.run("describe bundle stock").output
            } while !text.contains("Phase:        Succeeded")
            #expect(text.contains("Health:       Healthy (1/1 synced)"))
            #expect(!text.contains("Updated:      -"))
            #expect(text.contains("Computed Values:\n  share:        \"100\"\n"))
            #expect(text.contains("StoreInventoryQuery   stock-count   Synced"))
        }

        @Test("describe tells why, and hides secrets unless asked")
        func describeOthers() async throws {
            let stage = try await Stage.shared()
            let failing = await stage.run("describe order order-456").output
            #expect(failing.contains("State:        Failed"))
            #expect(failing.contains("Message:      API returned 500: Database connection failed"))
            #expect(failing.contains("Drift:        Unknown"))
            let john = await stage.run("describe user john").output
            #expect(john.contains("password: ********"))
            #expect(!(await stage.run("describe user john --show-secrets").output).contains("****"))
            let aggregate = await stage.run("describe petstoreaggregate production-health").output
            #expect(aggregate.contains("Health:       Degraded (6/7 synced, 1 failed)"))
            #expect(aggregate.contains("Order   order-456   Failed"))
            let json = try JSONValue(parsing: await stage.run("describe pet fluffy -o json").output)
            #expect(json["drift", "detected"] == false && json["object", "kind"] == "Pet")
        }

        @Test("status shows aggregates, then what failed")
        func status() async throws {
            let stage = try await Stage.shared()
            let one = await stage.run("status production-health").output
            let lines = one.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines[0] == "Aggregate: production-health")
            #expect(lines[1] == "Health: Degraded (6/7 synced, 1 failed)")
            #expect(lines[2] == "" && lines[3] == "FAILED RESOURCES:")
            #expect(lines[4] == "KIND    NAME        STATE    MESSAGE")
            #expect(lines[5].hasPrefix("Order   order-456   Failed   API returned 500"))
            #expect(await stage.run("status petstore").output == one)
            let json = try JSONValue(parsing: await stage.run("status -o json").output)
            #expect(json["failed"]?.arrayValue?.count == 1)
            #expect(json["aggregates"]?[0]?["synced"] == 6)
        }

        @Test("kinds that may not be listed are told, and the rest is shown")
        func forbidden() async throws {
            let stage = try await Stage()
            stage.cluster.server.policy = .forbidding(verbs: ["list"], resource: "orders")
            let status = await stage.run("status production-health")
            #expect(status.status == .done)
            #expect(status.output.hasPrefix("Aggregate: production-health\n"))
            #expect(status.errors.hasPrefix("orders: left out, because they cannot be listed:"))
            let mixed = await stage.run("get orders,users -o name")
            #expect(mixed.output == "user.petstore.example.com/john\n")
            #expect(mixed.status == .denied)
        }

        @Test("without any aggregate the resources are summed up")
        func withoutAggregate() async throws {
            let stage = try await Stage()
            stage.cluster.server.policy = .forbidding(
                verbs: ["list"], resource: "petstoreaggregates")
            let status = await stage.run("status petstore").output
            #expect(status.hasPrefix("API: petstore\nHealth: Degraded ("))
        }

        @Test("a reader that went away is no failure")
        func closedPipe() async throws {
            struct Closed: Output {
                func write(_ bytes: [UInt8]) throws(OutputClosed) { throw OutputClosed() }
            }
            let stage = try await Stage()
            stage.world.output = Closed()
            let outcome = await stage.run("get pets")
            #expect(outcome.status == .done && outcome.errors.isEmpty)
        }

        @Test("-v 6 tells the calls, without the token")
        func verbosity() async throws {
            let stage = try await Stage.shared()
            let told = await stage.run("get pets -v 6 --token very-secret").errors
            #expect(told.contains("GET http://cluster.test/apis/petstore.example.com/v1alpha1/"))
            #expect(told.contains(" 200 OK in "))
            #expect(!told.contains("very-secret"))
        }
    }
}
