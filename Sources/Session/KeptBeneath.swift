import Documents
import KubernetesCore

// What a keep leaves behind in the records under it (undo.md, step 3).
extension UndoWork {
    /// What is kept is there for good: who has written the very same beneath us must not take it
    /// for its own, and so finds it in its *before*.
    mutating func settleBeneath() {
        let kept = record.fields.filter { field in
            !field.isMark && field.path.value(in: object.json).isSame(as: field.ours)
        }
        for index in lowers.indices {
            for number in lowers[index].record.fields.indices
            where !lowers[index].record.fields[number].isMark {
                // What was removed beneath us, and made anew for what is kept alone, goes on from
                // there: the rest of it is still to be brought back.
                let field = lowers[index].record.fields[number]
                if field.ours.isAbsent, let remade = remade(field.path, for: kept.map(\.path)) {
                    lowers[index].record.fields[number].ours = remade
                }
                for field in kept {
                    settle(field.path, under: number, of: &lowers[index].record)
                }
            }
        }
    }

    /// What stands at a path, if that is all of it what is kept; nil if it is not.
    private func remade(_ path: FieldPath, for kept: [FieldPath]) -> FieldValue? {
        let parts = kept.filter { path.isPrefix(of: $0) && path != $0 }
        let whole = path.value(in: object.json)
        guard !parts.isEmpty, !whole.isAbsent else { return nil }
        var view = PatchDraft(object.json)
        view.bring(path, to: .absent)
        for part in parts {
            let value = part.value(in: object.json)
            guard !value.isAbsent else { continue }
            _ = view.makeParents(of: part)
            view.bring(part, to: value)
        }
        return path.value(in: view.object).isSame(as: whole) ? whole : nil
    }

    private func settle(
        _ kept: FieldPath, under number: Int, of lower: inout ChangeRecord
    ) {
        let field = lower.fields[number]
        guard kept.overlaps(field.path) else { return }
        let path = kept.isPrefix(of: field.path) ? field.path : kept
        let now = path.value(in: object.json)
        var view = PatchDraft(object.json)
        guard field.path.place(in: view.object).hasParent(field.path) else { return }
        view.bring(field.path, to: field.ours)
        guard path.value(in: view.object).isSame(as: now) else { return }
        view.bring(field.path, to: field.before)
        if !now.isAbsent { _ = view.makeParents(of: path) }
        if path.place(in: view.object).hasParent(path) { view.bring(path, to: now) }
        lower.fields[number].before = field.path.value(in: view.object)
        for owner in lower.owners.indices {
            lower.owners[owner].fields =
                OwnedFields.removing(path, from: lower.owners[owner].fields) ?? [:]
        }
        lower.owners.removeAll { $0.fields.objectValue?.isEmpty ?? true }
    }
}
