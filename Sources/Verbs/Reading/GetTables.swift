import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// The server's own tables.
struct GetTables: Sendable {
    let plan: GetPlan
    let context: VerbContext

    init(_ plan: GetPlan, context: VerbContext) {
        self.plan = plan
        self.context = context
    }

    /// Kinds are asked side by side and printed in their order.
    func show(_ verb: Get) async throws {
        let renderer = context.renderer(verb.format.output)
        let include: IncludeObject = plan.allNamespaces ? .metadata : .none
        let client = try await context.client()
        let firsts = plan.parts.map { part in
            Task { try await rows(of: part, verb, include, client) }
        }
        defer { firsts.forEach { $0.cancel() } }
        var failures = FailureCollector()
        var printed = false
        for (part, first) in zip(plan.parts, firsts) {
            do {
                let (page, errors) = try await first.joined
                for error in errors { try failures.add(error, world: context.world) }
                guard !page.rows.isEmpty else { continue }
                if printed { try context.write([UInt8(ascii: "\n")]) }
                printed = true
                let table = table(page, of: part, showsHeader: !verb.noHeaders)
                try context.write(
                    table.text(wide: verb.format.output == .wide, style: renderer.style))
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        try failures.throwAll()
        if !printed { try context.note(plan.nothingFound) }
    }

    /// Prints `kind.group/name` lines.
    func showNames(_ verb: Get) async throws {
        let client = try await context.client()
        var failures = FailureCollector()
        for part in plan.parts {
            do {
                let (table, errors) = try await rows(of: part, verb, .metadata, client)
                for error in errors { try failures.add(error, world: context.world) }
                let lines = table.rows.map { row in
                    let name = KubernetesObject(row.object).name
                    return Escape.line(part.type.qualifiedName(of: name)) + "\n"
                }
                try context.write(Array(lines.joined().utf8))
            } catch {
                try failures.add(error, world: context.world)
            }
        }
        try failures.throwAll()
    }

    /// The rows of a list, or those of the named objects.
    private func rows(
        of part: GetPlan.Part, _ verb: Get, _ include: IncludeObject, _ client: KubernetesClient
    ) async throws -> (ServerTable, [any Error]) {
        guard !part.names.isEmpty else {
            let table = try await client.table(
                part.type, namespace: plan.namespace, options: verb.options,
                includeObject: include)
            return (table, [])
        }
        let tasks = part.names.map { name in
            Task {
                try await client.table(
                    part.type, namespace: plan.namespace, name: name, includeObject: include)
            }
        }
        defer { tasks.forEach { $0.cancel() } }
        var whole: ServerTable?
        var errors: [any Error] = []
        for task in tasks {
            do {
                let table = try await task.joined
                if whole == nil { whole = table } else { whole?.rows += table.rows }
            } catch {
                errors.append(error)
            }
        }
        if let whole { return (whole, errors) }
        if errors.count == 1 { throw errors[0] }
        return (ServerTable(columns: [], rows: []), errors)
    }

    /// The server's table with what several kinds or namespaces make necessary.
    private func table(
        _ server: ServerTable, of part: GetPlan.Part, showsHeader: Bool
    ) -> TextTable {
        var table = TextTable(server)
        table.showsHeader = showsHeader
        if plan.isMixed {
            for index in table.rows.indices where !table.rows[index].isEmpty {
                let name = table.rows[index][0].text
                table.rows[index][0].text = part.type.qualifiedName(of: name)
            }
        }
        if plan.allNamespaces, part.type.isNamespaced {
            table.columns.insert(.init("NAMESPACE"), at: 0)
            for (index, row) in server.rows.enumerated() {
                let namespace = KubernetesObject(row.object).namespace ?? ""
                table.rows[index].insert(.init(namespace), at: 0)
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
