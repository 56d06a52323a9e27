package import Documents
package import KubernetesCore

/// One answer of a list: the bytes with an index over them; objects are made when asked for.
package struct ListPage: Sendable {
    package let document: JSONDocument
    package let type: ResourceType
    package let form: CollectionForm
    package let resourceVersion: String
    package let continueToken: String
    /// How many objects are still to come, where the server knows.
    package let remainingItemCount: Int64?
    /// The list began anew: what earlier pages brought does not count.
    package var isRestart = false
    /// The list grew too old while it was read: from this page on it is of another time.
    package var isInconsistent = false

    init(document: JSONDocument, type: ResourceType, form: CollectionForm) {
        self.document = document
        self.type = type
        self.form = form
        let metadata = document.root["metadata"]
        resourceVersion = metadata?["resourceVersion"]?.string ?? ""
        continueToken = metadata?["continue"]?.string ?? ""
        remainingItemCount = metadata?["remainingItemCount"]?.int64
    }

    var isTable: Bool { document.root["kind"]?.string == "Table" }

    /// The objects' (or rows') views, in the server's order; none is made yet.
    package var items: JSONView.Elements {
        // A list without items is `null` on some servers.
        (document.root[isTable ? "rows" : "items"] ?? document.root).elements
    }

    /// The columns of a Table.
    package var columns: [ServerTable.Column] {
        document.root["columnDefinitions"]?.elements.map { ServerTable.Column($0) } ?? []
    }

    /// The rows of a Table.
    package var rows: some Sequence<ServerTable.Row> {
        items.lazy.map { view in
            ServerTable.Row(
                cells: view["cells"]?.elements.map(\.value) ?? [],
                object: view["object"]?.value ?? .null)
        }
    }

    /// The objects; kind and version, which servers leave out in lists of built-in kinds, added.
    ///
    /// Those of a Table are Tables of one row, as a watch brings them: the first with the columns.
    package var objects: some Sequence<KubernetesObject> {
        let isTable = isTable
        let columns = isTable ? document.root["columnDefinitions"]?.value : nil
        return items.enumerated().lazy.map { place, view in
            isTable
                ? Self.table(of: view.value, columns: place == 0 ? columns : nil) : object(view)
        }
    }

    private static func table(of row: JSONValue, columns: JSONValue?) -> KubernetesObject {
        var table: JSONValue = ["kind": "Table", "apiVersion": "meta.k8s.io/v1", "rows": [row]]
        if let columns { table["columnDefinitions"] = columns }
        return KubernetesObject(table)
    }

    private func object(_ view: JSONView) -> KubernetesObject {
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
