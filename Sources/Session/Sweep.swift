import KubernetesCore

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
}

/// Plans what to do with leftovers (undo.md, steps 5 and 6).
///
/// Pure. A changed object is restored and never deleted; only what was made temporarily is
/// deleted, and only where that was accepted or has no effect outside the cluster.
package enum Sweep {
    /// Plans, one item for each record, in the order in which they were found.
    package static func plan(_ found: SearchResult, by rule: SweepRule) -> [SweepItem] {
        found.records.map { record in
            let (action, reason) = judge(record, by: rule, now: found.now)
            return SweepItem(record: record, action: action, reason: reason)
        }
    }

    private static func judge(
        _ record: FoundRecord, by rule: SweepRule, now: Timestamp
    ) -> (SweepItem.Action, String) {
        switch record.kind {
        case .copied:
            return (.keep, "its record speaks of another object: copied, or out of a backup")
        case .unreadable:
            return (.keep, "the record \(record.key) cannot be read")
        case .change: return time(record, .restore, rule)
        case .creation(let creation):
            let (action, reason) = time(record, .delete, rule)
            guard action == .delete, !creation.acceptsEffects,
                case .external(let what) = record.effect
            else { return (action, reason) }
            return (.keep, "\(reason), but \(what)")
        case .labelled(let deadline):
            guard let deadline else { return (.keep, "it says no time (ttl)") }
            guard deadline <= now else { return (.keep, "its time is over at \(deadline.rfc3339)") }
            if case .session(let id, _) = rule, id != record.session {
                return (.keep, "it is not of session \(id)")
            }
            if case .external(let what) = record.effect {
                return (.keep, "its time was over at \(deadline.rfc3339), but \(what)")
            }
            return (.delete, record.liveness.text)
        }
    }

    private static func time(
        _ record: FoundRecord, _ action: SweepItem.Action, _ rule: SweepRule
    ) -> (SweepItem.Action, String) {
        let text = record.liveness.text
        switch rule {
        case .expired:
            if case .expired = record.liveness { return (action, text) }
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
