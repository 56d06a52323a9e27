/// Which entries of the ledger an undo or keep is about.
package enum Selection: Sendable, Hashable {
    case all
    case numbers([Int])
}

/// How an undo goes about it.
package struct UndoOptions: Sendable {
    /// Whether to wait until the operator has carried the restored values to its API.
    package var waitsForOperator: Bool
    /// The most time for all of it; whatever is not done then remains.
    package var limit: Duration

    package init(waitsForOperator: Bool = true, limit: Duration = .seconds(30)) {
        self.waitsForOperator = waitsForOperator
        self.limit = limit
    }
}

/// What became of one entry.
package enum UndoOutcome: Sendable, Hashable {
    case undone
    /// The record is gone from the object: somebody undid or kept it; nothing was written.
    case undoneElsewhere
    /// The change never reached the server.
    case neverHappened
    /// The object was deleted: there is nothing to undo.
    case deleted
    /// Another object bears the name now; it was not touched.
    case recreated
    /// The record speaks of another object (a copy, a backup); it was not acted on.
    case foreignRecord
    /// Values of somebody else were left; everything else of the change is undone.
    case conflict([KeptField])
    /// Made permanent because the user said so.
    case kept
    /// Something of ours is still there, for the reason given.
    case failed(String)
    /// Nobody can say yet whether something of ours is there.
    case unknown(String)
    /// The object is as it was, but its operator has not carried that to the API.
    case unsynced(String)

    /// Whether nothing of ours remains.
    package var isComplete: Bool {
        switch self {
        case .failed, .unknown, .unsynced: false
        default: true
        }
    }
}

/// One line of a report: an entry and its outcome.
package struct UndoLine: Sendable, Hashable {
    package var entry: LedgerEntry
    package var outcome: UndoOutcome
    /// Things to tell besides: managed fields that could not be given back, for instance.
    package var notices: [String]

    package init(entry: LedgerEntry, outcome: UndoOutcome, notices: [String] = []) {
        self.entry = entry
        self.outcome = outcome
        self.notices = notices
    }

    /// One thing to tell: what it is about, and what became of that.
    package struct Part: Sendable, Hashable {
        package var subject: String
        package var text: String

        var line: String { "\(subject): \(text)" }
    }

    /// `pet/fluffy spec.status: undone (available)`, and what else there is, one after another.
    package var text: String { parts.map(\.line).joined(separator: "; ") }

    /// What was undone, and each field that somebody else has written since.
    package var parts: [Part] {
        let object = entry.objectText
        guard entry.action == .change else { return [Part(subject: object, text: outcomeText)] }
        guard case .conflict(let kept) = outcome else {
            return [Part(subject: Self.subject(object, entry.fields), text: outcomeText)]
        }
        let undone = entry.fields.filter { field in
            !kept.contains { field.path.isPrefix(of: $0.path) || $0.path.isPrefix(of: field.path) }
        }
        let rest =
            undone.isEmpty || kept.isEmpty
            ? []
            : [Part(subject: Self.subject(object, undone), text: Self.undone(undone))]
        let parts = kept.map {
            Part(subject: "\(object) \($0.path)", text: "conflict: \($0.text)")
        }
        return rest + parts
    }

    private static func subject(_ object: String, _ fields: [LedgerEntry.Field]) -> String {
        "\(object) " + fields.map(\.pathText).joined(separator: ", ")
    }

    private static func undone(_ fields: [LedgerEntry.Field]) -> String {
        "undone (\(values(fields)))"
    }

    /// The values of before, to stand in brackets.
    private static func values(_ fields: [LedgerEntry.Field]) -> String {
        fields.map { $0.before.value == nil ? "absent" : $0.beforeText }.joined(separator: ", ")
    }

    private var outcomeText: String {
        switch outcome {
        case .undone where entry.action == .create: return "deleted again"
        case .unsynced(let reason) where entry.action == .create:
            return "deleted, but not gone yet: \(reason)"
        case .undone: return Self.undone(entry.fields)
        case .undoneElsewhere: return "undone elsewhere"
        case .neverHappened: return "nothing to undo: the change never reached the server"
        case .deleted: return "nothing to undo: the object was deleted"
        case .recreated: return "not touched: the object was deleted and made anew"
        case .foreignRecord: return "not touched: the record belongs to another object"
        case .conflict(let fields):
            return "conflict: " + fields.map(\.text).joined(separator: "; ")
        case .kept: return "kept (permanent)"
        case .failed(let reason): return "failed: \(reason)"
        case .unknown(let reason): return "unknown: \(reason)"
        case .unsynced(let reason):
            return "back in the cluster (\(Self.values(entry.fields))), but the operator has not"
                + " brought the API in line: \(reason)"
        }
    }

    /// Whether the object is as it was and only the API is not known to be.
    package var isBackInCluster: Bool {
        if case .unsynced = outcome { return entry.action == .change }
        return false
    }
}

/// What an undo, a keep or the end of a session came to.
package struct UndoReport: Sendable, Hashable {
    package var lines: [UndoLine]
    /// The exact commands that finish what remains; empty when nothing does.
    package var remaining: [String]

    package init(lines: [UndoLine] = [], remaining: [String] = []) {
        self.lines = lines
        self.remaining = remaining
    }

    /// False means exit status 3.
    package var isComplete: Bool {
        remaining.isEmpty && lines.allSatisfy(\.outcome.isComplete)
    }

    package var undone: Int {
        lines.count {
            switch $0.outcome {
            case .undone, .undoneElsewhere, .neverHappened, .deleted, .recreated, .foreignRecord:
                true
            default: false
            }
        }
    }

    package var conflicts: Int {
        lines.count {
            if case .conflict = $0.outcome { return true }
            return false
        }
    }

    package var kept: Int { lines.count { $0.outcome == .kept } }
    package var failed: Int {
        lines.count { !$0.outcome.isComplete && !$0.isBackInCluster }
    }
    /// Restored in the cluster, but not (yet) carried to the API.
    package var unsynced: Int { lines.count(where: \.isBackInCluster) }

    /// What an incomplete undo left, in one clause.
    ///
    /// An undo counts when the operator has carried it (undo.md, P20): until then the API may go on
    /// with our value, so that is incomplete as well, though nothing of ours is in the cluster.
    package var remainder: String {
        let isBack =
            unsynced > 0 && lines.allSatisfy { $0.outcome.isComplete || $0.isBackInCluster }
        return isBack
            ? "our values are out of the cluster again, but the API does not have the old ones yet"
            : "something of ours is still in the cluster"
    }

    /// `undone 2, kept 1 (conflict), failed 0`.
    package var summary: String {
        var parts = ["undone \(undone)"]
        if conflicts > 0 { parts.append("kept \(conflicts) (conflict)") }
        if kept > 0 || conflicts == 0 { parts.append("kept \(kept)") }
        parts.append("failed \(failed)")
        if unsynced > 0 { parts.append("not in the API yet \(unsynced)") }
        return parts.joined(separator: ", ")
    }
}
