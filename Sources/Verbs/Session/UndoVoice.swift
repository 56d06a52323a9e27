import Documents
import KubernetesCore
package import Render
package import Session

/// How ledgers and what became of their entries are told; one form for all verbs.
package enum UndoVoice {
    /// The table of `changes`; eighty columns hold it, whatever the names.
    static func table(
        of entries: [LedgerEntry], _ standing: LedgerEntry.Standing = .alive
    ) -> TextTable {
        let rows = entries.flatMap { entry in
            entry.fields.map { field -> [TextTable.Cell] in
                [
                    .init(String(entry.number)), .init(entry.objectText),
                    .init(field.pathText), .init(field.beforeText), .init(field.nowText),
                    .init(field.state(in: entry).rawValue, tint: tint(of: field.state(in: entry))),
                    .init(field.remark(in: entry) ?? entry.undoneByText(standing)),
                ]
            }
        }
        return TextTable(
            columns: [
                .init("#"), .init("OBJECT"), .init("PATH"), .init("BEFORE"), .init("NOW"),
                .init("STATE"), .init("UNDO BY", fit: .wraps),
            ], rows: rows)
    }

    private static func tint(of state: EntryState) -> Tint? {
        switch state {
        case .applied, .undone: .good
        case .failed, .conflict: .bad
        case .planned, .unknown, .undoing: .waiting
        case .kept: nil
        }
    }

    static func payload(of entry: LedgerEntry) -> JSONValue {
        var value: JSONValue = [
            "number": .integer(Int64(entry.number)),
            "kind": .string(entry.object.kind),
            "name": .string(entry.object.name),
        ]
        if let namespace = entry.object.namespace { value["namespace"] = .string(namespace) }
        value["state"] = .string(entry.state.rawValue)
        value["temporary"] = .bool(entry.isTemporary)
        value["guarantee"] = .string(entry.level.description)
        if let deadline = entry.deadline { value["deadline"] = .string(deadline.rfc3339) }
        if let remark = entry.remark { value["remark"] = .string(remark) }
        value["fields"] = .array(
            entry.fields.map { field in
                var change: JSONValue = ["path": .string(field.pathText)]
                change["before"] = shown(field.before, field)
                change["now"] = shown(field.now, field)
                change["state"] = .string(field.state(in: entry).rawValue)
                if let kept = field.kept, let value = kept.value.value {
                    change["kept"] = kept.isSecret ? .string(ValueText.mask) : value
                }
                return change
            })
        return value
    }

    /// Nil where the member was absent, so that absent and null stay distinct.
    private static func shown(_ value: FieldValue, _ field: LedgerEntry.Field) -> JSONValue? {
        guard let json = value.value else { return nil }
        return field.isSecret ? .string(ValueText.mask) : json
    }

    /// What became of one entry, with what there is to note.
    package static func paragraphs(of line: UndoLine, indent: String = "") -> [Paragraph] {
        line.parts.map { Paragraph("\(indent)\($0.subject): ", $0.text) }
            + line.notices.map { Paragraph("\(indent)note: ", $0) }
    }

    /// What an undo came to, on the error stream.
    static func tell(_ report: UndoReport, in context: VerbContext) throws(OutputClosed) {
        for line in report.lines {
            for paragraph in paragraphs(of: line) { try context.note(paragraph) }
        }
        try summarize(report, in: context)
    }

    /// The last lines: counts, and the commands that finish what remains.
    static func summarize(_ report: UndoReport, in context: VerbContext) throws(OutputClosed) {
        if !report.lines.isEmpty { try context.note(report.summary) }
        guard !report.isComplete else { return }
        let next = report.failed > 0 || report.unsynced == 0 ? "to finish" : "to see why"
        try context.note("\(report.remainder); \(next):")
        for command in report.remaining { try context.note("  \(command)") }
    }

    static func payload(of report: UndoReport) -> JSONValue {
        [
            "kind": "Undo", "undone": .integer(Int64(report.undone)),
            "conflicts": .integer(Int64(report.conflicts)),
            "kept": .integer(Int64(report.kept)), "failed": .integer(Int64(report.failed)),
            "unsynced": .integer(Int64(report.unsynced)),
            "entries": .array(
                report.lines.map { line in
                    [
                        "number": .integer(Int64(line.entry.number)),
                        "object": .string(line.entry.objectText),
                        "outcome": .string(line.text),
                        "complete": .bool(line.outcome.isComplete),
                    ]
                }),
            "remaining": .array(report.remaining.map { .string($0) }),
        ]
    }

    /// The report of an undo or a keep, and the failure that an incomplete one is.
    static func finish(
        _ report: UndoReport, as format: OutputFormat, in context: VerbContext
    ) throws {
        let lines = report.lines.flatMap { paragraphs(of: $0) }
        try context.report(
            Report(
                kind: "Undo",
                sections: [
                    Section(
                        nil,
                        .paragraphs(lines + (lines.isEmpty ? [] : [Paragraph("", report.summary)])))
                ],
                payload: payload(of: report), names: report.lines.map(\.entry.objectText)),
            as: format)
        guard !report.isComplete else { return }
        throw Failure(
            .undoIncomplete, report.remainder,
            hints: report.remaining)
    }
}
