package import Catalog
import Documents
package import KubernetesCore

/// Whether what an object says about its API is as new as its interval promises.
///
/// For resources `lastGetTime` is the sign of freshness: `lastSyncTime` moves with writes only
/// (operator-contract.md, 3.2).
package struct ReadingAge: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        /// Read within its interval.
        case fresh
        /// Read longer ago than a few of its intervals.
        case overdue
        /// It is not read again by itself.
        case once
        /// It was never read.
        case never
    }

    /// How often the operator comes back where the object does not say.
    package static let standardInterval = Duration.seconds(30)
    /// So many intervals may be missed, and that much on top of them: passes of one kind queue
    /// behind each other, and each may wait for an API.
    private static let patience = 3
    private static let allowance = Duration.seconds(60)

    package let verdict: Verdict
    package let time: Timestamp?
    /// Nil where nothing is read again.
    package let interval: Duration?
    /// How old the reading is.
    package let age: Duration?

    package init(_ object: KubernetesObject, kind: CatalogKind, now: Timestamp) {
        let status = object.status
        let names =
            kind.category == .resource
            ? ["lastGetTime", "lastSyncTime"]
            : ["lastExecutionTime", "lastQueryTime", "executedAt", "lastAggregationTime"]
        time =
            names.lazy.compactMap { status[$0]?.stringValue }
            .compactMap { Timestamp(rfc3339: $0) }.first
        interval = Self.interval(of: object, kind)
        age = time.map { now - $0 }
        guard let age else {
            verdict = .never
            return
        }
        guard let interval else {
            verdict = .once
            return
        }
        verdict = age > interval * Self.patience + Self.allowance ? .overdue : .fresh
    }

    /// The pause between two passes; nil where there is no second one.
    private static func interval(of object: KubernetesObject, _ kind: CatalogKind) -> Duration? {
        let given = object.spec[kind.intervalField ?? "executionInterval"]?.stringValue ?? ""
        // What cannot be read is told by the check of the interval itself.
        let span = try? GoDuration.parse(given)
        switch kind.category {
        case .resource:
            let interval = given.isEmpty ? standardInterval : span ?? standardInterval
            return interval > .zero ? interval : nil
        case .query, .action: return span.flatMap { $0 > .zero ? $0 : nil }
        case .aggregate, .bundle, .unknown: return nil
        }
    }
}
