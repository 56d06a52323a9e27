import Documents
import HTTP

/// Watches: which events come, in which order, from where.
enum WatchCases {
    @ListBuilder<ContractCase> static var all: [ContractCase] {
        sequences
        selections
        beginnings
        forms
    }

    @ListBuilder<ContractCase> private static var sequences: [ContractCase] {
        ContractCase("From a list's version: every change, in order") {
            list().keepsRevision()
            make("a")
            patch(.merge, "a", ["spec": ["size": 2]])
            make("b")
            delete("a")
            patch(.merge, "b/status", ["status": ["ready": true]])
            watch("resourceVersion={rv}", until: 5)
                .events(["ADDED a", "MODIFIED a", "ADDED b", "DELETED a", "MODIFIED b"])
                .has("/0/object/spec/size", 1).has("/1/object/spec/size", 2)
                .has("/3/object/spec/size", 2).has("/4/object/status/ready", true)
                .has("/0/object/kind", "Gadget")
                .has("/0/object/apiVersion", "contract.example.org/v1")
        }
        ContractCase("From an object's version: what came after it") {
            make("a").keepsRevision()
            make("b")
            watch("resourceVersion={rv}", until: 1).events(["ADDED b"])
        }
        ContractCase("Events come while a watch is open") {
            make("a").keepsRevision()
            watch("resourceVersion={rv}", until: 3).meanwhile {
                make("b")
                patch(.merge, "a", ["spec": ["size": 2]])
                delete("b")
            }.events(["ADDED b", "MODIFIED a", "DELETED b"])
        }
        ContractCase("A deletion has a version of its own") {
            make("a").keepsRevision()
            delete("a")
            watch("resourceVersion={rv}", until: 1).events(["DELETED a"])
                .differs("/0/object/metadata/resourceVersion", from: "{rv}")
        }
        ContractCase("A write that changes nothing is no event") {
            make("a").keepsRevision()
            patch(.merge, "a", ["spec": ["size": 1]])
            make("end")
            watch("resourceVersion={rv}", until: 1).events(["ADDED end"])
        }
        ContractCase("A dry run is no event") {
            list().keepsRevision()
            make("a").query("dryRun=All")
            make("end")
            watch("resourceVersion={rv}", until: 1).events(["ADDED end"])
        }
        ContractCase("A deletion that waits for a finalizer is MODIFIED, then DELETED") {
            make("a", ["size": 1], ["finalizers": ["x.org/hold"]]).keepsRevision()
            delete("a")
            patch(.merge, "a", ["metadata": ["finalizers": nil]])
            watch("resourceVersion={rv}", until: 2).events(["MODIFIED a", "DELETED a"])
                .has("/0/object/metadata/deletionTimestamp")
        }
    }

    @ListBuilder<ContractCase> private static var selections: [ContractCase] {
        ContractCase("Labels that come to match are ADDED, that cease to are DELETED") {
            make("a", ["size": 1], ["labels": ["in": "no"]]).keepsRevision()
            patch(.merge, "a", ["metadata": ["labels": ["in": "yes"]]])
            patch(.merge, "a", ["spec": ["size": 2]])
            patch(.merge, "a", ["metadata": ["labels": ["in": "no"]]]).keepsRevision("left")
            patch(.merge, "a", ["spec": ["size": 3]])
            patch(.merge, "a", ["metadata": ["labels": ["in": "yes"]]])
            watch("labelSelector=in%3Dyes&resourceVersion={rv}", until: 4)
                .events(["ADDED a", "MODIFIED a", "DELETED a", "ADDED a"])
                .has("/2/object/metadata/resourceVersion", "{left}")
                .has("/3/object/spec/size", 3)
        }
        ContractCase("What leaves a selection is told as it was") {
            make("a", ["size": 1], ["labels": ["in": "yes"]]).keepsRevision()
            patch(.merge, "a", ["metadata": ["labels": ["in": nil]], "spec": ["size": 2]])
            watch("labelSelector=in%3Dyes&resourceVersion={rv}", until: 1).events(["DELETED a"])
                .has("/0/object/metadata/labels/in", "yes").has("/0/object/spec/size", 1)
        }
        ContractCase("A deleted object outside a selection is no event") {
            make("a", ["size": 1], ["labels": ["in": "no"]]).keepsRevision()
            delete("a")
            make("end", ["size": 1], ["labels": ["in": "yes"]])
            watch("labelSelector=in%3Dyes&resourceVersion={rv}", until: 1)
                .events(["ADDED end"])
        }
        ContractCase("One object is watched by its name") {
            list().keepsRevision()
            make("a")
            make("b")
            patch(.merge, "b", ["spec": ["size": 2]])
            delete("b")
            watch("fieldSelector=metadata.name%3Db&resourceVersion={rv}", until: 3)
                .events(["ADDED b", "MODIFIED b", "DELETED b"])
            watch("fieldSelector=spec.size%3D1", until: 1).fails(400, "BadRequest")
            watch("labelSelector=%3D", until: 1).fails(400, "BadRequest")
        }
        ContractCase("Another namespace's events are not seen") {
            list().keepsRevision()
            send(
                .post, "\(Place.group)/namespaces/default/gadgets",
                gadget("other-{ns}"))
            make("end")
            watch("resourceVersion={rv}", until: 1).events(["ADDED end"])
        }
    }

    @ListBuilder<ContractCase> private static var beginnings: [ContractCase] {
        ContractCase("Without a version the state comes first, as ADDED") {
            make("a")
            patch(.merge, "a", ["spec": ["size": 2]])
            // One object alone: of several, a real server promises no order.
            make("b")
            delete("b")
            watch("", until: 1).events(["ADDED a"]).has("/0/object/spec/size", 2)
        }
        ContractCase("From 0 the state comes first, as ADDED") {
            make("a")
            // The watch of a cache: it may be behind for a moment, but it catches up.
            watch("resourceVersion=0", until: 1).events(["ADDED a"])
        }
        ContractCase("A version that is forgotten is 410, as an event") {
            make("a")
            forgetHistory()
            watch("resourceVersion=1", until: 1).answers(200).events(["ERROR"])
                .has("/0/object/kind", "Status").has("/0/object/code", 410)
                .has("/0/object/reason", "Expired")
                .begins("/0/object/message", "too old resource version: 1 (")
        }
        ContractCase("A watch ends when its time is up") {
            make("a")
            watch("timeoutSeconds=3", until: nil).events(["ADDED a"])
        }
        ContractCase("A watch that wants bookmarks gets one before its end") {
            make("a").keepsRevision()
            watch("allowWatchBookmarks=true&timeoutSeconds=8&resourceVersion={rv}", until: nil)
                .meanwhile {
                    // A bookmark must be newer than the watch, and this one sees nothing of it.
                    send(
                        .post, "\(Place.group)/namespaces/default/gadgets", gadget("mark-{ns}"))
                }
                // One comes two seconds before the end; a busy server sends it a second time.
                .events(only: "BOOKMARK").has("/0/object/kind", "Gadget")
                .differs("/0/object/metadata/resourceVersion", from: "{rv}")
                .lacks("/0/object/metadata/name")
        }
        ContractCase("A watch that does not want bookmarks gets none") {
            make("a").keepsRevision()
            watch("timeoutSeconds=4&resourceVersion={rv}", until: nil).events([])
        }
        ContractCase(
            "A watch can begin with the state and say where it ends",
            newer: "1.20 does not know sendInitialEvents"
        ) {
            make("a")
            make("b")
            watch(
                "sendInitialEvents=true&allowWatchBookmarks=true"
                    + "&resourceVersionMatch=NotOlderThan", until: 3
            ).events(["ADDED a", "ADDED b", "BOOKMARK"])
                .has(
                    "/2/object/metadata/annotations", ["k8s.io/initial-events-end": "true"])
            watch("sendInitialEvents=true", until: 1).fails(422, "Invalid")
        }
    }

    @ListBuilder<ContractCase> private static var forms: [ContractCase] {
        ContractCase("A watch of tables: the columns come once") {
            list().keepsRevision()
            make("a", ["size": 7])
            patch(.merge, "a", ["spec": ["size": 8]])
            watch("resourceVersion={rv}", until: 2)
                .accepting("application/json;as=Table;v=v1;g=meta.k8s.io")
                .has("/0/object/kind", "Table").has("/0/object/rows/0/cells/1", 7)
                .has("/1/object/rows/0/cells/1", 8).size("/0/object/columnDefinitions", "7")
                .size("/1/object/columnDefinitions", "0")
                .has("/1/object/rows/0/object/metadata/name", "a")
        }
        ContractCase("A watch of metadata") {
            list().keepsRevision()
            make("a")
            watch("resourceVersion={rv}", until: 1)
                .accepting("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")
                .events(["ADDED a"]).has("/0/object/kind", "PartialObjectMetadata")
                .lacks("/0/object/spec")
        }
    }
}
