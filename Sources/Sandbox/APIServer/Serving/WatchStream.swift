import Documents
import HTTP
import KubernetesCore

/// Turns what a watcher sees into lines of a watch answer.
struct WatchWriter: Sendable {
    var resource: ServedResource
    var selection: Selection
    var shape: AnswerForm.Shape
    var inclusion: TableWriter.Inclusion
    var clock: @Sendable () -> Timestamp

    /// The line of one item; nil when this watch does not see it.
    func line(_ item: Watcher.Item, isFirst: Bool) -> [UInt8]? {
        switch item {
        case .change(let change):
            guard let (kind, object) = selection.view(change) else { return nil }
            let type =
                switch kind {
                case .added: "ADDED"
                case .modified: "MODIFIED"
                case .deleted: "DELETED"
                }
            return Self.line(type, shaped(resource.present(object), isFirst))
        case .bookmark(let revision, let initialEventsEnd):
            return Self.line("BOOKMARK", bookmark(revision, initialEventsEnd, isFirst))
        case .failure(let failure): return Self.line("ERROR", failure.json)
        }
    }

    private func shaped(_ object: JSONValue, _ isFirst: Bool) -> JSONValue {
        switch shape {
        case .object: return object
        case .partial, .partialList: return TableWriter.partial(object)
        case .table:
            let writer = TableWriter(resource: resource, inclusion: inclusion, now: clock())
            let revision = object["metadata", "resourceVersion"] ?? ""
            return writer.table(
                [object], metadata: ["resourceVersion": revision], withColumns: isFirst)
        }
    }

    private func bookmark(_ revision: Int64, _ end: Bool, _ isFirst: Bool) -> JSONValue {
        var metadata: JSONValue = [
            "creationTimestamp": .null, "resourceVersion": .string(String(revision)),
        ]
        if end { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        let object: JSONValue = [
            "kind": .string(resource.kind), "apiVersion": .string(resource.groupVersion),
            "metadata": metadata,
        ]
        return shaped(object, isFirst)
    }

    private static func line(_ type: String, _ object: JSONValue) -> [UInt8] {
        let event: JSONValue = ["type": .string(type), "object": object]
        return event.bytes(.compact) + [UInt8(ascii: "\n")]
    }
}

/// The body of a watch: pulls items as the reader asks for them.
actor WatchBody {
    /// Small items go together in one chunk up to this size.
    private static let chunkBytes = 64 * 1024

    private let watcher: Watcher
    private let writer: WatchWriter
    private var wroteAny = false

    init(_ watcher: Watcher, _ writer: WatchWriter) {
        self.watcher = watcher
        self.writer = writer
    }

    /// The next bytes; nil at the end.
    func next() async -> [UInt8]? {
        while let item = await watcher.next() {
            guard let line = writer.line(item, isFirst: !wroteAny) else { continue }
            wroteAny = true
            return line
        }
        return nil
    }
}
