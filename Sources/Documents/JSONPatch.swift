/// A JSON Patch (RFC 6902): a list of operations that apply all or not at all.
package struct JSONPatch: Sendable, Hashable {
    package enum Operation: Sendable, Hashable {
        case add(JSONPointer, JSONValue)
        case remove(JSONPointer)
        case replace(JSONPointer, JSONValue)
        case move(from: JSONPointer, to: JSONPointer)
        case copy(from: JSONPointer, to: JSONPointer)
        case test(JSONPointer, JSONValue)

        /// The place that the operation writes, or tests.
        package var path: JSONPointer {
            switch self {
            case .add(let path, _), .remove(let path), .replace(let path, _),
                .move(_, let path), .copy(_, let path), .test(let path, _):
                path
            }
        }
    }

    package var operations: [Operation] {
        didSet { if operations != oldValue { sources = [:] } }
    }
    /// The text in which a patch that came over the wire wrote a `test` value, by the operation's
    /// index: an API server compares that text, so `1.0` fails against 1.
    var sources: [Int: JSONDocument] = [:]

    package init(_ operations: [Operation] = []) { self.operations = operations }

    /// Reads the document of RFC 6902; members that it does not define are ignored, as it asks.
    package init(json: JSONValue) throws(JSONPatchError) {
        guard case .array(let items) = json else {
            throw JSONPatchError(.malformed, "a JSON patch is a list of operations")
        }
        operations = []
        for (index, item) in items.enumerated() {
            operations.append(try Self.operation(item, at: index))
        }
    }

    /// Reads the text of a patch and keeps how it wrote the `test` values, as API servers do.
    ///
    /// - Throws: `JSONPatchError` with kind `.malformed` also for a text that is no JSON.
    package init(
        parsing bytes: [UInt8], limits: JSONLimits = .default
    ) throws(JSONPatchError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: bytes, limits: limits)
        } catch {
            throw JSONPatchError(.malformed, error.message)
        }
        try self.init(json: document.root.value)
        for (index, item) in document.root.elements.enumerated() {
            guard case .test = operations[index], let value = item["value"] else { continue }
            // Part of a document that was read already; without its source the value itself is
            // compared.
            sources[index] = try? JSONDocument(parsing: Array(value.source), limits: limits)
        }
    }

    private static func operation(
        _ item: JSONValue, at index: Int
    ) throws(JSONPatchError) -> Operation {
        func pointer(_ name: String) throws(JSONPatchError) -> JSONPointer {
            guard let text = item[name]?.stringValue else {
                throw JSONPatchError(.malformed, "it has no '\(name)'", at: index)
            }
            do throws(JSONPointerError) {
                return try JSONPointer(text)
            } catch {
                throw JSONPatchError(.malformed, error.message, at: index)
            }
        }
        func value() throws(JSONPatchError) -> JSONValue {
            guard let value = item["value"] else {
                throw JSONPatchError(.malformed, "it has no 'value'", at: index)
            }
            return value
        }
        guard let name = item["op"]?.stringValue else {
            throw JSONPatchError(.malformed, "it has no 'op'", at: index)
        }
        switch name {
        case "add": return .add(try pointer("path"), try value())
        case "remove": return .remove(try pointer("path"))
        case "replace": return .replace(try pointer("path"), try value())
        case "move": return .move(from: try pointer("from"), to: try pointer("path"))
        case "copy": return .copy(from: try pointer("from"), to: try pointer("path"))
        case "test": return .test(try pointer("path"), try value())
        default: throw JSONPatchError(.malformed, "there is no operation '\(name)'", at: index)
        }
    }

    /// The document of RFC 6902.
    package var json: JSONValue {
        func object(_ name: String, _ members: (String, JSONValue)...) -> JSONValue {
            let members = [("op", .string(name))] + members
            return .object(JSONObject(distinct: members.map { .init($0.0, $0.1) }))
        }
        func text(_ pointer: JSONPointer) -> JSONValue { .string(pointer.description) }
        return .array(
            operations.map { operation in
                switch operation {
                case .add(let path, let value):
                    object("add", ("path", text(path)), ("value", value))
                case .remove(let path): object("remove", ("path", text(path)))
                case .replace(let path, let value):
                    object("replace", ("path", text(path)), ("value", value))
                case .move(let from, let path):
                    object("move", ("from", text(from)), ("path", text(path)))
                case .copy(let from, let path):
                    object("copy", ("from", text(from)), ("path", text(path)))
                case .test(let path, let value):
                    object("test", ("path", text(path)), ("value", value))
                }
            })
    }

    package static func == (left: JSONPatch, right: JSONPatch) -> Bool {
        left.operations == right.operations
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(operations) }
}

/// Why a patch could not be read or does not apply; the document is then as it was.
package struct JSONPatchError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// No JSON patch.
        case malformed
        /// A place that must exist does not, or is of a sort that has no such place.
        case missing
        /// A `test` met another value.
        case testFailed
    }

    package let kind: Kind
    /// Which operation, from 0; nil for the patch as a whole.
    package let operation: Int?
    package let message: String

    init(_ kind: Kind, _ what: String, at operation: Int? = nil) {
        self.kind = kind
        self.operation = operation
        message = operation.map { "operation \($0 + 1) of the JSON patch: \(what)" } ?? what
    }

    package var description: String { message }
}
