package import Documents
package import KubernetesCore

/// A guarded way back, and what it finds at each path of the record.
package struct UndoPlan: Sendable, Hashable {
    package struct Finding: Sendable, Hashable {
        package var field: ChangeRecord.Field
        package var outcome: FieldOutcome
    }

    package enum FieldOutcome: Sendable, Hashable {
        /// The patch brings it back.
        case restored
        /// It is as before already.
        case alreadyBefore
        /// Another record lies over it; that one now leads back to our *before*.
        case handedOver
        /// Somebody else's value is left alone.
        case foreign(FieldValue)
        /// Left as it is because the user keeps the change.
        case kept
    }

    package var patch: JSONPatch
    /// Whether the patch writes anything at all.
    package var isEmpty: Bool
    package var findings: [Finding]
    /// Paths whose ownership goes back to who had it.
    package var restored: [FieldPath]
    /// Parents that we made and that stay, because others put something into them.
    package var released: [FieldPath]
    /// The object as it will be.
    package var expected: JSONValue
    /// Who set what is left to somebody else, as far as it was known when the plan was made.
    package var authors: [FieldPath: FieldAuthor] = [:]

    /// The user's fields that hold somebody else's value.
    package var conflicts: [Finding] {
        findings.filter { finding in
            if case .foreign = finding.outcome { return !finding.field.isMark }
            return false
        }
    }
}

/// Plans the undo, or the keeping, of one recorded change on an object that was just read.
///
/// Pure (undo.md, step 3). Only paths of the record are written, each only if it still holds what
/// we wrote; records of others that lie over ours are rewritten so that they lead to our *before*.
package struct UndoPlanner: Sendable {
    package enum Goal: Sendable, Hashable {
        case undo
        /// The values stay, record and marks go.
        case keep
    }

    package var group: String
    package var manager: String
    package var classifier: UndoClassifier

    package init(
        group: String, manager: String = "petstore-cli",
        classifier: UndoClassifier = UndoClassifier()
    ) {
        self.group = group
        self.manager = manager
        self.classifier = classifier
    }

    /// Plans the way back.
    ///
    /// - Parameters:
    ///   - record: from the object's own annotation where it has one.
    ///   - key: the annotation's key; nil when the record is only in the journal.
    ///   - object: the object as just read, uid checked by the caller.
    ///   - goal: undo or keep.
    /// - Returns: the patch, and what it finds at each path.
    package func plan(
        _ record: ChangeRecord, key: String?, on object: KubernetesObject, goal: Goal = .undo
    ) -> UndoPlan {
        var work = UndoWork(
            object: object, record: record, ownKey: key, group: group, manager: manager,
            classifier: classifier)
        work.addGuards()
        var findings: [UndoPlan.Finding] = []
        let isFree: (ChangeRecord.Field) -> Bool = { goal == .keep && !$0.isMark }
        for field in record.fields where isFree(field) {
            findings.append(.init(field: field, outcome: .kept))
        }
        for region in work.regions(of: record.fields.filter { !isFree($0) }) {
            findings += region.uppers.isEmpty ? work.restore(region) : work.slipOut(region)
        }
        work.removeOwnRecord()
        work.removeParents(keeping: goal == .keep)
        work.writeRewrittenRecords()
        // Members of a value stand where it stands.
        let place = { (finding: UndoPlan.Finding) in
            record.fields.firstIndex { $0.path.isPrefix(of: finding.field.path) } ?? 0
        }
        findings.sort { place($0) < place($1) }
        var plan = UndoPlan(
            patch: work.draft.patch, isEmpty: work.draft.isEmpty, findings: findings,
            restored: work.restored, released: work.released,
            expected: work.draft.object)
        for conflict in plan.conflicts {
            plan.authors[conflict.field.path] = OwnershipPlanner.author(
                of: conflict.field.path, in: object, beneath: work.uppers.map(\.record),
                manager: manager)
        }
        return plan
    }
}
