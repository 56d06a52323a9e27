import Catalog
import Diagnostics
import Documents
import KubernetesCore

/// What `init` learnt about a cluster: plain values, from which report and configuration come.
struct ClusterFindings: Sendable {
    var server: String
    var context: String
    var namespace: String
    var version: String?
    var apps: [FoundApp]
    /// What could not be found, or may not be looked at.
    var gaps: [Gap]

    /// Something that is missing or forbidden, and what to do about it.
    struct Gap: Sendable, Hashable {
        var what: String
        var why: String
        var hint: String
        /// Whether a right is missing.
        var isRefusal = false
    }
}

/// One generated API and what stands behind it.
struct FoundApp: Sendable {
    var api: GeneratedAPI
    var lease: FoundLease?
    var deployment: FoundWorkload?
    var targets: [FoundWorkload] = []

    var name: String { api.displayName }

    /// The kinds of a category, as people type them, by the alphabet: a server may tell its kinds in
    /// another order each time.
    func names(_ category: Category) -> [String] {
        api.kinds(category).map { kind in
            category == .query || category == .action ? kind.friendlyName : kind.type.plural
        }.sorted()
    }
}
