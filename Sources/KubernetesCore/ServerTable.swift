package import Documents

/// Rows made by the server: what `kubectl get` prints.
package struct ServerTable: Sendable, Hashable {
    package struct Column: Sendable, Hashable {
        package var name: String
        package var type: String
        package var format: String
        package var description: String
        /// Above 0: only in wide output.
        package var priority: Int

        package init(
            name: String, type: String = "string", format: String = "",
            description: String = "", priority: Int = 0
        ) {
            self.name = name
            self.type = type
            self.format = format
            self.description = description
            self.priority = priority
        }
    }

    package struct Row: Sendable, Hashable {
        package var cells: [JSONValue]
        /// Nothing, the metadata, or the whole object: as it was asked for.
        package var object: JSONValue

        package init(cells: [JSONValue], object: JSONValue = .null) {
            self.cells = cells
            self.object = object
        }
    }

    package var columns: [Column]
    package var rows: [Row]
    package var resourceVersion: String
    package var continueToken: String

    package init(
        columns: [Column], rows: [Row], resourceVersion: String = "", continueToken: String = ""
    ) {
        self.columns = columns
        self.rows = rows
        self.resourceVersion = resourceVersion
        self.continueToken = continueToken
    }

    /// Reads a `meta.k8s.io` Table; nil for anything else.
    ///
    /// The rows of a watch event may come without columns: those of the first event count.
    package init?(_ json: JSONValue) {
        guard json["kind"]?.stringValue == "Table" else { return nil }
        columns = (json["columnDefinitions"]?.arrayValue ?? []).map {
            Column(
                name: $0["name"]?.stringValue ?? "",
                type: $0["type"]?.stringValue ?? "string",
                format: $0["format"]?.stringValue ?? "",
                description: $0["description"]?.stringValue ?? "",
                priority: Int($0["priority"]?.integerValue ?? 0))
        }
        rows = (json["rows"]?.arrayValue ?? []).map {
            Row(cells: $0["cells"]?.arrayValue ?? [], object: $0["object"] ?? .null)
        }
        resourceVersion = json["metadata"]?["resourceVersion"]?.stringValue ?? ""
        continueToken = json["metadata"]?["continue"]?.stringValue ?? ""
    }
}

extension ServerTable.Column {
    /// Reads one of `columnDefinitions`.
    package init(_ json: JSONView) {
        self.init(
            name: json["name"]?.string ?? "", type: json["type"]?.string ?? "string",
            format: json["format"]?.string ?? "",
            description: json["description"]?.string ?? "",
            priority: Int(json["priority"]?.int64 ?? 0))
    }
}
