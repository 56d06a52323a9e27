import Documents
import HTTP
import SandboxAPIServer
import Testing

/// Validation rules of CRDs (`x-kubernetes-validations`), as kube-apiserver enforces them.
@Suite("Validation rules")
struct RuleTests {
    static let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    static let objects = "/apis/shop.example.com/v1/namespaces/default/ruled"

    /// A definition whose `spec` has that schema.
    static func definition(_ spec: JSONValue, root: JSONValue? = nil) -> JSONValue {
        var schema: JSONValue = [
            "type": "object", "properties": ["spec": spec, "status": ["type": "object"]],
        ]
        if let root { schema["x-kubernetes-validations"] = root }
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": "ruled.shop.example.com"],
            "spec": [
                "group": "shop.example.com", "scope": "Namespaced",
                "names": ["kind": "Ruled", "plural": "ruled"],
                "versions": [
                    [
                        "name": "v1", "served": true, "storage": true,
                        "subresources": ["status": [:]], "schema": ["openAPIV3Schema": schema],
                    ]
                ],
            ],
        ]
    }

    static func cluster(_ spec: JSONValue, root: JSONValue? = nil) async throws -> Cluster {
        let cluster = try await Cluster()
        let made = try await cluster.send(.post, path, definition(spec, root: root))
        #expect(made.status == 201, "\(made.message)")
        return cluster
    }

    static func object(_ spec: JSONValue, name: String = "a") -> JSONValue {
        [
            "apiVersion": "shop.example.com/v1", "kind": "Ruled",
            "metadata": ["name": .string(name)],
            "spec": spec,
        ]
    }

    static let levels: JSONValue = [
        "type": "object",
        "x-kubernetes-validations": [
            [
                "rule": "!has(self.least) || !has(self.most) || self.least <= self.most",
                "message": "least is above most",
            ]
        ],
        "properties": [
            "least": ["type": "integer"], "most": ["type": "integer"],
            "name": [
                "type": "string",
                "x-kubernetes-validations": [
                    [
                        "rule": "self.startsWith('x-')",
                        "messageExpression": "'\"' + self + '\" lacks its x-'",
                    ]
                ],
            ],
            "list": [
                "type": "array",
                "items": [
                    "type": "object", "properties": ["n": ["type": "integer"]],
                    "x-kubernetes-validations": [
                        [
                            "rule": "self.n > 0", "fieldPath": ".n",
                            "reason": "FieldValueForbidden", "message": "n must be positive",
                        ]
                    ],
                ],
            ],
            "map": [
                "type": "object",
                "additionalProperties": [
                    "type": "string", "x-kubernetes-validations": [["rule": "self != 'bad'"]],
                ],
            ],
            "need": [
                "type": "object", "properties": ["a": ["type": "string"], "b": ["type": "string"]],
                "x-kubernetes-validations": [
                    [
                        "rule": "has(self.a) || has(self.b)", "reason": "FieldValueRequired",
                        "message": "a or b",
                    ]
                ],
            ],
        ],
    ]

    @Test("rules hold at every level, with their messages, paths and reasons")
    func everyLevel() async throws {
        let cluster = try await Self.cluster(
            Self.levels, root: [["rule": "self.metadata.name != 'evil'", "message": "no evil"]])
        let bad = try await cluster.send(
            .post, Self.objects,
            Self.object(
                [
                    "least": 5, "most": 1, "name": "y", "list": [["n": 1], ["n": 0]],
                    "map": ["k": "bad", "l": "good"], "need": [:],
                ], name: "evil"))
        #expect(bad.status == 422 && bad.reason == "Invalid")
        let causes = bad.json["details", "causes"]?.arrayValue ?? []
        let lines = Set(
            causes.map { cause in
                ["reason", "field", "message"].map { cause[$0]?.stringValue ?? "" }
                    .joined(separator: " | ")
            })
        #expect(
            lines == [
                #"FieldValueInvalid | <nil> | Invalid value: "object": no evil"#,
                #"FieldValueInvalid | spec | Invalid value: "object": least is above most"#,
                #"FieldValueInvalid | spec.name | Invalid value: "string": "y" lacks its x-"#,
                "FieldValueForbidden | spec.list[1].n | Forbidden: n must be positive",
                #"FieldValueInvalid | spec.map[k] | Invalid value: "string": failed rule: self != 'bad'"#,
                "FieldValueRequired | spec.need | Required value: a or b",
            ])
        let good = try await cluster.send(
            .post, Self.objects,
            Self.object([
                "least": 1, "most": 5, "name": "x-y", "list": [["n": 1]], "map": ["k": "v"],
                "need": ["b": "1"],
            ]))
        #expect(good.status == 201)
        let merged = try await cluster.merge(Self.objects + "/a", ["spec": ["most": 0]])
        #expect(
            merged.message
                == #"Ruled.shop.example.com "a" is invalid: spec: Invalid value: "object": least is above most"#
        )
        let patched = try await cluster.jsonPatch(
            Self.objects + "/a", [["op": "replace", "path": "/spec/name", "value": "z"]])
        #expect(patched.causes == ["FieldValueInvalid spec.name"])
        let applied = try await cluster.send(
            .patch, Self.objects + "/a?fieldManager=t&force=true",
            Self.object(["map": ["k": "bad"]]), type: "application/apply-patch+yaml")
        #expect(applied.causes == ["FieldValueInvalid spec.map[k]"])
        let dry = try await cluster.send(
            .post, Self.objects + "?dryRun=All", Self.object(["name": "q"], name: "b"))
        #expect(dry.status == 422)
    }

    @Test("types come before rules, and null is left to the level above")
    func order() async throws {
        let cluster = try await Self.cluster([
            "type": "object",
            "properties": [
                "n": [
                    "type": "integer", "nullable": true,
                    "x-kubernetes-validations": [["rule": "self > 0"]],
                ]
            ],
        ])
        let wrong = try await cluster.send(.post, Self.objects, Self.object(["n": "x"]))
        #expect(wrong.causes.count == 1 && !wrong.message.contains("failed rule"))
        let null = try await cluster.send(.post, Self.objects, Self.object(["n": nil]))
        #expect(null.status == 201)
    }

    @Test("rules of transitions are asked where there is a former value")
    func transitions() async throws {
        let keyed: JSONValue = [
            "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"],
            "items": [
                "type": "object", "required": ["id"],
                "properties": [
                    "id": ["type": "string"],
                    "size": [
                        "type": "integer",
                        "x-kubernetes-validations": [
                            ["rule": "self >= oldSelf", "message": "only grows"]
                        ],
                    ],
                ],
            ],
        ]
        let cluster = try await Self.cluster([
            "type": "object",
            "properties": [
                "fixed": [
                    "type": "string",
                    "x-kubernetes-validations": [
                        ["rule": "self == oldSelf", "message": "immutable"]
                    ],
                ],
                "keyed": keyed,
                "first": [
                    "type": "string",
                    "x-kubernetes-validations": [
                        [
                            "rule": "oldSelf.hasValue() || self == 'new'", "optionalOldSelf": true,
                            "message": "must begin as new",
                        ]
                    ],
                ],
            ],
        ])
        let odd = try await cluster.send(.post, Self.objects, Self.object(["first": "old"]))
        #expect(odd.message.hasSuffix(#"spec.first: Invalid value: "string": must begin as new"#))
        let made = try await cluster.send(
            .post, Self.objects,
            Self.object(["fixed": "a", "first": "new", "keyed": [["id": "p", "size": 3]]]))
        #expect(made.status == 201)
        let changed = try await cluster.merge(
            Self.objects + "/a", ["spec": ["fixed": "b", "first": "later"]])
        #expect(changed.causes == ["FieldValueInvalid spec.fixed"])
        let shrunk = try await cluster.merge(
            Self.objects + "/a",
            ["spec": ["keyed": [["id": "q", "size": 1], ["id": "p", "size": 2]]]])
        #expect(shrunk.causes == ["FieldValueInvalid spec.keyed[1].size"])
        let grown = try await cluster.merge(
            Self.objects + "/a",
            ["spec": ["keyed": [["id": "q", "size": 1], ["id": "p", "size": 4]]]])
        #expect(grown.status == 200)
        // Absent for a moment, and then there is no former value.
        #expect(
            try await cluster.merge(Self.objects + "/a", ["spec": ["fixed": nil]]).status == 200)
        #expect(
            try await cluster.merge(Self.objects + "/a", ["spec": ["fixed": "c"]]).status == 200)
    }

    @Test("what broke a rule before and does not change is let pass")
    func ratcheting() async throws {
        var spec: JSONValue = [
            "type": "object", "properties": ["a": ["type": "integer"], "b": ["type": "integer"]],
        ]
        let cluster = try await Self.cluster(spec)
        let odd = try await cluster.send(.post, Self.objects, Self.object(["a": -1, "b": 1]))
        #expect(odd.status == 201)
        spec["properties"]?["a"]?["x-kubernetes-validations"] = [["rule": "self > 0"]]
        let rule = try await cluster.merge(
            Self.path + "/ruled.shop.example.com",
            ["spec": ["versions": Self.definition(spec)["spec", "versions"] ?? nil]])
        #expect(rule.status == 200, "\(rule.message)")
        #expect(try await cluster.merge(Self.objects + "/a", ["spec": ["b": 2]]).status == 200)
        #expect(try await cluster.merge(Self.objects + "/a", ["spec": ["a": -2]]).status == 422)
        #expect(try await cluster.merge(Self.objects + "/a", ["spec": ["a": 2]]).status == 200)
        #expect(try await cluster.merge(Self.objects + "/a", ["spec": ["a": -1]]).status == 422)
    }

    @Test("what goes wrong in a rule is told")
    func failures() async throws {
        let cluster = try await Self.cluster([
            "type": "object",
            "properties": [
                "list": [
                    "type": "array", "items": ["type": "integer"],
                    "x-kubernetes-validations": [
                        ["rule": "self[5] > 0"], ["rule": "10 / self[0] > 0", "message": "odd"],
                        ["rule": "size(self) > 0"],
                    ],
                ],
                "port": [
                    "x-kubernetes-int-or-string": true,
                    "x-kubernetes-validations": [["rule": "self < 9"]],
                ],
            ],
        ])
        let reply = try await cluster.send(
            .post, Self.objects, Self.object(["list": [0], "port": "http"]))
        let messages = Set(
            (reply.json["details", "causes"]?.arrayValue ?? []).compactMap {
                $0["message"]?.stringValue
            })
        #expect(
            messages == [
                #"Invalid value: "array": index out of bounds: 5 evaluating rule: self[5] > 0"#,
                #"Invalid value: "array": division by zero evaluating rule: odd"#,
                #"Invalid value: "string": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self < 9"#,
            ])
    }

    @Test("rules that cost too much end the validation")
    func cost() async throws {
        let cluster = try await Self.cluster([
            "type": "object",
            "properties": [
                "list": [
                    "type": "array", "items": ["type": "integer"],
                    "x-kubernetes-validations": [
                        [
                            "rule": "self.all(a, self.all(b, self.all(c, a + b + c > 0)))",
                            "message": "cubic",
                        ],
                        ["rule": "false", "message": "never asked"],
                    ],
                ]
            ],
        ])
        let reply = try await cluster.send(
            .post, Self.objects, Self.object(["list": .array(Array(repeating: 1, count: 200))]))
        #expect(
            reply.message.hasSuffix(
                #"spec.list: Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: cubic"#
            ))
        let small = try await cluster.send(.post, Self.objects, Self.object(["list": [1, 2]]))
        #expect(small.causes.count == 1 && small.message.hasSuffix("never asked"))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let rule: JSONValue
        let place: String
        let message: String

        var testDescription: String { rule.text() }
    }

    static let refusals = [
        Refusal(
            rule: ["rule": "self.ghost > 0"], place: "rule",
            message:
                #"Invalid value: {"Rule":"self.ghost > 0","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field 'ghost'"#
                + "\n | self.ghost > 0\n | ....^"),
        Refusal(
            rule: ["rule": "self.n +"], place: "rule",
            message: "compilation failed: ERROR: <input>:1:9: Syntax error"),
        Refusal(
            rule: ["rule": "self.n"], place: "rule",
            message: "cel expression must evaluate to a bool"),
        Refusal(
            rule: ["rule": " "], place: "rule", message: "Required value: rule is not specified"),
        Refusal(
            rule: ["rule": "true", "messageExpression": "self.n"], place: "messageExpression",
            message: "messageExpression must evaluate to a string"),
        Refusal(
            rule: ["rule": "true", "messageExpression": "self.x"], place: "messageExpression",
            message: "messageExpression compilation failed: ERROR: <input>:1:5: undefined field 'x'"
        ),
        Refusal(
            rule: ["rule": "true", "reason": "Because"], place: "reason",
            message: #"Unsupported value: "Because": supported values: "FieldValueRequired""#),
        Refusal(
            rule: ["rule": "true", "fieldPath": ".x"], place: "fieldPath",
            message: "fieldPath must be a valid path: does not refer to a valid field"),
        Refusal(
            rule: ["rule": "true", "fieldPath": "n"], place: "fieldPath",
            message: "expected [ or . but got: n"),
        Refusal(
            rule: ["rule": "true", "optionalOldSelf": true], place: "optionalOldSelf",
            message: "may not be set if oldSelf is not used in rule"),
        Refusal(
            rule: ["rule": "true", "message": "a\nb"], place: "message",
            message: "message must not contain line breaks"),
        Refusal(
            rule: ["rule": "true &&\ntrue"], place: "message",
            message: "Required value: message must be specified if rule contains line breaks"),
    ]

    @Test("definitions with rules that cannot work are refused", arguments: refusals)
    func refused(refusal: Refusal) async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.send(
            .post, Self.path,
            Self.definition([
                "type": "object", "properties": ["n": ["type": "integer"]],
                "x-kubernetes-validations": [refusal.rule],
            ]))
        #expect(reply.status == 422)
        let cause = reply.json["details", "causes"]?[0]
        #expect(
            cause?["field"]?.stringValue
                == "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].\(refusal.place)"
        )
        #expect(
            cause?["message"]?.stringValue?.contains(refusal.message) == true,
            "\(cause?.text() ?? "")")
    }

    @Test("former values of items that have none cannot be spoken of")
    func uncorrelated() async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.send(
            .post, Self.path,
            Self.definition([
                "type": "object",
                "properties": [
                    "l": [
                        "type": "array",
                        "items": [
                            "type": "string",
                            "x-kubernetes-validations": [["rule": "self == oldSelf"]],
                        ],
                    ]
                ],
            ]))
        #expect(
            reply.message.contains(
                "oldSelf cannot be used on the uncorrelatable portion of the schema"))
    }
}
