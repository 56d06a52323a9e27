package import KubernetesCore
package import Session

/// What to do with what was found, now; pure.
package enum CleanupPlan {
    /// Plans for all records, in their order.
    ///
    /// What sessions recorded ends at its time everywhere: they were promised that. What was only
    /// labelled as temporary, or is older than it may get, goes where a policy of its namespace
    /// says so. What any policy of the namespace excludes is left alone.
    ///
    /// - Parameters:
    ///   - found: what there is.
    ///   - policies: of all namespaces; nil while nobody knows them: then nobody knows either what
    ///     they exclude, and all is kept.
    /// - Returns: one item for each record.
    package static func items(
        of found: SearchResult, by policies: [CleanupPolicy]?
    ) -> [SweepItem] {
        guard let policies else {
            return found.records.map {
                SweepItem(record: $0, action: .keep, reason: "the cleanup policies are not known")
            }
        }
        var byNamespace = Dictionary(grouping: policies, by: \.namespace)
        if found.leases == nil {
            // Nobody knows who lives, so age alone is no reason.
            for namespace in byNamespace.keys {
                byNamespace[namespace]?.indices.forEach {
                    byNamespace[namespace]?[$0].limits.maxAge = nil
                }
            }
        }
        return found.records.map { record in
            item(for: record, by: byNamespace[record.object.namespace ?? ""] ?? [], found.now)
        }
    }

    private static func item(
        for record: FoundRecord, by policies: [CleanupPolicy], _ now: Timestamp
    ) -> SweepItem {
        for policy in policies {
            guard let label = policy.exclusion(of: record.labels) else { continue }
            return SweepItem(
                record: record, action: .keep,
                reason: "it is labelled \(label), which policy \(policy.name) excludes")
        }
        let asked = policies.map {
            Sweep.item(for: record, by: .expired, within: $0.limits, now: now)
        }
        let wanted = asked.first { $0.action != .keep }
        if case .labelled = record.kind {
            return wanted ?? asked.first
                ?? SweepItem(
                    record: record, action: .keep,
                    reason: "no cleanup policy of its namespace asks for it")
        }
        let promised = Sweep.item(for: record, by: .expired, now: now)
        return promised.action == .keep ? wanted ?? promised : promised
    }

    /// When something is to be done by the clock alone, if nothing else happens; nil: never.
    package static func nextTime(
        of found: SearchResult, by policies: [CleanupPolicy]?
    ) -> Timestamp? {
        let ages = Dictionary(grouping: policies ?? [], by: \.namespace)
            .mapValues { $0.compactMap(\.limits.maxAge) }
        return found.records.flatMap { record -> [Timestamp] in
            let old = (ages[record.object.namespace ?? ""] ?? []).compactMap { age in
                record.created.map { $0 + age }
            }
            return old + [record.deadline].compactMap(\.self)
        }.filter { $0 > found.now }.min()
    }
}

/// What was tried already.
///
/// Watches lag behind: what was done a moment ago can still be in sight, and is not done again.
/// What fails is tried again, ever more rarely. Pure.
package struct AttemptBook: Sendable {
    /// How long something may stay in sight after it was done before it is looked at again.
    package static let lag: Duration = .seconds(60)
    /// The pauses after failures: the first, and the longest.
    package static let firstPause: Duration = .seconds(2)
    package static let longestPause: Duration = .seconds(300)

    private struct Key: Hashable {
        var uid: String
        var record: String

        init(_ item: SweepItem) {
            uid = item.record.object.uid
            record = item.record.key
        }
    }

    private struct Attempt {
        var failures = 0
        var notBefore: Timestamp
    }

    private var attempts: [Key: Attempt] = [:]

    package init() {}

    /// The items whose turn it is; what is no longer in sight is forgotten.
    package mutating func due(_ items: [SweepItem], at now: Timestamp) -> [SweepItem] {
        let seen = Set(items.map(Key.init))
        attempts = attempts.filter { seen.contains($0.key) }
        return items.filter { item in
            item.action != .keep && attempts[Key(item)].map { $0.notBefore <= now } != false
        }
    }

    /// Notes what came of an item.
    package mutating func note(_ item: SweepItem, isDone: Bool, at now: Timestamp) {
        let failures = isDone ? 0 : (attempts[Key(item)]?.failures ?? 0) + 1
        let pause =
            isDone
            ? Self.lag
            : min(Self.longestPause, Self.firstPause * (1 << min(failures - 1, 10)))
        attempts[Key(item)] = Attempt(failures: failures, notBefore: now + pause)
    }

    /// When something is to be tried again; nil where nothing is.
    ///
    /// - Parameter now: what is over by then has had its turn, or is not wanted any more.
    /// - Returns: the first time after it.
    package func nextTime(after now: Timestamp) -> Timestamp? {
        attempts.values.map(\.notBefore).filter { $0 > now }.min()
    }
}
