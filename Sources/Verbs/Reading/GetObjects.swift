import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore
import Render

/// Objects as they are, as JSON or YAML, their names, or what paths find in them.
struct GetObjects: Sendable {
    let plan: GetPlan
    let context: VerbContext

    func show(_ verb: Get) async throws {
        let dress = ObjectDress(verb, onScreen: context.world.terminal.outputIsTerminal)
        if plan.isSingle, plan.filter.isOpen, !verb.ignoreNotFound, verb.format.output != .name {
            return try await showOne(verb, dress)
        }
        let needsNamesOnly =
            verb.format.output == .name && plan.filter.isOpen && plan.order == nil
        let source = GetSource(
            plan: plan, options: verb.options, form: needsNamesOnly ? .metadata : .objects,
            context: context)
        switch verb.format.output {
        case .jsonPath(let path): try await show(source, by: path, verb, dress)
        case .customColumns(let columns): try await show(source, in: columns, verb, dress)
        case .name: try await showNames(source, verb)
        default: try await stream(source, verb, dress)
        }
    }

    private func showOne(_ verb: Get, _ dress: ObjectDress) async throws {
        let part = plan.parts[0]
        let object = try await context.client().get(
            part.type, namespace: part.namespace, name: part.names[0])
        let value = dress.value(object)
        if case .customColumns(let columns) = verb.format.output {
            return try write([try columns.cells(of: value)], columns, verb)
        }
        let report = Report(kind: part.type.kind, sections: [], payload: value)
        try context.report(report, as: verb.format.output)
    }

    /// Writes a list while it is read.
    private func stream(_ source: GetSource, _ verb: Get, _ dress: ObjectDress) async throws {
        var writer = ListWriter(verb.format.output)
        // Nothing is written before there is something: a list that cannot be had is no list.
        var head = writer.begin()
        let failures = try await source.read(whenExpired: .goOn) { portion in
            var bytes = head
            head = []
            for object in portion.objects { bytes += writer.item(dress.value(object)) }
            try context.write(bytes)
        }
        if head.isEmpty || failures.isEmpty { try context.write(head + writer.end()) }
        try failures.throwAll()
    }

    /// `kind.group/name` lines, each page as it comes.
    private func showNames(_ source: GetSource, _ verb: Get) async throws {
        var shown: [ListedObject] = []
        let failures = try await source.read(whenExpired: .goOn) { portion in
            let type = plan.parts[portion.part].type
            let lines = portion.objects.map {
                Escape.line(type.qualifiedName(of: $0.name)) + "\n"
            }
            try context.write(Array(lines.joined().utf8))
            shown += listed(portion, verb)
        }
        context.shell?.memory.note(shown: shown, isList: !plan.isSingle)
        try failures.throwAll()
    }

    /// The template sees the whole list, as for kubectl.
    private func show(
        _ source: GetSource, by path: JSONPath, _ verb: Get, _ dress: ObjectDress
    ) async throws {
        var items = Array(repeating: [JSONValue](), count: plan.parts.count)
        let failures = try await source.read(whenExpired: .startAnew) { portion in
            if portion.isRestart { items[portion.part] = [] }
            items[portion.part] += portion.objects.map(dress.value)
        }
        let all = items.flatMap { $0 }
        if failures.isEmpty || !all.isEmpty {
            let list: JSONValue = [
                "apiVersion": "v1", "items": .array(all), "kind": "List",
                "metadata": ["resourceVersion": ""],
            ]
            try context.write(context.renderer(verb.format.output).text(of: list, by: path))
        }
        try failures.throwAll()
    }

    /// Of each object only the cells are kept.
    private func show(
        _ source: GetSource, in columns: CustomColumns, _ verb: Get, _ dress: ObjectDress
    ) async throws {
        var rows = Array(repeating: [[String]](), count: plan.parts.count)
        var shown = Array(repeating: [ListedObject](), count: plan.parts.count)
        let failures = try await source.read(whenExpired: .startAnew) { portion in
            if portion.isRestart {
                rows[portion.part] = []
                shown[portion.part] = []
            }
            shown[portion.part] += listed(portion, verb)
            for object in portion.objects {
                rows[portion.part].append(try columns.cells(of: dress.value(object)))
            }
        }
        let all = rows.flatMap { $0 }
        if failures.isEmpty || !all.isEmpty { try write(all, columns, verb) }
        context.shell?.memory.note(shown: shown.flatMap { $0 }, isList: !plan.isSingle)
        try failures.throwAll()
    }

    /// The objects that the lines of a shell can mean by their numbers from then on.
    private func listed(_ portion: GetSource.Portion, _ verb: Get) -> [ListedObject] {
        guard context.shell != nil else { return [] }
        return portion.objects.map { plan.listed($0, of: plan.parts[portion.part], verb) }
    }

    private func write(
        _ rows: [[String]], _ columns: CustomColumns, _ verb: Get
    ) throws(OutputClosed) {
        try context.write(
            columns.table(rows, showsHeader: !verb.noHeaders)
                .text(style: context.renderer(verb.format.output).style))
    }
}

/// How an object is shown: without bookkeeping, secrets hidden where people look on, and the
/// API's answer alone where only that was asked for.
struct ObjectDress: Sendable {
    let showsManagedFields: Bool
    let hidesSecrets: Bool
    let responseOnly: Bool

    init(_ verb: Get, onScreen: Bool) {
        showsManagedFields = verb.showManagedFields
        hidesSecrets = onScreen && !verb.secrets.showSecrets
        responseOnly = verb.showResponse
    }

    func value(_ object: KubernetesObject) -> JSONValue {
        var json = showsManagedFields ? object.json : object.withoutManagedFields.json
        if responseOnly { json = ObjectResponses(object).payload }
        return hidesSecrets ? Mask.hide(in: json) : json
    }
}
