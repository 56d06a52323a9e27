package import Catalog
import Documents
package import KubernetesCore

/// An answer that a status still holds although the operator's last look at the API did not bring
/// it.
///
/// A resource keeps its last good answer when a call fails, when the API has the object no more,
/// while it is paused, and when nobody reads any more (operator-contract.md, 0.4 and 3.2); a query
/// or an action that runs again keeps the one of the run before.
package struct KeptAnswer: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        case failure
        case notFound = "not-found"
        case pause
        /// It is being asked for anew.
        case run
        /// It was to be read again, and was not.
        case overdue
    }

    package let reason: Reason
    /// When the answer came, where that is known.
    package let time: Timestamp?
    /// Whether it is known to be older than the trouble.
    private let isBefore: Bool
    private let now: Timestamp

    /// Nil for an answer that is as new as the state beside it.
    ///
    /// - Parameters:
    ///   - answer: of the status.
    ///   - object: whose status it is.
    ///   - kind: of the object.
    ///   - now: the time.
    package init?(
        _ answer: ObjectResponses.Answer, of object: KubernetesObject, kind: CatalogKind,
        now: Timestamp
    ) {
        guard [.resource, .query, .action].contains(kind.category), answer.isSuccess,
            answer.data != nil
        else { return nil }
        switch kind.state(of: object).class {
        case .failed: reason = .failure
        case .notFound: reason = .notFound
        case .paused: reason = .pause
        case .pending where kind.category != .resource: reason = .run
        default:
            let reading = ReadingAge(object, kind: kind, now: now)
            guard reading.verdict == .overdue else { return nil }
            reason = .overdue
        }
        let start = Self.start(of: object)
        func isBefore(_ time: Timestamp) -> Bool { start.map { time <= $0 } ?? false }
        let own = answer.time.flatMap { Timestamp(rfc3339: $0) }
        let read = object.status["lastGetTime"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
        // A reading whose write failed is newer than the answer that is kept.
        let isReadingKept = reason == .overdue || read.map(isBefore) ?? false
        let time = own ?? (isReadingKept ? read : nil)
        self.time = time
        self.isBefore = time.map(isBefore) ?? false
        self.now = now
    }

    /// Since when the object is not as it should be, by its conditions.
    private static func start(of object: KubernetesObject) -> Timestamp? {
        let conditions = object.status["conditions"]?.arrayValue ?? []
        return conditions.first {
            $0["type"]?.stringValue == "Ready" && $0["status"]?.stringValue == "False"
        }?["lastTransitionTime"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
    }

    /// What stands behind the heading of the answer: `of 2026-01-27T10:00:00Z, before the failure`.
    package var text: String {
        guard let time else { return "of an earlier call" }
        let when = "of \(time.rfc3339)"
        return switch reason {
        case .failure: when + (isBefore ? ", before the failure" : ", not of the last call")
        case .run: when + ", of the run before"
        case .notFound: when + ", when it was still found"
        case .pause: when + (isBefore ? ", before the pause" : "")
        case .overdue: when + ", \(HumanDuration.text(now - time)) ago"
        }
    }
}
