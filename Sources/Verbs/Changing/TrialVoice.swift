import Documents
import Render
import Session

/// How `--dry-run` tells what would be done.
enum TrialVoice {
    static func tell(
        _ preview: ChangePreview, _ course: ChangeCourse, as format: OutputFormat
    ) throws {
        let object = preview.entry.objectText
        let table = TextTable(
            ["OBJECT", "PATH", "BEFORE", "AFTER"],
            rows: preview.fields.map { field in
                [
                    .init(object), .init(field.pathText), .init(field.beforeText),
                    .init(field.nowText),
                ]
            })
        var payload: JSONValue = ["kind": "Preview", "object": .string(object)]
        payload["changes"] = .array(preview.fields.map(change))
        try tell([preview.entry], .table(table), payload, course, as: format)
    }

    /// Creations that were planned.
    static func tell(
        _ entries: [LedgerEntry], _ course: ChangeCourse, as format: OutputFormat
    ) throws {
        let lines = entries.map { Paragraph("\($0.objectText): ", "would be created") }
        let payload: JSONValue = [
            "kind": "Preview",
            "objects": .array(
                entries.map { entry in
                    var object: JSONValue = [
                        "kind": .string(entry.object.kind), "name": .string(entry.object.name),
                    ]
                    object["namespace"] = entry.object.namespace.map(JSONValue.string)
                    return object
                }),
        ]
        try tell(entries, .paragraphs(lines), payload, course, as: format)
    }

    private static func tell(
        _ entries: [LedgerEntry], _ body: Section.Body, _ payload: JSONValue,
        _ course: ChangeCourse, as format: OutputFormat
    ) throws {
        var payload = payload
        var notices = entries.flatMap { $0.notices.map { "note: \($0)" } }
        if let first = entries.first(where: \.isTemporary) {
            payload["guarantee"] = .string(first.level.description)
            let promise = ChangeVoice.promise(of: first, course.end)
            let undo = first.action == .create ? "deleted" : "undone"
            notices.append("note: it would be " + promise.replacing("undone", with: undo))
        }
        payload["temporary"] = .bool(entries.contains(where: \.isTemporary))
        payload["dryRun"] = .string(course.mode.rawValue)
        payload["notices"] = .array(entries.flatMap(\.notices).map { .string($0) })
        notices.append(course.mode.remark)
        try course.context.report(
            Report(
                kind: "Preview", sections: [Section(nil, body)], payload: payload,
                names: entries.map { $0.object.type.qualifiedName(of: $0.object.name) },
                notices: notices),
            as: format)
    }

    private static func change(_ field: LedgerEntry.Field) -> JSONValue {
        func shown(_ value: FieldValue) -> JSONValue? {
            field.isSecret && !value.isAbsent ? .string(Mask.text) : value.value
        }
        var change: JSONValue = ["path": .string(field.pathText)]
        // Absent and null stay distinct.
        if let before = shown(field.before) { change["before"] = before }
        if let after = shown(field.now) { change["after"] = after }
        return change
    }
}
