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
    /// here, as in kubectl; of each row only the cells are kept.
    func show(_ verb: Get) async throws {
        let client = try await context.client()
        let firsts = plan.parts.map { part in
            Task { try await rows(of: part, verb, client) }
        }
        defer { firsts.forEach { $0.cancel() } }
        var failures = FailureCollector()
        var printed = false
        for (part, first) in zip(plan.parts, firsts) {
            do {
                let (rows, errors) = try await first.joined
                for error in errors { try failures.add(error, world: context.world) }
                guard !rows.isEmpty else { continue }
                if printed { try context.write([UInt8(ascii: "\n")]) }
                printed = true
                try write(rows, of: part, verb)
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        try failures.throwAll()
        if !printed { try context.note(plan.nothingFound) }
    }

    /// Prints `kind.group/name` lines, each page as it comes.
    func showNames(_ verb: Get) async throws {
        let client = try await context.client()
        var failures = FailureCollector()
        for part in plan.parts {
            do {
                guard part.names.isEmpty else {
                    let (rows, errors) = try await named(part, .metadata, client)
                    for error in errors { try failures.add(error, world: context.world) }
                    try writeNames(rows.names, of: part)
                    continue
                }
                let pages = client.pages(
                    part.type, namespace: plan.namespace, options: verb.options, form: .metadata,
                    whenExpired: .goOn)
                for try await page in pages {
                    if page.isInconsistent { try context.note(Self.inconsistent) }
                    try writeNames(
                        page.items.map { $0["metadata"]?["name"]?.string ?? "" }, of: part)
                }
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        try failures.throwAll()
    }

    /// What is said of a list whose pages are not of one moment.
    static let inconsistent =
        "note: the list changed while it was read; what follows is of a later moment"

    private func writeNames(_ names: [String], of part: GetPlan.Part) throws(OutputClosed) {
        let lines = names.map { Escape.line(part.type.qualifiedName(of: $0)) + "\n" }
        try context.write(Array(lines.joined().utf8))
    }

    // MARK: Rows

    /// What is kept of the rows: their cells, and what else is printed of them.
    private struct Rows: Sendable {
        var columns: [ServerTable.Column] = []
        var cells: [[JSONValue]] = []
        /// Of each row; none where nobody wants them.
        var namespaces: [String] = []
        var names: [String] = []

        var isEmpty: Bool { cells.isEmpty }

        mutating func add(_ row: ServerTable.Row, _ include: IncludeObject) {
            cells.append(row.cells)
            guard include != .none else { return }
            let object = KubernetesObject(row.object)
            namespaces.append(object.namespace ?? "")
            names.append(object.name)
        }
    }

    /// The rows of a list, or those of the named objects.
    private func rows(
        of part: GetPlan.Part, _ verb: Get, _ client: KubernetesClient
    ) async throws -> (Rows, [any Error]) {
        // The server's own cells are all that is printed, but for the namespace.
        let include: IncludeObject = plan.allNamespaces ? .metadata : .none
        guard part.names.isEmpty else { return try await named(part, include, client) }
        var rows = Rows()
        for try await page in client.pages(
            part.type, namespace: plan.namespace, options: verb.options, form: .table(include))
        {
            if page.isRestart { rows = Rows() }
            if !page.columns.isEmpty { rows.columns = page.columns }
            for row in page.rows { rows.add(row, include) }
        }
        return (rows, [])
    }

    private func named(
        _ part: GetPlan.Part, _ include: IncludeObject, _ client: KubernetesClient
    ) async throws -> (Rows, [any Error]) {
        let tasks = part.names.map { name in
            Task {
                try await client.table(
                    part.type, namespace: plan.namespace, name: name, includeObject: include)
            }
        }
        defer { tasks.forEach { $0.cancel() } }
        var rows = Rows()
        var errors: [any Error] = []
        for task in tasks {
            do {
                let table = try await task.joined
                if rows.columns.isEmpty { rows.columns = table.columns }
                for row in table.rows { rows.add(row, include) }
            } catch {
                errors.append(error)
            }
        }
        if rows.isEmpty, errors.count == 1 { throw errors[0] }
        return (rows, errors)
    }

    // MARK: Text

    /// So many rows are made into text at a time.
    private static let slice = 500

    private func write(_ rows: Rows, of part: GetPlan.Part, _ verb: Get) throws(OutputClosed) {
        let renderer = context.renderer(verb.format.output)
        let starts = stride(from: 0, to: rows.cells.count, by: Self.slice)
        if verb.format.output == .csv {
            for start in starts {
                let part = table(rows, from: start, of: part, verb)
                try context.write(part.separated(onScreen: renderer.style.isOnScreen))
            }
            return
        }
        let wide = verb.format.output == .wide
        var widths: [Int] = []
        for start in starts {
            table(rows, from: start, of: part, verb).measure(wide: wide, into: &widths)
        }
        for start in starts {
            try context.write(
                table(rows, from: start, of: part, verb)
                    .text(wide: wide, style: renderer.style, widths: &widths))
        }
    }

    /// Some rows with what several kinds or namespaces make necessary.
    private func table(
        _ rows: Rows, from start: Int, of part: GetPlan.Part, _ verb: Get
    ) -> TextTable {
        let end = min(start + Self.slice, rows.cells.count)
        var table = TextTable(
            ServerTable(
                columns: rows.columns,
                rows: rows.cells[start..<end].map { ServerTable.Row(cells: $0) }))
        table.showsHeader = start == 0 && !verb.noHeaders
        if plan.isMixed {
            for index in table.rows.indices where !table.rows[index].isEmpty {
                let name = table.rows[index][0].text
                table.rows[index][0].text = part.type.qualifiedName(of: name)
            }
        }
        if plan.allNamespaces, part.type.isNamespaced {
            table.columns.insert(.init("NAMESPACE"), at: 0)
            for index in table.rows.indices {
                table.rows[index].insert(.init(rows.namespaces[start + index]), at: 0)
            }
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
