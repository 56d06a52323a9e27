import Documents
import KubernetesClient
import KubernetesCore
import SandboxPetstoreService
import Testing

@testable import SandboxOperator

@Suite("Bundles", .timeLimit(.minutes(5)))
struct BundleTests {
    private static let kind = "PetstoreBundle"
    private static let store = PetstoreStore(pets: [ResourceTests.fluffy])
    private static let pet: JSONValue = ["id": "pet", "kind": "Pet", "spec": ["id": 123]]

    /// An upload to the pet that `pet` stands for.
    private static func photo(_ more: JSONObject = JSONObject()) -> JSONValue {
        var part: JSONValue = [
            "id": "photo", "kind": "PetUploadimageAction",
            "spec": ["petId": "${resources.pet.status.externalID}", "data": "aGVsbG8="],
        ]
        for member in more { part[member.name] = member.value }
        return part
    }

    @Test("children are made in order, with what their elders came to; all belong to the bundle")
    func order() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            Self.kind, "b",
            [
                "resources": [
                    Self.photo(["dependsOn": ["pet"]]), Self.pet,
                ],
                "derivedValues": [
                    ["name": "share", "expression": "summary.synced * 100 / summary.total"],
                    ["name": "id", "expression": "pet_b_pet.status.externalID"],
                ],
            ])
        let bundle = try await stage.until(Self.kind, "b", state: "Synced")
        #expect(bundle.finalizers == ["petstore.example.com/bundle-finalizer"])
        let status = bundle.status
        #expect(
            status["summary"]
                == ["total": 2, "synced": 2, "failed": 0, "pending": 0, "skipped": 0])
        #expect(status["message"] == "All 2 resources synced")
        #expect(status["operationState", "phase"] == "Succeeded")
        let children = status["resources"]?.arrayValue ?? []
        #expect(children.map { $0["id"] } == ["pet", "photo"])
        #expect(children.map { $0["ready"] } == [true, true])
        #expect(children[0]["externalID"] == "123")
        #expect(status["aggregatedHealth", "state"] == "Healthy")
        #expect(
            status["aggregatedHealth", "computedValues"]
                == [["name": "share", "value": "100"], ["name": "id", "value": "123"]])
        let photo = try await stage.get("PetUploadimageAction", "b-photo")
        #expect(photo.spec["petId"] == 123)
        #expect(photo.labels.isEmpty)
        #expect(photo.ownerReferences.map(\.uid) == [bundle.uid])
        #expect(photo.ownerReferences.map(\.isController) == [true])
    }

    @Test("without dependsOn the child is tried at once, and the bundle fails until it can be")
    func implicitReference() async throws {
        let stage = try await OperatorStage(store: Self.store)
        await stage.service.suffer(.fail())
        try await stage.create(Self.kind, "b", ["resources": [Self.photo(), Self.pet]])
        let failed = try await stage.until(Self.kind, "b", state: "Failed").status
        #expect(failed["resources"]?[1]?["state"] == "Failed")
        #expect(failed["resources"]?[1]?["message"]?.stringValue?.contains("petId") == true)
        await stage.service.recover()
        try await stage.merge(
            "Pet", "b-pet", ["metadata": ["annotations": ["touch": "1"]]])
        try await stage.until(Self.kind, "b", state: "Synced")
    }

    @Test("a child waits for what it depends on, and is skipped where a condition says so")
    func gates() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            Self.kind, "b",
            [
                "resources": [
                    [
                        "id": "pet", "kind": "Pet", "spec": ["id": 123],
                        "readyWhen": ["resources.pet.status.message == 'never'"],
                    ],
                    Self.photo(["dependsOn": ["pet"]]),
                    [
                        "id": "stock", "kind": "StoreInventoryQuery", "spec": [:],
                        "skipWhen": ["resources['pet'].status.state == 'Synced'"],
                    ],
                ]
            ])
        let status = try await stage.until(Self.kind, "b") {
            $0.status["resources"]?[0]?["state"] == "Synced"
                && $0.status["resources"]?[2]?["state"] == "Skipped"
        }.status
        #expect(status["state"] == "Syncing")
        #expect(status["resources"]?[0]?["ready"] == false)
        #expect(status["resources"]?[1]?["message"] == "waiting for pet")
        #expect(status["resources"]?[2]?["skipped"] == true)
        #expect(status["operationState", "phase"] == "Running")
        #expect(await stage.calls() == [])
    }

    @Test("a child's spec is the bundle's: what differs is written back; what is added is not")
    func ownership() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            Self.kind, "b",
            [
                "resources": [
                    ["id": "pet", "kind": "Pet", "spec": ["id": 123, "status": "available"]]
                ],
                "target": ["namespace": "default", "labels": ["a": "b"]],
            ])
        try await stage.until(Self.kind, "b", state: "Synced")
        let made = try await stage.get("Pet", "b-pet")
        #expect(made.spec["target"] == ["namespace": "default"])
        let changed = try await stage.merge(
            "Pet", "b-pet", ["spec": ["status": "sold", "readOnly": true]])
        let back = try await stage.until("Pet", "b-pet") {
            $0.generation ?? 0 > changed.generation ?? 0 && $0.spec["status"] == "available"
        }
        #expect(back.spec["readOnly"] == nil)
        try await stage.merge(
            Self.kind, "b",
            [
                "spec": [
                    "resources": [
                        [
                            "id": "pet", "kind": "Pet",
                            "spec": ["id": 123, "status": "available", "name": "New"],
                        ]
                    ]
                ]
            ])
        let bundle = try await stage.until(Self.kind, "b", state: "Synced")
        #expect(bundle.generation ?? 0 > 1)
        #expect(try await stage.get("Pet", "b-pet").spec["name"] == nil)
        // A paused bundle leaves its children to whoever changes them.
        try await stage.merge(Self.kind, "b", ["spec": ["paused": true]])
        try await stage.until(Self.kind, "b") { $0.status["state"] == "Paused" }
        try await stage.merge("Pet", "b-pet", ["spec": ["status": "sold"]])
        try await stage.until("Pet", "b-pet") {
            $0.status["response", "data", "status"] == "sold"
        }
    }

    @Test("a child that is paused freezes the bundle's status")
    func frozen() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(Self.kind, "b", ["resources": [Self.pet]])
        let before = try await stage.until(Self.kind, "b", state: "Synced").status
        try await stage.merge("Pet", "b-pet", ["spec": ["paused": true]])
        try await stage.until("Pet", "b-pet") { $0.status["state"] == "Paused" }
        await stage.clock.waitForSleeper(.seconds(5))
        #expect(try await stage.get(Self.kind, "b").status == before)
    }

    @Test("a bundle that is deleted takes its children along, and they what they made")
    func deletion() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            Self.kind, "b",
            ["resources": [["id": "p", "kind": "Pet", "spec": ["name": "P", "photoUrls": ["u"]]]]]
        )
        try await stage.until(Self.kind, "b", state: "Synced")
        try await stage.delete(Self.kind, "b")
        try await stage.untilGone(Self.kind, "b")
        try await stage.untilGone("Pet", "b-p")
        #expect(await stage.calls().last?.hasPrefix("DELETE /pet/") == true)
        // One of the same name begins anew.
        try await stage.create(Self.kind, "b", ["resources": [Self.pet]])
        try await stage.until(Self.kind, "b", state: "Synced")
    }

    @Test("circles and unknown ids fail the bundle as a whole")
    func flaws() async throws {
        let stage = try await OperatorStage(store: Self.store)
        try await stage.create(
            Self.kind, "circle",
            [
                "resources": [
                    ["id": "a", "kind": "Pet", "spec": [:], "dependsOn": ["b"]],
                    ["id": "b", "kind": "Pet", "spec": ["name": "${resources.a.status.state}"]],
                ]
            ])
        let circle = try await stage.until(Self.kind, "circle", state: "Failed").status
        #expect(circle["message"] == "circular dependency among resources: a, b")
        try await stage.create(Self.kind, "unknown", ["resources": [Self.photo()]])
        let unknown = try await stage.until(Self.kind, "unknown", state: "Failed").status
        #expect(unknown["message"] == "resource \"photo\" refers to unknown resource \"pet\"")
    }
}

@Suite("The decisions of bundles")
struct BundleDecisionTests {
    @Test("the answer to a write does not bring back what the watch saw go")
    func lateAnswers() {
        let type = OperatorStage.type("Pet")
        func pet(_ uid: String, _ version: String) -> KubernetesObject {
            var pet = KubernetesObject(type, namespace: "default", name: "p")
            pet.json["metadata"]?["uid"] = .string(uid)
            pet.json["metadata"]?["resourceVersion"] = .string(version)
            return pet
        }
        let cache = ObjectCache()
        let key = ObjectKey("default", "p")
        cache.put(pet("a", "1"))
        cache.refresh(pet("a", "3"))
        cache.put(pet("a", "2"))
        #expect(cache[key]?.resourceVersion == "3")
        cache.remove(key)
        cache.refresh(pet("a", "4"))
        #expect(cache[key] == nil)
        cache.put(pet("b", "5"))
        cache.refresh(pet("a", "6"))
        #expect(cache[key]?.uid == "b")
    }

    @Test("texts are put together; one expression alone becomes a number; now() stays")
    func templates() throws {
        let values = ["a": "7", "b": "x", "c": "true", "now()": "2026", "e": "1.5"]
        func resolve(_ value: JSONValue, _ existing: JSONValue? = nil) throws -> JSONValue {
            try BundleTemplate.resolve(value, existing: existing) {
                expression throws(EvaluationFailure) in
                guard let value = values[expression] else { throw EvaluationFailure(expression) }
                return value
            }
        }
        #expect(
            try resolve(["${a}", "${a}-${b}", "${c}", "${e}", "${", 5]) == [
                7, "7-x", true, 1.5, "${", 5,
            ])
        #expect(try resolve(["at": "${now()}"]) == ["at": 2026])
        #expect(try resolve(["at": "${now()}"], ["at": "before"]) == ["at": "before"])
        #expect(throws: EvaluationFailure("z")) { try resolve("${z}") }
    }

    @Test(
        "health by strategy: children Synced, Failed, Pending, Skipped",
        arguments: [
            ("AllHealthy", "SS", "Healthy"), ("AllHealthy", "SF", "Degraded"),
            ("AllHealthy", "SP", "Pending"), ("AllHealthy", "K", "Unknown"),
            ("AnyHealthy", "SF", "Healthy"), ("AnyHealthy", "FF", "Degraded"),
            ("AnyHealthy", "FP", "Pending"), ("Quorum", "SSF", "Healthy"),
            ("Quorum", "SFP", "Pending"), ("Quorum", "FFP", "Degraded"),
            ("Quorum", "SK", "Healthy"),
        ])
    func health(_ strategy: String, _ letters: String, _ wanted: String) {
        let states: [Character: String] = [
            "S": "Synced", "F": "Failed", "P": "Pending", "K": "Skipped",
        ]
        let children = letters.map {
            BundleChild(id: "x", kind: "Pet", name: "b-x", state: states[$0] ?? "")
        }
        #expect(BundleSummary(children).health(strategy) == wanted)
    }

    @Test("states of children in the words of bundles")
    func states() {
        #expect(BundleChild.state(of: .null) == "Pending")
        #expect(BundleChild.state(of: ["state": "Queried"]) == "Synced")
        #expect(BundleChild.state(of: ["state": "Completed"]) == "Synced")
        #expect(BundleChild.state(of: ["state": "Executing"]) == "Creating")
        #expect(BundleChild.state(of: ["state": "NotFound"]) == "NotFound")
    }
}
