import Documents
package import KubernetesCore

extension TextTable {
    /// The server's table: headings in capitals, columns of a lower rank only in the wide format,
    /// states in their colour.
    package init(_ server: ServerTable) {
        let columns = server.columns.map {
            Column($0.name.uppercased(), isWide: $0.priority > 0)
        }
        let stateColumns = Set(
            columns.indices.filter { ["STATE", "STATUS", "HEALTH"].contains(columns[$0].title) })
        let rows = server.rows.map { row in
            row.cells.enumerated().map { index, cell in
                let text = Self.text(of: cell)
                return Cell(text, tint: stateColumns.contains(index) ? Tint(state: text) : nil)
            }
        }
        self.init(columns: columns, rows: rows)
    }

    private static func text(of cell: JSONValue) -> String {
        switch cell {
        case .null: ""
        case .string(let text): text
        default: cell.text()
        }
    }
}
