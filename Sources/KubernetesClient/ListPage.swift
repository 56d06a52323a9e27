package import Documents
package import KubernetesCore

/// One answer of a list: the bytes with an index over them; objects are made when asked for.
package struct ListPage: Sendable {
    package let document: JSONDocument
    package let type: ResourceType
    package let resourceVersion: String
    package let continueToken: String
    /// How many objects are still to come, where the server knows.
    package let remainingItemCount: Int64?
    /// The list began anew: what earlier pages brought does not count.
    package var isRestart = false

    init(document: JSONDocument, type: ResourceType) {
        self.document = document
        self.type = type
        let metadata = document.root["metadata"]
        resourceVersion = metadata?["resourceVersion"]?.string ?? ""
        continueToken = metadata?["continue"]?.string ?? ""
        remainingItemCount = metadata?["remainingItemCount"]?.int64
    }

    /// The objects' views, in the server's order; none is made yet.
    package var items: JSONView.Elements {
        // A list without items is `null` on some servers.
        (document.root["items"] ?? document.root).elements
    }

    /// The objects; kind and version, which servers leave out in lists of built-in kinds, added.
    package var objects: some Sequence<KubernetesObject> {
        items.lazy.map { view in
            var object = KubernetesObject(view.value)
            if object.kind.isEmpty, var members = object.json.objectValue {
                members["apiVersion"] = nil
                members["kind"] = nil
                object.json = .object(
                    JSONObject(
                        distinct: [
                            .init("apiVersion", .string(type.apiVersion)),
                            .init("kind", .string(type.kind)),
                        ] + members.members))
            }
            return object
        }
    }
}
