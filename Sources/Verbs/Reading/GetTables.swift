import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// The server's own tables.
struct GetTables: Sendable {
    let plan: GetPlan
    let context: VerbContext

    /// What is kept of the rows of one kind.
    private struct Rows: Sendable {
        var columns: [ServerTable.Column] = []
        var rows: [RowShape.Row] = []
        var tally: FilterTally

        init(_ filter: ObjectFilter) { tally = FilterTally(filter) }

        /// The objects by what stands in the column of names.
        func objects(
            of type: ResourceType, _ shape: RowShape, in namespace: String?
        ) -> [ListedObject] {
            guard let column = columns.firstIndex(where: { $0.format == "name" }) else { return [] }
            let kind = type.qualifiedKind
            return rows.compactMap { row in
                guard column < row.cells.count, let name = row.cells[column].stringValue else {
                    return nil
                }
                return ListedObject(
                    kind: kind, namespace: shape.namespace(of: row) ?? namespace, name: name)
            }
        }
    }

    /// Kinds are asked side by side and printed in their order.
    ///
    /// Columns are as wide as their widest cell, so nothing is printed before the last row is
    /// here, as in kubectl; of each row only the cells are kept.
    func show(_ verb: Get) async throws {
        let client = try await context.client()
        let firsts = plan.parts.map { part in
            Task { try await rows(of: part, verb, client) }
        }
        defer { firsts.forEach { $0.cancel() } }
        var failures = FailureCollector()
        var printed = false
        var shown: [ListedObject] = []
        for (part, first) in zip(plan.parts, firsts) {
            do {
                let (rows, errors) = try await first.joined
                for error in errors { try failures.add(error, plan, world: context.world) }
                if let notice = rows.tally.notice { try context.note(notice) }
                guard !rows.rows.isEmpty else { continue }
                if printed { try context.write([UInt8(ascii: "\n")]) }
                printed = true
                try write(rows, of: part, verb, after: shown.count)
                if context.shell != nil {
                    shown += rows.objects(
                        of: part.type, plan.shape(of: part), in: plan.spoken(of: part, verb))
                }
            } catch {
                try failures.add(error, plan, world: context.world)
            }
        }
        context.shell?.memory.note(shown: shown, isList: !plan.isSingle)
        try failures.throwAll()
        if !printed, !plan.isQuietWhenMissing { try context.note(plan.nothingFound) }
    }

    /// What is said of a list whose pages are not of one moment.
    static let inconsistent =
        "note: the list changed while it was read; what follows is of a later moment"

    // MARK: Rows

    /// The server's own cells are all that is printed, unless something must be looked at here.
    private func include(_ shape: RowShape) -> IncludeObject {
        plan.filter.isOpen && plan.order == nil ? shape.needs : .object
    }

    /// The rows of a list, or those of the named objects.
    private func rows(
        of part: GetPlan.Part, _ verb: Get, _ client: KubernetesClient
    ) async throws -> (Rows, [any Error]) {
        var rows = Rows(plan.filter)
        var errors: [any Error] = []
        let shape = plan.shape(of: part)
        if part.names.isEmpty {
            for try await page in client.pages(
                part.type, namespace: part.namespace, options: verb.options,
                form: .table(include(shape)))
            {
                if page.isRestart { rows = Rows(plan.filter) }
                if !page.columns.isEmpty { rows.columns = page.columns }
                for row in page.rows { try add(row, of: part, shape, to: &rows) }
            }
        } else {
            errors = try await addNamed(part, shape, client, to: &rows)
        }
        if let order = plan.order { rows.rows = try order.sorted(rows.rows, by: \.key) }
        return (rows, errors)
    }

    private func add(
        _ row: ServerTable.Row, of part: GetPlan.Part, _ shape: RowShape, to rows: inout Rows
    ) throws(JSONPathError) {
        guard include(shape) == .object else {
            rows.rows.append(shape.row(row))
            return
        }
        guard rows.tally.wants(KubernetesObject(row.object), of: part.kind) else { return }
        var kept = shape.row(row)
        kept.key = try plan.order?.key(of: row.object)
        rows.rows.append(kept)
    }

    private func addNamed(
        _ part: GetPlan.Part, _ shape: RowShape, _ client: KubernetesClient, to rows: inout Rows
    ) async throws -> [any Error] {
        let tasks = part.names.map { name in
            Task {
                try await client.table(
                    part.type, namespace: part.namespace, name: name,
                    includeObject: include(shape))
            }
        }
        defer { tasks.forEach { $0.cancel() } }
        var errors: [any Error] = []
        for task in tasks {
            do {
                let table = try await task.joined
                if rows.columns.isEmpty { rows.columns = table.columns }
                for row in table.rows { try add(row, of: part, shape, to: &rows) }
            } catch {
                errors.append(error)
            }
        }
        if rows.rows.isEmpty, errors.count == 1 { throw errors[0] }
        return errors
    }

    // MARK: Text

    /// So many rows are made into text at a time.
    private static let slice = 500

    private func write(
        _ rows: Rows, of part: GetPlan.Part, _ verb: Get, after shown: Int
    ) throws(OutputClosed) {
        let style = context.renderer(verb.format.output).style
        let starts = stride(from: 0, to: rows.rows.count, by: Self.slice)
        func table(from start: Int) -> TextTable {
            let end = min(start + Self.slice, rows.rows.count)
            var table = plan.shape(of: part).table(
                rows.rows[start..<end], rows.columns, of: part.type)
            table.showsHeader = start == 0 && !verb.noHeaders
            return numbered(table, from: shown + start)
        }
        if verb.format.output == .csv {
            for start in starts {
                try context.write(table(from: start).separated(onScreen: style.isOnScreen))
            }
            return
        }
        let wide = verb.format.output == .wide
        var widths: [Int] = []
        for start in starts { table(from: start).measure(wide: wide, into: &widths) }
        for start in starts {
            try context.write(table(from: start).text(wide: wide, style: style, widths: &widths))
        }
    }

    /// With the numbers that choose rows, in a shell that wants them.
    private func numbered(_ table: TextTable, from start: Int) -> TextTable {
        guard context.shell?.memory.showsNumbers ?? false else { return table }
        var table = table
        table.columns.insert(.init("#"), at: 0)
        for index in table.rows.indices {
            table.rows[index].insert(.init("\(start + index + 1)"), at: 0)
        }
        return table
    }
}

extension Get {
    /// Which objects are wanted, and how many at a time.
    var options: ListOptions {
        ListOptions(labelSelector: selector, fieldSelector: fieldSelector, limit: chunkSize)
    }
}
