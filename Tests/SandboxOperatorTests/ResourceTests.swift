import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxAPIServer
import SandboxOperator
import SandboxPetstoreService
import Testing

@Suite("Resources follow the contract", .timeLimit(.minutes(5)))
struct ResourceTests {
    static let fluffy: JSONValue = [
        "id": 123, "name": "Fluffy", "photoUrls": [], "status": "available", "tags": [["id": 9]],
    ]
    static let store = PetstoreStore(
        pets: [fluffy], orders: [["id": 5, "quantity": 5, "status": "placed"]],
        users: [["id": 1, "username": "john", "email": "a@x"]])

    @Test("an object that is there already is adopted, not written")
    func adoption() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "fluffy", ["id": 123, "name": "Fluffy"])
        let pet = try await stage.until("Pet", "fluffy", state: "Synced")
        #expect(pet.status["externalID"] == "123")
        #expect(pet.status["response", "data"] == Self.fluffy)
        #expect(pet.status["originalState"] == Self.fluffy)
        #expect(pet.status["adoptedAt"] != nil)
        #expect(pet.status["lastSyncTime"] == nil)
        #expect(pet.status["createdByController"] == nil)
        #expect(pet.status["lastGetTime"]?.stringValue == stage.clock.now().rfc3339)
        #expect(pet.finalizers == ["petstore.example.com/finalizer"])
        // The typed round trip of the first update.
        #expect(pet.spec["category"] == [:])
        #expect(pet.generation == 2)
        #expect(await stage.calls() == [])
    }

    @Test("what is missing is created, and deleted with the resource")
    func creation() async throws {
        let stage = try await OperatorStage()
        try await stage.create(
            "Pet", "max", ["name": "Max", "photoUrls": [], "category": ["id": 1]])
        let pet = try await stage.until("Pet", "max", state: "Synced")
        #expect(pet.status["externalID"] == "1000")
        #expect(pet.status["createdByController"] == true)
        #expect(pet.status["lastSyncTime"] != nil)
        #expect(pet.status["originalState"] == nil)
        try await stage.delete("Pet", "max")
        try await stage.untilGone("Pet", "max")
        #expect(await stage.calls() == ["POST /pet", "DELETE /pet/1000"])
    }

    @Test("drift is written back, merged over what the API has")
    func drift() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "fluffy", ["id": 123, "status": "sold"])
        let pet = try await stage.until("Pet", "fluffy", state: "Synced")
        #expect(pet.status["driftDetected"] == false)
        #expect(pet.status["driftDetectedCount"] == 1)
        #expect(pet.status["lastSyncTime"] != nil)
        var wanted = Self.fluffy
        wanted["status"] = "sold"
        #expect(await stage.service.object(ObjectName(.pet, "123")) == wanted)
        #expect(await stage.calls() == ["PUT /pet"])
    }

    @Test("without merging the spec alone is sent")
    func replacement() async throws {
        let stage = try await OperatorStage(store: Self.store)
        let spec: JSONValue = [
            "id": 123, "name": "F", "photoUrls": ["a"], "mergeOnUpdate": false,
        ]
        try await stage.create("Pet", "fluffy", spec)
        try await stage.until("Pet", "fluffy", state: "Synced")
        #expect(
            await stage.service.object(ObjectName(.pet, "123"))
                == ["id": 123, "name": "F", "photoUrls": ["a"]])
    }

    @Test("a zero can never be written: drift without end, Synced throughout")
    func permanentDrift() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Order", "five", ["id": 5, "quantity": 0])
        let order = try await stage.until("Order", "five") {
            $0.status["driftDetectedCount"]?.integerValue ?? 0 >= 4
        }
        #expect(order.status["state"] == "Synced")
        #expect(order.generation == 1)
    }

    @Test("a failure names method, URL, status and body, and is tried again at the interval")
    func failure() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "fluffy", ["id": 123, "category": ["id": 1]])
        let good = try await stage.until("Pet", "fluffy", state: "Synced")
        await stage.service.suffer(.fail())
        try await stage.merge("Pet", "fluffy", ["metadata": ["labels": ["touch": "1"]]])
        let failed = try await stage.until("Pet", "fluffy", state: "Failed")
        #expect(
            failed.status["message"]?.stringValue
                == "API returned 500: Database connection failed "
                + "(GET http://127.0.1.10:8080/api/v3/pet/123)")
        #expect(failed.status["response"] == good.status["response"])
        #expect(condition(failed, "Stalled") == "True")
        #expect(condition(failed, "Ready") == "False")
        await stage.service.recover()
        await stage.clock.waitForSleeper(.seconds(30))
        stage.clock.advance(.seconds(30))
        let again = try await stage.until("Pet", "fluffy", state: "Synced")
        #expect(condition(again, "Ready") == "True")
    }

    @Test("what the API refuses is not tried again until something happens")
    func refusal() async throws {
        let stage = try await OperatorStage()
        try await stage.create("Pet", "bad", ["id": 7, "status": "sold"])
        let failed = try await stage.until("Pet", "bad", state: "Failed")
        #expect(failed.status["message"]?.stringValue?.contains("API returned 422") == true)
        try await stage.settle("Pet")
        let before = await stage.calls()
        stage.clock.advance(.seconds(120))
        try await stage.settle("Pet")
        #expect(await stage.calls() == before)
        try await stage.merge("Pet", "bad", ["metadata": ["annotations": ["touch": "1"]]])
        try await stage.settle("Pet")
        #expect(await stage.calls().count == before.count + 1)
    }

    @Test("interval 0 means no pass without an event")
    func disabledInterval() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            "Pet", "fluffy", ["id": 123, "executionInterval": "0", "category": ["id": 1]])
        try await stage.until("Pet", "fluffy", state: "Synced")
        try await stage.settle("Pet")
        let before = await stage.calls(reads: true).filter { $0 == "GET /pet/123" }.count
        stage.clock.advance(.seconds(300))
        try await stage.settle("Pet")
        #expect(
            await stage.calls(reads: true).filter { $0 == "GET /pet/123" }.count == before)
    }

    @Test("an interval that is no duration fails that object alone")
    func malformedInterval() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "odd", ["id": 123, "executionInterval": "5 minutes"])
        try await stage.until("Pet", "odd", state: "Failed")
        try await stage.create("Pet", "fluffy", ["id": 123])
        try await stage.until("Pet", "fluffy", state: "Synced")
    }

    @Test("an observer looks and leaves no trace")
    func observer() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "eye", ["id": 123, "status": "sold", "readOnly": true])
        let seen = try await stage.until("Pet", "eye", state: "Observed")
        #expect(seen.finalizers == [])
        #expect(seen.generation == 1)
        #expect(seen.status["externalID"] == nil)
        #expect(seen.status["driftDetected"] == false)
        #expect(seen.status["response", "data"] == Self.fluffy)
        try await stage.create("Pet", "blind", ["id": 4, "readOnly": true])
        let missing = try await stage.until("Pet", "blind", state: "NotFound")
        #expect(missing.status["lastGetTime"] == nil)
        await stage.service.suffer(.fail())
        try await stage.create("User", "eye", ["username": "john", "readOnly": true])
        try await stage.until("User", "eye", state: "Failed")
        try await stage.delete("Pet", "eye")
        try await stage.untilGone("Pet", "eye")
        #expect(await stage.calls() == [])
    }

    @Test("paused: only looked at, the flag flips, the response goes stale")
    func paused() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "fluffy", ["id": 123, "category": ["id": 1]])
        let before = try await stage.until("Pet", "fluffy", state: "Synced")
        try await stage.merge(
            "Pet", "fluffy", ["spec": ["paused": true, "status": "sold"]])
        let paused = try await stage.until("Pet", "fluffy", state: "Paused")
        #expect(paused.status["driftDetected"] == true)
        #expect(paused.status["response"] == before.status["response"])
        let count = try #require(paused.status["driftDetectedCount"]?.integerValue)
        let wrote = await stage.calls()
        stage.clock.advance(.seconds(60))
        try await stage.settle("Pet")
        #expect(await stage.calls() == wrote)
        let later = try await stage.get("Pet", "fluffy")
        #expect(later.status["driftDetectedCount"]?.integerValue == count)
        try await stage.merge("Pet", "fluffy", ["spec": ["paused": false]])
        let live = try await stage.until("Pet", "fluffy", state: "Synced")
        #expect(live.status["driftDetected"] == false)
        #expect(live.status["response", "data", "status"] == "sold")
    }

    @Test(
        "deletion: adopted objects stay, Restore puts the old state back, Delete deletes",
        arguments: [
            (nil, "available"), ("Orphan", "sold"), ("Restore", "available"), ("Delete", nil),
        ] as [(String?, String?)])
    func deletion(_ policy: String?, _ left: String?) async throws {
        let stage = try await OperatorStage(store: Self.store)
        var spec: JSONValue = ["id": 123]
        if policy != nil { spec["status"] = "sold" }
        if let policy { spec["onDelete"] = .string(policy) }
        try await stage.create("Pet", "fluffy", spec)
        try await stage.until("Pet", "fluffy", state: "Synced")
        try await stage.delete("Pet", "fluffy")
        try await stage.untilGone("Pet", "fluffy")
        let pet = await stage.service.object(ObjectName(.pet, "123"))
        #expect(pet?["status"]?.stringValue == left)
    }

    @Test("a patch that has run out is taken back by the operator")
    func expiry() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "fluffy", ["id": 123, "status": "available"])
        try await stage.until("Pet", "fluffy", state: "Synced")
        let expires = (stage.clock.now() + .seconds(20)).rfc3339
        try await stage.merge(
            "Pet", "fluffy",
            [
                "metadata": [
                    "annotations": [
                        "petstore.example.com/patch-expires": .string(expires),
                        "petstore.example.com/patch-original-state": #"{"status":"available"}"#,
                        "petstore.example.com/patched-by": "test",
                    ]
                ], "spec": ["status": "sold"],
            ])
        try await stage.until("Pet", "fluffy") {
            $0.status["response", "data", "status"] == "sold"
        }
        await stage.clock.waitForSleeper(.seconds(30))
        stage.clock.advance(.seconds(30))
        let back = try await stage.until("Pet", "fluffy") {
            $0.status["response", "data", "status"] == "available"
                && $0.spec["status"] == "available"
        }
        #expect(back.annotations == [:])
    }

    @Test("a user cannot be created: the name is left out, so it is never found")
    func userCreation() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("User", "eve", ["username": "eve"])
        try await stage.until("User", "eve", state: "Synced")
        #expect(await stage.service.object(ObjectName(.user, "eve")) == nil)
        try await stage.create("User", "john", ["username": "john", "email": "b@x"])
        // The update is answered without a body; the next pass reads what it did.
        let john = try await stage.until("User", "john") {
            $0.status["response", "data", "email"] == "b@x"
        }
        #expect(john.status["state"] == "Synced")
    }

    private func condition(_ object: KubernetesObject, _ type: String) -> String? {
        object.status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }?[
            "status"]?.stringValue
    }
}
