import Documents
import KubernetesCore

@testable import Session

/// One object of a server, as far as planning is concerned: guarded patches by Kubernetes' rules,
/// empty maps of metadata dropped.
struct PureServer {
    var object: KubernetesObject

    init(_ spec: JSONValue, labels: JSONValue? = nil, annotations: JSONValue? = nil) {
        var metadata: JSONValue = ["name": "fluffy", "namespace": "default", "uid": "uid-1"]
        if let labels { metadata["labels"] = labels }
        if let annotations { metadata["annotations"] = annotations }
        object = KubernetesObject([
            "apiVersion": "petstore.example.com/v1alpha1", "kind": "Pet", "metadata": metadata,
            "spec": spec,
        ])
    }

    mutating func apply(_ patch: JSONPatch) throws {
        // Over the wire, in the text that we send.
        let sent = try JSONPatch(parsing: patch.json.bytes(.goText))
        var json = try sent.applied(to: object.json, semantics: .kubernetes)
        var metadata = json["metadata"] ?? [:]
        for map in ["labels", "annotations"] where metadata[map]?.objectValue?.isEmpty == true {
            metadata[map] = .none
        }
        json["metadata"] = metadata
        object = KubernetesObject(json)
    }

    static let group = "petstore.example.com"
    static let now = Timestamp(seconds: 1_800_000_000)

    func plan(
        _ edits: [Edit], session: String = "s1", sequence: Int = 1, lifetime: Duration? = nil,
        rules: FieldRules = FieldRules(), reason: String? = nil
    ) throws -> ChangePlan {
        try ChangePlanner(group: Self.group, rules: rules).plan(
            edits, on: object,
            stamp: ChangeStamp(
                session: session, sequence: sequence, now: Self.now,
                deadline: lifetime.map { Self.now + $0 }, user: "anna", reason: reason))
    }

    /// Changes the object, and gives the key of the record.
    mutating func change(
        _ edits: [Edit], session: String = "s1", sequence: Int = 1, lifetime: Duration? = nil,
        rules: FieldRules = FieldRules(), reason: String? = nil
    ) throws -> String {
        let plan = try plan(
            edits, session: session, sequence: sequence, lifetime: lifetime, rules: rules,
            reason: reason)
        try apply(plan.patch)
        return plan.recordKey
    }

    func record(_ key: String) -> ChangeRecord? {
        object.annotations[key].flatMap(ChangeRecord.init(text:))
    }

    func undoPlan(_ key: String, goal: UndoPlanner.Goal = .undo) -> UndoPlan? {
        record(key).map {
            UndoPlanner(group: Self.group).plan($0, key: key, on: object, goal: goal)
        }
    }

    @discardableResult
    mutating func undo(_ key: String, goal: UndoPlanner.Goal = .undo) throws -> UndoPlan? {
        guard let plan = undoPlan(key, goal: goal) else { return nil }
        try apply(plan.patch)
        return plan
    }
}

extension JSONPointer: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) {
        self = (try? JSONPointer(text)) ?? JSONPointer(tokens: ["no pointer: " + text])
    }
}

/// Random choices from a seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x1234_5678 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
