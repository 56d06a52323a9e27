import Catalog
import Documents
package import KubernetesCore

/// An object as it would be if every temporary change of it ended now.
///
/// Pure. The way back is that of the undo itself, planned on a copy: paths that hold somebody
/// else's value keep it, created parents go, labels and annotations get their old values.
package struct SettledObject: Sendable, Hashable {
    /// The object without records and marks of ours.
    package var object: KubernetesObject
    /// Whether a session made it for a while: the end of its changes would delete it.
    package var isTemporary: Bool

    /// Ends the changes of a copy.
    ///
    /// - Parameters:
    ///   - object: as it was read.
    ///   - group: of its kind.
    ///   - toleratesOperator: whether what an operator's typed round trip does to a spec counts as
    ///     no difference, as for resources.
    ///   - goal: undo, or keep: then values stay as they are, and only records and marks go.
    package init(
        _ object: KubernetesObject, group: String, toleratesOperator: Bool = false,
        goal: UndoPlanner.Goal = .undo
    ) {
        self.object = object
        isTemporary = false
        guard let annotations = object.metadata["annotations"]?.objectValue, !annotations.isEmpty
        else { return }
        let planner = UndoPlanner(
            group: group, classifier: UndoClassifier(toleratesOperator: toleratesOperator))
        let records = Marks.records(in: object, group: group)
            .compactMap { found in found.record.map { (found.key, $0) } }
            .filter { $0.1.uid == object.uid }
            .sorted { ($0.1.layer, $0.0) > ($1.1.layer, $1.0) }
        for (key, record) in records {
            self.object.json =
                planner.plan(record, key: key, on: self.object, goal: goal).expected
        }
        for (key, text, record) in Marks.creations(in: self.object, group: group) {
            guard let record, record.speaks(of: object) else { continue }
            isTemporary = true
            // The patch was made of this very object, so it fits.
            if let kept = try? record.keeping(self.object, key: key, text: text, group: group)
                .applied(to: self.object.json)
            {
                self.object.json = kept
            }
        }
        if goal == .undo { endChangeOfOperator(group) }
    }

    /// What the operator will put back by itself; its originals are members of the spec as a whole.
    private mutating func endChangeOfOperator(_ group: String) {
        let key = Marks.operatorKey("patch-original-state", group: group)
        guard let text = object.metadata["annotations"]?[key]?.stringValue,
            // A text that is no JSON is one that the operator cannot read either.
            let originals = (try? JSONValue(parsing: text))?.objectValue
        else { return }
        var spec = object.spec
        for member in originals {
            spec[member.name] = member.value.isNull ? Optional.none : member.value
        }
        object.spec = spec
    }
}
