import Documents
import KubernetesCore

// Stacked records (undo.md, step 3): our layer is slipped out from under those above it. They are
// peeled off a virtual copy from the top down, ours is undone there, and they are laid back on,
// noting what they now lie on. What others wrote over them in the meantime comes back as it stood.
extension UndoWork {
    private struct Layer {
        var record: Int
        var field: Int
        /// What really stood there: theirs, or somebody's later edit.
        var actual: FieldValue
        var index: Int?
        /// Parents of that record that went with it.
        var dropped: [ChangeRecord.Parent] = []
    }

    mutating func slipOut(_ region: Region) -> [UndoPlan.Finding] {
        var view = PatchDraft(object.json)
        let before = uppers
        guard let layers = peel(region, from: &view) else {
            uppers = before
            // Somebody took away what the upper records stand on: nothing of ours is left there.
            return region.mine.map {
                .init(field: $0, outcome: .foreign($0.path.value(in: object.json)))
            }
        }
        var findings: [UndoPlan.Finding] = []
        var containers: [FieldPath] = []
        var undoneAny = false
        for field in region.mine {
            switch classifier.classify(field, in: view.object) {
            case .done: findings.append(.init(field: field, outcome: .alreadyBefore))
            case .foreign(let value):
                if let members = restoreMembers(
                    of: field, as: .handedOver, in: &view, releasing: &containers)
                {
                    undoneAny = undoneAny || members.contains { $0.outcome == .handedOver }
                    findings += members
                } else {
                    findings.append(.init(field: field, outcome: .foreign(value)))
                }
            case .ours:
                view.bring(field.path, to: field.before, at: field.index)
                undoneAny = true
                findings.append(.init(field: field, outcome: .handedOver))
            }
        }
        for parent in record.parents.reversed() where region.root.isPrefix(of: parent.path) {
            dropIfLeft(parent, from: &view)
        }
        // A mark that we found and kept may still lie under records which counted on it.
        guard undoneAny || region.mine.contains(where: \.isMark) else {
            uppers = before
            return findings
        }
        for layer in layers.reversed() { lay(layer, on: &view) }
        let settled = findings.filter {
            $0.outcome == .handedOver || $0.outcome == .alreadyBefore
        }
        inheritOwners(region, settled.map(\.field.path), containers)
        let covers = region.uppers.map { uppers[$0.record].record.fields[$0.field].path }
        for finding in findings where finding.outcome == .handedOver && !finding.field.isMark {
            restored += uncovered(
                finding.field.path, finding.field.before, by: covers, in: view.object)
        }
        released += containers.filter { path in !covers.contains { $0.isPrefix(of: path) } }
        let now = region.root.value(in: draft.object)
        let then = region.root.value(in: view.object)
        if !now.isSame(as: then) {
            PathGuards.add(for: region.root, in: object.json, to: &draft)
            draft.bring(region.root, to: then)
        }
        return findings
    }

    private mutating func peel(_ region: Region, from view: inout PatchDraft) -> [Layer]? {
        var layers: [Layer] = []
        for (record, number) in region.uppers.reversed() {
            let field = uppers[record].record.fields[number]
            let place = field.path.place(in: view.object)
            let isVacuous = field.before.isAbsent && field.ours.isAbsent
            guard place.hasParent(field.path) || isVacuous else { return nil }
            var layer = Layer(
                record: record, field: number, actual: place.value,
                index: place.pointer.tokens.last.flatMap(Int.init))
            if place.hasParent(field.path) {
                view.bring(field.path, to: field.before, at: field.index)
            }
            for parent in uppers[record].record.parents.reversed()
            where region.root.isPrefix(of: parent.path) && parent.path.isPrefix(of: field.path) {
                if dropIfLeft(parent, from: &view) {
                    uppers[record].record.parents.removeAll { $0.path == parent.path }
                    layer.dropped.append(parent)
                }
            }
            layers.append(layer)
        }
        return layers
    }

    @discardableResult
    private func dropIfLeft(
        _ parent: ChangeRecord.Parent, from view: inout PatchDraft
    ) -> Bool {
        let value = parent.path.value(in: view.object)
        guard case .present(let value) = value, sameText(value, parent.residue) else {
            return false
        }
        view.bring(parent.path, to: parent.before)
        return true
    }

    private mutating func lay(_ layer: Layer, on view: inout PatchDraft) {
        var field = uppers[layer.record].record.fields[layer.field]
        field.before = field.path.value(in: view.object)
        var actual = layer.actual
        if isTimeToLive(field.path), actual.isSame(as: field.ours),
            let earliest = earliestDeadline(upTo: uppers[layer.record].record.layer)
        {
            field.ours = .present(.string(earliest))
            actual = field.ours
        }
        uppers[layer.record].record.parents += layer.dropped.reversed().compactMap {
            Self.returned($0, in: view)
        }
        if !actual.isAbsent {
            for var made in view.makeParents(of: field.path) {
                if let old = layer.dropped.first(where: { $0.path == made.path }) {
                    made.residue = old.residue
                    view.bring(made.path, to: .present(old.residue))
                }
                uppers[layer.record].record.parents.append(made)
            }
        }
        if !actual.isAbsent || field.path.place(in: view.object).hasParent(field.path) {
            view.bring(field.path, to: actual, at: layer.index)
        }
        uppers[layer.record].record.fields[layer.field] = field
    }

    /// A parent that a record made and that our undo has brought back beneath it: it stays when
    /// that record goes, but who had it before us owns it then.
    private static func returned(
        _ parent: ChangeRecord.Parent, in view: PatchDraft
    ) -> ChangeRecord.Parent? {
        guard case .present(let value) = parent.path.value(in: view.object),
            value.objectValue != nil || value.arrayValue != nil
        else { return nil }
        return .init(
            path: parent.path, before: .present(parent.residue), residue: parent.residue)
    }

    private func isTimeToLive(_ path: FieldPath) -> Bool {
        path == .annotation(Marks.key("ttl", group: group))
    }

    /// The earliest deadline of the records that stay, as far up as that layer.
    private func earliestDeadline(upTo layer: Int) -> String? {
        others.compactMap(\.record).filter { $0.layer <= layer }.compactMap(\.deadline).min()?
            .rfc3339
    }

    /// The lowest record over a path of ours gives it back, one day, to who had it before us.
    ///
    /// - Parameters:
    ///   - region: of our fields and those over them.
    ///   - paths: what our undo brought back beneath the others.
    ///   - containers: objects of which it brought back a part.
    private mutating func inheritOwners(
        _ region: Region, _ paths: [FieldPath], _ containers: [FieldPath]
    ) {
        for path in paths {
            inheritOwners(region, path) {
                OwnedFields.removing(path, from: $0)
            } share: { tree in
                OwnedFields.subtree(of: tree, at: path).map {
                    OwnedFields.inserting($0, at: path, in: [:])
                }
            }
        }
        for path in containers {
            inheritOwners(region, path) {
                OwnedFields.releasing(path, from: $0)
            } share: {
                OwnedFields.itself(of: $0, at: path)
            }
        }
    }

    private mutating func inheritOwners(
        _ region: Region, _ path: FieldPath, left: (JSONValue) -> JSONValue?,
        share: (JSONValue) -> JSONValue?
    ) {
        let heir = region.uppers.first {
            uppers[$0.record].record.fields[$0.field].path.overlaps(path)
        }
        guard let heir else { return }
        var owners = uppers[heir.record].record.owners
        for index in owners.indices
        where OwnershipPlanner.isOurs(.object(owners[index].entry), manager: manager) {
            owners[index].fields = left(owners[index].fields) ?? [:]
        }
        for owner in record.owners {
            if let share = share(owner.fields) { owners.add(share, of: owner) }
        }
        owners.removeAll { $0.fields.objectValue?.isEmpty ?? true }
        uppers[heir.record].record.owners = owners
    }
}
