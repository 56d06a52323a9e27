import Catalog
import Documents
import KubernetesCore

/// How healthy the whole is that an aggregate or a bundle looks at.
struct HealthSummary: Sendable {
    let health: String
    let counts: HealthCounts?

    init(_ object: KubernetesObject, kind: CatalogKind) {
        let aggregated = object.status["aggregatedHealth"]?["state"]?.stringValue
        health =
            (kind.category == .bundle ? aggregated : nil)
            ?? kind.state(of: object).state ?? "Unknown"
        counts = kind.counts(of: object)
    }

    init(health: String, counts: HealthCounts) {
        self.health = health
        self.counts = counts
    }

    /// `Healthy (15/15 synced)`, `Degraded (14/15 synced, 1 failed)`.
    var text: String {
        guard let counts else { return health }
        var parts = ["\(counts.synced)/\(counts.total) synced"]
        if counts.failed > 0 { parts.append("\(counts.failed) failed") }
        if counts.pending > 0 { parts.append("\(counts.pending) pending") }
        if counts.skipped > 0 { parts.append("\(counts.skipped) skipped") }
        return "\(health) (\(parts.joined(separator: ", ")))"
    }

    var payload: JSONValue {
        var value: JSONValue = ["health": .string(health)]
        guard let counts else { return value }
        value["total"] = .integer(counts.total)
        value["synced"] = .integer(counts.synced)
        value["failed"] = .integer(counts.failed)
        value["pending"] = .integer(counts.pending)
        return value
    }
}

extension CatalogKind {
    /// Names of the spec's members that the schema marks as secret.
    var secretFields: Set<String> {
        let members = schema?.node(at: ["spec"])?.properties ?? []
        return Set(members.filter { $0.node.isSecret(name: $0.name) }.map(\.name))
    }
}
