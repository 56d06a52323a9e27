import Documents
import HTTP

/// What is served where: definitions and discovery, versions, methods, rights, many at once.
enum ServerCases {
    @ListBuilder<ContractCase> static var all: [ContractCase] {
        definitions
        discovery
        requests
        rights
        crowds
        newer
    }

    private static let widgets: JSONValue = Definitions.definition(
        group: "{ns}.example.org", "widgets", "Widget",
        names: ["shortNames": ["wd"]],
        versions: [
            [
                "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                "schema": ["openAPIV3Schema": ["type": "object"]],
            ]
        ])
    private static let widgetsName = "\(Place.definitions)/widgets.{ns}.example.org"

    @ListBuilder<ContractCase> private static var definitions: [ContractCase] {
        ContractCase("A definition is established, served, and gone with its objects") {
            list(at: "/apis/{ns}.example.org/v1/namespaces/{ns}/widgets").answers(404)
                .text("404 page not found")
            send(.post, Place.definitions, widgets).has("/spec/names/singular", "widget")
                .has("/spec/names/listKind", "WidgetList")
                .has("/spec/conversion/strategy", "None")
            send(.get, widgetsName).eventually()
                .items("/status/conditions", "/type", ["NamesAccepted", "Established"])
                .items("/status/conditions", "/status", ["True", "True"])
                .has("/status/acceptedNames/kind", "Widget")
                .has("/status/storedVersions", ["v1"])
            send(.get, "/apis/{ns}.example.org/v1").eventually()
                .items("/resources", "/name", ["widgets", "widgets/status"])
            list(at: "/apis/{ns}.example.org/v1/namespaces/{ns}/widgets").eventually()
                .has("/kind", "WidgetList")
            send(
                .post, "/apis/{ns}.example.org/v1/namespaces/{ns}/widgets",
                [
                    "apiVersion": "{ns}.example.org/v1", "kind": "Widget",
                    "metadata": ["name": "w"],
                ]
            ).eventually().answers(201)
            send(.delete, widgetsName)
            send(.get, widgetsName).eventually().fails(404, "NotFound")
            list(at: "/apis/{ns}.example.org/v1/namespaces/{ns}/widgets").eventually()
                .answers(404)
            send(.get, "/apis/{ns}.example.org").eventually().answers(404)
        }
        ContractCase("A definition has its rules") {
            send(
                .post, Place.definitions,
                Definitions.definition(group: "nodots", "widgets", "Widget", versions: [])
            ).fails(422, "Invalid")
            send(
                .post, Place.definitions,
                Definitions.definition(
                    "wrongs", "Wrong",
                    versions: [["name": "v1", "served": true, "storage": true]])
            ).fails(422, "Invalid")
                .contains("/message", "spec.versions[0].schema.openAPIV3Schema: Required value")
        }
        ContractCase("A definition's name is made of its plural and group") {
            patch(
                .json, at: "\(Place.definitions)/gadgets.contract.example.org",
                [["op": "test", "path": "/spec/names/plural", "value": "gadgets"]])
            send(
                .post, Place.definitions,
                [
                    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                    "metadata": ["name": "other.contract.example.org"],
                    "spec": [
                        "group": "contract.example.org", "scope": "Namespaced",
                        "names": ["plural": "anothers", "kind": "Another"],
                        "versions": [
                            [
                                "name": "v1", "served": true, "storage": true,
                                "schema": ["openAPIV3Schema": ["type": "object"]],
                            ]
                        ],
                    ],
                ]
            ).fails(422, "Invalid").causes(["FieldValueInvalid metadata.name"])
                .contains("/message", "must be spec.names.plural+\".\"+spec.group")
        }
        ContractCase("An object is read and written in each version that is served") {
            send(.post, Place.plains, plain("a", ["x": 1]))
                .has("/apiVersion", "contract.example.org/v1").keepsRevision()
            let beta = "/apis/contract.example.org/v1beta1/namespaces/{ns}/plains"
            send(.get, "\(beta)/a").has("/apiVersion", "contract.example.org/v1beta1")
                .has("/x", 1).has("/metadata/resourceVersion", "{rv}")
            patch(.merge, at: "\(beta)/a", ["x": 2])
                .has("/apiVersion", "contract.example.org/v1beta1")
            list(at: beta).has("/apiVersion", "contract.example.org/v1beta1")
                .has("/items/0/apiVersion", "contract.example.org/v1beta1")
            send(.get, "\(Place.plains)/a").has("/apiVersion", "contract.example.org/v1")
                .has("/x", 2)
            send(.post, beta, plain("b")).fails(400, "BadRequest")
            send(.get, "/apis/contract.example.org/v2/namespaces/{ns}/plains/a").answers(404)
        }
        ContractCase("A patch cannot change version or kind") {
            make("a")
            patch(.merge, "a", ["apiVersion": "contract.example.org/v2"]).answers(422)
            patch(.merge, "a", ["kind": "Gizmo"]).answers(422)
        }
        ContractCase("A kind of the cluster has no namespace") {
            send(.post, Place.planets, planet("{ns}", 2)).lacks("/metadata/namespace")
                .has("/spec/moons", 2)
            send(.get, "\(Place.planets)/{ns}")
            send(.get, "\(Place.group)/namespaces/{ns}/planets").answers(404)
            list("fieldSelector=metadata.name%3D{ns}", at: Place.planets).names(["{ns}"])
            list("fieldSelector=metadata.namespace%3Dx", at: Place.planets).answers(400)
            send(.delete, "\(Place.planets)/{ns}")
        }
    }

    @ListBuilder<ContractCase> private static var discovery: [ContractCase] {
        ContractCase("A group tells its versions, the preferred one first") {
            send(.get, "/apis/contract.example.org").has("/kind", "APIGroup")
                .has("/name", "contract.example.org")
                .items("/versions", "/version", ["v1", "v1beta1"])
                .has("/preferredVersion/groupVersion", "contract.example.org/v1")
            send(.get, "/apis").has("/kind", "APIGroupList")
            send(.get, "/api").has("/kind", "APIVersions").has("/versions", ["v1"])
        }
        ContractCase("A version tells its resources") {
            send(.get, "/apis/contract.example.org/v1").has("/kind", "APIResourceList")
                .has("/groupVersion", "contract.example.org/v1")
                .members(
                    "/resources", "/name", ["gadgets", "gadgets/status", "plains", "planets"]
                ).eventually()
            send(.get, "/apis/contract.example.org/v1beta1")
                .items("/resources", "/name", ["plains"]).has("/resources/0/kind", "Plain")
                .has("/resources/0/namespaced", true).has("/resources/0/singularName", "plain")
                .has(
                    "/resources/0/verbs",
                    [
                        "delete", "deletecollection", "get", "list", "patch", "create", "update",
                        "watch",
                    ])
        }
        ContractCase("What is not served is 404") {
            send(.get, "/apis/nowhere.example.org").answers(404)
            send(.get, "/apis/contract.example.org/v1/nothings").answers(404)
            send(.get, "/nonsense").answers(404)
        }
        ContractCase("The server tells its version and that it is well") {
            send(.get, "/version").begins("/gitVersion", "v1.").has("/major", "1")
            for path in ["/healthz", "/livez", "/readyz"] { send(.get, path).text("ok") }
        }
    }

    @ListBuilder<ContractCase> private static var requests: [ContractCase] {
        ContractCase("A method that does not fit is 405, one that lacks a name 400") {
            make("a")
            send(.put, Place.gadgets, gadget("a")).fails(
                400, "BadRequest", "name must be provided")
            patch(.merge, at: Place.gadgets, ["spec": ["size": 1]]).fails(400, "BadRequest")
            send(.post, "\(Place.gadgets)/a", gadget("a")).fails(409, "AlreadyExists")
            send(.post, Place.group + "/gadgets", gadget("a")).answers(404)
            send(.post, "\(Place.maps)/a", ["metadata": ["name": "a"]]).fails(
                405, "MethodNotAllowed",
                "the server does not allow this method on the requested resource")
            send(.put, Place.maps, ["metadata": ["name": "a"]]).answers(405)
            send(.post, "/version", [:]).answers(405)
        }
        ContractCase("Unknown query parameters are not looked at") {
            make("a").query("surprise=1")
            list("surprise=1&limit=1").names(["a"])
            read("a").query("surprise=1&pretty=true")
        }
        ContractCase("A limit that is no number is 400") {
            list("limit=many").fails(400, "BadRequest")
            list("timeoutSeconds=long").fails(
                400, "BadRequest", "strconv.ParseInt: parsing \"long\": invalid syntax")
        }
        ContractCase("A negative limit is no limit") {
            make("a")
            make("b")
            list("limit=-1").names(["a", "b"])
        }
        ContractCase("An answer says what it is") {
            make("a").header("Content-Type", "application/json")
            read("nobody").answers(404).header("Content-Type", "application/json")
            watch("timeoutSeconds=1", until: nil).header("Content-Type", "application/json")
        }
        ContractCase("Secrets take plain text and keep it encoded") {
            send(
                .post, Place.secrets,
                ["metadata": ["name": "s"], "stringData": ["key": "value"]]
            ).has("/data", ["key": "dmFsdWU="]).lacks("/stringData").has("/type", "Opaque")
            list("fieldSelector=type%3DOpaque", at: Place.secrets).names(["s"])
            list("fieldSelector=type%3DOther", at: Place.secrets).names([])
        }
        ContractCase("Objects of built-in kinds need no kind in a body") {
            send(.post, Place.maps, ["metadata": ["name": "m"], "data": ["a": "1"]])
                .has("/kind", "ConfigMap").has("/apiVersion", "v1")
            send(
                .post, Place.maps,
                ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "n"]]
            ).fails(400, "BadRequest")
            list("fieldSelector=data.a%3D1", at: Place.maps).fails(400, "BadRequest")
        }
    }

    private static let reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

    @ListBuilder<ContractCase> private static var rights: [ContractCase] {
        ContractCase("One's own rights are told") {
            send(
                .post, reviews,
                [
                    "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                    "spec": [
                        "resourceAttributes": [
                            "namespace": "{ns}", "verb": "patch",
                            "group": "contract.example.org", "resource": "gadgets", "name": "a",
                        ]
                    ],
                ]
            ).has("/status/allowed", true).has("/kind", "SelfSubjectAccessReview")
                .has("/spec/resourceAttributes/verb", "patch")
            send(
                .post, reviews,
                [
                    "spec": ["nonResourceAttributes": ["verb": "get", "path": "/version"]]
                ]
            ).has("/status/allowed", true)
        }
        ContractCase("A question about rights asks about one thing") {
            send(.post, reviews, ["spec": [:]]).fails(422, "Invalid")
                .causes(["FieldValueInvalid spec.resourceAttributes"])
        }
        ContractCase("Rights are asked, not read") {
            send(.get, reviews).fails(
                405, "MethodNotAllowed",
                "the server does not allow this method on the requested resource")
        }
    }

    @ListBuilder<ContractCase> private static var crowds: [ContractCase] {
        ContractCase("Many who replace the same version: one wins") {
            make("a").keepsRevision()
            race(8, put("a", gadget("a", ["size": 2, "text": "{i}"], ["resourceVersion": "{rv}"])))
                .statuses([200: 1, 409: 7])
            read("a").has("/metadata/generation", 2)
        }
        ContractCase("Many who patch different members: no update is lost") {
            make("a", ["size": 1, "map": [:]])
            race(8, patch(.json, "a", [["op": "add", "path": "/spec/map/k{i}", "value": 1]]))
                .statuses(only: [200, 409])
            read("a").size("/spec/map", "{won}")
        }
        ContractCase("Many who merge different members: no update is lost") {
            make("a", ["size": 1, "map": [:]])
            race(8, patch(.merge, "a", ["spec": ["free": ["k{i}": 1]]]))
                .statuses(only: [200, 409])
            read("a").size("/spec/free", "{won}")
        }
        ContractCase("Many whose test must hold: one wins") {
            make("a")
            race(
                8,
                patch(
                    .json, "a",
                    [
                        ["op": "test", "path": "/spec/size", "value": 1],
                        ["op": "replace", "path": "/spec/size", "value": 2],
                    ])
            ).statuses(only: [200, 409, 422])
            read("a").has("/metadata/generation", 2).has("/spec/size", 2)
        }
        ContractCase("Many who create the same name: one wins") {
            race(8, make("a")).statuses([201: 1, 409: 7])
        }
        ContractCase("Many who delete the same object: one finds it") {
            make("a")
            race(8, delete("a")).statuses(only: [200, 404, 409])
            read("a").fails(404, "NotFound")
        }
    }

    @ListBuilder<ContractCase> private static var newer: [ContractCase] {
        ContractCase("Groups and resources come in one answer", newer: "aggregated since 1.26") {
            send(.get, "/apis").accepting(
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
            ).has("/kind", "APIGroupDiscoveryList").has("/apiVersion", "apidiscovery.k8s.io/v2")
        }
        ContractCase("OpenAPI v3 is served for each version", newer: "served since 1.23") {
            send(.get, "/openapi/v3")
                .has("/paths/apis~1contract.example.org~1v1/serverRelativeURL")
            send(.get, "/openapi/v3/apis/contract.example.org/v1").has("/components/schemas")
        }
        ContractCase("A namespace has its name as a label", newer: "since 1.21") {
            send(.get, "/api/v1/namespaces/{ns}")
                .has("/metadata/labels", ["kubernetes.io/metadata.name": "{ns}"])
        }
    }
}
