import Documents
import HTTP

/// JSON Patch and merge patch: what is applied, what is refused, and how (`undo.md`, facts 1 to 9).
enum PatchCases {
    private static let rejected =
        "the server rejected our request due to an error in our request"

    @ListBuilder<ContractCase> static var all: [ContractCase] {
        json
        text
        merge
        guards
    }

    @ListBuilder<ContractCase> private static var json: [ContractCase] {
        ContractCase("JSON Patch adds, replaces, removes, moves and copies in order") {
            make("a", ["size": 1, "text": "x", "list": ["p", "q"]])
            patch(
                .json, "a",
                [
                    ["op": "replace", "path": "/spec/size", "value": 2],
                    ["op": "add", "path": "/spec/list/1", "value": "new"],
                    ["op": "move", "from": "/spec/text", "path": "/spec/note"],
                    ["op": "copy", "from": "/spec/note", "path": "/spec/deep/leaf"],
                ]
            ).fails(422, "Invalid", rejected)
            patch(
                .json, "a",
                [
                    ["op": "replace", "path": "/spec/size", "value": 2],
                    ["op": "add", "path": "/spec/list/1", "value": "new"],
                    ["op": "move", "from": "/spec/text", "path": "/spec/note"],
                    ["op": "copy", "from": "/spec/note", "path": "/spec/code"],
                    ["op": "replace", "path": "/spec/code", "value": "abc"],
                ]
            ).has("/spec/size", 2).has("/spec/list", ["p", "new", "q"]).lacks("/spec/text")
                .has("/spec/note", "x").has("/spec/code", "abc").has("/metadata/generation", 2)
        }
        ContractCase("Fact 1: a failed test is 422 with empty details, and changes nothing") {
            make("a").keepsRevision()
            patch(
                .json, "a",
                [
                    ["op": "replace", "path": "/spec/size", "value": 5],
                    ["op": "test", "path": "/spec/size", "value": 4],
                ]
            ).fails(422, "Invalid", rejected).has("/details", [:])
            read("a").has("/spec/size", 1).has("/metadata/resourceVersion", "{rv}")
        }
        ContractCase("Fact 1: a refusal by the schema has causes, a failed test has none") {
            make("a")
            patch(.json, "a", [["op": "test", "path": "/spec/size", "value": 7]])
                .fails(422, "Invalid", rejected).causes([])
            patch(.json, "a", [["op": "add", "path": "/spec/colour", "value": "blue"]])
                .fails(422, "Invalid").causes(["FieldValueNotSupported spec.colour"])
                .has("/details/name", "a").has("/details/kind", "Gadget")
                .has("/details/group", "contract.example.org")
        }
        ContractCase("Fact 2: a test of null holds for an absent member of a parent that exists") {
            make("a", ["size": 1, "deep": ["mode": "soft"]])
            patch(
                .json, "a",
                [
                    ["op": "test", "path": "/spec/text", "value": nil],
                    ["op": "test", "path": "/spec/deep/leaf", "value": nil],
                    ["op": "add", "path": "/spec/text", "value": "was absent"],
                ]
            ).has("/spec/text", "was absent")
            patch(.json, "a", [["op": "test", "path": "/spec/text", "value": nil]])
                .fails(422, "Invalid", rejected)
        }
        ContractCase("Fact 2: below an absent parent a test of null is 422") {
            make("a")
            patch(.json, "a", [["op": "test", "path": "/spec/deep/leaf", "value": nil]])
                .fails(422, "Invalid", rejected).has("/details", [:])
        }
        ContractCase("Fact 2: testing, removing or adding below what is absent is 422") {
            make("a")
            patch(.json, "a", [["op": "test", "path": "/spec/text", "value": "x"]])
                .fails(422, "Invalid", rejected)
            patch(.json, "a", [["op": "remove", "path": "/spec/text"]])
                .fails(422, "Invalid", rejected)
            patch(.json, "a", [["op": "add", "path": "/metadata/annotations/x", "value": "y"]])
                .fails(422, "Invalid", rejected)
            patch(.json, "a", [["op": "replace", "path": "/spec/deep/leaf", "value": "y"]])
                .fails(422, "Invalid", rejected)
        }
        ContractCase("Replacing an absent member adds it") {
            make("a")
            patch(.json, "a", [["op": "replace", "path": "/spec/text", "value": "y"]])
                .has("/spec/text", "y")
        }
        ContractCase("Fact 13: list items by index only, and within the list") {
            make("a", ["size": 1, "list": ["p", "q"]])
            patch(.json, "a", [["op": "remove", "path": "/spec/list/2"]])
                .fails(422, "Invalid", rejected)
            patch(.json, "a", [["op": "add", "path": "/spec/list/-", "value": "z"]])
                .has("/spec/list", ["p", "q", "z"])
            patch(.json, "a", [["op": "add", "path": "/spec/list/9", "value": "z"]])
                .fails(422, "Invalid", rejected)
            patch(.json, "a", [["op": "test", "path": "/spec/list/0", "value": "p"]])
        }
        ContractCase("JSON Patch reads ~1 and ~0 in its paths") {
            make("a", ["size": 1, "map": ["x/y": 1, "u~v": 2]])
            patch(
                .json, "a",
                [
                    ["op": "replace", "path": "/spec/map/x~1y", "value": 3],
                    ["op": "replace", "path": "/spec/map/u~0v", "value": 4],
                ]
            ).has("/spec/map", ["x/y": 3, "u~v": 4])
        }
        ContractCase("A JSON Patch that is none") {
            make("a")
            patch(.json, "a", ["op": "remove"]).fails(400, "BadRequest")
            patch(.json, "a", [["op": "jump", "path": "/spec/size"]])
                .fails(422, "Invalid", rejected)
            patch(.json, "a", []).has("/spec/size", 1).has("/metadata/generation", 1)
        }
        ContractCase("A patch of what does not exist is 404") {
            patch(.json, "nobody", [["op": "test", "path": "/spec/size", "value": 1]])
                .fails(
                    404, "NotFound", "gadgets.contract.example.org \"nobody\" not found")
            patch(.merge, "nobody", ["spec": ["size": 1]]).fails(404, "NotFound")
        }
    }

    @ListBuilder<ContractCase> private static var text: [ContractCase] {
        ContractCase("Fact 3: a test compares the text that Go's encoder writes") {
            make("a", ["size": 1, "text": "http://x/?a=1&b=<2>\u{2028}é"])
            send(
                .patch, "\(Place.gadgets)/a",
                text: #"[{"op":"test","path":"/spec/text","value":"http://x/?a=1&b=<2>\u2028é"}]"#
            ).sending(PatchType.json.rawValue).fails(422, "Invalid", rejected)
            send(
                .patch, "\(Place.gadgets)/a",
                text: #"[{"op":"test","path":"/spec/text","value":"#
                    + #""http://x/?a=1\u0026b=\u003c2\u003e\u2028é"}]"#
            ).sending(PatchType.json.rawValue)
        }
        ContractCase("Fact 3: non-ASCII is compared raw, not by its escapes") {
            make("a", ["size": 1, "text": "é"])
            send(
                .patch, "\(Place.gadgets)/a",
                text: #"[{"op":"test","path":"/spec/text","value":"\u00e9"}]"#
            ).sending(PatchType.json.rawValue).fails(422, "Invalid", rejected)
            patch(.json, "a", [["op": "test", "path": "/spec/text", "value": "é"]])
        }
        ContractCase("Fact 3: integers have no fraction and no exponent") {
            make("a", ["size": 1000])
            for wrong in ["1000.0", "1e3", "1.0e3"] {
                send(
                    .patch, "\(Place.gadgets)/a",
                    text: "[{\"op\":\"test\",\"path\":\"/spec/size\",\"value\":\(wrong)}]"
                ).sending(PatchType.json.rawValue).fails(422, "Invalid", rejected)
            }
            patch(.json, "a", [["op": "test", "path": "/spec/size", "value": 1000]])
        }
        ContractCase("Fact 3: structures are compared by their members, whatever their order") {
            make("a", ["size": 1, "deep": ["leaf": "x", "mode": "hard"]])
            patch(
                .json, "a",
                [["op": "test", "path": "/spec/deep", "value": ["mode": "hard", "leaf": "x"]]])
            patch(
                .json, "a", [["op": "test", "path": "/spec/deep", "value": ["mode": "hard"]]]
            ).fails(422, "Invalid", rejected)
        }
        ContractCase(
            "Fact 3: backspace and form feed are \\b and \\f",
            newer: "1.20 writes \\u0008 and \\u000c"
        ) {
            make("a", ["size": 1, "text": "x\u{8}y\u{c}"])
            send(
                .patch, "\(Place.gadgets)/a",
                text: #"[{"op":"test","path":"/spec/text","value":"x\u0008y\u000c"}]"#
            ).sending(PatchType.json.rawValue).fails(422, "Invalid", rejected)
            send(
                .patch, "\(Place.gadgets)/a",
                text: #"[{"op":"test","path":"/spec/text","value":"x\by\f"}]"#
            ).sending(PatchType.json.rawValue)
        }
    }

    @ListBuilder<ContractCase> private static var merge: [ContractCase] {
        ContractCase("A merge patch sets, removes with null, and replaces lists") {
            make("a", ["size": 1, "text": "x", "list": ["p", "q"], "deep": ["leaf": "l"]])
            patch(
                .merge, "a",
                ["spec": ["text": nil, "list": ["z"], "deep": ["inner": ["leaf": "i"]]]]
            ).lacks("/spec/text").has("/spec/list", ["z"]).has("/spec/deep/leaf", "l")
                .has("/spec/deep/inner/leaf", "i").has("/metadata/generation", 2)
        }
        ContractCase("A merge patch that changes nothing keeps the resource version") {
            make("a").keepsRevision()
            patch(.merge, "a", ["spec": ["size": 1]]).has("/metadata/resourceVersion", "{rv}")
            patch(.merge, "a", [:]).has("/metadata/resourceVersion", "{rv}")
                .has("/metadata/generation", 1)
        }
        ContractCase(
            "A merge patch that is no object is 400", newer: "1.20 answers 422 and 500"
        ) {
            make("a")
            patch(.merge, "a", ["x"]).fails(400, "BadRequest")
            send(.patch, "\(Place.gadgets)/a", text: "{\"spec\":")
                .sending(PatchType.merge.rawValue).fails(400, "BadRequest")
        }
        ContractCase("Numbers beyond 2^53 stay whole") {
            make("a", ["size": 9_007_199_254_740_993]).has("/spec/size", 9_007_199_254_740_993)
            patch(.merge, "a", ["spec": ["flag": true]])
                .has("/spec/size", 9_007_199_254_740_993)
            patch(
                .json, "a",
                [["op": "test", "path": "/spec/size", "value": 9_007_199_254_740_993]])
            patch(
                .json, "a",
                [["op": "test", "path": "/spec/size", "value": 9_007_199_254_740_992]]
            ).fails(422, "Invalid", rejected)
        }
        ContractCase("Strategic merge is for built-in kinds only: 415 on custom ones") {
            make("a")
            patch(.strategic, "a", ["spec": ["size": 2]])
                .fails(
                    415, "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types "
                        + "include: application/json-patch+json, application/merge-patch+json, "
                        + "application/apply-patch+yaml")
            send(
                .post, Place.maps,
                ["metadata": ["name": "m"], "data": ["a": "1", "b": "2"]])
            patch(.strategic, at: "\(Place.maps)/m", ["data": ["a": nil, "c": "3"]])
                .has("/data", ["b": "2", "c": "3"])
        }
        ContractCase("A patch of an unknown media type is 415") {
            make("a")
            send(.patch, "\(Place.gadgets)/a", ["spec": ["size": 2]])
                .fails(415, "UnsupportedMediaType")
            send(.patch, "\(Place.gadgets)/a", ["spec": ["size": 2]]).sending("text/plain")
                .fails(415, "UnsupportedMediaType")
        }
    }

    @ListBuilder<ContractCase> private static var guards: [ContractCase] {
        ContractCase("Fact 4: a test of the uid guards a JSON Patch") {
            make("a").keepsUID()
            patch(
                .json, "a",
                [
                    ["op": "test", "path": "/metadata/uid", "value": "{uid}"],
                    ["op": "replace", "path": "/spec/size", "value": 2],
                ]
            ).has("/spec/size", 2)
            patch(
                .json, "a",
                [
                    ["op": "test", "path": "/metadata/uid", "value": "another"],
                    ["op": "replace", "path": "/spec/size", "value": 3],
                ]
            ).fails(422, "Invalid", rejected)
        }
        ContractCase("Fact 4: a wrong uid in a merge patch is 422: the field is immutable") {
            make("a").keepsUID()
            patch(.merge, "a", ["metadata": ["uid": "another"], "spec": ["size": 2]])
                .fails(422, "Invalid").contains("/message", "field is immutable")
                .has("/details/causes/0/field", "metadata.uid")
            patch(.merge, "a", ["metadata": ["uid": "{uid}"], "spec": ["size": 2]])
                .has("/spec/size", 2)
        }
        ContractCase("Fact 4: a stale resource version in a patch is 409") {
            make("a").keepsRevision("old")
            patch(.merge, "a", ["spec": ["size": 2]]).keepsRevision("new")
            patch(
                .merge, "a", ["metadata": ["resourceVersion": "{old}"], "spec": ["size": 3]]
            ).fails(
                409, "Conflict",
                "Operation cannot be fulfilled on gadgets.contract.example.org \"a\": the object "
                    + "has been modified; please apply your changes to the latest version and "
                    + "try again")
            patch(
                .merge, "a", ["metadata": ["resourceVersion": "{new}"], "spec": ["size": 3]]
            ).has("/spec/size", 3)
        }
        ContractCase("Fact 5: a write of status moves the resource version") {
            make("a").keepsRevision()
            patch(.merge, "a/status", ["status": ["ready": true]])
                .differs("/metadata/resourceVersion", from: "{rv}")
            patch(
                .json, "a",
                [["op": "test", "path": "/metadata/resourceVersion", "value": "{rv}"]]
            ).fails(422, "Invalid", rejected)
            patch(.json, "a", [["op": "test", "path": "/spec/size", "value": 1]])
        }
        ContractCase("Fact 6: a removed member with a default comes back; a parent stays") {
            make("a", ["size": 1, "level": "high", "deep": ["leaf": "x", "mode": "hard"]])
            patch(.json, "a", [["op": "remove", "path": "/spec/level"]])
                .has("/spec/level", "low")
            patch(
                .json, "a",
                [
                    ["op": "add", "path": "/spec/free", "value": ["x": 1]],
                    ["op": "remove", "path": "/spec/free/x"],
                ]
            ).has("/spec/free", [:])
            patch(.json, "a", [["op": "remove", "path": "/spec/deep/mode"]])
                .has("/spec/deep", ["leaf": "x", "mode": "soft"])
        }
        ContractCase("Fact 9: managedFields in a patch that changes other things") {
            apply("a", ["size": 1, "text": "x"], by: "owner").answers(201)
                .keepsRevision()
            patch(.merge, "a", ["spec": ["text": "y"]]).query("fieldManager=taker")
                .items("/metadata/managedFields", "/manager", ["owner", "taker"])
            apply("a", ["size": 1, "text": "x"], by: "owner")
                .fails(409, "Conflict").causes(["FieldManagerConflict .spec.text"])
        }
        ContractCase("Fact 9: a second patch restores managedFields") {
            apply("a", ["size": 1, "text": "x"], by: "owner").answers(201)
                .keeps("entries", "/metadata/managedFields/0/manager")
            patch(.merge, "a", ["spec": ["text": "y"]]).query("fieldManager=taker")
                .keepsRevision()
            patch(
                .json, "a",
                [
                    ["op": "test", "path": "/metadata/resourceVersion", "value": "{rv}"],
                    ["op": "remove", "path": "/metadata/managedFields/1"],
                ]
            ).query("fieldManager=taker")
                .items("/metadata/managedFields", "/manager", ["owner"])
        }
    }
}
