import Catalog
import Documents
import KubernetesCore
import Testing

@testable import Session

/// P21: transition rules of a schema are evaluated for the way back, before the change.
@Suite("Transition rules on the way back")
struct TransitionTests {
    private static func schema(_ spec: JSONValue, rule: String? = nil) -> KindSchema {
        var node: JSONValue = ["type": "object", "properties": spec]
        if let rule {
            node["x-kubernetes-validations"] = [["rule": .string(rule), "message": "no way"]]
        }
        return KindSchema(["type": "object", "properties": ["spec": node]])
    }

    private static func ruled(_ type: String, _ rule: String) -> JSONValue {
        ["type": .string(type), "x-kubernetes-validations": [["rule": .string(rule)]]]
    }

    private static let cases: [(KindSchema, JSONValue, JSONValue, Bool)] = [
        (schema(["a": ruled("string", "self == oldSelf")]), ["a": "x"], ["a": "y"], false),
        (schema(["a": ruled("integer", "self >= oldSelf")]), ["a": 1], ["a": 2], false),
        (schema(["a": ruled("integer", "self >= oldSelf")]), ["a": 2], ["a": 1], true),
        (schema(["a": ruled("string", "self == oldSelf")]), [:], ["a": "y"], true),
        (
            schema(["a": ruled("string", "self == oldSelf"), "b": ["type": "string"]]),
            ["a": "x", "b": "1"], ["a": "x", "b": "2"], true
        ),
        (
            schema(
                ["a": ["type": "string"], "b": ["type": "string"]], rule: "self.a == oldSelf.a"),
            ["a": "x", "b": "1"], ["a": "x", "b": "2"], true
        ),
        (
            schema(["a": ["type": "string"]], rule: "self.a == oldSelf.a"), ["a": "x"],
            ["a": "y"], false
        ),
        (
            schema([
                "o": ["type": "object", "properties": ["a": ruled("string", "self == oldSelf")]]
            ]),
            ["o": ["a": "x"]], ["o": ["a": "y"]], false
        ),
        (schema(["a": ruled("string", "self.nonsense(oldSelf)")]), ["a": "x"], ["a": "y"], false),
        (schema(["a": ruled("string", "size(self) < 3")]), ["a": "x"], ["a": "y"], true),
    ]

    @Test("what may go back, and what may not", arguments: cases.indices)
    func judge(index: Int) {
        let (schema, before, after, mayReturn) = Self.cases[index]
        let refusal = TransitionJudge(schema).refusal(
            from: ["spec": after], to: ["spec": before])
        #expect((refusal == nil) == mayReturn, "\(refusal ?? "")")
    }

    @Test("items of keyed lists are compared with the ones of the same key")
    func keyedItems() {
        let item: JSONValue = [
            "type": "object",
            "properties": [
                "name": ["type": "string"], "size": Self.ruled("integer", "self >= oldSelf"),
            ],
        ]
        let list: JSONValue = [
            "type": "array", "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"], "items": item,
        ]
        let judge = TransitionJudge(Self.schema(["l": list]))
        func spec(_ sizes: [(String, Int64)]) -> JSONValue {
            let items = sizes.map { name, size -> JSONValue in
                ["name": .string(name), "size": .integer(size)]
            }
            return ["spec": ["l": .array(items)]]
        }
        #expect(
            judge.refusal(from: spec([("a", 1), ("b", 2)]), to: spec([("b", 2), ("a", 1)])) == nil)
        let refusal = judge.refusal(
            from: spec([("a", 1), ("b", 2)]), to: spec([("b", 1), ("a", 1)]))
        #expect(refusal?.contains("spec.l.0.size") == true)
    }

    @Test("a change that could not be undone is refused, another one of the same object is not")
    func preflight() throws {
        let rules = FieldRules(
            Self.schema([
                "status": Self.ruled("string", "self == oldSelf"), "name": ["type": "string"],
            ]))
        let object = Harness.manifest("x", spec: ["status": "available", "name": "x"])
        func flight(_ edit: Edit) -> Preflight {
            Preflight(
                Harness.request([edit], rules: rules), on: object, until: nil,
                hasController: false)
        }
        let refused = flight(Edit(set: "/spec/status", to: "sold"))
        #expect(refused.level == .g0)
        #expect(refused.obstacle?.message.contains("self == oldSelf") == true)
        #expect(flight(Edit(set: "/spec/name", to: "y")).obstacle == nil)
        #expect(flight(Edit(remove: "/spec/status")).obstacle == nil)
    }
}
