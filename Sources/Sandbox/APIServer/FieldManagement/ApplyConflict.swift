import Documents
import KubernetesCore

/// An apply that would change what others set.
struct ApplyConflict: Error, Equatable {
    struct Conflict: Equatable {
        let manager: String
        let operation: String
        let subresource: String?
        let apiVersion: String
        let time: String?
        let path: [FieldStep]

        /// As an API server writes a path: `.spec.tags[id=1].name`.
        var field: String { path.map(\.description).joined() }

        /// The other writer, in an API server's words.
        var writer: String {
            var text = JSONValue.string(manager).text()
            if let subresource {
                text += " with subresource \(JSONValue.string(subresource).text())"
            }
            guard operation == ManagedEntry.Operation.update.rawValue else { return text }
            text += " using \(apiVersion)"
            if let time { text += " at \(time)" }
            return text
        }
    }

    let conflicts: [Conflict]

    /// The fields of others that an apply would write.
    init?(_ entries: [ManagedEntry], written: FieldSet) {
        conflicts = entries.flatMap { entry in
            entry.fields.intersection(written).paths.map { path in
                Conflict(
                    manager: entry.manager, operation: entry.operation.rawValue,
                    subresource: entry.subresource, apiVersion: entry.apiVersion, time: nil,
                    path: path)
            }
        }
        guard !conflicts.isEmpty else { return nil }
    }

    private init(_ conflicts: [Conflict]) { self.conflicts = conflicts }

    /// What remains of the conflict when some fields may be taken; nil for nothing.
    func excluding(_ allowed: FieldSet) -> ApplyConflict? {
        let rest = conflicts.filter { !allowed.contains($0.path) }
        return rest.isEmpty ? nil : ApplyConflict(rest)
    }

    /// The message of the answer 409, in an API server's words.
    var message: String {
        if let only = conflicts.first, conflicts.count == 1 {
            return "Apply failed with 1 conflict: conflict with \(only.writer): \(only.field)"
        }
        var lines: [String] = []
        let writers = Dictionary(grouping: conflicts, by: \.writer)
        for (writer, conflicts) in writers.sorted(by: { $0.key.precedesByBytes($1.key) }) {
            lines.append("conflicts with \(writer):")
            lines += conflicts.map { "- \($0.field)" }
        }
        return "Apply failed with \(conflicts.count) conflicts: " + lines.joined(separator: "\n")
    }

    /// `details.causes` of the answer.
    var causes: [(reason: String, message: String, field: String)] {
        conflicts.map { ("FieldManagerConflict", "conflict with \($0.writer)", $0.field) }
    }
}
