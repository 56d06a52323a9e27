import Catalog
import Documents
package import KubernetesCore

/// One object of one cluster, as the ledger and the journal name it.
package struct ObjectKey: Sendable, Hashable, CustomStringConvertible {
    package var group: String
    package var version: String
    package var plural: String
    package var kind: String
    /// Nil for cluster-scoped objects.
    package var namespace: String?
    package var name: String
    package var uid: String

    package init(
        group: String, version: String, plural: String, kind: String, namespace: String?,
        name: String, uid: String
    ) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }

    package init(_ type: ResourceType, namespace: String?, name: String, uid: String) {
        self.init(
            group: type.group, version: type.version, plural: type.plural, kind: type.kind,
            namespace: type.isNamespaced ? namespace : nil, name: name, uid: uid)
    }

    package var type: ResourceType {
        ResourceType(
            group: group, version: version, plural: plural, kind: kind,
            isNamespaced: namespace != nil)
    }

    /// `pet/fluffy`, as the ledger prints it.
    package var description: String { "\(kind.lowercased())/\(name)" }
}

/// How sure an undo is, checked before the change (undo.md, table of levels).
package enum GuaranteeLevel: Int, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Cannot be undone.
    case g0
    /// The local journal alone knows of it.
    case g1
    /// The record is in the object: any machine can undo it.
    case g2
    /// Something in the cluster undoes it at its deadline.
    case g3

    package init?(_ text: String) {
        switch text.uppercased() {
        case "G0": self = .g0
        case "G1": self = .g1
        case "G2": self = .g2
        case "G3": self = .g3
        default: return nil
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "G\(rawValue)" }
}

/// What is known about one change; each state is journaled before the act that follows it.
package enum EntryState: String, Sendable, Hashable {
    case planned, applied, unknown, undoing, undone, conflict, kept, failed

    /// Whether something of ours may still be in the cluster.
    package var isPending: Bool {
        switch self {
        case .planned, .applied, .unknown, .undoing, .failed: true
        case .undone, .conflict, .kept: false
        }
    }
}

/// What was done to an object.
package enum EntryAction: String, Sendable, Hashable {
    case change
    /// Made by us; undone by deleting exactly that object.
    case create
    /// Deleted for good: in the ledger to be told, not to be undone.
    case delete
}

/// One change of the ledger, as `changes` shows it.
package struct LedgerEntry: Sendable, Hashable {
    /// One path of a change.
    package struct Field: Sendable, Hashable {
        package var path: FieldPath
        package var before: FieldValue
        package var now: FieldValue
        package var isSecret: Bool
        /// In place of `now`, where somebody else's value was kept.
        package var kept: KeptField?

        package var pathText: String { path.description }

        /// How it is with this field; of a conflict only those are one that somebody wrote into.
        package func state(in entry: LedgerEntry) -> EntryState {
            let isApart = entry.state == .conflict && kept == nil
            return isApart && entry.fields.contains { $0.kept != nil } ? .undone : entry.state
        }

        /// What is to be said of this field alone; nil where the entry says it.
        package func remark(in entry: LedgerEntry) -> String? {
            guard entry.state == .conflict, entry.fields.contains(where: { $0.kept != nil }) else {
                return nil
            }
            return kept?.text ?? ""
        }

        /// `available`, `(absent)`, `[2]`; never a secret.
        package var beforeText: String { ValueText.short(before, isSecret: isSecret) }
        package var nowText: String { ValueText.short(now, isSecret: isSecret) }
    }

    /// 1, 2, 3… in the order of the changes; `undo N` names it.
    package var number: Int
    package var action: EntryAction = .change
    package var object: ObjectKey
    /// The paths of a change; for a creation or deletion one line about the object as a whole.
    package var fields: [Field]
    package var state: EntryState
    package var level: GuaranteeLevel
    package var isTemporary: Bool
    package var deadline: Timestamp?
    /// When it was made, by the server's clock; nil where nobody knows.
    package var made: Timestamp?
    /// What enforces the deadline when nobody of ours lives: nil below G3.
    package var executor: String?
    /// Why it is in that state, for conflict, failed, unknown and undone elsewhere.
    package var remark: String?
    /// What the user has to know about this change, told when it was made.
    package var notices: [String]
    /// Why the guarantee is not higher.
    package var why: String = ""

    /// Until when, in UTC: `18:00`.
    ///
    /// With seconds where it is a matter of minutes, with the date where it is another day than that
    /// of the change.
    package var deadlineText: String? {
        deadline.map { deadline in
            let text = deadline.rfc3339
            let day = text.prefix(10)
            let time = text.dropFirst(11)
            guard let made else { return String(time.prefix(5)) }
            if made.rfc3339.prefix(10) != day { return "\(day) \(time.prefix(5))" }
            return String(time.prefix(deadline - made < Self.fewMinutes ? 8 : 5))
        }
    }

    private static let fewMinutes = Duration.seconds(5 * 60)

    package var objectText: String { object.description }

    /// Who looks after the session of an entry.
    package enum Standing: Sendable, Hashable {
        /// A running process, which undoes at its end.
        case alive
        /// Nobody, on purpose.
        case detached
        /// Nobody any more.
        case ended
    }

    /// `exit, 18:00Z operator (G3)`, or `until 18:00Z, by the operator (G3)`: who undoes it, when
    /// at the latest, and how surely.
    package func undoneByText(_ standing: Standing = .alive) -> String {
        switch state {
        case .undone, .kept: return remark ?? ""
        case .conflict, .failed: return remark ?? state.rawValue
        default: break
        }
        guard isTemporary else {
            return action == .delete
                ? "nobody, deleted for good (\(GuaranteeLevel.g0))"
                : "undo, permanent otherwise (\(level))"
        }
        let time = deadlineText.map { $0 + "Z" }
        let promise =
            switch (standing, time, executor) {
            case (.alive, nil, _): "exit"
            case (.alive, let time?, let executor?): "exit, \(time) \(executor)"
            // While it lives, the session keeps its deadlines itself.
            case (.alive, let time?, nil): "exit, \(time)"
            case (_, let time?, let executor?): "until \(time), by the \(executor)"
            case (.detached, let time?, nil): "until \(time), then session recover"
            case (.detached, nil, _): "undo, at any time"
            case (.ended, _, nil), (.ended, nil, _): "session recover"
            }
        return "\(promise) (\(level))"
    }
}

/// A value that somebody else put on a path of ours, and which was therefore left alone.
package struct KeptField: Sendable, Hashable {
    package var path: FieldPath
    package var value: FieldValue
    package var isSecret: Bool
    package var author: FieldAuthor?

    /// `kept 9, set by kubectl-edit 12:41Z`.
    package var text: String {
        let shown = ValueText.short(value, isSecret: isSecret)
        guard let author else { return "kept \(shown), set by somebody else" }
        return "kept \(shown), set by \(author.text)"
    }
}

/// Who last wrote a field, by the server's own bookkeeping.
package struct FieldAuthor: Sendable, Hashable {
    package var manager: String
    package var time: Timestamp?

    package var text: String {
        guard let time else { return manager }
        return manager + " " + time.rfc3339.dropFirst(11).prefix(5) + "Z"
    }
}

/// Values as a table cell shows them.
package enum ValueText {
    /// What stands in the place of a secret.
    package static let mask = SecretName.mask
    private static let longest = 40

    package static func short(_ value: FieldValue, isSecret: Bool = false) -> String {
        guard let value = value.value else { return "(absent)" }
        if isSecret { return mask }
        let text =
            switch value {
            case .string(let text) where !text.isEmpty: text
            case .array(let items) where !items.isEmpty: "[\(items.count)]"
            case .object(let members) where !members.isEmpty: "{\(members.count)}"
            default: value.text()
            }
        return text.count <= longest ? text : text.prefix(longest - 1) + "…"
    }
}
