package import KubernetesCore

/// Which leftovers somebody may take up.
package enum SweepRule: Sendable, Hashable {
    /// Only what has passed its time: what a clean-up controller does by itself.
    case expired
    /// Besides, what dead sessions left: `cleanup`, `session recover`.
    case abandoned
    /// One session's; by force also when it may be alive (`session recover ID --force`).
    case session(String, force: Bool)
}

/// What is to be done with one record, and why.
package struct SweepItem: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable {
        case restore = "RESTORE"
        case delete = "DELETE"
        case keep = "KEEP"
    }

    package var record: FoundRecord
    package var action: Action
    package var reason: String
    /// Whether it is kept only because its deletion has an effect outside the cluster.
    package var isHeldByEffect: Bool
    /// Whether that effect is accepted.
    package var acceptsEffects: Bool

    package init(
        record: FoundRecord, action: Action, reason: String, isHeldByEffect: Bool = false,
        acceptsEffects: Bool = false
    ) {
        self.record = record
        self.action = action
        self.reason = reason
        self.isHeldByEffect = isHeldByEffect
        self.acceptsEffects = acceptsEffects
    }
}

/// How far a sweep goes, beyond what records and Leases say.
package struct SweepLimits: Sendable, Hashable {
    /// Objects that bear one of these labels are left alone.
    package var protected: [String: String]
    /// Whether what has passed its time goes.
    package var takesExpired: Bool
    /// What is labelled as temporary goes when it is so old, whether it says a time or not.
    package var maxAge: Duration?
    /// The labels that such objects must have besides.
    package var aged: LabelSelector?
    /// Whether also that goes whose deletion has an effect outside the cluster.
    package var acceptsEffects: Bool

    package init(
        protected: [String: String] = ["keep": "true"], takesExpired: Bool = true,
        maxAge: Duration? = nil, aged: LabelSelector? = nil, acceptsEffects: Bool = false
    ) {
        self.protected = protected
        self.takesExpired = takesExpired
        self.maxAge = maxAge
        self.aged = aged
        self.acceptsEffects = acceptsEffects
    }

    /// The label that protects an object.
    func protection(of record: FoundRecord) -> String? {
        protected.sorted { $0.key < $1.key }
            .first { record.labels[$0.key] == $0.value }.map { "\($0.key)=\($0.value)" }
    }

    /// Why an object is too old; nil where it is not.
    package func isTooOld(_ record: FoundRecord, now: Timestamp) -> String? {
        guard let maxAge, let created = record.created, created + maxAge <= now,
            record.labels[Marks.temporary] == "true", aged?.matches(record.labels) != false
        else { return nil }
        return "it is older than \(GoDuration.format(maxAge))"
    }
}

/// Plans what to do with leftovers (undo.md, steps 5 and 6).
///
/// Pure. A changed object is restored and never deleted; only what was made temporarily is
/// deleted, and only where that was accepted or has no effect outside the cluster.
package enum Sweep {
    /// Plans, one item for each record, in the order in which they were found.
    package static func plan(
        _ found: SearchResult, by rule: SweepRule, within limits: SweepLimits = SweepLimits()
    ) -> [SweepItem] {
        found.records.map { item(for: $0, by: rule, within: limits, now: found.now) }
    }

    /// Plans for one record.
    package static func item(
        for record: FoundRecord, by rule: SweepRule, within limits: SweepLimits = SweepLimits(),
        now: Timestamp
    ) -> SweepItem {
        let (action, reason) = judge(record, by: rule, limits, now: now)
        guard action == .delete, !limits.acceptsEffects, !record.acceptsEffects,
            case .external(let what) = record.effect
        else {
            return SweepItem(
                record: record, action: action, reason: reason,
                acceptsEffects: limits.acceptsEffects)
        }
        return SweepItem(
            record: record, action: .keep, reason: "\(reason), but \(what)", isHeldByEffect: true)
    }

    private static func judge(
        _ record: FoundRecord, by rule: SweepRule, _ limits: SweepLimits, now: Timestamp
    ) -> (SweepItem.Action, String) {
        if let label = limits.protection(of: record) { return (.keep, "it is labelled \(label)") }
        switch record.kind {
        case .copied:
            return (.keep, "its record speaks of another object: copied, or out of a backup")
        case .unreadable:
            return (.keep, "the record \(record.key) cannot be read")
        case .change: return time(record, .restore, rule, limits)
        case .creation:
            let verdict = time(record, .delete, rule, limits)
            guard verdict.0 == .keep, !record.liveness.isAlive,
                let reason = limits.isTooOld(record, now: now)
            else { return verdict }
            return (.delete, reason)
        case .labelled(let deadline):
            if case .session(let id, _) = rule, id != record.session {
                return (.keep, "it is not of session \(id)")
            }
            if let deadline, deadline <= now, limits.takesExpired {
                return (.delete, record.liveness.text)
            }
            if let reason = limits.isTooOld(record, now: now) { return (.delete, reason) }
            guard let deadline else { return (.keep, "it says no time (ttl)") }
            return (.keep, "its time is over at \(deadline.rfc3339)")
        }
    }

    private static func time(
        _ record: FoundRecord, _ action: SweepItem.Action, _ rule: SweepRule,
        _ limits: SweepLimits
    ) -> (SweepItem.Action, String) {
        let text = record.liveness.text
        switch rule {
        case .expired:
            if case .expired = record.liveness {
                return limits.takesExpired
                    ? (action, text) : (.keep, "\(text), which does not count here")
            }
            let rest = record.deadline.map { "its time is over at \($0.rfc3339)" }
            return (.keep, rest ?? "it has no deadline")
        case .abandoned: return (record.liveness.isOver ? action : .keep, text)
        case .session(let id, let force):
            guard record.session == id else { return (.keep, "it is not of session \(id)") }
            if record.liveness.isOver { return (action, text) }
            return force ? (action, "by force, although \(text)") : (.keep, text)
        }
    }
}
