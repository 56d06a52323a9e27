package import KubernetesCore

/// How surely a change is undone, by whom, and why not more surely; known before it is made
/// (undo.md, table of levels).
package struct Guarantee: Sendable, Hashable {
    package var level: GuaranteeLevel
    /// What in the cluster enforces the deadline: `controller` or `operator`; nil below G3.
    package var executor: String?
    /// When it is undone at the latest, by the server's clock, while somebody is alive to do it.
    package var deadline: Timestamp?
    /// What is missing for a higher level; empty at G3.
    package var reason: String
    /// False for a permanent change, which only `undo` takes back.
    package var isTemporary: Bool

    package init(
        level: GuaranteeLevel, executor: String? = nil, deadline: Timestamp? = nil,
        reason: String = "", isTemporary: Bool = true
    ) {
        self.level = level
        self.executor = executor
        self.deadline = deadline
        self.reason = reason
        self.isTemporary = isTemporary
    }
}

/// What a change would be, before it is made: nothing is written for it.
package struct ChangePreview: Sendable, Hashable {
    /// Planned, with the number that it would get.
    package var entry: LedgerEntry
    package var guarantee: Guarantee

    package var object: ObjectKey { entry.object }
    package var fields: [LedgerEntry.Field] { entry.fields }
    /// What the user has to know: owners that put values back, what the operator does with it.
    package var notices: [String] { entry.notices }
}
