import Documents
import KubernetesCore

/// Prints objects as rows of `meta.k8s.io/v1 Table`, the form that kubectl shows.
struct TableWriter: Sendable {
    enum Inclusion: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    var resource: ServedResource
    var inclusion: Inclusion
    var now: Timestamp

    /// A table of these objects; the metadata is that of the list, or of the one object.
    func table(_ objects: [JSONValue], metadata: JSONValue, withColumns: Bool = true) -> JSONValue {
        [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
            "columnDefinitions": withColumns ? .array(resource.columns.map(\.definition)) : .null,
            "rows": .array(objects.map(row)),
        ]
    }

    private func row(_ object: JSONValue) -> JSONValue {
        var row: JSONValue = ["cells": .array(resource.columns.map { cell($0, object) })]
        switch inclusion {
        case .none: row["object"] = .some(.null)
        case .metadata: row["object"] = Self.partial(object)
        case .object: row["object"] = object
        }
        return row
    }

    private func cell(_ column: TableColumn, _ object: JSONValue) -> JSONValue {
        switch column.source {
        case .builtIn(let cell): cell.value(of: object, now: now)
        case .path(let path):
            Self.cell(path.values(in: object).first, type: column.type, now: now)
        }
    }

    /// The cell of a custom column: a value of another type than the column's is left empty.
    static func cell(_ value: JSONValue?, type: String, now: Timestamp) -> JSONValue {
        guard let value, !value.isNull else { return .null }
        switch type {
        case "integer":
            if let number = value.integerValue { return .integer(number) }
            return value.doubleValue.flatMap { Int64(exactly: $0.rounded(.towardZero)) }
                .map { .integer($0) } ?? .null
        case "number": return value.doubleValue == nil ? .null : value
        case "boolean": return value.boolValue == nil ? .null : value
        case "string": return .string(value.stringValue ?? value.text(.compact))
        case "date":
            guard let text = value.stringValue else { return .null }
            guard Timestamp(rfc3339: text) != nil else { return "<invalid>" }
            return .string(BuiltInCell.age(value, now))
        default: return .null
        }
    }

    /// The object's metadata alone.
    static func partial(_ object: JSONValue) -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": object["metadata"] ?? [:],
        ]
    }
}

extension TableColumn {
    var definition: JSONValue {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": .string(description), "priority": .integer(Int64(priority)),
        ]
    }
}
