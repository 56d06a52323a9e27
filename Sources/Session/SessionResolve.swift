import Documents
import KubernetesCore

/// What a write of unknown outcome turned out to be.
enum Resolution {
    case happened(KubernetesObject)
    case didNot(String)
    /// Nobody could say within the limit.
    case open(String)
}

// A write whose answer was lost (undo.md, step 4): it may be committed until the server's own
// limit has passed, also after a read that did not show it. Presence is certain at once, absence
// only after that instant.
extension Session {
    func resolve(_ entry: JournalEntry) async -> Resolution {
        let limit = environment.clock.now() + Self.resolutionLimit
        var pause = Duration.milliseconds(200)
        var trouble = "the server does not answer"
        var until: Timestamp?
        while !Task.isCancelled {
            do throws(KubernetesError) {
                let object = try await access.read(entry.object)
                // The clock of this very answer: its read came after everything before it.
                let isOver = isOver(entry, &until)
                switch verdict(on: entry, in: object) {
                case .happened: return .happened(object)
                case .cannot(let why): return .didNot(why)
                case .notYet where isOver: return .didNot("the server did not carry it out")
                case .notYet: trouble = "the server may still carry it out"
                }
            } catch {
                trouble = error.message
                // A kind that is not served (any more) is no deleted object.
                if error.names(entry.object) {
                    switch entry.action {
                    case .change: return .didNot("the object was deleted")
                    case .delete: return .happened(KubernetesObject([:]))
                    case .create where isOver(entry, &until):
                        return .didNot("the server did not carry it out")
                    case .create: trouble = "the server may still carry it out"
                    }
                }
            }
            guard environment.clock.now() < limit else { break }
            do {
                try await environment.clock.sleep(pause)
            } catch {
                break
            }
            pause = min(pause * 2, .seconds(2))
        }
        return .open(trouble)
    }

    /// Whether the write can no longer be carried out; asked after an answer, because only that
    /// tells the server's clock.
    private func isOver(_ entry: JournalEntry, _ until: inout Timestamp?) -> Bool {
        let now = access.now
        let latest = now + access.timeout + .seconds(5)
        if until == nil {
            until = entry.state == .planned ? lastCommit(of: entry, latest) : entry.until
        }
        return now > until ?? latest
    }

    /// Until when a planned write can be carried out: when it was sent is not known, only that it
    /// was before this life of the session looked at the first of them.
    private func lastCommit(of entry: JournalEntry, _ latest: Timestamp) -> Timestamp {
        let limit = formerLimit ?? latest
        formerLimit = limit
        return max(entry.until ?? limit, limit)
    }

    private enum Verdict {
        case happened, notYet
        case cannot(String)
    }

    private func verdict(on entry: JournalEntry, in object: KubernetesObject) -> Verdict {
        switch entry.action {
        case .change:
            guard object.uid == entry.object.uid else {
                return .cannot("the object was deleted and made anew")
            }
            return isThere(entry, in: object) ? .happened : .notYet
        case .create: return isOurs(object, entry) ? .happened : .notYet
        case .delete:
            let isGoing = object.uid != entry.object.uid || object.deletionTimestamp != nil
            return isGoing ? .happened : .notYet
        }
    }

    /// Whether an object is the one that an entry made, uid or no uid.
    func isOurs(_ object: KubernetesObject, _ entry: JournalEntry) -> Bool {
        if !entry.object.uid.isEmpty { return object.uid == entry.object.uid }
        guard let creation = entry.creation, creation.speaks(of: object) else { return false }
        guard !entry.inObject else {
            return object.annotations[entry.recordKey] == creation.text
        }
        return object.managedFields.contains {
            $0["manager"]?.stringValue == environment.fieldManager
        }
    }

    private func isThere(_ entry: JournalEntry, in object: KubernetesObject) -> Bool {
        if entry.inObject { return object.metadata["annotations"]?[entry.recordKey] != nil }
        let fields = entry.userFields
        return fields.allSatisfy { $0.path.value(in: object.json).isSame(as: $0.ours) }
    }

    /// Finds out whether an announced write was carried out that a crash cut off.
    ///
    /// - Returns: nil when there is nothing (more) to find out.
    func resolveLeftOpen(_ entry: inout JournalEntry) async -> UndoOutcome? {
        guard entry.state == .planned || entry.state == .unknown else { return nil }
        switch await resolve(entry) {
        case .happened(let object):
            entry.remark = nil
            if entry.action == .delete {
                entry.state = .kept
                note(entry)
                return .kept
            }
            entry.state = .applied
            if entry.object.uid.isEmpty {
                entry.object.uid = object.uid
                _ = rewrite(entry)
            } else {
                note(entry)
            }
            return nil
        case .didNot(let why):
            entry.state = .undone
            entry.remark = why
            note(entry)
            return .neverHappened
        case .open(let why):
            entry.state = .unknown
            entry.remark = why
            note(entry)
            return .unknown(why)
        }
    }
}
