package import Documents
package import KubernetesCore

/// Who set values of an object, read from its `metadata.managedFields`.
package struct FieldWriter: Sendable, Hashable {
    package var manager: String
    /// When that manager last wrote to the object; nil where the server does not tell.
    package var time: Timestamp?

    /// Who last wrote a place of an object, and when it wrote last; nil where nobody is noted.
    ///
    /// - Parameters:
    ///   - pointer: the place, such as `/spec/status`.
    ///   - object: with its managed fields.
    /// - Returns: of several owners the one that wrote last.
    package static func last(of pointer: JSONPointer, in object: KubernetesObject) -> FieldWriter? {
        entries(of: object).filter { entry in
            !entry.isStatus
                && FieldSet(fieldsV1: entry.fields)?.touches(pointer, in: object.json) == true
        }.map(\.writer).max { ($0.time ?? .distantPast) < ($1.time ?? .distantPast) }
    }

    /// Who last wrote to an object's spec other than its operator; the operator is whoever also
    /// writes its status.
    ///
    /// The operator's first write of a spec only puts it into another form (operator-contract.md,
    /// Seen live 8), so it does not count as a modification.
    package static func lastModification(of object: KubernetesObject) -> FieldWriter? {
        let entries = entries(of: object)
        let operators = Set(entries.filter(\.isStatus).map(\.writer.manager))
        return entries.filter {
            !$0.isStatus && !operators.contains($0.writer.manager) && $0.fields["f:spec"] != nil
        }.map(\.writer).max { ($0.time ?? .distantPast) < ($1.time ?? .distantPast) }
    }

    /// When the status was last written.
    package static func lastStatusWrite(of object: KubernetesObject) -> Timestamp? {
        entries(of: object).filter(\.isStatus).compactMap(\.writer.time).max()
    }

    private struct Entry {
        var writer: FieldWriter
        var fields: JSONValue
        var isStatus: Bool
    }

    private static func entries(of object: KubernetesObject) -> [Entry] {
        object.managedFields.map { entry in
            let fields = entry["fieldsV1"] ?? [:]
            let isStatus =
                entry["subresource"]?.stringValue == "status" || fields["f:status"] != nil
            return Entry(
                writer: FieldWriter(
                    manager: entry["manager"]?.stringValue ?? "",
                    time: entry["time"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }),
                fields: fields, isStatus: isStatus)
        }
    }
}

extension Timestamp {
    /// Before anything that a cluster tells of.
    static let distantPast = Timestamp(seconds: 0)
}
