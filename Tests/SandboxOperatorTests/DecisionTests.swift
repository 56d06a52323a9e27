import Documents
import KubernetesCore
import Testing

@testable import SandboxOperator

@Suite("What counts as drift, and what is written")
struct SpecComparisonTests {
    @Test(
        "only fields of the spec count, zeros count, empty containers do not",
        arguments: [
            (["name": "a"], ["name": "a", "id": 1], false),
            (["name": "a"], ["name": "b"], true),
            (["name": "a"], [:], true),
            (["quantity": 0], ["quantity": 5], true),
            (["complete": false], ["complete": true], true),
            (["tags": []], ["tags": [["id": 1]]], false),
            (["category": [:]], ["category": ["id": 1]], false),
            (["tags": [["name": "x"]]], ["tags": [["id": 1, "name": "x"]]], true),
            (
                ["shipDate": "2024-01-27T10:00:00Z"], ["shipDate": "2024-01-27T10:00:00.000+00:00"],
                false
            ),
            (["readOnly": true, "target": ["pod": "p"], "paused": true], [:], false),
            (["id": 1], ["id": 1.0], false),
        ] as [(JSONValue, JSONValue, Bool)])
    func differs(_ spec: JSONValue, _ actual: JSONValue, _ wanted: Bool) {
        #expect(SpecComparison.differs(spec, from: actual) == wanted)
    }

    @Test("merge mode lays non-zero fields over the object; else the spec goes alone")
    func body() {
        let spec: JSONValue = [
            "quantity": 0, "status": "placed", "complete": false, "paused": true,
        ]
        let actual: JSONValue = ["id": 1, "quantity": 5, "status": "approved"]
        #expect(
            SpecComparison.body(spec, over: actual, merging: true)
                == ["id": 1, "quantity": 5, "status": "placed"])
        #expect(
            SpecComparison.body(spec, over: actual, merging: false)
                == ["quantity": 0, "status": "placed", "complete": false])
    }
}

@Suite("The operator's own way back from a patch")
struct PatchExpiryTests {
    private static let now = Timestamp(seconds: 1_700_000_000)
    private static let fields: [String: FieldKind] = [
        "id": .number, "name": .text, "status": .text, "category": .object, "tags": .list,
    ]

    private static func pet(_ annotations: [String: String], _ spec: JSONValue) -> KubernetesObject
    {
        var object = KubernetesObject(["spec": spec])
        object.annotations = annotations
        return object
    }

    @Test("nulls clear numbers and lists and nothing else")
    func nulls() throws {
        let object = Self.pet(
            [
                "g/patch-expires": "2023-11-14T22:13:20Z", "g/patched-by": "me", "mine": "stays",
                "g/patch-original-state":
                    #"{"status":"available","id":null,"tags":null,"name":null,"category":null}"#,
            ],
            [
                "id": 1, "name": "x", "status": "sold", "category": ["id": 2],
                "tags": [["id": 1]],
            ])
        let expiry = try #require(PatchExpiry(object, group: "g"))
        #expect(
            expiry.restoring(object, fields: Self.fields, at: Self.now - .seconds(1)) == nil)
        let restored = try #require(expiry.restoring(object, fields: Self.fields, at: Self.now))
        #expect(restored.spec == ["name": "x", "status": "available", "category": ["id": 2]])
        #expect(restored.annotations == ["mine": "stays"])
    }

    @Test("without originals the annotations just go; an unreadable instant is ignored")
    func withoutOriginals() throws {
        let object = Self.pet(["g/patch-expires": "2023-11-14T22:13:20Z"], ["category": [:]])
        let restored = try #require(
            PatchExpiry(object, group: "g")?.restoring(object, fields: Self.fields, at: Self.now))
        #expect(restored.spec == object.spec)
        #expect(restored.annotations.isEmpty)
        #expect(PatchExpiry(Self.pet(["g/patch-expires": "soon"], [:]), group: "g") == nil)
    }

    @Test("a typed structure adds empty objects, drops what is off, respells durations")
    func roundTrip() {
        let spec: JSONValue = [
            "name": "x", "complete": false, "readOnly": false, "executionInterval": "0",
        ]
        #expect(
            TypedSpec.roundTrip(spec, fields: ["category": .object, "complete": .flag])
                == ["name": "x", "executionInterval": "0s", "category": [:]])
    }
}

@Suite("When queries and actions run")
struct OccasionTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

    private static func object(
        state: String?, generation: Int64 = 1, observed: Int64 = 1, paused: Bool = false,
        lastRun: Duration = .seconds(60)
    ) -> KubernetesObject {
        var status: JSONValue = ["observedGeneration": .integer(observed)]
        if let state { status["state"] = .string(state) }
        status["lastExecutionTime"] = .string((now - lastRun).rfc3339)
        return KubernetesObject([
            "metadata": ["generation": .integer(generation)],
            "spec": ["paused": .bool(paused)], "status": status,
        ])
    }

    @Test("the state machine, its dead ends included")
    func decisions() {
        func decide(_ object: KubernetesObject, every interval: Duration? = nil) -> Occasion {
            Occasion.of(object, good: "Queried", interval: interval, at: Self.now)
        }
        #expect(decide(Self.object(state: nil)) == .run)
        #expect(decide(Self.object(state: "Pending")) == .run)
        #expect(decide(Self.object(state: "Queried")) == .wait(.settled))
        #expect(decide(Self.object(state: "Failed")) == .wait(.settled))
        #expect(decide(Self.object(state: "Failed", generation: 2)) == .run)
        #expect(decide(Self.object(state: "Queried"), every: .seconds(60)) == .run)
        #expect(
            decide(Self.object(state: "Queried"), every: .seconds(90))
                == .wait(.again(after: .seconds(30))))
        #expect(decide(Self.object(state: "Queried"), every: .zero) == .wait(.settled))
        #expect(decide(Self.object(state: "Queried", paused: true)) == .pause)
        #expect(decide(Self.object(state: "Paused", generation: 2)) == .wait(.settled))
        #expect(decide(Self.object(state: "Executing", generation: 2)) == .wait(.settled))
    }
}

@Suite("The verdict of an aggregate")
struct StrategyTests {
    @Test(
        "strategies over the counters",
        arguments: [
            ("AllHealthy", 0, 0, 0, "Pending"), ("AllHealthy", 3, 3, 0, "Healthy"),
            ("AllHealthy", 3, 2, 1, "Degraded"), ("AllHealthy", 3, 2, 0, "Pending"),
            ("AnyHealthy", 3, 1, 2, "Healthy"), ("AnyHealthy", 3, 0, 0, "Degraded"),
            ("Quorum", 4, 2, 0, "Degraded"), ("Quorum", 4, 3, 1, "Healthy"),
            ("Quorum", 3, 2, 1, "Healthy"),
        ] as [(String, Int64, Int64, Int64, String)])
    func verdict(
        _ strategy: String, _ total: Int64, _ synced: Int64, _ failed: Int64, _ state: String
    ) {
        #expect(
            AggregateReconciler.state(strategy, total: total, synced: synced, failed: failed)
                == state)
    }

    @Test(
        "untyped results are counted by the rule",
        arguments: [
            ([1, 2, 3], 3), (["items": [1, 2]], 2), (["content": []], 0), (["a": 1], 1),
            ("text", 1),
        ] as [(JSONValue, Int)])
    func count(_ data: JSONValue, _ wanted: Int) {
        #expect(QueryReconciler.count(data) == wanted)
    }

    @Test(
        "base64 is read strictly",
        arguments: [
            ("aGVsbG8=", "hello"), ("", ""), ("aGVsbG8", nil), ("a$==", nil),
        ] as [(String, String?)])
    func base64(_ text: String, _ wanted: String?) {
        #expect(Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } == wanted)
    }
}
