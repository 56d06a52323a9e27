package import Documents

/// One line of a watch.
package enum WatchEvent: Sendable, Hashable {
    case added(KubernetesObject)
    case modified(KubernetesObject)
    case deleted(KubernetesObject)
    /// Nothing changed up to that version; a watch may resume from it.
    case bookmark(resourceVersion: String)
    case error(Status)

    /// Reads an event; nil for JSON that is none, and for types that we do not know.
    package init?(_ json: JSONValue) {
        guard let type = json["type"]?.stringValue, let object = json["object"],
            object.objectValue != nil
        else { return nil }
        switch type {
        case "ADDED": self = .added(KubernetesObject(object))
        case "MODIFIED": self = .modified(KubernetesObject(object))
        case "DELETED": self = .deleted(KubernetesObject(object))
        case "BOOKMARK": self = .bookmark(resourceVersion: Self.version(of: object))
        case "ERROR": self = .error(Status(object))
        default: return nil
        }
    }

    /// The object of an event that has one.
    package var object: KubernetesObject? {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object
        case .bookmark, .error: nil
        }
    }

    /// From where a watch resumes after this event; nil for errors.
    ///
    /// Events of a watch for Tables hold the object in the first row.
    package var resourceVersion: String? {
        switch self {
        case .bookmark(let version): return version.isEmpty ? nil : version
        case .error: return nil
        case .added(let object), .modified(let object), .deleted(let object):
            let version = Self.version(of: object.json)
            return version.isEmpty ? nil : version
        }
    }

    private static func version(of object: JSONValue) -> String {
        let own = object["metadata", "resourceVersion"]?.stringValue ?? ""
        if !own.isEmpty { return own }
        return object["rows"]?[0]?["object"]?["metadata", "resourceVersion"]?.stringValue ?? ""
    }

    /// The word that the server has for it.
    package var typeName: String {
        switch self {
        case .added: "ADDED"
        case .modified: "MODIFIED"
        case .deleted: "DELETED"
        case .bookmark: "BOOKMARK"
        case .error: "ERROR"
        }
    }
}

/// Cuts a stream of chunks into lines, wherever the chunks are cut.
package struct LineSplitter: Sendable {
    /// A line without an end grew past the limit.
    package struct LineTooLong: Error, Sendable, Hashable {
        package var limit: Int

        package init(limit: Int) { self.limit = limit }
    }

    private var pending: [UInt8] = []
    private let limit: Int

    /// - Parameter limit: the most bytes that a line may have.
    package init(limit: Int) { self.limit = limit }

    /// Takes a chunk and gives the lines that it completes, without their ends; empty ones not.
    package mutating func lines(adding chunk: [UInt8]) throws(LineTooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = chunk[...]
        while let end = rest.firstIndex(of: 10) {
            guard pending.count + (end - rest.startIndex) <= limit else {
                throw LineTooLong(limit: limit)
            }
            pending.append(contentsOf: rest[..<end])
            if pending.last == 13 { pending.removeLast() }
            if !pending.isEmpty { lines.append(pending) }
            pending = []
            rest = rest[(end + 1)...]
        }
        guard pending.count + rest.count <= limit else { throw LineTooLong(limit: limit) }
        pending.append(contentsOf: rest)
        return lines
    }

    /// What stands behind the last line end, after the stream's end.
    package mutating func remainder() -> [UInt8]? {
        defer { pending = [] }
        return pending.isEmpty ? nil : pending
    }
}
