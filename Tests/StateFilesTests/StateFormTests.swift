import Catalog
import Documents
import KubernetesCore
import StateFiles
import Testing

@Suite("What of an object is state")
struct StateFormTests {
    static let schema = KindSchema([
        "type": "object",
        "properties": [
            "spec": [
                "type": "object",
                "properties": [
                    "name": ["type": "string"], "pin": ["type": "string", "format": "password"],
                    "tokens": ["type": "integer"],
                    "logins": [
                        "type": "array",
                        "items": [
                            "type": "object",
                            "properties": [
                                "user": ["type": "string"], "password": ["type": "string"],
                            ],
                        ],
                    ],
                ],
            ]
        ],
    ])

    static let bookkeeping = Bookkeeping(
        annotationPrefixes: ["diagnostics.example.org/"],
        annotations: ["library.example.org/patch-ttl"], labels: ["diagnostic-session"])

    private func document(
        _ object: JSONValue, showsSecrets: Bool = false
    ) -> StateForm.Document {
        StateForm(
            schema: Self.schema, bookkeeping: Self.bookkeeping, showsSecrets: showsSecrets
        ).document(of: KubernetesObject(object))
    }

    @Test("only names, labels and annotations of the metadata, and nothing that we note")
    func metadata() {
        let found = document([
            "apiVersion": "library.example.org/v1", "kind": "Book",
            "metadata": [
                "name": "a", "namespace": "n", "uid": "u", "resourceVersion": "1",
                "generation": 2, "creationTimestamp": "t", "finalizers": ["x/y"],
                "ownerReferences": [["name": "o"]], "managedFields": [["manager": "m"]],
                "labels": ["diagnostic-session": "s", "ttl": "1h", "mine": "1"],
                "annotations": [
                    "diagnostics.example.org/ttl": "t", "library.example.org/patch-ttl": "1h",
                    "kubectl.kubernetes.io/last-applied-configuration": "{}", "mine": "",
                ],
            ],
            "spec": ["name": "", "empty": [:], "none": [], "null": nil], "status": ["state": "x"],
        ])
        #expect(
            found.json == [
                "apiVersion": "library.example.org/v1", "kind": "Book",
                "metadata": [
                    "name": "a", "namespace": "n", "labels": ["ttl": "1h", "mine": "1"],
                    "annotations": ["mine": ""],
                ],
                "spec": ["name": "", "empty": [:], "none": [], "null": nil],
            ])
        let temporary = document([
            "metadata": [
                "name": "a", "labels": ["temporary": "true", "ttl": "1h"],
                "annotations": ["diagnostics.example.org/ttl": "t"],
            ]
        ])
        #expect(
            temporary.json == ["metadata": ["name": "a", "labels": ["temporary": "true"]]])
    }

    @Test("secrets go, by schema and by name, wherever they are; their places are told")
    func secrets() {
        let object: JSONValue = [
            "metadata": [
                "name": "a", "labels": ["token": "shown"],
                "annotations": ["example.org/api-key": "k", "b": "c"],
            ],
            "spec": [
                "name": "x", "pin": "1234", "tokens": 7,
                "logins": [["user": "u", "password": "p"], ["user": "v", "password": ""]],
                "other": ["secret": "s", "secretRef": ["name": "n"]],
            ],
        ]
        let found = document(object)
        #expect(
            found.secrets.map(\.description) == [
                "metadata.annotations[\"example.org/api-key\"]", "spec.pin",
                "spec.logins[0].password", "spec.other.secret",
            ])
        #expect(found.json["spec", "tokens"] == 7)
        #expect(found.json["spec", "other"] == ["secretRef": ["name": "n"]])
        #expect(found.json["spec", "logins"]?[1] == ["user": "v", "password": ""])
        #expect(found.json["metadata", "labels", "token"] == "shown")
        #expect(document(object, showsSecrets: true).json["spec"] == object["spec"])
    }
}
