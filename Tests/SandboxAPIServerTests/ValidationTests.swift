import Documents
import HTTP
import SandboxAPIServer
import Testing

@Suite struct ValidationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var spec: JSONValue
        var cause: String
        var text: String

        init(_ spec: JSONValue, _ cause: String, _ text: String) {
            self.spec = spec
            self.cause = cause
            self.text = text
        }

        var testDescription: String { cause + " " + spec.text() }
    }

    static let cases: [Case] = [
        Case(
            ["colour": "lost"], "FieldValueNotSupported spec.colour",
            #"spec.colour: Unsupported value: "lost": supported values: "red", "green", "blue""#),
        Case([:], "FieldValueRequired spec.colour", "spec.colour: Required value"),
        Case(
            ["colour": "red", "count": -1], "FieldValueInvalid spec.count",
            "spec.count: Invalid value: -1: spec.count in body should be greater than or equal to 0"
        ),
        Case(
            ["colour": "red", "count": 11], "FieldValueInvalid spec.count",
            "spec.count: Invalid value: 11: spec.count in body should be less than or equal to 10"),
        Case(
            ["colour": "red", "count": "5"], "FieldValueTypeInvalid spec.count",
            #"spec.count: Invalid value: "string": spec.count in body must be of type integer: "string""#
        ),
        Case(
            ["colour": "red", "count": 1.5], "FieldValueTypeInvalid spec.count",
            #"spec.count: Invalid value: "number": spec.count in body must be of type integer: "number""#
        ),
        Case(
            ["colour": "red", "ratio": 1], "FieldValueInvalid spec.ratio",
            "spec.ratio: Invalid value: 1: spec.ratio in body should be greater than 1"),
        Case(
            ["colour": "red", "ratio": 1.7], "FieldValueInvalid spec.ratio",
            "spec.ratio: Invalid value: 1.7: spec.ratio in body should be a multiple of 0.5"),
        Case(
            ["colour": "red", "code": "AB"], "FieldValueInvalid spec.code",
            #"spec.code: Invalid value: "AB": spec.code in body should match '^[a-z]+$'"#),
        Case(
            ["colour": "red", "code": "a"], "FieldValueInvalid spec.code",
            #"spec.code: Invalid value: "a": spec.code in body should be at least 2 chars long"#),
        Case(
            ["colour": "red", "code": "abcde"], "FieldValueTooLong spec.code",
            "spec.code: Too long: may not be more than 4 bytes"),
        Case(
            ["colour": "red", "when": "soon"], "FieldValueTypeInvalid spec.when",
            #"spec.when: Invalid value: "soon": spec.when in body must be of type date-time: "soon""#
        ),
        Case(
            ["colour": "red", "flag": "yes"], "FieldValueTypeInvalid spec.flag",
            #"spec.flag: Invalid value: "string": spec.flag in body must be of type boolean: "string""#
        ),
        Case(
            ["colour": "red", "parts": []], "FieldValueInvalid spec.parts",
            "spec.parts: Invalid value: 0: spec.parts in body should have at least 1 items"),
        Case(
            ["colour": "red", "parts": ["a", "b", "c"]], "FieldValueTooMany spec.parts",
            "spec.parts: Too many: 3: must have at most 2 items"),
        Case(
            ["colour": "red", "parts": ["a", 1]], "FieldValueTypeInvalid spec.parts[1]",
            #"spec.parts[1]: Invalid value: "integer": spec.parts[1] in body must be of type string: "integer""#
        ),
        Case(
            ["colour": "red", "unique": ["a", "a"]], "FieldValueDuplicate spec.unique[1]",
            #"spec.unique[1]: Duplicate value: "a""#),
        Case(
            ["colour": "red", "slots": [["key": "a"], ["key": "a"]]],
            "FieldValueDuplicate spec.slots[1]",
            #"spec.slots[1]: Duplicate value: map[string]interface {}{"key":"a"}"#),
        Case(
            ["colour": "red", "slots": [["value": 1]]], "FieldValueRequired spec.slots[0].key",
            "spec.slots[0].key: Required value"),
        Case(
            ["colour": "red", "map": ["a": "x"]], "FieldValueTypeInvalid spec.map.a",
            #"spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string""#
        ),
        Case(
            ["colour": "red", "map": ["a": 1, "b": 2, "c": 3]], "FieldValueTooMany spec.map",
            "spec.map: Too many: 3: must have at most 2 items"),
        Case(
            ["colour": "red", "port": 1.5], "FieldValueTypeInvalid spec.port",
            #"spec.port: Invalid value: "number": spec.port in body must be of type integer,string: "number""#
        ),
        Case(
            ["colour": "red", "free": []], "FieldValueTypeInvalid spec.free",
            #"spec.free: Invalid value: "array": spec.free in body must be of type object: "array""#
        ),
    ]

    @Test(arguments: cases) func refusesInTheServersWords(_ one: Case) async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.make("a", one.spec)
        #expect(reply.status == 422 && reply.reason == "Invalid")
        #expect(reply.message == #"Gizmo.shop.example.com "a" is invalid: "# + one.text)
        #expect(reply.causes == [one.cause])
        #expect(reply.json["details", "kind"] == "Gizmo")
        #expect(reply.json["details", "group"] == "shop.example.com")
        #expect(try await cluster.names() == [])
    }

    @Test func severalComplaintsStandInBrackets() async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.make("a", ["colour": "x", "count": -1])
        #expect(reply.message.contains("is invalid: [spec."))
        #expect(reply.causes.count == 2)
    }

    @Test func acceptsWhatTheSchemaAllows() async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.send(
            .post, Cluster.gizmos,
            bytes: Array(
                #"{"apiVersion":"shop.example.com/v1","kind":"Gizmo","metadata":{"name":"a"},"spec":{"colour":"red","count":2.0,"ratio":1.5e0,"port":"http","when":"2026-01-01T00:00:00.5+02:00","free":{"x":[1]},"map":{"k":1}}}"#
                    .utf8))
        #expect(reply.status == 201, "\(reply.text)")
        #expect(reply.json["spec", "count"] == 2)
        #expect(reply.json["spec", "free", "x"] == [1])
    }

    @Test func nullsDefaultsAndPruning() async throws {
        let cluster = try await Cluster()
        let reply = try await cluster.make(
            "a",
            [
                "colour": "red", "size": nil, "note": nil, "flag": nil, "bogus": 1,
                "deep": ["inner": ["leaf": "x", "stray": 1]], "map": ["k": nil],
                "slots": [["key": "a"]],
            ])
        #expect(reply.status == 201, "\(reply.text)")
        let expected: JSONValue = [
            "colour": "red", "size": "medium", "note": nil, "deep": ["inner": ["leaf": "x"]],
            "map": [:], "slots": [["key": "a", "mode": "on"]],
        ]
        #expect(reply.json["spec"] == expected)
        #expect(
            reply.headers.values(named: "Warning") == [
                #"299 - "unknown field \"spec.bogus\"""#,
                #"299 - "unknown field \"spec.deep.inner.stray\"""#,
            ])
        let quiet = try await cluster.make(
            "b", ["colour": "red", "bogus": 1], query: "?fieldValidation=Ignore")
        #expect(quiet.status == 201 && quiet.headers.values(named: "Warning").isEmpty)
    }

    @Test func strictValidationRefusesUnknownFields() async throws {
        let cluster = try await Cluster()
        let made = try await cluster.make(
            "a", ["colour": "red", "bogus": 1], query: "?fieldValidation=Strict")
        #expect(made.status == 400 && made.reason == "BadRequest")
        #expect(
            made.message
                == #"Gizmo in version "v1" cannot be handled as a Gizmo: strict decoding error: unknown field "spec.bogus""#
        )
        try await cluster.make("a")
        let patched = try await cluster.send(
            .patch, Cluster.gizmos + "/a?fieldValidation=Strict", ["spec": ["bogus": 1]],
            type: "application/merge-patch+json")
        #expect(patched.status == 422 && patched.causes == ["FieldValueInvalid patch"])
        #expect(patched.message.hasSuffix(#"strict decoding error: unknown field "spec.bogus""#))
    }

    @Test func namesThatComeTwiceAreTold() async throws {
        let cluster = try await Cluster()
        let body =
            #"{"apiVersion":"shop.example.com/v1","kind":"Gizmo","metadata":{"name":"a"},"spec":{"colour":"red","colour":"blue"}}"#
        let strict = try await cluster.send(
            .post, Cluster.gizmos + "?fieldValidation=Strict", bytes: Array(body.utf8))
        #expect(strict.status == 400)
        #expect(
            strict.message.hasSuffix(#"strict decoding error: duplicate field "spec.colour""#))
        let made = try await cluster.send(.post, Cluster.gizmos, bytes: Array(body.utf8))
        #expect(made.json["spec", "colour"] == "blue")
        #expect(made.headers["Warning"] == #"299 - "duplicate field \"spec.colour\"""#)
    }

    @Test func metadataIsChecked() async throws {
        let cluster = try await Cluster()
        var object = Cluster.gizmo("a", ["colour": "red"])
        object["metadata"] = [
            "name": "a", "labels": ["a b": "x", "c": "a b"], "annotations": ["/x": "1"],
        ]
        let reply = try await cluster.send(.post, Cluster.gizmos, object)
        #expect(
            reply.causes == [
                "FieldValueInvalid metadata.labels", "FieldValueInvalid metadata.labels",
                "FieldValueInvalid metadata.annotations",
            ])
        #expect(reply.message.contains(#""/x": prefix part must be non-empty"#))
        object["metadata"] = ["name": "a", "labels": ["a": 1]]
        let wrongType = try await cluster.send(.post, Cluster.gizmos, object)
        #expect(wrongType.status == 400)
    }

    @Test func annotationsHaveALimit() async throws {
        let cluster = try await Cluster()
        try await cluster.make("a")
        func annotate(_ count: Int) async throws -> Cluster.Reply {
            let text = String(repeating: "x", count: count - 1)
            return try await cluster.merge(
                Cluster.gizmos + "/a", ["metadata": ["annotations": ["k": .string(text)]]])
        }
        #expect(try await annotate(262_144).status == 200)
        let over = try await annotate(262_145)
        #expect(over.status == 422 && over.causes.first == "FieldValueTooLong metadata.annotations")
        let key = String(repeating: "k", count: 64)
        let long = try await cluster.merge(
            Cluster.gizmos + "/a",
            ["metadata": ["annotations": .object(JSONObject([.init(key, "1")]))]])
        #expect(long.status == 422)
        #expect(long.message.contains("name part must be no more than 63 characters"))
    }
}
