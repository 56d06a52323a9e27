package import Catalog
package import Documents
package import KubernetesCore

// StateFiles: the wanted state of an application as text. What of an object belongs into a state
// file, how such a file is read, how it differs from a cluster, and what an import of it would do.
// Everything here is decided without a server: it must never do I/O, wait, or print.

/// What we note in objects ourselves, and what is therefore no state: told by who notes it.
package struct Bookkeeping: Sendable, Hashable {
    /// All annotations that begin so.
    package var annotationPrefixes: [String]
    package var annotations: Set<String>
    package var labels: Set<String>

    package init(
        annotationPrefixes: [String] = [], annotations: Set<String> = [],
        labels: Set<String> = []
    ) {
        self.annotationPrefixes = annotationPrefixes
        self.annotations = annotations
        self.labels = labels
    }

    func covers(annotation name: String) -> Bool {
        annotations.contains(name) || annotationPrefixes.contains { name.hasPrefix($0) }
            || Self.transient.contains(name)
    }

    /// What kubectl and controllers note; true for one object at one time only.
    private static let transient: Set<String> = [
        "kubectl.kubernetes.io/last-applied-configuration",
        "deployment.kubernetes.io/revision",
    ]
}

/// The part of an object that a state file holds: what somebody wanted, and nothing that a server
/// or a controller added.
package struct StateForm: Sendable {
    package var schema: KindSchema?
    package var bookkeeping: Bookkeeping
    package var includesStatus: Bool
    package var showsSecrets: Bool

    package init(
        schema: KindSchema?, bookkeeping: Bookkeeping = Bookkeeping(),
        includesStatus: Bool = false, showsSecrets: Bool = false
    ) {
        self.schema = schema
        self.bookkeeping = bookkeeping
        self.includesStatus = includesStatus
        self.showsSecrets = showsSecrets
    }

    /// An object in that form.
    package struct Document: Sendable, Hashable {
        package var json: JSONValue
        /// Where secrets were left out.
        package var secrets: [StatePath]

        package init(json: JSONValue, secrets: [StatePath] = []) {
            self.json = json
            self.secrets = secrets
        }

        package var object: KubernetesObject { KubernetesObject(json) }
    }

    /// Of the metadata only name, namespace, labels and annotations are state: everything else is
    /// set by the server, or by controllers (finalizers, owners).
    package func document(of object: KubernetesObject) -> Document {
        var members = JSONObject()
        for member in object.json.objectValue ?? JSONObject() {
            switch member.name {
            case "metadata": members["metadata"] = .object(metadata(of: object))
            case "status": if includesStatus { members["status"] = member.value }
            default: members[member.name] = member.value
            }
        }
        var document = Document(json: .object(members))
        if !showsSecrets { SecretFields(schema).remove(from: &document) }
        return document
    }

    private func metadata(of object: KubernetesObject) -> JSONObject {
        var kept = JSONObject()
        for name in ["name", "namespace"] { kept[name] = object.metadata[name] }
        let isTemporary = object.labels["temporary"] == "true"
        kept["labels"] = rest(of: object.metadata["labels"]) { name in
            // How long what is temporary may live is no state either.
            bookkeeping.labels.contains(name) || isTemporary && name == "ttl"
        }
        kept["annotations"] = rest(of: object.metadata["annotations"]) {
            bookkeeping.covers(annotation: $0)
        }
        return kept
    }

    /// The map without some of its members; none where nothing is left, as servers have it.
    private func rest(of map: JSONValue?, without isLeftOut: (String) -> Bool) -> JSONValue? {
        guard let members = map?.objectValue else { return map }
        let rest = members.members.filter { !isLeftOut($0.name) }
        return rest.isEmpty ? nil : .object(JSONObject(distinct: rest))
    }
}
