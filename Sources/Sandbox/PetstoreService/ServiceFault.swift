package import Documents
import HTTP

/// An object of the store by collection and key: `pet/123`, `order/456`, `user/john`.
package struct ObjectName: Sendable, Hashable, CustomStringConvertible {
    package enum Collection: String, Sendable, Hashable, CaseIterable {
        case pet, order, user
    }

    package var collection: Collection
    package var key: String

    package init(_ collection: Collection, _ key: String) {
        self.collection = collection
        self.key = key
    }

    /// Reads `pet/123`; nil when it names no collection or no key.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty,
            let collection = Collection(rawValue: String(parts[0]))
        else { return nil }
        if collection != .user, Int64(parts[1]) == nil { return nil }
        self.init(collection, String(parts[1]))
    }

    package var description: String { "\(collection.rawValue)/\(key)" }
}

/// A field of a stored object that changes behind everybody's back.
package struct ObjectDrift: Sendable, Hashable {
    package var object: ObjectName
    package var field: String
    package var value: JSONValue
    /// Whether it comes back after each write.
    package var persists: Bool

    package init(_ object: ObjectName, field: String, value: JSONValue, persists: Bool = false) {
        self.object = object
        self.field = field
        self.value = value
        self.persists = persists
    }

    /// Reads `pet/123:status=sold`.
    ///
    /// The value is typed as the API types that field; nil when the text has another form, names
    /// an unknown field, or holds a value that the field cannot have.
    package init?(_ text: String, persists: Bool = false) {
        guard let colon = text.firstIndex(of: ":"),
            let object = ObjectName(text[..<colon])
        else { return nil }
        let assignment = text[text.index(after: colon)...]
        guard let equals = assignment.firstIndex(of: "=") else { return nil }
        let field = String(assignment[..<equals])
        guard let type = PetstoreSchema.of(object.collection).fields[field],
            let value = type.value(of: String(assignment[assignment.index(after: equals)...]))
        else { return nil }
        self.init(object, field: field, value: value, persists: persists)
    }
}

/// One thing that can be wrong with a replica.
package enum ServiceFault: Sendable, Hashable {
    /// Every call is answered with this status and text.
    case fail(status: Int = 500, message: String = "Database connection failed")
    /// Every call about one object is answered so.
    case failObject(
        ObjectName, status: Int = 500, message: String = "Database connection failed")
    /// Every answer comes that much later.
    case latency(Duration)
    /// A stored object is edited.
    case drift(ObjectDrift)
    /// Nobody listens any more.
    case down
}

/// All that is wrong with a replica at the moment.
struct InstanceFaults: Sendable {
    var failure: PetstoreProblem?
    var failingObjects: [ObjectName: PetstoreProblem] = [:]
    var latency: Duration?
    var drifts: [ObjectDrift] = []
    var isDown = false

    var list: [ServiceFault] {
        var list: [ServiceFault] = []
        if let failure { list.append(.fail(status: failure.status, message: failure.message)) }
        for (object, problem) in failingObjects.sorted(by: {
            $0.key.description < $1.key.description
        }) {
            list.append(.failObject(object, status: problem.status, message: problem.message))
        }
        if let latency { list.append(.latency(latency)) }
        if isDown { list.append(.down) }
        return list + drifts.map { .drift($0) }
    }

    mutating func add(_ fault: ServiceFault) {
        switch fault {
        case .fail(let status, let message):
            failure = PetstoreProblem(status: status, message: message)
        case .failObject(let object, let status, let message):
            failingObjects[object] = PetstoreProblem(status: status, message: message)
        case .latency(let duration): latency = duration
        case .drift(let drift):
            drifts.removeAll { $0.object == drift.object && $0.field == drift.field }
            drifts.append(drift)
        case .down: isDown = true
        }
    }
}

/// An answer that is not what the caller hoped for.
struct PetstoreProblem: Error, Sendable, Hashable {
    var status: Int
    var message: String

    var response: HTTPResponse { .text(status, message) }
}
