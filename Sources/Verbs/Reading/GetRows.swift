import Documents
import KubernetesClient
import KubernetesCore

/// The rows of one kind, kept until the last of them is here and all widths are known.
struct GetRows: Sendable {
    var columns: [ServerTable.Column] = []
    var tally: FilterTally
    /// Rows in which something was looked at.
    private(set) var made: [RowShape.Row] = []
    /// Answers that hold nothing but cells: they take less than rows made of them do.
    private var pages: [ListPage] = []
    private let shape: RowShape

    /// So many rows are made into text at a time.
    private static let slice = 500

    init(_ filter: ObjectFilter, _ shape: RowShape) {
        tally = FilterTally(filter)
        self.shape = shape
    }

    var isEmpty: Bool { made.isEmpty && pages.allSatisfy(\.items.isEmpty) }

    mutating func add(_ row: RowShape.Row) { made.append(row) }

    /// Adds all rows of an answer as they are.
    mutating func add(_ page: ListPage) { pages.append(page) }

    /// Puts the rows that were made into an order.
    mutating func sort(by order: SortOrder) throws(Failure) {
        made = try order.sorted(made, by: \.key)
    }

    /// All rows in their order, so many at a time as a text holds well.
    ///
    /// - Parameter body: gets the rows, and how many came before them.
    /// - Throws: what `body` throws, at once.
    func eachSlice<Failure: Error>(
        _ body: (_ rows: ArraySlice<RowShape.Row>, _ before: Int) throws(Failure) -> Void
    ) throws(Failure) {
        for start in stride(from: 0, to: made.count, by: Self.slice) {
            try body(made[start..<min(start + Self.slice, made.count)], start)
        }
        var before = made.count
        var rows: [RowShape.Row] = []
        for page in pages {
            for row in page.rows {
                rows.append(shape.row(row))
                guard rows.count == Self.slice else { continue }
                try body(rows[...], before)
                before += rows.count
                rows.removeAll(keepingCapacity: true)
            }
        }
        if !rows.isEmpty { try body(rows[...], before) }
    }

    /// The objects by what stands in the column of names.
    func objects(of type: ResourceType, in namespace: String?) -> [ListedObject] {
        guard let column = columns.firstIndex(where: { $0.format == "name" }) else { return [] }
        let kind = type.qualifiedKind
        var objects: [ListedObject] = []
        eachSlice { rows, _ in
            objects += rows.compactMap { row in
                guard column < row.cells.count, let name = row.cells[column].stringValue else {
                    return nil
                }
                return ListedObject(
                    kind: kind, namespace: shape.namespace(of: row) ?? namespace, name: name)
            }
        }
        return objects
    }
}
