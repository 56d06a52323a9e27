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
        let until = entry.until ?? access.now + access.timeout + .seconds(5)
        var pause = Duration.milliseconds(200)
        var trouble = "the server does not answer"
        while !Task.isCancelled {
            do throws(KubernetesError) {
                let object = try await access.read(entry.object)
                // The clock of this very answer: its read came after everything before it.
                let isOver = access.now > until
                guard object.uid == entry.object.uid else {
                    return .didNot("the object was deleted and made anew")
                }
                if isThere(entry, in: object) { return .happened(object) }
                if isOver { return .didNot("the server did not carry it out") }
                trouble = "the server may still carry it out"
            } catch {
                // A kind that is not served (any more) is no deleted object.
                if error.names(entry.object) { return .didNot("the object was deleted") }
                trouble = error.message
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
        if entry.state == .planned {
            // When it was sent is not known, only that it was before now.
            let latest = access.now + access.timeout + .seconds(5)
            entry.until = max(entry.until ?? latest, latest)
        }
        switch await resolve(entry) {
        case .happened:
            entry.state = .applied
            entry.remark = nil
            note(entry)
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
