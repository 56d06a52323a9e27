import Documents
import HTTP

/// Defaults, pruning and validation: what a schema makes of an object, and how it refuses one.
enum SchemaCases {
    @ListBuilder<ContractCase> static var all: [ContractCase] {
        filling
        refusing
        newer
    }

    @ListBuilder<ContractCase> private static var filling: [ContractCase] {
        ContractCase("Defaults are filled in, also deep and in lists") {
            make("a", ["size": 1, "deep": [:], "slots": [["key": "k"]]])
                .has("/spec/level", "low").has("/spec/deep", ["mode": "soft"])
                .has("/spec/slots/0/mode", "on")
            make("b").lacks("/spec/deep")
        }
        ContractCase("Null takes the default, or goes, or stays where it is allowed") {
            make("a", ["size": 1, "level": nil, "note": nil, "text": nil])
                .has("/spec/level", "low").has("/spec/note", nil).lacks("/spec/text")
        }
        ContractCase("A merge patch with null cannot set a null that is allowed") {
            make("a", ["size": 1, "note": "x"])
            patch(.merge, "a", ["spec": ["note": nil]]).lacks("/spec/note")
            patch(.json, "a", [["op": "add", "path": "/spec/note", "value": nil]])
                .has("/spec/note", nil)
        }
        ContractCase("Fact 7: unknown members are pruned, at every depth") {
            make(
                "a",
                [
                    "size": 1, "unknown": 1, "deep": ["unknown": 2, "leaf": "x"],
                    "slots": [["key": "k", "unknown": 3]],
                ]
            ).answers(201).lacks("/spec/unknown").lacks("/spec/deep/unknown")
                .lacks("/spec/slots/0/unknown").has("/spec/deep/leaf", "x")
            patch(.merge, "a", ["spec": ["unknown": 1], "other": 2]).lacks("/spec/unknown")
                .lacks("/other").has("/metadata/generation", 1)
        }
        ContractCase("Unknown members of metadata are dropped") {
            make("a", ["size": 1], ["unknown": "x"]).lacks("/metadata/unknown")
        }
        ContractCase("x-kubernetes-preserve-unknown-fields keeps what it covers") {
            let free: JSONValue = ["x": [1, "two", ["three": nil]], "y": true, "z": 1.5]
            make("a", ["size": 1, "free": free]).has("/spec/free", free)
            read("a").has("/spec/free", free)
        }
        ContractCase("additionalProperties take any name, of their type") {
            make("a", ["size": 1, "map": ["x": 1, "y/z": 2]])
                .has("/spec/map", ["x": 1, "y/z": 2])
            make("b", ["size": 1, "map": ["x": "one"]]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.map.x")
        }
        ContractCase("Numbers keep their worth") {
            make("a", ["size": 1, "ratio": 2.0]).has("/spec/ratio", 2)
            make("b", ["size": 1, "ratio": 2.5]).has("/spec/ratio", 2.5)
            send(
                .post, Place.gadgets,
                text: #"{"apiVersion":"contract.example.org/v1","kind":"Gadget","#
                    + #""metadata":{"name":"c"},"spec":{"size":1e3}}"#
            ).answers(201).has("/spec/size", 1000)
        }
    }

    private static func refused(
        _ spec: JSONValue, _ causes: [String], _ part: String
    ) -> Step {
        make("a", spec).fails(422, "Invalid").causes(causes).contains("/message", part)
    }

    @ListBuilder<ContractCase> private static var refusing: [ContractCase] {
        ContractCase("A missing member that is required") {
            make("a", [:]).fails(
                422, "Invalid",
                "Gadget.contract.example.org \"a\" is invalid: spec.size: Required value"
            ).causes(["FieldValueRequired spec.size"])
                .has("/details/causes/0/message", "Required value")
                .has("/details/name", "a").has("/details/kind", "Gadget")
        }
        ContractCase("A value of another type") {
            make("a", ["size": "one"]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.size")
                .contains(
                    "/message", "spec.size in body must be of type integer: \"string\"")
            make("a", ["size": 1, "flag": "yes"]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.flag")
            make("a", ["size": 1, "list": "x"]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.list")
            make("a", ["size": 1, "colour": 5]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.colour").size("/details/causes", "2")
            make("a", "none").fails(422, "Invalid").has("/details/causes/0/field", "spec")
            make("a", ["size": 1.5]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.size")
        }
        ContractCase("A value outside an enumeration") {
            refused(
                ["size": 1, "colour": "blue"], ["FieldValueNotSupported spec.colour"],
                "spec.colour: Unsupported value: \"blue\": supported values: \"red\", \"green\"")
        }
        ContractCase("A number beyond its bounds") {
            refused(
                ["size": -1], ["FieldValueInvalid spec.size"],
                "spec.size in body should be greater than or equal to 0")
            refused(
                ["size": 1, "ratio": 10.5], ["FieldValueInvalid spec.ratio"],
                "spec.ratio in body should be less than or equal to 10")
        }
        ContractCase("A text of the wrong length or form") {
            refused(
                ["size": 1, "code": "x"], ["FieldValueInvalid spec.code"],
                "spec.code in body should be at least 2 chars long")
            refused(
                ["size": 1, "code": "X9"], ["FieldValueInvalid spec.code"],
                "spec.code in body should match '^[a-z]+$'")
            make("a", ["size": 1, "code": "abcde"]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.code")
            make("a", ["size": 1, "when": "yesterday"]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.when")
                .contains("/message", "spec.when in body must be of type date-time")
            make("a", ["size": 1, "when": "2026-01-02T03:04:05Z", "code": "abcd"])
        }
        ContractCase("A list that is too long, or not a set") {
            make("a", ["size": 1, "list": ["p", "q", "r", "s"]]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.list")
            refused(
                ["size": 1, "unique": ["x", "y", "x"]],
                ["FieldValueDuplicate spec.unique[2]"],
                "spec.unique[2]: Duplicate value: \"x\"")
            refused(
                ["size": 1, "slots": [["key": "x"], ["key": "x"]]],
                ["FieldValueDuplicate spec.slots[1]"], "Duplicate value: map")
        }
        ContractCase("Integer or text") {
            send(.post, Place.plains, plain("a", ["port": 80])).has("/port", 80)
            send(.post, Place.plains, plain("b", ["port": "http"])).has("/port", "http")
            send(.post, Place.plains, plain("c", ["port": true])).fails(422, "Invalid")
                .has("/details/causes/0/field", "port")
            send(.post, Place.plains, plain("c", ["port": 1.5])).fails(422, "Invalid")
        }
        ContractCase("Everything that is wrong is told at once") {
            make("a", ["size": -1, "colour": "blue", "code": "X"]).fails(422, "Invalid")
                .begins("/message", "Gadget.contract.example.org \"a\" is invalid: [")
                .contains("/message", "spec.size").contains("/message", "spec.colour")
                .contains("/message", "should be at least 2 chars long")
                .size("/details/causes", "3")
        }
        ContractCase("A member of the root that is required") {
            send(
                .post, Place.gadgets,
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Gadget",
                    "metadata": ["name": "a"],
                ]
            ).fails(422, "Invalid").causes(["FieldValueRequired spec"])
        }
        ContractCase("A patch is validated like a body; what was refused is not stored") {
            make("a").keepsRevision()
            patch(.merge, "a", ["spec": ["size": "one"]]).fails(422, "Invalid")
                .has("/details/causes/0/field", "spec.size")
            put("a", gadget("a", ["colour": "red"], ["resourceVersion": "{rv}"]))
                .fails(422, "Invalid").causes(["FieldValueRequired spec.size"])
            apply("a", ["size": -5], by: "x").query("force=true").fails(422, "Invalid")
            read("a").has("/metadata/resourceVersion", "{rv}")
        }
    }

    @ListBuilder<ContractCase> private static var newer: [ContractCase] {
        ContractCase(
            "fieldValidation=Strict refuses unknown members and those named twice",
            newer: "1.20 does not know fieldValidation"
        ) {
            make("a", ["size": 1, "unknown": 1]).query("fieldValidation=Strict").fails(
                400, "BadRequest",
                "Gadget in version \"v1\" cannot be handled as a Gadget: strict decoding error: "
                    + "unknown field \"spec.unknown\"")
            make("a", ["size": 1]).query("fieldValidation=Strict")
            patch(.merge, "a", ["spec": ["unknown": 1]]).query("fieldValidation=Strict")
                .fails(422, "Invalid")
            send(
                .post, Place.gadgets + "?fieldValidation=Strict",
                text: #"{"apiVersion":"contract.example.org/v1","kind":"Gadget","#
                    + #""metadata":{"name":"b"},"spec":{"size":1,"size":2}}"#
            ).fails(400, "BadRequest").contains("/message", "duplicate field \"spec.size\"")
            make("b").query("fieldValidation=Sometimes").fails(422, "Invalid")
        }
        ContractCase(
            "An empty text is a value", newer: "1.20 takes it for null beside a default"
        ) {
            make("a", ["size": 1, "level": ""]).has("/spec/level", "")
        }
        ContractCase(
            "The path of what a list's item lacks has the index", newer: "1.20 leaves it out"
        ) {
            refused(
                ["size": 1, "slots": [["value": 1]]], ["FieldValueRequired spec.slots[0].key"],
                "spec.slots[0].key: Required value")
        }
        ContractCase(
            "Reasons of causes are of the newer kinds",
            newer: "1.20 calls wrong types and lengths FieldValueInvalid"
        ) {
            make("a", ["size": "one"]).answers(422).causes(["FieldValueTypeInvalid spec.size"])
            make("a", ["size": 1, "code": "abcde"]).answers(422)
                .causes(["FieldValueTooLong spec.code"])
            make("a", ["size": 1, "list": ["p", "q", "r", "s"]]).answers(422)
                .causes(["FieldValueTooMany spec.list"])
        }
        ContractCase(
            "Validation rules of a definition are enforced",
            newer: "1.20 has no x-kubernetes-validations"
        ) {
            send(.post, Place.planets, planet("{ns}", 100)).fails(422, "Invalid")
                .causes(["FieldValueInvalid spec"]).contains("/message", "too many moons")
            send(.post, Place.planets, planet("{ns}", 5)).answers(201)
            patch(.merge, at: "\(Place.planets)/{ns}", ["spec": ["moons": 4]])
                .fails(422, "Invalid").contains("/message", "moons do not go")
            patch(.merge, at: "\(Place.planets)/{ns}", ["spec": ["moons": 6]])
                .has("/spec/moons", 6)
        }
        ContractCase(
            "Unknown members are warned of, unless fieldValidation=Ignore",
            newer: "1.20 does not know fieldValidation"
        ) {
            make("a", ["size": 1, "unknown": 1])
                .header("Warning", "299 - \"unknown field \\\"spec.unknown\\\"\"")
            make("b", ["size": 1, "unknown": 1]).query("fieldValidation=Ignore")
                .header("Warning", nil)
        }
    }
}
