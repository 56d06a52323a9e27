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
    /// The items in the store's order; nil where they came so.
    private var sorted: [JSONView]?

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

    /// The objects' (or rows') views; none is made yet.
    package var items: Items { Items(came: arrived, sorted: sorted?.makeIterator()) }

    private var arrived: JSONView.Elements {
        // A list without items is `null` on some servers.
        (document.root[isTable ? "rows" : "items"] ?? document.root).elements
    }

    /// Puts the items into the order of the store's keys.
    ///
    /// From its memory a server answers in no order at all (kube-apiserver 1.20.2: a hash table's),
    /// while everybody knows lists as the store has them, by namespace and name.
    mutating func sortAsStored() {
        let column = isTable ? columns.firstIndex { $0.format == "name" } : nil
        func key(_ item: JSONView) -> String {
            let metadata = (isTable ? item["object"] : item)?["metadata"]
            guard let name = metadata?["name"]?.string else {
                return column.flatMap { item["cells"]?[$0]?.string } ?? ""
            }
            // As the store's keys go on: "a-b/x" stands before "a/x".
            return (metadata?["namespace"]?.string).map { "\($0)/\(name)" } ?? name
        }
        var last = ""
        let isSorted = arrived.allSatisfy { item in
            let key = key(item)
            defer { last = key }
            return last <= key
        }
        guard !isSorted else { return }
        var keyed: [(key: String, item: JSONView)] = []
        keyed.reserveCapacity(arrived.count)
        for item in arrived { keyed.append((key(item), item)) }
        keyed.sort { $0.key < $1.key }
        sorted = keyed.map(\.item)
    }

    /// The items of a page, one after the other.
    package struct Items: Sequence, IteratorProtocol, Sendable {
        fileprivate var came: JSONView.Elements
        fileprivate var sorted: IndexingIterator<[JSONView]>?

        package mutating func next() -> JSONView? {
            sorted == nil ? came.next() : sorted?.next()
        }

        package var isEmpty: Bool { came.isEmpty }

        package var count: Int { came.count }
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
