import Catalog
import Diagnostics
import Documents
import KubernetesCore

/// The answer of `status` as a value; `StatusReport` shows it.
struct ApplicationStatus: Sendable {
    /// How one kind of an API is, summed up by us.
    struct KindSum: Sendable {
        var kind: CatalogKind
        var summary: HealthSummary
    }

    /// An API that no aggregate speaks for.
    struct APISum: Sendable {
        var api: GeneratedAPI
        var summary: HealthSummary
        /// Only kinds that have objects.
        var kinds: [KindSum]
    }

    private(set) var aggregates: [Survey.Member]
    private(set) var bundles: [Survey.Member]
    private(set) var sums: [APISum]
    private(set) var failed: [Survey.Member]
    /// How many objects are older than they should be, so that all of this may be.
    let stale: Int
    let gaps: [(kind: CatalogKind, error: KubernetesError)]

    init(_ survey: Survey) {
        gaps = survey.gaps
        stale = survey.members.count(where: \.isStale)
        aggregates = survey.summaries.filter { $0.kind.category == .aggregate }
        bundles = survey.summaries.filter { $0.kind.category == .bundle }
        failed = survey.members.filter { $0.state.class == .failed }
        sums = survey.apis.compactMap { api in
            let hasAggregate = survey.summaries.contains {
                $0.api == api.group && $0.kind.category == .aggregate
            }
            let members = survey.members.filter { $0.api == api.group }
            guard !hasAggregate, !members.isEmpty else { return nil }
            return Self.sum(of: api, members)
        }
        if aggregates.isEmpty, sums.isEmpty, let first = survey.apis.first {
            sums = [Self.sum(of: first, [])]
        }
    }

    private static func sum(of api: GeneratedAPI, _ members: [Survey.Member]) -> APISum {
        let kinds = api.kinds.compactMap { kind -> KindSum? in
            let own = members.filter { $0.kind.type == kind.type }
            return own.isEmpty ? nil : KindSum(kind: kind, summary: sum(own))
        }
        return APISum(api: api, summary: sum(members), kinds: kinds)
    }

    /// Our own sum: one failure degrades the whole, as the strategy AllHealthy has it.
    private static func sum(_ members: [Survey.Member]) -> HealthSummary {
        let failed = members.count { $0.state.class == .failed }
        let synced = members.count { $0.state.class == .good }
        let pending = members.count - failed - synced
        let health =
            failed > 0 ? "Degraded" : pending > 0 || members.isEmpty ? "Pending" : "Healthy"
        return HealthSummary(
            health: health,
            counts: HealthCounts(
                total: Int64(members.count), synced: Int64(synced), failed: Int64(failed),
                pending: Int64(pending), skipped: 0))
    }

    /// One aggregate or bundle, and the failures among its members.
    ///
    /// - Throws: `Failure` where there is none of that name.
    func narrowed(to name: String, apis: [GeneratedAPI]) throws(Failure) -> ApplicationStatus {
        var narrow = self
        narrow.aggregates = aggregates.filter { $0.object.name == name }
        narrow.bundles = bundles.filter { $0.object.name == name }
        let chosen = narrow.aggregates + narrow.bundles
        guard !chosen.isEmpty else {
            let names = (aggregates + bundles).map(\.object.name) + apis.map(\.displayName)
            let suggestion = Spelling.suggestion(for: name, among: names)
            throw Failure(
                .notFound, "there is no API, no aggregate and no bundle called \"\(name)\"",
                hints: [
                    suggestion.map { "did you mean \"\($0)\"?" }
                        ?? "there are: \(names.joined(separator: ", "))"
                ])
        }
        narrow.sums = []
        let members = chosen.flatMap { member -> [JSONValue] in
            let status = member.object.status
            let listed = status["resources"] ?? status["aggregatedHealth"]?["resources"]
            return listed?.arrayValue ?? []
        }
        narrow.failed = failed.filter { failure in
            members.contains {
                $0["kind"]?.stringValue == failure.kind.type.kind
                    && $0["name"]?.stringValue == failure.object.name
            }
        }
        return narrow
    }

    /// Whether everything that was looked at is as it should be.
    var isHealthy: Bool {
        failed.isEmpty
            && (aggregates + bundles).allSatisfy { member in
                let health = HealthSummary(member.object, kind: member.kind).health
                return ResourceState.class(of: health) == .good
            }
            && sums.allSatisfy { ResourceState.class(of: $0.summary.health) == .good }
    }
}
