import Documents
import KubernetesCore
import Testing

/// Made-up kinds: nothing that a generator makes.
let parcels = ResourceType(
    group: "post.example.org", version: "v1beta1", plural: "parcels", kind: "Parcel",
    shortNames: ["pc"])
let depots = ResourceType(
    group: "post.example.org", version: "v1beta1", plural: "depots", kind: "Depot",
    isNamespaced: false)
let secrets = ResourceType(group: "", version: "v1", plural: "secrets", kind: "Secret")

@Suite("Requests are values")
struct RequestTests {
    private let parcel = KubernetesObject(parcels, namespace: "n", name: "p", spec: ["weight": 3])

    @Test("Paths of collections, objects and subresources")
    func paths() {
        #expect(parcels.path(namespace: nil) == "/apis/post.example.org/v1beta1/parcels")
        #expect(
            parcels.path(namespace: "n", name: "p", subresource: "status")
                == "/apis/post.example.org/v1beta1/namespaces/n/parcels/p/status")
        #expect(
            depots.path(namespace: "n", name: "d") == "/apis/post.example.org/v1beta1/depots/d")
        #expect(secrets.path(namespace: "n") == "/api/v1/namespaces/n/secrets")
        #expect(
            parcels.path(namespace: "a/b", name: "ä?")
                == "/apis/post.example.org/v1beta1/namespaces/a%2Fb/parcels/%C3%A4%3F")
        #expect(parcels.qualifiedName == "parcels.post.example.org")
        #expect(secrets.qualifiedName == "secrets")
    }

    @Test("Reading")
    func reading() {
        let base = "/apis/post.example.org/v1beta1/namespaces/n/parcels"
        #expect(
            KubernetesRequest.get(parcels, namespace: "n", name: "p").summary == "GET \(base)/p")
        let options = ListOptions(
            labelSelector: "a in (b,c)", fieldSelector: "metadata.name=p", limit: 500,
            resourceVersion: "7", resourceVersionMatch: "Exact")
        #expect(
            KubernetesRequest.list(parcels, namespace: "n", options: options).summary
                == "GET \(base)?labelSelector=a%20in%20%28b,c%29&fieldSelector=metadata.name%3Dp"
                + "&limit=500&resourceVersion=7&resourceVersionMatch=Exact")
        var next = options
        next.continueToken = "to+ken="
        #expect(
            KubernetesRequest.list(parcels, namespace: "n", options: next).summary
                == "GET \(base)?labelSelector=a%20in%20%28b,c%29&fieldSelector=metadata.name%3Dp"
                + "&limit=500&continue=to%2Bken%3D")
        #expect(
            KubernetesRequest.list(parcels, namespace: "n", form: .table(.object)).summary
                == "GET \(base)?includeObject=Object accept=\(MediaType.table)")
        #expect(
            KubernetesRequest.list(parcels, namespace: "n", form: .metadata).summary
                == "GET \(base) accept=\(MediaType.partialMetadataList)")
        #expect(
            KubernetesRequest.row(parcels, namespace: "n", name: "p").summary
                == "GET \(base)/p accept=\(MediaType.table)")
        #expect(
            KubernetesRequest.watch(
                parcels, namespace: "n", from: "9", timeoutSeconds: 5, form: .metadata
            ).summary
                == "GET \(base)?watch=true&resourceVersion=9&allowWatchBookmarks=true"
                + "&timeoutSeconds=5 accept=\(MediaType.partialMetadata)")
        #expect(
            KubernetesRequest.watch(
                parcels, namespace: "n", options: options, from: "9", timeoutSeconds: 290
            ).summary
                == "GET \(base)?watch=true&labelSelector=a%20in%20%28b,c%29"
                + "&fieldSelector=metadata.name%3Dp&resourceVersion=9&allowWatchBookmarks=true"
                + "&timeoutSeconds=290")
    }

    @Test("Writing")
    func writing() throws {
        let base = "/apis/post.example.org/v1beta1/namespaces/n/parcels"
        let body =
            #"{"apiVersion":"post.example.org/v1beta1","kind":"Parcel","metadata":"#
            + #"{"name":"p","namespace":"n"},"spec":{"weight":3}}"#
        #expect(
            KubernetesRequest.create(parcel, parcels, namespace: "n").summary
                == "POST \(base)?fieldManager=petstore-cli \(body)")
        #expect(
            KubernetesRequest.replace(
                parcel, parcels, namespace: "n", name: "p", subresource: "status",
                options: WriteOptions(dryRun: true, fieldValidation: .strict, timeout: .seconds(5))
            ).summary
                == "PUT \(base)/p/status?dryRun=All&fieldManager=petstore-cli"
                + "&fieldValidation=Strict&timeout=5s \(body)")
        let patches: [(Patch, String)] = [
            (
                .merge(["spec": ["weight": nil]]),
                "?fieldManager=me type=application/merge-patch+json {\"spec\":{\"weight\":null}}"
            ),
            (
                .json(
                    JSONPatch([
                        .test(JSONPointer(tokens: ["spec", "a/b"]), .string("<")),
                        .remove(JSONPointer(tokens: ["spec", "weight"])),
                    ])),
                "?fieldManager=me type=application/json-patch+json "
                    + #"[{"op":"test","path":"/spec/a~1b","value":"\u003c"},"#
                    + #"{"op":"remove","path":"/spec/weight"}]"#
            ),
            (
                .apply(["spec": [:]], fieldManager: "other", force: true),
                "?fieldManager=other&force=true type=application/apply-patch+yaml {\"spec\":{}}"
            ),
            (
                .strategic(["spec": [:]]),
                "?fieldManager=me type=application/strategic-merge-patch+json {\"spec\":{}}"
            ),
        ]
        for (patch, rest) in patches {
            #expect(
                KubernetesRequest.patch(
                    patch, parcels, namespace: "n", name: "p",
                    options: WriteOptions(fieldManager: "me")
                ).summary == "PATCH \(base)/p\(rest)")
        }
    }

    @Test("Deleting, with conditions")
    func deleting() {
        let options = DeleteOptions(
            uid: "u", resourceVersion: "5", propagation: .foreground, gracePeriodSeconds: 0,
            dryRun: true, timeout: .milliseconds(1500))
        #expect(
            KubernetesRequest.delete(depots, namespace: nil, name: "d", options: options).summary
                == "DELETE /apis/post.example.org/v1beta1/depots/d?dryRun=All&timeout=1.5s "
                + #"{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"#
                + #""propagationPolicy":"Foreground","#
                + #""preconditions":{"uid":"u","resourceVersion":"5"},"dryRun":["All"]}"#)
    }

    @Test("Asking what the server is, serves and allows")
    func asking() throws {
        #expect(
            KubernetesRequest.canI(verb: "patch", parcels, namespace: "n", name: "p").summary
                == "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews "
                + #"{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","#
                + #""spec":{"resourceAttributes":{"verb":"patch","group":"post.example.org","#
                + #""version":"v1beta1","resource":"parcels","namespace":"n","name":"p"}}}"#)
        #expect(KubernetesRequest.serverVersion.summary == "GET /version")
        #expect(KubernetesRequest.groups.summary == "GET /apis accept=\(MediaType.discovery)")
        let version = try #require(GroupVersion("post.example.org/v1beta1"))
        #expect(
            KubernetesRequest.openAPI(of: version).summary
                == "GET /openapi/v3/apis/post.example.org/v1beta1")
        #expect(
            KubernetesRequest.resources(of: GroupVersion(group: "", version: "v1")).summary
                == "GET /api/v1")
    }

    @Test("apiVersion in both directions")
    func groupVersions() {
        #expect(GroupVersion("v1")?.description == "v1")
        #expect(GroupVersion("g/v")?.description == "g/v")
        for text in ["", "/", "a/", "/b", "a/b/c"] { #expect(GroupVersion(text) == nil) }
    }
}

@Suite("Objects")
struct ObjectTests {
    @Test("Views read what is there and make what is set")
    func views() throws {
        var object = KubernetesObject(
            try JSONValue(
                parsing: """
                    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","uid":"u",
                    "resourceVersion":"12","generation":3,"labels":{"a":"1","b":"2"},
                    "creationTimestamp":"2026-01-01T00:00:00Z","finalizers":["f"],
                    "ownerReferences":[{"apiVersion":"v1","kind":"K","name":"o","uid":"x",
                    "controller":true}],"managedFields":[{"manager":"m"}]}}
                    """))
        #expect(object.generation == 3)
        #expect(object.namespace == nil)
        #expect(object.creationTimestamp == Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        #expect(object.deletionTimestamp == nil)
        #expect(object.ownerReferences.first?.isController == true)
        #expect(object.withoutManagedFields.managedFields.isEmpty)
        #expect(object.managedFields.count == 1)
        object.labels["a"] = nil
        object.labels["c"] = "3"
        #expect(object.json["metadata"]?["labels"]?.text() == #"{"b":"2","c":"3"}"#)
        object.labels = [:]
        #expect(object.json["metadata"]?["labels"] == nil)
        object.annotations = ["x": "y"]
        object.finalizers = []
        object.spec = ["n": 1]
        #expect(object.json["metadata"]?["finalizers"] == nil)
        #expect(object.json["metadata"]?["annotations"] == ["x": "y"])
        #expect(object.json["spec"]?["n"] == 1)
        object.spec = .null
        object.resourceVersion = ""
        object.namespace = nil
        #expect(object.json.objectValue?.names == ["apiVersion", "kind", "metadata"])
        #expect(object.json["metadata"]?["resourceVersion"] == nil)
    }

    @Test("An object that is none reads as empty")
    func empty() {
        let object = KubernetesObject(.string("x"))
        #expect(object.name.isEmpty && object.labels.isEmpty && object.spec.isNull)
        #expect(object.ownerReferences.isEmpty && object.groupVersion == nil)
    }
}
