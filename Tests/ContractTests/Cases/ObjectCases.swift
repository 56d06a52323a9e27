import Documents
import HTTP

/// Creating, replacing, naming: what is filled in, what is dropped, what is refused.
enum ObjectCases {
    private static let gone = "gadgets.contract.example.org \"nobody\" not found"

    @ListBuilder<ContractCase> static var all: [ContractCase] {
        creating
        naming
        replacing
        generation
        statusWrites
    }

    @ListBuilder<ContractCase> private static var creating: [ContractCase] {
        ContractCase("A created object has what the server gives it") {
            make("a", ["size": 1], ["labels": ["x": "y"]])
                .has("/metadata/generation", 1).has("/metadata/namespace", "{ns}")
                .has("/metadata/uid").has("/metadata/creationTimestamp")
                .has("/metadata/resourceVersion").has("/metadata/labels", ["x": "y"])
                .has("/metadata/managedFields/0/manager", "contract")
                .has("/metadata/managedFields/0/operation", "Update")
                .lacks("/metadata/selfLink").keepsUID()
            read("a").has("/metadata/uid", "{uid}")
        }
        ContractCase("Creating twice is AlreadyExists") {
            make("a")
            make("a").fails(
                409, "AlreadyExists", "gadgets.contract.example.org \"a\" already exists"
            ).has(
                "/details",
                ["name": "a", "group": "contract.example.org", "kind": "gadgets"])
        }
        ContractCase("What is missing is NotFound") {
            read("nobody").fails(404, "NotFound", gone).has(
                "/details",
                ["name": "nobody", "group": "contract.example.org", "kind": "gadgets"])
            delete("nobody").fails(404, "NotFound", gone)
            put("nobody", gadget("nobody", ["size": 1], ["resourceVersion": "1"]))
                .fails(404, "NotFound", gone)
        }
        ContractCase("A resource version may not be set on creation") {
            make("a", ["size": 1], ["resourceVersion": "7"]).fails(
                500, "", "resourceVersion should not be set on objects to be created")
        }
        ContractCase("What a client says of uid, times and generation is not believed") {
            make(
                "a", ["size": 1],
                [
                    "uid": "mine", "generation": 7, "creationTimestamp": "2001-01-01T00:00:00Z",
                    "selfLink": "/x",
                ]
            ).differs("/metadata/uid", from: "mine").has("/metadata/generation", 1)
                .differs("/metadata/creationTimestamp", from: "2001-01-01T00:00:00Z")
        }
        ContractCase("Status is dropped on creation where it is a subresource") {
            send(
                .post, Place.gadgets,
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Gadget",
                    "metadata": ["name": "a"], "spec": ["size": 1], "status": ["ready": true],
                ]
            ).lacks("/status")
            send(
                .post, Place.plains,
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Plain",
                    "metadata": ["name": "a"], "status": ["ready": true],
                ]
            ).has("/status/ready", true)
        }
        ContractCase("Kind and version must be those of the path") {
            send(.post, Place.gadgets, ["metadata": ["name": "a"], "spec": ["size": 1]])
                .fails(400, "BadRequest")
            send(
                .post, Place.gadgets,
                [
                    "apiVersion": "contract.example.org/v2", "kind": "Gadget",
                    "metadata": ["name": "a"], "spec": ["size": 1],
                ]
            ).fails(
                400, "BadRequest",
                "the API version in the data (contract.example.org/v2) does not match the "
                    + "expected API version (contract.example.org/v1)")
            send(
                .post, Place.gadgets,
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Gizmo",
                    "metadata": ["name": "a"], "spec": ["size": 1],
                ]
            ).answers(422).has("/reason", "Invalid").has("/details/causes/0/field", "kind")
        }
        ContractCase("A body that is not JSON is 400") {
            send(.post, Place.gadgets, text: "{\"spec\":").fails(400, "BadRequest")
            send(.post, Place.gadgets, text: "").fails(400, "BadRequest")
            send(.post, Place.gadgets, text: "[]").fails(400, "BadRequest")
            send(.post, Place.gadgets, text: "nonsense").fails(400, "BadRequest")
        }
        ContractCase("A body of another media type is 415") {
            send(.post, Place.gadgets, gadget("a")).sending("text/plain")
                .fails(415, "UnsupportedMediaType")
            send(.post, Place.gadgets, gadget("a")).sending("application/merge-patch+json")
                .fails(415, "UnsupportedMediaType")
            send(
                .post, Place.gadgets,
                text: "apiVersion: contract.example.org/v1\nkind: Gadget\n"
                    + "metadata: {name: a}\nspec: {size: 3}\n"
            ).sending("application/yaml").answers(201).has("/spec/size", 3)
        }
        ContractCase("A body beyond 3 MiB is 413") {
            send(
                .post, Place.gadgets,
                gadget("a", ["size": 1, "text": .string(String(repeating: "x", count: 3_200_000))])
            ).fails(413, "RequestEntityTooLarge").begins("/message", "Request entity too large")
        }
        ContractCase("Members that come twice: the last one counts") {
            send(
                .post, Place.gadgets,
                text: #"{"apiVersion":"contract.example.org/v1","kind":"Gadget","#
                    + #""metadata":{"name":"a"},"spec":{"size":1,"size":2}}"#
            ).answers(201).has("/spec/size", 2)
        }
    }

    @ListBuilder<ContractCase> private static var naming: [ContractCase] {
        ContractCase("generateName makes a name") {
            make("", ["size": 1], ["generateName": "made-"]).begins("/metadata/name", "made-")
                .has("/metadata/generateName", "made-").keeps("first", "/metadata/name")
            make("", ["size": 1], ["generateName": "made-"])
                .differs("/metadata/name", from: "{first}")
            read("{first}")
        }
        ContractCase("An object needs a name") {
            make("").fails(422, "Invalid").has("/details/causes/0/field", "metadata.name")
                .has("/details/causes/0/reason", "FieldValueRequired")
                .contains("/message", "name or generateName is required")
        }
        ContractCase("Names are DNS subdomains") {
            for name in ["Upper", "under_score", "-dash", "dot.", "a..b", "ü"] {
                make(name).fails(422, "Invalid").causes(["FieldValueInvalid metadata.name"])
            }
            make(String(repeating: "x", count: 254)).fails(422, "Invalid")
                .contains("/message", "must be no more than 253 characters")
            make("a.b-c.0")
            make(String(repeating: "x", count: 253))
        }
        ContractCase("Label keys and values have a syntax") {
            for (key, value) in [
                ("-bad", "x"), ("a/b/c", "x"), ("good", "bad value"), ("good", "-x"),
                (String(repeating: "k", count: 64), "x"),
                ("good", String(repeating: "v", count: 64)),
            ] {
                make("a", ["size": 1], ["labels": [key: .string(value)]])
                    .fails(422, "Invalid").has("/details/causes/0/field", "metadata.labels")
            }
            make("a", ["size": 1], ["labels": ["x.org/y_z": "", "0": "A.b_c-9"]])
        }
        ContractCase("Fact 8: annotation keys have a syntax, values do not") {
            make("a", ["size": 1], ["annotations": ["bad key": "x"]])
                .fails(422, "Invalid").has("/details/causes/0/field", "metadata.annotations")
            make("a", ["size": 1], ["annotations": [String(repeating: "k", count: 64): "x"]])
                .fails(422, "Invalid").contains("/message", "must be no more than 63 characters")
            make("a", ["size": 1], ["annotations": ["x.org/K": "any text, \u{1F600} \n"]])
                .has("/metadata/annotations", ["x.org/K": "any text, \u{1F600} \n"])
        }
        ContractCase("Fact 8: all annotations together may hold 262,144 bytes") {
            make(
                "a", ["size": 1],
                ["annotations": ["k": .string(String(repeating: "v", count: 262_143))]])
            make(
                "b", ["size": 1],
                ["annotations": ["k": .string(String(repeating: "v", count: 262_144))]]
            ).fails(422, "Invalid").has("/details/causes/0/field", "metadata.annotations")
                .has("/details/causes/0/reason", "FieldValueTooLong")
            patch(.merge, "a", ["metadata": ["annotations": ["l": ""]]])
                .fails(422, "Invalid").has("/details/causes/0/field", "metadata.annotations")
        }
        ContractCase("Labels that are no text are refused") {
            make("a", ["size": 1], ["labels": ["x": 1]]).fails(400, "BadRequest")
            make("a")
            patch(.merge, "a", ["metadata": ["labels": ["x": 1]]]).answers(422)
                .has("/reason", "Invalid")
        }
        ContractCase("Name and namespace of the body must be those of the path") {
            make("a", ["size": 1], ["namespace": "elsewhere"]).fails(
                400, "BadRequest",
                "the namespace of the provided object does not match the namespace sent on the "
                    + "request")
            make("a").keepsRevision()
            put("a", gadget("b", ["size": 1], ["resourceVersion": "{rv}"]))
                .fails(
                    400, "BadRequest",
                    "the name of the object (b) does not match the name on the URL (a)")
        }
        ContractCase("A namespace that is not there is NotFound; an empty one lists nothing") {
            send(
                .post, "\(Place.group)/namespaces/nowhere-{ns}/gadgets", gadget("a")
            ).fails(404, "NotFound", "namespaces \"nowhere-{ns}\" not found")
            list(at: "\(Place.group)/namespaces/nowhere-{ns}/gadgets").has("/items", [])
        }
        ContractCase("Nothing is created in a namespace that is going") {
            make("a", ["size": 1], ["finalizers": ["x.org/hold"]])
            send(.delete, "/api/v1/namespaces/{ns}")
            make("b").fails(403, "Forbidden").contains("/message", "being terminated")
                .causes(["NamespaceTerminating metadata.namespace"])
            patch(.merge, "a", ["spec": ["size": 2]]).has("/spec/size", 2)
            patch(.merge, "a", ["metadata": ["finalizers": nil]])
        }
    }

    @ListBuilder<ContractCase> private static var replacing: [ContractCase] {
        ContractCase("Replacing needs the resource version, and the right one") {
            make("a").keepsRevision()
            put("a", gadget("a", ["size": 2])).fails(422, "Invalid").contains(
                "/message",
                "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update")
            put("a", gadget("a", ["size": 2], ["resourceVersion": "{rv}"])).has("/spec/size", 2)
            put("a", gadget("a", ["size": 3], ["resourceVersion": "{rv}"])).fails(
                409, "Conflict",
                "Operation cannot be fulfilled on gadgets.contract.example.org \"a\": the object "
                    + "has been modified; please apply your changes to the latest version and "
                    + "try again"
            ).has(
                "/details", ["name": "a", "group": "contract.example.org", "kind": "gadgets"])
        }
        ContractCase("Replacing with a wrong uid is 409") {
            make("a").keepsRevision().keepsUID()
            put("a", gadget("a", ["size": 2], ["resourceVersion": "{rv}", "uid": "another"]))
                .fails(409, "Conflict").contains(
                    "/message",
                    "Precondition failed: UID in precondition: another, UID in object meta: {uid}")
            put("a", gadget("a", ["size": 2], ["resourceVersion": "{rv}", "uid": "{uid}"]))
        }
        ContractCase("Replacing drops what is not named, but not the server's own fields") {
            make("a", ["size": 1, "text": "x"], ["labels": ["x": "y"]]).keepsRevision()
                .keepsUID().keeps("born", "/metadata/creationTimestamp")
            put("a", gadget("a", ["size": 2], ["resourceVersion": "{rv}"]))
                .lacks("/spec/text").lacks("/metadata/labels").has("/metadata/uid", "{uid}")
                .has("/metadata/creationTimestamp", "{born}").has("/metadata/generation", 2)
        }
        ContractCase("Replacing with the same keeps the resource version") {
            make("a", ["size": 1]).keepsRevision()
            put("a", gadget("a", ["size": 1], ["resourceVersion": "{rv}"]))
                .has("/metadata/resourceVersion", "{rv}").has("/metadata/generation", 1)
        }
        ContractCase("A config map can be replaced without a resource version") {
            send(.post, Place.maps, ["metadata": ["name": "m"], "data": ["a": "1"]])
            send(.put, "\(Place.maps)/m", ["metadata": ["name": "m"], "data": ["b": "2"]])
                .has("/data", ["b": "2"])
        }
        ContractCase("Immutable metadata stays as it is") {
            make("a").keeps("born", "/metadata/creationTimestamp")
            patch(
                .merge, "a",
                [
                    "metadata": [
                        "creationTimestamp": "2001-01-01T00:00:00Z", "generation": 70,
                        "selfLink": "/x",
                    ]
                ]
            ).has("/metadata/creationTimestamp", "{born}").has("/metadata/generation", 1)
            patch(.merge, "a", ["metadata": ["deletionTimestamp": "2001-01-01T00:00:00Z"]])
                .fails(422, "Invalid").has("/details/causes/0/field", "metadata.deletionTimestamp")
            patch(.merge, "a", ["metadata": ["name": "b"]]).fails(400, "BadRequest")
        }
        ContractCase("Owner references are checked") {
            make("a", ["size": 1], ["ownerReferences": [["kind": "Gadget", "name": "x"]]])
                .fails(422, "Invalid").causes([
                    "FieldValueInvalid metadata.ownerReferences.apiVersion",
                    "FieldValueInvalid metadata.ownerReferences.uid",
                ])
        }
    }

    @ListBuilder<ContractCase> private static var generation: [ContractCase] {
        ContractCase("Fact 11: the generation moves with the spec only") {
            make("a").has("/metadata/generation", 1)
            patch(.merge, "a", ["metadata": ["labels": ["x": "y"]]])
                .has("/metadata/generation", 1)
            patch(.merge, "a", ["metadata": ["annotations": ["x": "y"]]])
                .has("/metadata/generation", 1)
            patch(.merge, "a/status", ["status": ["ready": true]])
                .has("/metadata/generation", 1)
            patch(.merge, "a", ["spec": ["size": 2]]).has("/metadata/generation", 2)
            patch(.merge, "a", ["spec": ["size": 2]]).has("/metadata/generation", 2)
        }
        ContractCase("Without a status subresource a change of status moves the generation") {
            send(
                .post, Place.plains,
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Plain",
                    "metadata": ["name": "a"], "status": ["n": 1],
                ])
            patch(.merge, at: "\(Place.plains)/a", ["status": ["n": 2]])
                .has("/metadata/generation", 2).has("/status/n", 2)
            patch(.merge, at: "\(Place.plains)/a", ["metadata": ["labels": ["x": "y"]]])
                .has("/metadata/generation", 2)
        }
        ContractCase("Built-in kinds without a spec have no generation") {
            send(.post, Place.maps, ["metadata": ["name": "m"], "data": ["a": "1"]])
                .lacks("/metadata/generation")
            patch(.merge, at: "\(Place.maps)/m", ["data": ["a": "2"]])
                .lacks("/metadata/generation")
        }
    }

    @ListBuilder<ContractCase> private static var statusWrites: [ContractCase] {
        ContractCase("A write of status takes the status only") {
            make("a", ["size": 1], ["labels": ["x": "y"]])
            patch(
                .merge, "a/status",
                [
                    "metadata": ["labels": ["x": "z"]], "spec": ["size": 9],
                    "status": ["ready": true],
                ]
            ).has("/status/ready", true).has("/spec/size", 1)
                .has("/metadata/labels", ["x": "y"])
        }
        ContractCase("A write of the object does not take the status") {
            make("a")
            patch(.merge, "a/status", ["status": ["ready": true]]).keepsRevision()
            patch(.merge, "a", ["status": ["ready": false], "spec": ["size": 2]])
                .has("/status/ready", true).has("/spec/size", 2).keepsRevision()
            put("a", gadget("a", ["size": 3], ["resourceVersion": "{rv}"]))
                .has("/status/ready", true).has("/spec/size", 3)
        }
        ContractCase("Status can be read and replaced at its own path") {
            make("a").keepsRevision()
            read("a/status").has("/spec/size", 1).has("/kind", "Gadget")
            send(
                .put, "\(Place.gadgets)/a/status",
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Gadget",
                    "metadata": ["name": "a", "resourceVersion": "{rv}"],
                    "spec": ["size": 9], "status": ["state": "Up"],
                ]
            ).has("/status/state", "Up").has("/spec/size", 1)
        }
        ContractCase("Status has its schema") {
            make("a")
            patch(.merge, "a/status", ["status": ["state": "Sideways"]])
                .fails(422, "Invalid").causes(["FieldValueNotSupported status.state"])
            patch(.merge, "a/status", ["status": ["unknown": 1, "ready": true]])
                .has("/status", ["ready": true])
        }
        ContractCase("Subresources that are not there are 404") {
            make("a")
            read("a/scale").fails(
                404, "NotFound", "gadgets.contract.example.org \"a\" not found")
            read("a/nonsense").fails(404, "NotFound")
            send(
                .post, Place.plains,
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Plain",
                    "metadata": ["name": "a"],
                ])
            send(.get, "\(Place.plains)/a/status").fails(404, "NotFound")
        }
    }
}
