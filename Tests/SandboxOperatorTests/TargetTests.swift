import Documents
import KubernetesClient
import KubernetesCore
import Sandbox
import SandboxAPIServer
import SandboxOperator
import SandboxPetstoreService
import Testing

@Suite("Who is called", .timeLimit(.minutes(5)))
struct TargetTests {
    private static let store = PetstoreStore(pets: [ResourceTests.fluffy])

    /// Three replicas that can be told apart by the pet's name.
    private static func stage(
        _ strategy: @escaping @Sendable (inout OperatorConfiguration) -> Void = { _ in }
    ) async throws -> OperatorStage {
        let stage = try await OperatorStage(store: store, strategy)
        for instance in stage.cluster.fleet.instances {
            await instance.suffer(
                .drift(
                    ObjectDrift(
                        ObjectName(.pet, "123"), field: "name",
                        value: .string("on \(instance.number)"))))
        }
        return stage
    }

    @Test(
        "one endpoint, by each way to name it",
        arguments: [
            ("Pet", [:], 0), ("Pet", ["target": ["pod": "petstore-api-2"]], 2),
            ("Pet", ["target": ["podOrdinal": 2]], 0),
            ("Pet", ["target": ["statefulSet": "petstore-api", "podOrdinal": 1]], 1),
            ("Pet", ["target": ["helmRelease": "petstore", "podOrdinal": 2]], 2),
            ("Pet", ["target": ["baseURL": "http://127.0.1.11:8080/api/v3/"]], 1),
            (
                "Pet",
                [
                    "target": [
                        "baseURL": "http://127.0.1.11:8080/api/v3", "pod": "petstore-api-2",
                    ]
                ], 1
            ),
            ("Animal", ["targetPodOrdinal": 2], 2), ("Animal", ["targetPod": "petstore-api-1"], 1),
            ("Animal", ["targetBaseURL": "http://127.0.1.12:8080/api/v3"], 2),
            ("Animal", ["targetHelmRelease": "petstore", "targetPodOrdinal": 1], 1),
        ] as [(String, JSONValue, Int)])
    func single(_ kind: String, _ target: JSONValue, _ instance: Int) async throws {
        let stage = try await Self.stage()
        var spec = target
        spec["id"] = 123
        spec["readOnly"] = true
        try await stage.create(kind, "eye", spec)
        let seen = try await stage.until(kind, "eye", state: "Observed")
        #expect(seen.status["response", "data", "name"] == .string("on \(instance)"))
    }

    @Test("by-ordinal heeds an ordinal alone; round-robin takes turns")
    func strategies() async throws {
        let ordinal = try await Self.stage { $0.strategy = .byOrdinal }
        try await ordinal.create(
            "Pet", "eye", ["id": 123, "readOnly": true, "target": ["podOrdinal": 1]])
        let seen = try await ordinal.until("Pet", "eye", state: "Observed")
        #expect(seen.status["response", "data", "name"] == "on 1")
        let robin = try await Self.stage { $0.strategy = .roundRobin }
        try await robin.create("StoreInventoryQuery", "a", [:])
        try await robin.until("StoreInventoryQuery", "a", state: "Queried")
        try await robin.create("StoreInventoryQuery", "b", [:])
        try await robin.until("StoreInventoryQuery", "b", state: "Queried")
        #expect(await robin.calls(0, reads: true) == ["GET /store/inventory"])
        #expect(await robin.calls(1, reads: true) == ["GET /store/inventory"])
    }

    @Test(
        "nobody to call is a failure that says so",
        arguments: [
            (["pod": "petstore-api-9"], "pod default/petstore-api-9 not found"),
            (
                ["statefulSet": "petstore-api", "podOrdinal": 7],
                "pod with ordinal 7 not found (petstore-api-7)"
            ),
            (["helmRelease": "other"], "no workload of Helm release other found"),
            (
                ["pod": "petstore-api-0", "namespace": "elsewhere"],
                "pod elsewhere/petstore-api-0 not found"
            ),
        ] as [(JSONValue, String)])
    func nobody(_ target: JSONValue, _ message: String) async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create("Pet", "eye", ["id": 123, "readOnly": true, "target": target])
        let failed = try await stage.until("Pet", "eye", state: "Failed")
        #expect(failed.status["message"]?.stringValue == message)
    }

    @Test("a pod that does not run is not called")
    func notRunning() async throws {
        let stage = try await OperatorStage(store: Self.store)
        let pods = ResourceType(group: "", version: "v1", plural: "pods", kind: "Pod")
        _ = try await stage.client.patch(
            .merge(["status": ["phase": "Pending"]]), pods, namespace: "default",
            name: "petstore-api-1", subresource: "status")
        try await stage.create(
            "Pet", "eye", ["id": 123, "readOnly": true, "target": ["pod": "petstore-api-1"]])
        let failed = try await stage.until("Pet", "eye", state: "Failed")
        #expect(
            failed.status["message"]
                == "pod default/petstore-api-1 is not running or has no IP address")
    }

    private static let urls: JSONValue = .array(
        (0..<3).map { .string("http://127.0.1.1\($0):8080/api/v3") })

    @Test("many endpoints: each answer is kept, one success is enough")
    func fanOut() async throws {
        let stage = try await Self.stage()
        await stage.cluster.fleet.instances[1].suffer(.down)
        await stage.cluster.fleet.instances[2].suffer(.fail())
        try await stage.create(
            "Pet", "eye", ["id": 123, "readOnly": true, "target": ["baseURLs": Self.urls]])
        let seen = try await stage.until("Pet", "eye", state: "Observed")
        #expect(seen.status["message"] == "Observed on 1/3 endpoints")
        let answers = try #require(seen.status["responses"]?.objectValue)
        #expect(answers.count == 3)
        #expect(answers["http://127.0.1.10:8080/api/v3"]?["success"] == true)
        #expect(answers["http://127.0.1.11:8080/api/v3"]?["statusCode"] == nil)
        #expect(answers["http://127.0.1.12:8080/api/v3"]?["statusCode"] == 500)
        #expect(seen.status["response", "data", "name"] == "on 0")
        await stage.cluster.fleet.instances[0].suffer(.down)
        try await stage.create(
            "Pet", "blind", ["id": 123, "readOnly": true, "target": ["baseURLs": Self.urls]])
        // Nobody answers, and that too is called NotFound.
        try await stage.until("Pet", "blind", state: "NotFound")
    }

    @Test("all-healthy writes to every replica; failures there carry no status code")
    func allHealthy() async throws {
        let stage = try await Self.stage { $0.strategy = .allHealthy }
        await stage.cluster.fleet.instances[1].suffer(.fail())
        try await stage.create("Pet", "fluffy", ["id": 123, "name": "Same"])
        let pet = try await stage.until("Pet", "fluffy", state: "Synced")
        #expect(pet.status["message"] == "Synced to 2/3 endpoints")
        let failed = pet.status["responses"]?["http://127.0.1.11:8080/api/v3"]
        #expect(failed?["success"] == false)
        #expect(failed?["statusCode"] == nil)
        for instance in [0, 2] {
            let pet = await stage.cluster.fleet.instances[instance].object(ObjectName(.pet, "123"))
            #expect(pet?["name"] == "Same")
        }
    }
}
