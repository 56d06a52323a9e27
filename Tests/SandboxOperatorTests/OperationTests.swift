import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxAPIServer
import SandboxOperator
import SandboxPetstoreService
import Testing

@Suite("Queries", .timeLimit(.minutes(5)))
struct QueryTests {
    private static let store = PetstoreStore(
        pets: [ResourceTests.fluffy, ["id": 2, "name": "B", "photoUrls": [], "status": "sold"]])
    private static let inventory = "GET /store/inventory"

    @Test("one shot: asked once, again only when the spec changes")
    func oneShot() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("PetFindbystatusQuery", "q", ["status": "available"])
        let first = try await stage.until("PetFindbystatusQuery", "q", state: "Queried")
        #expect(first.status["resultCount"] == 1)
        #expect(first.status["executionCount"] == 1)
        #expect(first.status["results", "success"] == true)
        #expect(first.status["results", "data"]?[0]?["name"] == "Fluffy")
        #expect(first.status["nextExecutionTime"] == nil)
        #expect(first.finalizers == [])
        try await stage.merge(
            "PetFindbystatusQuery", "q", ["metadata": ["labels": ["touch": "1"]]])
        stage.clock.advance(.seconds(600))
        try await stage.settle("PetFindbystatusQuery")
        #expect(
            try await stage.get("PetFindbystatusQuery", "q").status["executionCount"] == 1)
        try await stage.merge("PetFindbystatusQuery", "q", ["spec": ["status": "sold"]])
        let second = try await stage.until("PetFindbystatusQuery", "q") {
            $0.status["executionCount"] == 2
        }
        #expect(second.status["results", "data"]?[0]?["name"] == "B")
    }

    @Test("an interval brings it again when it has passed")
    func interval() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("StoreInventoryQuery", "q", ["executionInterval": "5m"])
        let first = try await stage.until("StoreInventoryQuery", "q", state: "Queried")
        #expect(
            first.status["nextExecutionTime"]?.stringValue
                == (stage.clock.now() + .seconds(300)).rfc3339)
        await stage.clock.waitForSleeper(.seconds(300))
        stage.clock.advance(.seconds(300))
        try await stage.until("StoreInventoryQuery", "q") { $0.status["executionCount"] == 2 }
        #expect(await stage.calls(reads: true) == [Self.inventory, Self.inventory])
    }

    @Test("a failed one keeps its failure and is not tried again")
    func failure() async throws {
        let stage = try await OperatorStage(store: Self.store)
        await stage.service.suffer(.fail())
        try await stage.create("PetFindbystatusQuery", "q", ["status": "sold"])
        let failed = try await stage.until("PetFindbystatusQuery", "q", state: "Failed")
        #expect(failed.status["results", "statusCode"] == 500)
        #expect(failed.status["results", "error"] == "Database connection failed")
        #expect(failed.status["resultCount"] == 0)
        await stage.service.recover()
        stage.clock.advance(.seconds(600))
        try await stage.settle("PetFindbystatusQuery")
        #expect(
            try await stage.get("PetFindbystatusQuery", "q").status["state"] == "Failed")
    }

    @Test("Paused is a dead end, until the status is cleared")
    func paused() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("PetFindbystatusQuery", "q", ["status": "sold", "paused": true])
        try await stage.until("PetFindbystatusQuery", "q") { $0.status["state"] == "Paused" }
        try await stage.merge("PetFindbystatusQuery", "q", ["spec": ["paused": false]])
        try await stage.settle("PetFindbystatusQuery")
        #expect(
            try await stage.get("PetFindbystatusQuery", "q").status["state"] == "Paused")
        try await stage.merge(
            "PetFindbystatusQuery", "q", ["status": ["state": "Pending"]], subresource: "status")
        try await stage.until("PetFindbystatusQuery", "q", state: "Queried")
    }

    @Test("a login's text does not fit its status, which therefore never appears")
    func login() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("UserLoginQuery", "q", ["username": "a b", "password": "&"])
        try await stage.create("UserLoginQuery", "bad", [:])
        let bad = try await stage.until("UserLoginQuery", "bad", state: "Failed")
        #expect(bad.status["results", "statusCode"] == 400)
        #expect(try await stage.get("UserLoginQuery", "q").status == .null)
        #expect(await stage.calls(reads: true).first == "GET /user/login")
    }

    @Test("the flat style: a list of results, queryCount, reExecuteInterval")
    func flat() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            "AnimalSearchQuery", "q", ["status": "sold", "reExecuteInterval": "1m"])
        let first = try await stage.until("AnimalSearchQuery", "q", state: "Queried")
        #expect(first.status["results"]?[0]?["name"] == "B")
        #expect(first.status["queryCount"] == 1)
        await stage.clock.waitForSleeper(.seconds(60))
        stage.clock.advance(.seconds(60))
        try await stage.until("AnimalSearchQuery", "q") { $0.status["queryCount"] == 2 }
    }
}

@Suite("Actions", .timeLimit(.minutes(5)))
struct ActionTests {
    private static let kind = "PetUploadimageAction"
    private static let store = PetstoreStore(pets: [ResourceTests.fluffy])

    @Test("an upload runs once and tells how it went")
    func upload() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            Self.kind, "a",
            ["petId": 123, "data": "aGVsbG8=", "additionalMetadata": "never sent"])
        let done = try await stage.until(Self.kind, "a", state: "Completed")
        #expect(done.status["httpStatusCode"] == 200)
        #expect(done.status["executionCount"] == 1)
        #expect(done.status["successCount"] == 1)
        #expect(done.status["totalEndpoints"] == 1)
        #expect(done.status["result", "success"] == true)
        let message = try #require(done.status["result", "data", "message"]?.stringValue)
        #expect(message.contains("additionalMetadata: null"))
        #expect(message.contains("5 bytes"))
        #expect(done.status["executedAt"] != nil)
        #expect(done.finalizers == ["petstore.example.com/finalizer"])
        try await stage.delete(Self.kind, "a")
        try await stage.untilGone(Self.kind, "a")
        #expect(await stage.calls() == ["POST /pet/123/uploadImage"])
    }

    @Test(
        "without data nothing is called",
        arguments: [
            (["petId": 123], "one of data, dataFrom, dataURL or dataFromFile must be specified"),
            (["petId": 123, "data": "%"], "data is not valid base64"),
        ] as [(JSONValue, String)])
    func noData(_ spec: JSONValue, _ message: String) async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(Self.kind, "a", spec)
        let failed = try await stage.until(Self.kind, "a", state: "Failed")
        #expect(failed.status["message"]?.stringValue == message)
        #expect(failed.status["httpStatusCode"] == 0)
        #expect(await stage.calls() == [])
    }

    @Test("data comes from a ConfigMap before the URL")
    func dataFrom() async throws {
        let stage = try await OperatorStage(store: Self.store)
        let maps = ResourceType(
            group: "", version: "v1", plural: "configmaps", kind: "ConfigMap")
        var map = KubernetesObject(maps, namespace: "default", name: "m")
        map.json["data"] = ["k": "abc"]
        _ = try await stage.client.create(map, maps, namespace: "default")
        try await stage.create(
            Self.kind, "a",
            [
                "petId": 123, "dataURL": "http://127.0.1.11:8080/nothing",
                "dataFrom": ["configMapRef": ["name": "m", "key": "k"]],
            ])
        let done = try await stage.until(Self.kind, "a", state: "Completed")
        #expect(
            done.status["result", "data", "message"]?.stringValue?.contains("3 bytes") == true)
    }

    @Test("Executing is a dead end when the result is lost")
    func stuck() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(Self.kind, "a", ["petId": 123, "data": "aGVsbG8="])
        try await stage.until(Self.kind, "a", state: "Completed")
        try await stage.merge(
            Self.kind, "a", ["status": ["state": "Executing"]], subresource: "status")
        try await stage.merge(Self.kind, "a", ["spec": ["petId": 124]])
        try await stage.settle("UserCreatewithlistAction")
        try await stage.create(Self.kind, "b", ["petId": 123, "data": "aGVsbG8="])
        try await stage.until(Self.kind, "b", state: "Completed")
        #expect(try await stage.get(Self.kind, "a").status["state"] == "Executing")
    }

    @Test("creating users by a list sends an empty body, which the API refuses")
    func createWithList() async throws {
        let stage = try await OperatorStage()
        try await stage.create("UserCreatewithlistAction", "a", [:])
        let failed = try await stage.until("UserCreatewithlistAction", "a", state: "Failed")
        #expect(failed.status["httpStatusCode"] == 400)
    }
}

@Suite("Aggregates", .timeLimit(.minutes(5)))
struct AggregateTests {
    private static let kind = "PetstoreAggregate"
    private static let store = PetstoreStore(pets: [ResourceTests.fluffy])

    @Test("what is selected is counted, and a change of it is seen")
    func selectors() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            Self.kind, "all",
            [
                "resourceSelectors": [
                    ["kind": "Pet", "matchLabels": ["env": "prod"]],
                    ["kind": "StoreInventoryQuery", "namePattern": "^inv"],
                ]
            ])
        try await stage.until(Self.kind, "all", state: "Pending")
        try await stage.create("Pet", "fluffy", ["id": 123], labels: ["env": "prod"])
        try await stage.create("Pet", "other", ["id": 5])
        try await stage.create("StoreInventoryQuery", "inventory", [:])
        try await stage.create("StoreInventoryQuery", "xinv", [:])
        let healthy = try await stage.until(Self.kind, "all") {
            $0.status["state"] == "Healthy" && $0.status["summary", "total"] == 2
        }
        #expect(healthy.status["message"] == "All 2 resources synced")
        #expect(
            healthy.status["resources"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
                == ["fluffy", "inventory"])
        await stage.service.suffer(.fail())
        try await stage.merge("Pet", "fluffy", ["metadata": ["annotations": ["touch": "1"]]])
        let degraded = try await stage.until(Self.kind, "all", state: "Degraded")
        #expect(
            degraded.status["summary"] == ["total": 2, "synced": 1, "failed": 1, "pending": 0])
        #expect(degraded.status["message"] == "1 resource failed")
    }

    @Test("references: what is missing failed, unknown kinds do not count")
    func references() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "fluffy", ["id": 123])
        try await stage.until("Pet", "fluffy", state: "Synced")
        try await stage.create(
            Self.kind, "refs",
            [
                "aggregationStrategy": "AnyHealthy",
                "resources": [
                    ["kind": "Pet", "name": "fluffy"], ["kind": "Pet", "name": "nobody"],
                    ["kind": "Ghost", "name": "boo"],
                ],
                "derivedValues": [["name": "x", "expression": "1"]],
            ])
        let status = try await stage.until(Self.kind, "refs", state: "Healthy").status
        #expect(status["summary"] == ["total": 2, "synced": 1, "failed": 1, "pending": 0])
        #expect(status["resources"]?[1]?["state"] == "NotFound")
        #expect(
            status["computedValues"]
                == [["name": "x", "value": "1"]])
    }

    @Test("derived values are computed; what cannot be carries its error")
    func derived() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "my-pet", ["id": 123], labels: ["env": "prod"])
        try await stage.until("Pet", "my-pet", state: "Synced")
        let expressions = [
            "summary.total == 0 ? 0 : summary.synced * 100 / summary.total", "pets.size()",
            "pet_my_pet.metadata.labels.env", "sum(pets.map(p, p.spec.id))", "orders.size()",
            "resources.filter(r, r.status.state == 'Failed').map(r, r.name)", "ghosts.size()",
            "pets[0].name",
        ]
        try await stage.create(
            Self.kind, "a",
            [
                "resources": [["kind": "Pet", "name": "my-pet"]],
                "derivedValues": .array(
                    expressions.enumerated().map {
                        ["name": .string("v\($0)"), "expression": .string($1)]
                    }),
            ])
        let status = try await stage.until(Self.kind, "a", state: "Healthy").status
        let told = (status["computedValues"]?.arrayValue ?? []).map {
            $0["value"]?.stringValue ?? $0["error"]?.stringValue ?? ""
        }
        #expect(
            told == [
                "100", "1", "prod", "123", "0", "[]",
                "failed to compile expression: ERROR: <input>:1:1: undeclared reference to "
                    + "'ghosts' (in container '')\n | ghosts.size()\n | ^",
                "failed to evaluate expression: no such key: name",
            ])
    }

    @Test("an aggregate of nothing never gets a status")
    func nothing() async throws {
        let stage = try await OperatorStage()
        try await stage.create(Self.kind, "none", [:])
        try await stage.create(Self.kind, "some", ["resourceSelectors": [["kind": "Pet"]]])
        try await stage.until(Self.kind, "some", state: "Pending")
        #expect(try await stage.get(Self.kind, "none").status == .null)
    }

    @Test("the flat style tells its health as a text")
    func flat() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Animal", "rex", ["id": 123])
        try await stage.create(
            "ShelterAggregate", "all", ["resourceSelectors": [["kind": "Animal"]]])
        let status = try await stage.until("ShelterAggregate", "all") {
            $0.status["aggregatedHealth"] == "Healthy"
        }.status
        #expect(status["resources"]?[0]?["health"] == ["status": "Healthy"])
    }
}

@Suite("The operator as a process", .timeLimit(.minutes(5)))
struct RunningTests {
    @Test("it holds its Lease, and a second one waits")
    func lease() async throws {
        let stage = try await OperatorStage()
        try await stage.create("StoreInventoryQuery", "a", [:])
        try await stage.until("StoreInventoryQuery", "a", state: "Queried")
        let leases = ResourceType(
            group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")
        let lease = try await stage.client.get(
            leases, namespace: "petstore-system", name: "petstore.petstore.example.com")
        #expect(lease.spec["holderIdentity"] == "controller-manager-sandbox")
        var configuration = OperatorConfiguration()
        configuration.groups = [GroupVersion(group: "petstore.example.com", version: "v1alpha1")]
        configuration.identity = "second"
        let clock = stage.clock
        configuration.clock.now = { clock.now() }
        let second = PetstoreOperator(
            client: stage.client, service: stage.cluster.fleet, configuration: configuration)
        let work = Task { await second.run() }
        try await stage.create("StoreInventoryQuery", "b", [:])
        try await stage.until("StoreInventoryQuery", "b", state: "Queried")
        work.cancel()
        await work.value
        let after = try await stage.client.get(
            leases, namespace: "petstore-system", name: "petstore.petstore.example.com")
        #expect(after.spec["holderIdentity"] == "controller-manager-sandbox")
        #expect(await stage.calls(reads: true).count == 2)
    }

    @Test("it survives watches that are cut and changes that are forgotten")
    func cutWatches() async throws {
        let stage = try await OperatorStage(
            store: PetstoreStore(pets: [ResourceTests.fluffy]))
        try await stage.create("Pet", "a", ["id": 123])
        try await stage.until("Pet", "a", state: "Synced")
        stage.cluster.server.compact()
        stage.cluster.server.cutWatches()
        try await stage.create("Pet", "b", ["id": 123])
        try await stage.until("Pet", "b", state: "Synced")
    }
}
