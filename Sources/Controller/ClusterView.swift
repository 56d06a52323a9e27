package import Catalog
package import KubernetesClient
package import KubernetesCore
package import Session

/// What the controller sees of a cluster: marked objects, Leases and policies, as watches show
/// them.
package final class ClusterView: Sendable {
    /// One look: what there is, and what could not be seen.
    package struct Sight: Sendable {
        package var found: SearchResult
        /// Nil while they are not known.
        package var policies: [CleanupPolicy]?
        /// Whether everything has been seen once, or cannot be seen at all.
        package var isWhole: Bool
    }

    private struct Watched: Sendable {
        var target: ChangeTarget
        var feeder: StoreFeeder
    }

    private let marked: [Watched]
    private let policies: [(type: ResourceType, feeder: StoreFeeder)]
    private let leases: StoreFeeder
    /// Told when there is something new; what nobody has looked at yet counts once.
    package let news: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - client: for the cluster.
    ///   - kinds: what it offers, schemas included.
    package init(client: KubernetesClient, kinds: [CatalogKind]) {
        func feeder(_ type: ResourceType, _ selector: String?) -> StoreFeeder {
            StoreFeeder(
                client: client, type: type, namespace: nil,
                options: ListOptions(labelSelector: selector), form: .objects)
        }
        (news, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        marked = kinds.filter(Self.isLookedAfter).flatMap { kind in
            [SessionSearch.ours, SessionSearch.labelled].map { selector in
                Watched(target: ChangeTarget(kind), feeder: feeder(kind.type, selector))
            }
        }
        policies = kinds.filter { $0.type.kind == CleanupPolicy.kind }.map {
            ($0.type, feeder($0.type, nil))
        }
        leases = feeder(SessionLease.type, SessionLease.label + "=" + SessionLease.labelValue)
    }

    /// All kinds of the APIs, also those of which no schema tells what they are: before 1.24 a
    /// server shows schemas only to those who may read definitions.
    private static func isLookedAfter(_ kind: CatalogKind) -> Bool {
        kind.type.kind != CleanupPolicy.kind && kind.type.supports("watch")
    }

    /// Follows the cluster until the task is cancelled.
    package func run() async {
        let feeders = marked.map(\.feeder) + policies.map(\.feeder) + [leases]
        await withTaskGroup(of: Void.self) { group in
            for feeder in feeders {
                group.addTask { await feeder.run() }
                group.addTask { [bell] in
                    for await _ in feeder.store.revisions() { bell.yield() }
                }
            }
        }
    }

    /// Makes `news` of nothing: somebody wants to look again.
    package func ring() { bell.yield() }

    /// What there is now, as far as the watches tell.
    ///
    /// - Parameter now: by the server's clock.
    /// - Returns: one look.
    package func look(at now: Timestamp) -> Sight {
        var objects: [(ChangeTarget, KubernetesObject)] = []
        var failures: [(type: ResourceType, error: KubernetesError)] = []
        var isWhole = true
        var seen: Set<String> = []
        for watched in marked {
            let snapshot = watched.feeder.store.snapshot
            isWhole = isWhole && Self.isSettled(snapshot)
            if let trouble = snapshot.trouble { failures.append((watched.target.type, trouble)) }
            for key in snapshot.keys {
                guard let object = snapshot.entries[key]?.object,
                    seen.insert(object.uid).inserted
                else { continue }
                objects.append((watched.target, object))
            }
        }
        let known = policies.map(\.feeder.store.snapshot)
        for (policy, snapshot) in zip(policies, known) {
            if let trouble = snapshot.trouble { failures.append((policy.type, trouble)) }
        }
        let signs = leases.store.snapshot
        if let trouble = signs.trouble { failures.append((SessionLease.type, trouble)) }
        let rest = known + [signs]
        return Sight(
            found: SessionSearch.result(
                of: objects,
                // An old sign of life is none, and would show the living as dead.
                leases: signs.trouble != nil
                    ? nil : Self.objects(signs)?.compactMap { SessionLease($0) },
                failures: failures, now: now),
            policies: known.allSatisfy(\.isFilled)
                ? known.flatMap { Self.objects($0) ?? [] }.map { CleanupPolicy($0) } : nil,
            isWhole: isWhole && rest.allSatisfy(Self.isSettled))
    }

    private static func isSettled(_ snapshot: ObjectStore.Snapshot) -> Bool {
        snapshot.isFilled || snapshot.trouble != nil
    }

    private static func objects(_ snapshot: ObjectStore.Snapshot) -> [KubernetesObject]? {
        guard snapshot.isFilled else { return nil }
        return snapshot.keys.compactMap { snapshot.entries[$0]?.object }
    }
}
