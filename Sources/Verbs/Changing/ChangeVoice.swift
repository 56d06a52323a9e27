import Documents
import KubernetesCore
import Render
import Session

/// How changes are told when they have been made.
enum ChangeVoice {
    static func tell(
        _ entries: [LedgerEntry], _ course: ChangeCourse, as format: OutputFormat
    ) throws {
        let lines = entries.flatMap { paragraphs(of: $0, course.end) }
        let payloads = entries.map { entry in
            var payload = UndoVoice.payload(of: entry)
            payload["notices"] = .array(entry.notices.map { .string($0) })
            return payload
        }
        var notices = entries.flatMap { $0.notices.map { "note: \($0)" } }
        // Whoever asks for a deadline wants to know why nobody will keep it.
        for entry in entries
        where course.lifetime != nil && entry.level < .g3 && !entry.why.isEmpty {
            notices.append(
                "note: \(entry.objectText) has the guarantee \(entry.level): \(entry.why)")
        }
        if course.end == .permanent, course.context.shell != nil,
            course.context.world.terminal.outputIsTerminal,
            entries.contains(where: \.state.isPending)
        {
            // Beside changes that go away by themselves it is easily taken for one of them.
            notices.append("note: this stays when you leave; undo takes it back until then")
        }
        try course.context.report(
            Report(
                kind: "Change", sections: [Section(nil, .paragraphs(lines))],
                payload: payloads.count == 1
                    ? payloads[0] : ["kind": "Changes", "changes": .array(payloads)],
                names: entries.map { $0.object.type.qualifiedName(of: $0.object.name) },
                notices: notices),
            as: format)
    }

    private static func paragraphs(
        of entry: LedgerEntry, _ end: ChangeCourse.End
    ) -> [Paragraph] {
        let until = entry.isTemporary ? " (\(promise(of: entry, end)))" : ""
        switch entry.action {
        case .create:
            let undo = until.replacing("undone", with: "deleted")
            return [Paragraph("\(entry.objectText): ", "created\(undo)")]
        case .delete: return [Paragraph("\(entry.objectText): ", "deleted for good")]
        case .change: break
        }
        return entry.fields.map {
            Paragraph(
                "\(entry.objectText) \($0.pathText): ",
                "\(shown($0.before, $0)) → \(shown($0.now, $0))\(until)")
        }
    }

    /// A value; small lists and objects whole, because their sizes alone tell little.
    private static func shown(_ value: FieldValue, _ field: LedgerEntry.Field) -> String {
        let short = ValueText.short(value, isSecret: field.isSecret)
        guard !field.isSecret, let json = value.value,
            json.arrayValue != nil || json.objectValue != nil
        else { return short }
        let whole = DataText.flow(Mask.hide(in: json))
        return whole.count <= widestValue ? whole : short
    }

    private static let widestValue = 60

    /// What the level of guarantee means, in words.
    static func promise(of entry: LedgerEntry, _ end: ChangeCourse.End) -> String {
        let isLeft = end == .detached
        let time = entry.deadlineText.map { $0 + " UTC" }
        switch entry.level {
        case .g3:
            let by = entry.executor.map { "the \($0)" } ?? "the cluster"
            let exit = isLeft ? "undone" : "undone on exit;"
            return "\(exit) by \(by) at \(time ?? "its deadline") at the latest"
        case .g2, .g1:
            let others = entry.level == .g2 ? "session recover" : "this machine only"
            if isLeft {
                return
                    "to be undone at \(time ?? "its deadline") by \(others), or by the next shell"
            }
            let soonest = time.map { "on exit or at \($0)" } ?? "on exit"
            return "undone \(soonest), \(entry.level == .g2 ? "else by" : "or from") \(others)"
        case .g0: return "cannot be undone"
        }
    }
}
