import Documents
import HTTP

/// How objects go: at once, after their finalizers, many together; and what is only tried.
enum DeletionCases {
    @ListBuilder<ContractCase> static var all: [ContractCase] {
        deleting
        preconditions
        collections
        dryRuns
    }

    @ListBuilder<ContractCase> private static var deleting: [ContractCase] {
        ContractCase("A deleted object is gone; the answer names it") {
            make("a").keepsUID()
            delete("a").has("/kind", "Status").has("/status", "Success").has(
                "/details",
                [
                    "name": "a", "group": "contract.example.org", "kind": "gadgets",
                    "uid": "{uid}",
                ])
            read("a").fails(404, "NotFound")
            make("a").differs("/metadata/uid", from: "{uid}")
        }
        ContractCase("A finalizer holds an object that is being deleted") {
            make("a", ["size": 1], ["finalizers": ["x.org/hold", "x.org/too"]])
            delete("a").has("/kind", "Gadget").has("/metadata/deletionTimestamp")
                .has("/metadata/deletionGracePeriodSeconds", 0)
                .has("/metadata/generation", 2)
            read("a").has("/metadata/finalizers", ["x.org/hold", "x.org/too"])
                .keeps("when", "/metadata/deletionTimestamp")
            patch(.merge, "a", ["metadata": ["finalizers": ["x.org/too"]]])
                .has("/metadata/deletionTimestamp", "{when}")
            patch(.json, "a", [["op": "remove", "path": "/metadata/finalizers"]]).answers(200)
            read("a").fails(404, "NotFound")
        }
        ContractCase("Deleting again changes nothing") {
            make("a", ["size": 1], ["finalizers": ["x.org/hold"]])
            delete("a").keepsRevision().keeps("when", "/metadata/deletionTimestamp")
            delete("a").has("/metadata/resourceVersion", "{rv}")
                .has("/metadata/deletionTimestamp", "{when}").has("/metadata/generation", 2)
            patch(.merge, "a", ["metadata": ["finalizers": nil]])
        }
        ContractCase("What is being deleted gets no new finalizer, but other changes") {
            make("a", ["size": 1], ["finalizers": ["x.org/hold"]])
            delete("a")
            patch(.merge, "a", ["metadata": ["finalizers": ["x.org/hold", "x.org/new"]]])
                .fails(422, "Invalid").has("/details/causes/0/field", "metadata.finalizers")
                .has("/details/causes/0/reason", "FieldValueForbidden")
            patch(.merge, "a", ["spec": ["size": 2]]).has("/spec/size", 2)
                .has("/metadata/generation", 3)
            make("a").fails(409, "AlreadyExists")
            patch(.merge, "a", ["metadata": ["deletionTimestamp": nil]])
                .has("/metadata/deletionTimestamp")
            patch(.merge, "a", ["metadata": ["finalizers": nil]])
            read("a").fails(404, "NotFound")
        }
        ContractCase("A finalizer is a name") {
            make("a", ["size": 1], ["finalizers": ["not a name"]]).fails(422, "Invalid")
                .has("/details/causes/0/field", "metadata.finalizers")
        }
        ContractCase("Owner references do not hold a deletion in the background") {
            make("owner").keepsUID()
            make(
                "child", ["size": 1],
                [
                    "ownerReferences": [
                        [
                            "apiVersion": "contract.example.org/v1", "kind": "Gadget",
                            "name": "owner", "uid": "{uid}",
                        ]
                    ]
                ]
            ).has("/metadata/ownerReferences/0/uid", "{uid}")
            delete("owner", ["propagationPolicy": "Background"]).has("/status", "Success")
            read("owner").fails(404, "NotFound")
        }
        ContractCase("A propagation policy has three values") {
            make("a")
            delete("a", ["propagationPolicy": "Sideways"]).fails(422, "Invalid")
                .has("/details/causes/0/field", "propagationPolicy")
            delete("a").query("propagationPolicy=Sideways").fails(422, "Invalid")
            read("a")
            delete("a").query("propagationPolicy=Background")
            read("a").fails(404, "NotFound")
        }
    }

    @ListBuilder<ContractCase> private static var preconditions: [ContractCase] {
        ContractCase("Deleting with a wrong uid is 409") {
            make("a").keepsUID()
            delete("a", ["preconditions": ["uid": "another"]]).fails(409, "Conflict")
                .contains(
                    "/message",
                    "the UID in the precondition (another) does not match the UID in record "
                        + "({uid}). The object might have been deleted and then recreated")
            delete("a", ["preconditions": ["uid": "{uid}"]]).has("/status", "Success")
        }
        ContractCase("Deleting with a stale resource version is 409") {
            make("a").keepsRevision("old")
            patch(.merge, "a", ["spec": ["size": 2]]).keepsRevision("new")
            delete("a", ["preconditions": ["resourceVersion": "{old}"]]).fails(409, "Conflict")
                .contains(
                    "/message",
                    "the ResourceVersion in the precondition ({old}) does not match the "
                        + "ResourceVersion in record ({new}). The object might have been modified")
            delete("a", ["preconditions": ["resourceVersion": "{new}"]])
                .has("/status", "Success")
        }
    }

    @ListBuilder<ContractCase> private static var collections: [ContractCase] {
        ContractCase("A collection is deleted by its selector") {
            make("a", ["size": 1], ["labels": ["go": "yes"]])
            make("b", ["size": 1], ["labels": ["go": "no"]])
            make("c", ["size": 1], ["labels": ["go": "yes"]])
            send(.delete, "\(Place.gadgets)?labelSelector=go%3Dyes").has("/kind", "GadgetList")
            list().names(["b"])
            send(.delete, Place.gadgets)
            list().names([])
        }
        ContractCase("A collection's objects with finalizers stay for now") {
            make("a", ["size": 1], ["finalizers": ["x.org/hold"]])
            make("b")
            send(.delete, Place.gadgets)
            list().names(["a"]).has("/items/0/metadata/deletionTimestamp")
            patch(.merge, "a", ["metadata": ["finalizers": nil]])
        }
        ContractCase("A collection over all namespaces is not deleted") {
            make("a")
            send(.delete, "\(Place.group)/gadgets").answers(404)
            read("a")
        }
    }

    @ListBuilder<ContractCase> private static var dryRuns: [ContractCase] {
        ContractCase("Fact 12: a dry run of a creation fills in, validates, stores nothing") {
            make("a").query("dryRun=All").has("/spec/level", "low").has("/metadata/uid")
                .has("/metadata/generation", 1).lacks("/metadata/resourceVersion")
            read("a").fails(404, "NotFound")
            make("a", ["size": -1]).query("dryRun=All").fails(422, "Invalid")
            make("a")
            make("a").query("dryRun=All").fails(409, "AlreadyExists")
        }
        ContractCase("Fact 12: a dry run of a patch shows the result, stores nothing") {
            make("a").keepsRevision()
            patch(.merge, "a", ["spec": ["size": 2]]).query("dryRun=All").has("/spec/size", 2)
                .has("/metadata/generation", 2).has("/metadata/resourceVersion", "{rv}")
            patch(.json, "a", [["op": "test", "path": "/spec/size", "value": 2]])
                .query("dryRun=All").fails(422, "Invalid")
            apply("a", ["size": 3], by: "one").query("dryRun=All&force=true")
                .has("/spec/size", 3)
            put("a", gadget("a", ["size": 4], ["resourceVersion": "{rv}"]))
                .query("dryRun=All").has("/spec/size", 4)
            read("a").has("/spec/size", 1).has("/metadata/resourceVersion", "{rv}")
        }
        ContractCase("A dry run of a deletion deletes nothing") {
            make("a")
            delete("a").query("dryRun=All").has("/status", "Success")
            delete("a", ["dryRun": ["All"]]).has("/status", "Success")
            send(.delete, "\(Place.gadgets)?dryRun=All").answers(200)
            read("a")
        }
        ContractCase("Beside options in the body those of the query do not count") {
            make("a")
            delete("a", ["dryRun": ["All"]]).query("dryRun=").has("/status", "Success")
            read("a")
            delete("a", ["kind": "DeleteOptions", "apiVersion": "v1"]).query("dryRun=All")
                .has("/status", "Success")
            read("a").fails(404, "NotFound")
        }
        ContractCase("A dry run is All or nothing") {
            make("a").query("dryRun=Some").fails(422, "Invalid").causes([
                "FieldValueNotSupported dryRun"
            ])
            read("a").fails(404, "NotFound")
        }
        ContractCase("A dry run of status, too") {
            make("a").keepsRevision()
            patch(.merge, "a/status", ["status": ["ready": true]]).query("dryRun=All")
                .has("/status/ready", true)
            read("a").lacks("/status").has("/metadata/resourceVersion", "{rv}")
        }
    }
}
