import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// The server's own tables.
struct GetTables: Sendable {
    let plan: GetPlan
    let context: VerbContext

    /// Kinds are asked side by side and printed in their order.
    ///
    /// Columns are as wide as their widest cell, so nothing is printed before the last row is
    /// here, as in kubectl.
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
                guard !rows.isEmpty else { continue }
                if printed { try context.write([UInt8(ascii: "\n")]) }
                printed = true
                try write(rows, of: part, verb, after: shown.count)
                if context.shell != nil {
                    shown += rows.objects(of: part.type, in: plan.spoken(of: part, verb))
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
    ) async throws -> (GetRows, [any Error]) {
        let shape = plan.shape(of: part)
        var rows = GetRows(plan.filter, shape)
        var errors: [any Error] = []
        if part.names.isEmpty {
            for try await page in client.pages(
                part.type, namespace: part.namespace, options: verb.options,
                form: .table(include(shape)))
            {
                if page.isRestart { rows = GetRows(plan.filter, shape) }
                if !page.columns.isEmpty { rows.columns = page.columns }
                guard include(shape) != .none else {
                    rows.add(page)
                    continue
                }
                for row in page.rows { try add(row, of: part, shape, to: &rows) }
            }
        } else {
            errors = try await addNamed(part, shape, client, to: &rows)
        }
        if let order = plan.order { try rows.sort(by: order) }
        return (rows, errors)
    }

    private func add(
        _ row: ServerTable.Row, of part: GetPlan.Part, _ shape: RowShape, to rows: inout GetRows
    ) throws(JSONPathError) {
        guard include(shape) == .object else {
            rows.add(shape.row(row))
            return
        }
        guard rows.tally.wants(KubernetesObject(row.object), of: part.kind) else { return }
        var kept = shape.row(row)
        kept.key = try plan.order?.key(of: row.object)
        rows.add(kept)
    }

    private func addNamed(
        _ part: GetPlan.Part, _ shape: RowShape, _ client: KubernetesClient, to rows: inout GetRows
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
        if rows.isEmpty, errors.count == 1 { throw errors[0] }
        return errors
    }

    // MARK: Text

    private func write(
        _ rows: GetRows, of part: GetPlan.Part, _ verb: Get, after shown: Int
    ) throws(OutputClosed) {
        let style = context.renderer(verb.format.output).style
        func table(of slice: ArraySlice<RowShape.Row>, _ before: Int) -> TextTable {
            var table = plan.shape(of: part).table(slice, rows.columns, of: part.type)
            table.showsHeader = before == 0 && !verb.noHeaders
            return numbered(table, from: shown + before)
        }
        if verb.format.output == .csv {
            return try rows.eachSlice { slice, before throws(OutputClosed) in
                try context.write(
                    table(of: slice, before).separated(onScreen: style.isOnScreen))
            }
        }
        let wide = verb.format.output == .wide
        var widths: [Int] = []
        rows.eachSlice { table(of: $0, $1).measure(wide: wide, into: &widths) }
        try rows.eachSlice { slice, before throws(OutputClosed) in
            try context.write(
                table(of: slice, before).text(wide: wide, style: style, widths: &widths))
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
