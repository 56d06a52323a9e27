import Catalog
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// `get -w`: what there is, and then every change as it comes, until somebody ends it.
///
/// The watch goes on over ended streams; where the server forgot what happened meanwhile, the
/// list is read anew and what differs is told.
struct GetWatch: Sendable {
    let plan: GetPlan
    let context: VerbContext

    func show(_ verb: Get) async throws {
        let part = try onlyPart()
        let client = try await context.client()
        var options = verb.options
        if let name = part.names.first { options.fieldSelector = "metadata.name=\(name)" }
        let following = try await Following(
            part.type, namespace: part.namespace, options: options, form: form(verb),
            client: client)
        if let name = part.names.first, following.list.items.isEmpty {
            // Says in the server's words that it is not there; or it has just come.
            _ = try await client.get(part.type, namespace: part.namespace, name: name)
        }
        var printer = WatchPrinter(verb, plan, part, context)
        var changes = WatchedChanges(plan.filter, of: part.kind)
        let present = changes.take(.restarted(following.list))
        if !verb.watchOnly {
            try printer.print(present)
            note(present, of: part, verb)
        }
        for try await update in following.updates { try printer.print(changes.take(update)) }
        try Task.checkCancellation()
    }

    /// What stands there first can be meant by its number, when the watch has ended.
    private func note(
        _ present: [WatchedChanges.Change], of part: GetPlan.Part, _ verb: Get
    ) {
        let objects = present.map { change in
            plan.listed(WatchedChanges.inner(change.object), of: part, verb)
        }
        context.shell?.memory.note(shown: objects, isList: part.names.isEmpty)
    }

    private func onlyPart() throws(Failure) -> GetPlan.Part {
        guard plan.parts.count == 1, let part = plan.parts.first, part.names.count <= 1 else {
            throw Failure(
                .usage(""), "--watch takes one kind, or one object of it",
                hints: ["for example: get pets -w, or get pet fluffy -w"])
        }
        guard plan.order == nil else {
            throw Failure(.usage(""), "--watch shows changes as they come, so --sort-by cannot be")
        }
        return part
    }

    private func form(_ verb: Get) -> CollectionForm {
        switch verb.format.output {
        case .table, .wide, .csv:
            .table(
                plan.filter.isOpen && plan.parts.allSatisfy { plan.shape(of: $0).wide == nil }
                    ? .metadata : .object)
        case .name where plan.filter.isOpen: .metadata
        case .name, .json, .yaml, .jsonPath, .customColumns: .objects
        }
    }
}

/// Turns what a watch tells into changes of the objects that the filter wants.
struct WatchedChanges {
    /// One thing that happened to an object.
    struct Change {
        /// As the server calls it: ADDED, MODIFIED, DELETED.
        var type: String
        /// The object, or a Table of its row.
        var object: KubernetesObject
    }

    private struct Known {
        var version: String
        var object: KubernetesObject
    }

    private let filter: ObjectFilter
    private let kind: CatalogKind
    /// The objects that were told, by uid.
    private var known: [String: Known] = [:]

    init(_ filter: ObjectFilter, of kind: CatalogKind) {
        self.filter = filter
        self.kind = kind
    }

    /// What is told of an update.
    mutating func take(_ update: WatchUpdate) -> [Change] {
        switch update {
        case .event(let event):
            guard let object = event.object else { return [] }
            return take(object, isDeleted: event.typeName == "DELETED").map { [$0] } ?? []
        case .restarted(let list):
            var changes: [Change] = []
            var seen: Set<String> = []
            for object in list.items {
                seen.insert(Self.inner(object).uid)
                if let change = take(object, isDeleted: false) { changes.append(change) }
            }
            let gone = known.filter { !seen.contains($0.key) }
                .sorted { $0.value.object.name < $1.value.object.name }
            for (uid, known) in gone {
                self.known[uid] = nil
                changes.append(Change(type: "DELETED", object: known.object))
            }
            return changes
        }
    }

    private mutating func take(_ object: KubernetesObject, isDeleted: Bool) -> Change? {
        let inner = Self.inner(object)
        let before = known[inner.uid]
        if !isDeleted, before?.version == inner.resourceVersion { return nil }
        var isWanted = filter.isOpen
        if !isWanted, case .wanted = filter.verdict(on: inner, of: kind) { isWanted = true }
        if isDeleted || !isWanted {
            known[inner.uid] = nil
            // Who never saw it does not miss it; who did learns that it fits no longer.
            guard before != nil || isWanted else { return nil }
            return Change(type: "DELETED", object: object)
        }
        known[inner.uid] = Known(version: inner.resourceVersion, object: object)
        return Change(type: before == nil ? "ADDED" : "MODIFIED", object: object)
    }

    /// The object that a row is of.
    fileprivate static func inner(_ object: KubernetesObject) -> KubernetesObject {
        guard object.kind == "Table" else { return object }
        return KubernetesObject(object.json["rows"]?[0]?["object"] ?? .null)
    }
}

/// Prints changes one below the other, columns aligned with what stands above.
private struct WatchPrinter {
    private let verb: Get
    private let part: GetPlan.Part
    private let shape: RowShape
    private let context: VerbContext
    private let dress: ObjectDress
    private let style: Style
    private var columns: [ServerTable.Column] = []
    private var widths: [Int] = []
    private var hasPrinted = false

    init(_ verb: Get, _ plan: GetPlan, _ part: GetPlan.Part, _ context: VerbContext) {
        self.verb = verb
        self.part = part
        self.context = context
        shape = plan.shape(of: part)
        dress = ObjectDress(verb, onScreen: context.world.terminal.outputIsTerminal)
        style = context.renderer(verb.format.output).style
    }

    mutating func print(_ changes: [WatchedChanges.Change]) throws {
        guard !changes.isEmpty else { return }
        switch verb.format.output {
        case .table, .wide, .csv: try printRows(changes)
        case .customColumns(let chosen): try printCells(changes, chosen)
        case .name:
            let lines = changes.map {
                Escape.line(part.type.qualifiedName(of: $0.object.name)) + "\n"
            }
            try context.write(Array(lines.joined().utf8))
        case .json, .yaml, .jsonPath:
            for change in changes { try printObject(change) }
        }
        hasPrinted = true
    }

    /// A document for each change; those of YAML are set apart by `---`.
    private func printObject(_ change: WatchedChanges.Change) throws {
        var value = dress.value(change.object)
        if verb.outputWatchEvents { value = ["type": .string(change.type), "object": value] }
        let renderer = context.renderer(verb.format.output)
        let report = Report(kind: part.type.kind, sections: [], payload: value)
        let separator = verb.format.output == .yaml && hasPrinted ? "---\n" : ""
        try context.write(Array(separator.utf8) + renderer.render(report))
    }

    private mutating func printRows(_ changes: [WatchedChanges.Change]) throws(OutputClosed) {
        var rows: [RowShape.Row] = []
        for change in changes {
            guard let table = ServerTable(change.object.json) else { continue }
            if columns.isEmpty { columns = table.columns }
            rows += table.rows.map(shape.row)
        }
        try write(shape.table(rows, columns, of: part.type), changes)
    }

    private mutating func printCells(
        _ changes: [WatchedChanges.Change], _ chosen: CustomColumns
    ) throws {
        var rows: [[String]] = []
        for change in changes { rows.append(try chosen.cells(of: dress.value(change.object))) }
        try write(chosen.table(rows), changes)
    }

    private mutating func write(
        _ table: TextTable, _ changes: [WatchedChanges.Change]
    ) throws(OutputClosed) {
        var table = table
        if verb.outputWatchEvents {
            // As wide as the longest event, which need not be among the first.
            let heading = verb.format.output == .csv ? "EVENT" : "EVENT   "
            table.columns.insert(.init(heading), at: 0)
            for index in table.rows.indices {
                table.rows[index].insert(.init(changes[index].type), at: 0)
            }
        }
        table.showsHeader = !hasPrinted && !verb.noHeaders
        if verb.format.output == .csv {
            return try context.write(table.separated(onScreen: style.isOnScreen))
        }
        try context.write(
            table.text(wide: verb.format.output == .wide, style: style, widths: &widths))
    }
}
