package import Catalog
package import Documents
package import KubernetesCore

/// How healthy the whole is that an aggregate or a bundle looks at.
package struct HealthSummary: Sendable, Hashable {
    package let health: String
    package let counts: HealthCounts?

    package init(_ object: KubernetesObject, kind: CatalogKind) {
        let aggregate = object.status["aggregatedHealth"]
        let aggregated = aggregate?.stringValue ?? aggregate?["state"]?.stringValue
        health =
            (kind.category == .bundle ? aggregated : nil)
            ?? kind.state(of: object).state ?? "Unknown"
        counts = kind.counts(of: object)
    }

    package init(health: String, counts: HealthCounts) {
        self.health = health
        self.counts = counts
    }

    /// `Healthy (15/15 synced)`, `Degraded (14/15 synced, 1 failed)`.
    package var text: String {
        guard let counts else { return health }
        var parts = ["\(counts.synced)/\(counts.total) synced"]
        if counts.failed > 0 { parts.append("\(counts.failed) failed") }
        if counts.pending > 0 { parts.append("\(counts.pending) pending") }
        if counts.skipped > 0 { parts.append("\(counts.skipped) skipped") }
        return "\(health) (\(parts.joined(separator: ", ")))"
    }

    package var payload: JSONValue {
        var value: JSONValue = ["health": .string(health)]
        guard let counts else { return value }
        value["total"] = .integer(counts.total)
        value["synced"] = .integer(counts.synced)
        value["failed"] = .integer(counts.failed)
        value["pending"] = .integer(counts.pending)
        return value
    }
}
