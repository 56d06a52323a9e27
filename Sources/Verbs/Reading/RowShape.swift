import Catalog
import KubernetesClient
import KubernetesCore
import Documents
import Render

/// What rows of a `get` show besides the server's own cells.
struct RowShape: Sendable {
    /// Whether the namespace stands in front.
    var namespace = false
    /// Whether the name is written with its kind.
    var kind = false
    /// Labels with a column of their own.
    var labels: [String] = []
    /// Whether all labels stand in a last column.
    var allLabels = false

    /// What the wide format tells beyond the server's columns; nil: nothing.
    var wide: WideColumns?

    /// Of the object the server must bring along at least that.
    var needs: IncludeObject {
        wide != nil ? .object : namespace || allLabels || !labels.isEmpty ? .metadata : .none
    }

    /// One row, as much of it as is printed.
    struct Row: Sendable {
        var cells: [JSONValue]
        /// The cells that are ours: namespace, labels.
        fileprivate var extras: [String] = []
        /// Those of the wide format.
        fileprivate var wide: [String] = []
        /// What it is sorted by.
        var key: JSONValue?
        var name = ""
    }

    func row(_ row: ServerTable.Row) -> Row {
        guard needs != .none else { return Row(cells: row.cells) }
        let object = KubernetesObject(row.object)
        var extras: [String] = []
        if namespace { extras.append(object.namespace ?? "") }
        let carried = labels.isEmpty && !allLabels ? [:] : object.labels
        extras += labels.map { carried[$0] ?? "" }
        if allLabels {
            let pairs = carried.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            extras.append(pairs.isEmpty ? "<none>" : pairs.joined(separator: ","))
        }
        return Row(cells: row.cells, extras: extras, wide: wide?.texts(of: object) ?? [])
    }

    /// The namespace that stands in front of a row; nil where none does.
    func namespace(of row: Row) -> String? { namespace ? row.extras.first : nil }

    /// Rows as a table.
    ///
    /// - Parameters:
    ///   - rows: of one kind.
    ///   - columns: the server's.
    ///   - type: the rows' kind.
    /// - Returns: the table, with a heading.
    func table(
        _ rows: some Collection<Row>, _ columns: [ServerTable.Column], of type: ResourceType
    ) -> TextTable {
        var table = TextTable(
            ServerTable(columns: columns, rows: rows.map { ServerTable.Row(cells: $0.cells) }))
        let count = table.columns.count
        if kind {
            for index in table.rows.indices where !table.rows[index].isEmpty {
                table.rows[index][0].text = type.qualifiedName(of: table.rows[index][0].text)
            }
        }
        guard needs != .none else { return table }
        let added = wide?.columns(beside: table.columns) ?? []
        table.columns += added.map(\.column)
        // kubectl's headings: the label's name without the part in front of the slash.
        table.columns += labels.map { .init(Self.heading(ofLabel: $0)) }
        if allLabels { table.columns.append(.init("LABELS")) }
        if namespace { table.columns.insert(.init("NAMESPACE"), at: 0) }
        for (index, row) in zip(table.rows.indices, rows) {
            var cells = table.rows[index]
            // A server may leave cells away at the end of a row.
            while cells.count < count { cells.append("") }
            cells += added.map { .init($0.index < row.wide.count ? row.wide[$0.index] : "") }
            cells += row.extras.dropFirst(namespace ? 1 : 0).map { TextTable.Cell($0) }
            if namespace, let first = row.extras.first { cells.insert(.init(first), at: 0) }
            table.rows[index] = cells
        }
        return table
    }

    private static func heading(ofLabel key: String) -> String {
        (key.split(separator: "/").last.map(String.init) ?? key).uppercased()
    }
}
