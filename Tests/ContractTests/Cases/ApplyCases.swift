import Documents
import HTTP

/// Server-side apply: who owns what, who may take it, what goes with whom.
enum ApplyCases {
    private static let entries = "/metadata/managedFields"

    @ListBuilder<ContractCase> static var all: [ContractCase] {
        owning
        entriesOfWriters
        refusing
        newer
    }

    @ListBuilder<ContractCase> private static var owning: [ContractCase] {
        ContractCase("Apply creates, and its manager owns what it named") {
            apply("a", ["size": 1, "text": "x"], by: "one", ["labels": ["l": "1"]])
                .answers(201).items(entries, "/manager", ["one"])
                .has("\(entries)/0/operation", "Apply")
                .has("\(entries)/0/apiVersion", "contract.example.org/v1")
                .has("\(entries)/0/fieldsType", "FieldsV1")
                .has("\(entries)/0/fieldsV1/f:spec/f:size", [:])
                .has("\(entries)/0/fieldsV1/f:metadata/f:labels/f:l", [:])
                .lacks("\(entries)/0/fieldsV1/f:spec/f:level").has("/spec/level", "low")
        }
        ContractCase("Applying the same again changes nothing") {
            apply("a", ["size": 1], by: "one").answers(201).keepsRevision()
            apply("a", ["size": 1], by: "one").answers(200)
                .has("/metadata/resourceVersion", "{rv}")
        }
        ContractCase("What a manager no longer names goes, unless another owns it too") {
            apply("a", ["size": 1, "text": "x", "note": "n"], by: "one").answers(201)
            apply("a", ["size": 1, "note": "n"], by: "two").answers(200)
            apply("a", ["size": 1], by: "one").lacks("/spec/text").has("/spec/note", "n")
        }
        ContractCase("Fact 9: giving up a field with a default brings the default") {
            apply("a", ["size": 1, "level": "high"], by: "one").answers(201)
            apply("a", ["size": 1], by: "one").has("/spec/level", "low")
        }
        ContractCase("Another value for an owned field is a conflict that names the owner") {
            apply("a", ["size": 1, "text": "x"], by: "one").answers(201)
            apply("a", ["size": 2, "text": "y"], by: "two").fails(409, "Conflict")
                .causes(["FieldManagerConflict .spec.size", "FieldManagerConflict .spec.text"])
                .has("/details/causes/0/message", "conflict with \"one\"")
                .begins("/message", "Apply failed with 2 conflicts: conflicts with \"one\":")
            apply("a", ["size": 1, "text": "y"], by: "two").fails(
                409, "Conflict", "Apply failed with 1 conflict: conflict with \"one\": .spec.text")
        }
        ContractCase("The same value is no conflict: both own it") {
            apply("a", ["size": 1], by: "one").answers(201)
            apply("a", ["size": 1], by: "two").items(entries, "/manager", ["one", "two"])
            apply("a", ["size": 2], by: "one").fails(409, "Conflict")
                .causes(["FieldManagerConflict .spec.size"])
        }
        ContractCase("Force takes the field from its owner") {
            apply("a", ["size": 1, "text": "x"], by: "one").answers(201)
            apply("a", ["size": 1, "text": "y"], by: "two").query("force=true")
                .has("/spec/text", "y")
                .lacks("\(entries)/0/fieldsV1/f:spec/f:text")
                .has("\(entries)/1/fieldsV1/f:spec/f:text", [:])
        }
        ContractCase("A conflict with who updated names the operation's version") {
            make("a", ["size": 1, "text": "x"])
            apply("a", ["size": 2], by: "two").fails(409, "Conflict")
                .has(
                    "/message",
                    text: "Apply failed with 1 conflict: conflict with \"contract\" using "
                        + "contract.example.org/v1: .spec.size"
                )
                .causes(["FieldManagerConflict .spec.size"])
        }
        ContractCase("Items of a keyed list have owners of their own") {
            apply("a", ["size": 1, "slots": [["key": "x", "value": 1]]], by: "one").answers(201)
            apply("a", ["size": 1, "slots": [["key": "y", "value": 2]]], by: "two")
                .items("/spec/slots", "/key", ["x", "y"])
            apply("a", ["size": 1, "slots": [["key": "x", "value": 3]]], by: "two")
                .fails(409, "Conflict")
                .causes(["FieldManagerConflict .spec.slots[key=\"x\"].value"])
            apply("a", ["size": 1], by: "one").items("/spec/slots", "/key", ["y"])
        }
        ContractCase("Items of a set have owners of their own") {
            apply("a", ["size": 1, "unique": ["x", "y"]], by: "one").answers(201)
            apply("a", ["size": 1, "unique": ["y", "z"]], by: "two")
                .has("/spec/unique", ["x", "y", "z"])
            apply("a", ["size": 1], by: "one").has("/spec/unique", ["y", "z"])
        }
        ContractCase("A plain list and an atomic map have one owner") {
            apply("a", ["size": 1, "list": ["x"], "atom": ["a": "1"]], by: "one").answers(201)
            apply("a", ["size": 1, "list": ["y"]], by: "two").fails(409, "Conflict")
                .causes(["FieldManagerConflict .spec.list"])
            apply("a", ["size": 1, "atom": ["b": "2"]], by: "two").fails(409, "Conflict")
                .causes(["FieldManagerConflict .spec.atom"])
        }
    }

    @ListBuilder<ContractCase> private static var entriesOfWriters: [ContractCase] {
        ContractCase("Fact 9: an update takes the field from the applier") {
            apply("a", ["size": 1, "text": "x"], by: "one").answers(201)
            patch(.merge, "a", ["spec": ["text": "y"]]).query("fieldManager=two")
                .items(entries, "/manager", ["one", "two"])
                .lacks("\(entries)/0/fieldsV1/f:spec/f:text")
                .has("\(entries)/1/operation", "Update")
                .has("\(entries)/1/fieldsV1", ["f:spec": ["f:text": [:]]])
        }
        ContractCase("Fact 9: an owner whose only field is taken vanishes") {
            make("a")
            apply("a", ["size": 1, "text": "x"], by: "one")
            apply("a", ["size": 1], by: "three")
            patch(.merge, "a", ["spec": ["text": "y", "size": 2]]).query("fieldManager=two")
                .items(entries, "/manager", ["contract", "two"])
        }
        ContractCase("Without a fieldManager the user agent's first word is the manager") {
            make("a").has("\(entries)/0/manager", "contract")
            patch(.merge, "a", ["spec": ["text": "y"]]).query("fieldManager=other")
                .items(entries, "/manager", ["contract", "other"])
            // Entries are in the order of their times, and seconds may pass in between.
            patch(.merge, "a", ["spec": ["note": "y"]]).members(
                entries, "/manager", ["contract", "other"])
        }
        ContractCase("An update entry names what it changed, parents included") {
            make("a", ["size": 1, "deep": ["inner": ["leaf": "x"]]]).has(
                "\(entries)/0/fieldsV1",
                [
                    "f:spec": [
                        ".": [:], "f:size": [:], "f:level": [:],
                        "f:deep": [
                            ".": [:], "f:mode": [:], "f:inner": [".": [:], "f:leaf": [:]],
                        ],
                    ]
                ])
        }
        ContractCase("managedFields can be emptied, and are not rebuilt") {
            make("a")
            patch(.merge, "a", ["metadata": ["managedFields": [[:]]]]).lacks(entries)
            patch(.merge, "a", ["spec": ["size": 2]]).query("fieldManager=two")
                .lacks(entries)
        }
        ContractCase(
            "A write of status has an entry of its own",
            newer: "1.20 has no subresource in managedFields"
        ) {
            make("a")
            patch(.merge, "a/status", ["status": ["ready": true]])
                .items(entries, "/subresource", ["", "status"])
                .items(entries, "/manager", ["contract", "contract"])
                .has(
                    "\(entries)/1/fieldsV1", ["f:status": [".": [:], "f:ready": [:]]])
        }
        ContractCase("Status is applied at its own path") {
            make("a")
            patch(
                .apply, "a/status",
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Gadget",
                    "metadata": ["name": "a"], "status": ["ready": true],
                ]
            ).query("fieldManager=one").has("/status/ready", true).has("/spec/size", 1)
        }
    }

    @ListBuilder<ContractCase> private static var newer: [ContractCase] {
        ContractCase(
            "A kind with int-or-string members is applied by its schema",
            newer: "1.20 falls back to untyped lists for such a kind"
        ) {
            patch(.apply, at: "\(Place.plains)/a", plain("a", ["unique": ["x"]]))
                .query("fieldManager=one").answers(201)
            patch(.apply, at: "\(Place.plains)/a", plain("a", ["unique": ["y"]]))
                .query("fieldManager=two").has("/unique", ["x", "y"])
        }
    }

    @ListBuilder<ContractCase> private static var refusing: [ContractCase] {
        ContractCase("Apply needs a manager") {
            patch(.apply, "a", gadget("a")).fails(422, "Invalid")
                .causes(["FieldValueRequired fieldManager"])
                .contains("/message", "is required for apply patch")
        }
        ContractCase("A manager's name has at most 128 bytes") {
            apply("a", ["size": 1], by: String(repeating: "m", count: 129)).fails(422, "Invalid")
                .has("/details/causes/0/field", "fieldManager")
            make("a").query("fieldManager=" + String(repeating: "m", count: 128))
        }
        ContractCase("Force is for apply only") {
            make("a")
            patch(.merge, "a", ["spec": ["size": 2]]).query("force=true").fails(422, "Invalid")
                .causes(["FieldValueForbidden force"])
        }
        ContractCase("An applied object may not hold managedFields") {
            apply("a", ["size": 1], by: "one", ["managedFields": [["manager": "x"]]])
                .fails(400, "BadRequest", "metadata.managedFields must be nil")
        }
        ContractCase("An applied object says its version") {
            patch(.apply, "a", ["kind": "Gadget", "metadata": ["name": "a"]])
                .query("fieldManager=one").fails(400, "BadRequest")
            patch(
                .apply, "a",
                [
                    "apiVersion": "contract.example.org/v9", "kind": "Gadget",
                    "metadata": ["name": "a"], "spec": ["size": 1],
                ]
            ).query("fieldManager=one").fails(400, "BadRequest")
        }
        ContractCase("Apply is YAML, too") {
            send(
                .patch, "\(Place.gadgets)/a?fieldManager=one",
                text: """
                    apiVersion: contract.example.org/v1
                    kind: Gadget
                    metadata: {name: a}
                    spec:
                      size: 4
                      text: "yes"
                    """
            ).sending(PatchType.apply.rawValue).answers(201).has("/spec/size", 4)
                .has("/spec/text", "yes")
            send(.patch, "\(Place.gadgets)/a?fieldManager=one", text: "a: [")
                .sending(PatchType.apply.rawValue).fails(400, "BadRequest")
        }
        ContractCase("Apply with a stale resource version is 409, with a wrong uid too") {
            apply("a", ["size": 1], by: "one").answers(201).keepsRevision()
            apply("a", ["size": 2], by: "one")
            apply("a", ["size": 3], by: "one", ["resourceVersion": "{rv}"])
                .fails(409, "Conflict")
            apply("nobody", ["size": 3], by: "one", ["uid": "abc"])
                .fails(409, "Conflict")
        }
        ContractCase("A member that the schema does not know is refused, not pruned") {
            apply("a", ["size": 1, "unknown": 1], by: "one").fails(500, "")
                .contains("/message", "field not declared in schema")
        }
    }
}
