package import KubernetesCore

/// Why somebody makes a temporary object; a label on it, and nothing else hangs on it.
package enum Purpose: String, Sendable, Hashable, CaseIterable {
    case diagnostics, troubleshooting, testing
}

/// An object that the session is asked to create, and to delete again.
package struct CreateRequest: Sendable {
    package var target: ChangeTarget
    package var namespace: String?
    /// As the user wrote it; with `generateName` in place of a name we choose one, because a name
    /// that the server chose could not be found again after a lost answer.
    package var manifest: KubernetesObject
    package var reason: String?
    package var ticket: String?
    package var purpose: Purpose
    package var comparisonSet: String?
    /// How long it may stay at most, counted by the server's clock.
    package var lifetime: Duration?
    /// False: a permanent object, without marks; `undo` deletes it while the session lives.
    package var isTemporary: Bool
    /// A lower guarantee is an error then.
    package var requiredLevel: GuaranteeLevel?
    /// Whether the user accepts what the deletion does outside the cluster
    /// (see `DeletionEffect`); without it such objects are not created temporarily.
    package var acceptsEffects: Bool
    /// Deleted again by the command that makes it: the ledger does not tell of it afterwards.
    package var isPassing = false

    package init(
        target: ChangeTarget, namespace: String?, manifest: KubernetesObject,
        reason: String? = nil, ticket: String? = nil, purpose: Purpose = .diagnostics,
        comparisonSet: String? = nil, lifetime: Duration? = nil, isTemporary: Bool = true,
        requiredLevel: GuaranteeLevel? = nil, acceptsEffects: Bool = false
    ) {
        self.target = target
        self.namespace = namespace
        self.manifest = manifest
        self.reason = reason
        self.ticket = ticket
        self.purpose = purpose
        self.comparisonSet = comparisonSet
        self.lifetime = lifetime
        self.isTemporary = isTemporary
        self.requiredLevel = requiredLevel
        self.acceptsEffects = acceptsEffects
    }
}

/// An object that the session is asked to delete for good; the ledger says so.
package struct DeleteRequest: Sendable {
    package var target: ChangeTarget
    package var namespace: String?
    package var name: String
    /// That of the object that was looked at; nil: whichever bears the name.
    package var uid: String?
    package var propagation: DeletionPropagation?
    /// Whether the user accepts what the deletion does outside the cluster.
    package var acceptsEffects: Bool

    package init(
        target: ChangeTarget, namespace: String?, name: String, uid: String? = nil,
        propagation: DeletionPropagation? = nil, acceptsEffects: Bool = false
    ) {
        self.target = target
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.propagation = propagation
        self.acceptsEffects = acceptsEffects
    }
}
