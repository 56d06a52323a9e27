import Catalog
import Diagnostics
import Documents
import KubernetesClient
import KubernetesCore

/// Reads what drift is judged by: one list per kind side by side, and a second one of those kinds
/// alone in which something may be flapping.
struct DriftLook: Sendable {
    let client: KubernetesClient
    /// Nil: all namespaces.
    let namespace: String?
    let options: ListOptions

    struct Seen: Sendable {
        var findings: [DriftFinding] = []
        var pods = PodNames([])
        /// Kinds that could not be listed.
        var gaps: [String] = []
        var now: Timestamp
    }

    var placeText: String { namespace.map { " in \($0) namespace" } ?? "" }

    func all(
        _ kinds: [CatalogKind], sample: Duration, clock: WallClock
    ) async throws -> Seen {
        let first = try await KindLists(of: kinds, client, namespace, options)
        let start = clock.now()
        let now = client.estimatedServerTime ?? start
        var second: [ObjectReference: KubernetesObject] = [:]
        let doubtful = kinds.filter { kind in
            first.objects(of: kind).contains { Flapping.isPossible(in: $0, now: now) }
        }
        async let pods = podNames(for: first, kinds)
        if sample > .zero, !doubtful.isEmpty {
            try await clock.sleep(sample)
            let lists = try await KindLists(of: doubtful, client, namespace, options)
            for kind in doubtful {
                for object in lists.objects(of: kind) {
                    second[ObjectReference(object, kind: kind)] = object
                }
            }
        }
        let span = clock.now() - start
        var seen = Seen(now: client.estimatedServerTime ?? clock.now())
        seen.gaps = first.gaps.map { $0.text }
        for kind in kinds {
            for object in first.objects(of: kind) {
                let later = second[ObjectReference(object, kind: kind)]
                let flapping = later.flatMap { Flapping(object, $0, span: span) }
                seen.findings.append(
                    DriftFinding(later ?? object, kind: kind, now: seen.now, flapping: flapping))
            }
        }
        seen.pods = await pods
        return seen
    }

    /// The pods' names, asked for only where a status names addresses.
    private func podNames(
        for lists: KindLists<KubernetesObject>, _ kinds: [CatalogKind]
    ) async -> PodNames {
        let isNeeded = kinds.contains { kind in
            lists.objects(of: kind).contains {
                $0.status["responses"]?.objectValue?.isEmpty == false
            }
        }
        guard isNeeded else { return PodNames([]) }
        // Without the right to list pods the addresses are shown.
        let pods = try? await client.list(.pods, namespace: namespace)
        return PodNames(pods?.items ?? [])
    }
}

extension ResourceType {
    static let pods = ResourceType(group: "", version: "v1", plural: "pods", kind: "Pod")
}
