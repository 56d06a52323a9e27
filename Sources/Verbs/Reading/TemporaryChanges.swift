import Documents
import KubernetesCore
import Render
import Session

/// Temporary changes that are recorded on an object, whoever made them.
struct TemporaryChanges: Sendable {
    private struct Line: Sendable {
        var session: String
        var path: String
        var before: JSONValue?
        var now: JSONValue?
        var deadline: Timestamp?
    }

    private let lines: [Line]

    init(_ object: KubernetesObject) {
        let group = GroupVersion(object.apiVersion)?.group ?? ""
        lines = Marks.records(in: object, group: group).flatMap { _, _, record -> [Line] in
            guard let record else { return [] }
            return record.fields.filter { !$0.path.description.hasPrefix("metadata.") }.map {
                Line(
                    session: record.session, path: $0.path.description, before: $0.before.value,
                    now: $0.ours.value, deadline: record.deadline)
            }
        }
    }

    /// Nil when there are none.
    var table: Section.Body? {
        guard !lines.isEmpty else { return nil }
        let rows = lines.map { line -> [TextTable.Cell] in
            [
                .init(line.path), .init(shown(line.before, line.path)),
                .init(shown(line.now, line.path)), .init(line.session),
                .init(line.deadline?.rfc3339 ?? "exit"),
            ]
        }
        return .table(TextTable(["PATH", "BEFORE", "NOW", "SESSION", "UNTIL"], rows: rows))
    }

    var payload: JSONValue {
        .array(
            lines.map { line in
                var value: JSONValue = [
                    "session": .string(line.session), "path": .string(line.path),
                ]
                let secret = Mask.isSecret(name: line.path)
                if let before = line.before {
                    value["before"] = secret ? .string(Mask.text) : before
                }
                if let now = line.now { value["now"] = secret ? .string(Mask.text) : now }
                if let deadline = line.deadline {
                    value["deadline"] = .string(deadline.rfc3339)
                }
                return value
            })
    }

    private func shown(_ value: JSONValue?, _ path: String) -> String {
        ValueText.short(FieldValue(value), isSecret: Mask.isSecret(name: path))
    }
}
