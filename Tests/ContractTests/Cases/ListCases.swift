import Documents
import HTTP

/// Lists: selectors, pages, resource versions, and the other forms in which they come.
enum ListCases {
    @ListBuilder<ContractCase> static var all: [ContractCase] {
        selecting
        paging
        revisions
        forms
    }

    @ListBuilder<Step> private static var four: [Step] {
        make("a", ["size": 1], ["labels": ["app": "x", "tier": "one"]])
        make("b", ["size": 2], ["labels": ["app": "y"]])
        make("c", ["size": 3], ["labels": ["app": "z", "tier": "two"]])
        make("d", ["size": 4])
    }

    @ListBuilder<ContractCase> private static var selecting: [ContractCase] {
        ContractCase("A list is in order of names and has the kind's list") {
            make("b")
            make("a")
            make("a-1")
            list().names(["a", "a-1", "b"]).has("/kind", "GadgetList")
                .has("/apiVersion", "contract.example.org/v1").has("/metadata/resourceVersion")
                .has("/items/0/kind", "Gadget")
        }
        ContractCase("An empty list has items") { list().has("/items", []) }
        ContractCase("Label selectors: equality") {
            four
            list("labelSelector=app%3Dx").names(["a"])
            list("labelSelector=app%3D%3Dx").names(["a"])
            list("labelSelector=app!%3Dx").names(["b", "c", "d"])
            list("labelSelector=app%3Dx,tier%3Dtwo").names([])
            list("labelSelector=app%3Dx%2Ctier%3Done").names(["a"])
        }
        ContractCase("Label selectors: sets and presence") {
            four
            list("labelSelector=app%20in%20(x,y)").names(["a", "b"])
            list("labelSelector=app%20notin%20(x,y)").names(["c", "d"])
            list("labelSelector=tier").names(["a", "c"])
            list("labelSelector=!tier").names(["b", "d"])
            list("labelSelector=app,!tier").names(["b"])
        }
        ContractCase("Label selectors: order") {
            make("a", ["size": 1], ["labels": ["n": "5"]])
            make("b", ["size": 1], ["labels": ["n": "15"]])
            list("labelSelector=n%3E10").names(["b"])
            list("labelSelector=n%3C10").names(["a"])
        }
        ContractCase("A label selector that cannot be read is 400") {
            for text in ["app%20in%20x", "%3Dx", "app%20in%20(", "a%20b", "!"] {
                list("labelSelector=\(text)").fails(400, "BadRequest")
            }
        }
        ContractCase("Field selectors: name and namespace") {
            four
            list("fieldSelector=metadata.name%3Dc").names(["c"])
            list("fieldSelector=metadata.name!%3Dc").names(["a", "b", "d"])
            list("fieldSelector=metadata.name%3Dc,metadata.namespace%3D{ns}").names(["c"])
            list("fieldSelector=metadata.namespace%3Dother").names([])
            list(
                "fieldSelector=metadata.namespace%3D{ns}&labelSelector=app%3Dy",
                at: "\(Place.group)/gadgets"
            ).names(["b"])
        }
        ContractCase("Other fields of custom kinds cannot be selected") {
            list("fieldSelector=spec.size%3D1").fails(
                400, "BadRequest", "field label not supported: spec.size")
            list("fieldSelector=metadata.uid%3D1").fails(400, "BadRequest")
            list("fieldSelector=nonsense").fails(400, "BadRequest")
        }
        ContractCase("A list over all namespaces has those of this one") {
            make("only-{ns}")
            list("fieldSelector=metadata.name%3Donly-{ns}", at: "\(Place.group)/gadgets")
                .size("/items", "1").has("/items/0/metadata/namespace", "{ns}")
        }
    }

    @ListBuilder<ContractCase> private static var paging: [ContractCase] {
        ContractCase("Pages follow one another by their tokens") {
            four
            list("limit=3").names(["a", "b", "c"]).has("/metadata/remainingItemCount", 1)
                .keeps("more", "/metadata/continue").keepsRevision()
            list("limit=3&continue={more}").names(["d"])
                .has("/metadata/resourceVersion", "{rv}")
                .lacks("/metadata/remainingItemCount")
            list("limit=4").size("/items", "4").lacks("/metadata/remainingItemCount")
            list("limit=0").size("/items", "4")
        }
        ContractCase("Later pages show the state of the first") {
            four
            list("limit=1").names(["a"]).keeps("more", "/metadata/continue")
            delete("b")
            make("c-new")
            patch(.merge, "d", ["spec": ["size": 40]])
            list("continue={more}").names(["b", "c", "d"]).has("/items/2/spec/size", 4)
            list().names(["a", "c", "c-new", "d"])
        }
        ContractCase("Pages of a selection do not say how many remain") {
            four
            list("limit=1&labelSelector=app").names(["a"]).lacks("/metadata/remainingItemCount")
                .keeps("more", "/metadata/continue")
            list("limit=1&labelSelector=app&continue={more}").names(["b"])
                .keeps("more", "/metadata/continue")
            list("limit=1&labelSelector=app&continue={more}").names(["c"])
                .keeps("more", "/metadata/continue")
            list("limit=1&labelSelector=app&continue={more}").names([])
                .has("/metadata/continue", "")
        }
        ContractCase("A token that is none is 400") {
            list("limit=1&continue=nonsense").fails(400, "BadRequest")
            list("limit=1&continue=e30").fails(400, "BadRequest")
        }
        ContractCase("A token does not go with a resource version") {
            four
            list("limit=1").keeps("more", "/metadata/continue").keepsRevision()
            list("limit=1&continue={more}&resourceVersion={rv}").fails(
                400, "BadRequest",
                "specifying resource version is not allowed when using continue")
        }
        ContractCase("A token of forgotten history is 410, with one to go on inconsistently") {
            four
            forgetHistory()
            // rv 1, after `b`: {"v":"meta.k8s.io/v1","rv":1,"start":"b\u0000"}
            list(
                "limit=2&continue="
                    + "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJiXHUwMDAwIn0"
            ).fails(410, "Expired").has("/metadata/continue")
                .begins("/message", "The provided continue parameter is too old")
                .keeps("more", "/metadata/continue")
            list("limit=2&continue={more}").names(["c", "d"])
        }
    }

    @ListBuilder<ContractCase> private static var revisions: [ContractCase] {
        ContractCase("A list is at least as new as asked") {
            make("a").keepsRevision()
            list("resourceVersion={rv}").names(["a"])
            list("resourceVersion={rv}&resourceVersionMatch=NotOlderThan").names(["a"])
            list("resourceVersion=0").answers(200)
        }
        ContractCase("An exact list shows the state of its revision") {
            make("a").keepsRevision()
            make("b")
            list("resourceVersion={rv}&resourceVersionMatch=Exact").names(["a"])
                .has("/metadata/resourceVersion", "{rv}")
            list().names(["a", "b"])
        }
        ContractCase("An exact list of forgotten history is 410") {
            forgetHistory()
            list("resourceVersion=1&resourceVersionMatch=Exact").fails(
                410, "Expired", "The resourceVersion for the provided list is too old.")
        }
        ContractCase("resourceVersionMatch has its rules") {
            list("resourceVersionMatch=Exact").fails(422, "Invalid")
                .causes(["FieldValueForbidden resourceVersionMatch"])
            list("resourceVersion=0&resourceVersionMatch=Exact").fails(422, "Invalid")
                .causes(["FieldValueForbidden resourceVersionMatch"])
            list("resourceVersion=1&resourceVersionMatch=Sometimes").fails(422, "Invalid")
                .causes(["FieldValueNotSupported resourceVersionMatch"])
        }
        ContractCase("A resource version that is no number") {
            make("a")
            list("resourceVersion=x").answers(500)
            watch("resourceVersion=x", until: 1).answers(500)
        }
        ContractCase("A get is at least as new as asked") {
            make("a").keepsRevision()
            read("a").query("resourceVersion=0").eventually()
            read("a").query("resourceVersion={rv}").has("/metadata/resourceVersion", "{rv}")
        }
    }

    private static let table = "application/json;as=Table;v=v1;g=meta.k8s.io"
    private static let partial = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
    private static let partialList =
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"

    @ListBuilder<ContractCase> private static var forms: [ContractCase] {
        ContractCase("A table has the kind's columns and cells of their types") {
            make(
                "a", ["size": 7, "colour": "red", "ratio": 1.5, "when": "2001-01-01T00:00:00Z"])
            patch(.merge, "a/status", ["status": ["ready": true]])
            list().accepting(table).has("/kind", "Table").has("/apiVersion", "meta.k8s.io/v1")
                .items(
                    "/columnDefinitions", "/name",
                    ["Name", "Size", "Colour", "Ready", "Ratio", "When", "Age"]
                )
                .items(
                    "/columnDefinitions", "/type",
                    ["string", "integer", "string", "boolean", "number", "date", "date"]
                )
                .items("/columnDefinitions", "/priority", ["0", "0", "1", "0", "0", "0", "0"])
                .has("/columnDefinitions/0/format", "name")
                .has("/columnDefinitions/2/description", "How it looks.")
                .has("/rows/0/cells/0", "a").has("/rows/0/cells/1", 7)
                .has("/rows/0/cells/2", "red").has("/rows/0/cells/3", true)
                .has("/rows/0/cells/4", 1.5).contains("/rows/0/cells/5", "y")
                .has("/rows/0/object/kind", "PartialObjectMetadata")
                .has("/rows/0/object/metadata/name", "a").has("/metadata/resourceVersion")
        }
        ContractCase("What a cell cannot show is null") {
            make("a")
            list().accepting(table).has("/rows/0/cells/2", nil).has("/rows/0/cells/3", nil)
                .has("/rows/0/cells/5", nil)
        }
        ContractCase("A table with objects, and without") {
            make("a")
            list("includeObject=Object").accepting(table).has("/rows/0/object/spec/size", 1)
            list("includeObject=None").accepting(table).has("/rows/0/object", nil)
            list("includeObject=Metadata").accepting(table)
                .has("/rows/0/object/metadata/name", "a").lacks("/rows/0/object/spec")
            list("includeObject=Some").accepting(table).fails(400, "BadRequest")
        }
        ContractCase("One object as a table, and pages of tables") {
            four
            read("a").accepting(table).has("/rows/0/cells/0", "a").size("/rows", "1")
            list("limit=3").accepting(table).size("/rows", "3")
                .keeps("more", "/metadata/continue").has("/metadata/remainingItemCount", 1)
            list("limit=3&continue={more}").accepting(table).has("/rows/0/cells/0", "d")
        }
        ContractCase("A kind without columns shows its age") {
            send(
                .post, Place.plains,
                [
                    "apiVersion": "contract.example.org/v1", "kind": "Plain",
                    "metadata": ["name": "a"],
                ])
            list(at: Place.plains).accepting(table)
                .items("/columnDefinitions", "/name", ["Name", "Age"])
                .items("/columnDefinitions", "/type", ["string", "date"])
        }
        ContractCase("Metadata alone") {
            make("a", ["size": 1], ["labels": ["x": "y"]])
            read("a").accepting(partial).has("/kind", "PartialObjectMetadata")
                .has("/apiVersion", "meta.k8s.io/v1").has("/metadata/labels/x", "y")
                .lacks("/spec")
            list().accepting(partialList).has("/kind", "PartialObjectMetadataList")
                .names(["a"]).has("/items/0/kind", "PartialObjectMetadata")
                .lacks("/items/0/spec")
        }
        ContractCase("The first form that a server knows is taken") {
            make("a")
            list().accepting("application/json;as=Chart;v=v1;g=meta.k8s.io,application/json")
                .has("/kind", "GadgetList")
            list().accepting("\(table),application/json").has("/kind", "Table")
            list().accepting("application/xml").fails(406, "NotAcceptable")
            list().accepting("*/*").has("/kind", "GadgetList")
        }
        ContractCase("Answers in YAML") {
            make("a")
            read("a").accepting("application/yaml").header("Content-Type", "application/yaml")
                .text("kind: Gadget\n").text("  size: 1\n")
        }
    }
}
