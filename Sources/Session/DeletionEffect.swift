package import Catalog
import Documents
package import KubernetesCore

/// What deleting an object does outside the cluster (operator-contract.md, 3.4).
package enum DeletionEffect: Sendable, Hashable {
    case none
    /// The object in the API goes, too, or its children's objects do; the reason, for people.
    case external(String)
    /// It only goes if an operator lives to take its finalizer off.
    case needsOperator(String)

    package var isExternal: Bool {
        if case .external = self { return true }
        return false
    }

    /// Judges a manifest that is to be created, or an object that was read; pure.
    ///
    /// Of an object that was read, what the operator noted in its status counts as well: one that
    /// the operator did not create in the API is left there (`Orphan`), and one that it never
    /// synced has nothing there.
    package static func of(_ object: KubernetesObject, category: Category) -> DeletionEffect {
        switch category {
        case .query, .aggregate: return .none
        case .action:
            return .needsOperator(
                "an action's finalizer is taken off by the operator alone; what it did in the"
                    + " API stays done")
        case .bundle:
            let children = object.spec["resources"]?.arrayValue ?? []
            guard !children.isEmpty else { return .none }
            return .external("its \(children.count) children are deleted with it, also in the API")
        case .resource: return resource(object)
        case .unknown:
            return .external("what its deletion does outside the cluster is not known")
        }
    }

    private static func resource(_ object: KubernetesObject) -> DeletionEffect {
        let spec = object.spec
        if spec["readOnly"]?.boolValue == true { return .none }
        switch spec["onDelete"]?.stringValue {
        case "Orphan": return .none
        case "Restore": return .external("the operator puts the object in the API back")
        case "Delete": return .external("the operator deletes the object in the API")
        default: break
        }
        // Read from a cluster: without the finalizer, or without having made it, nothing goes.
        let wasRead = !object.uid.isEmpty
        if wasRead, object.status["state"]?.stringValue != nil,
            object.status["createdByController"]?.boolValue != true
        {
            return .none
        }
        return .external("the operator deletes the object in the API if it made it there")
    }
}
