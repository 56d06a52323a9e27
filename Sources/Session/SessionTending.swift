import KubernetesCore

/// One round of what a living session does by itself.
package struct Tending: Sendable, Hashable {
    /// What was undone because its time was over; empty most of the time.
    package var report: UndoReport
    /// When to come again.
    package var next: Duration
    /// What went wrong, for those who ask.
    package var trouble: String?
}

/// What a session found when it looked at itself after it had been stopped (undo.md, P13).
package struct SelfCheck: Sendable, Hashable {
    /// Namespaces in which our Lease had gone, or was somebody else's.
    package var lostLeases: [String]
    /// Changes that somebody else has undone or kept meanwhile.
    package var elsewhere: [LedgerEntry]

    package var isUneventful: Bool { lostLeases.isEmpty && elsewhere.isEmpty }

    /// What to tell, a line each.
    package var lines: [String] {
        elsewhere.map { entry in
            "\(entry.objectText): \(entry.remark ?? "undone elsewhere")"
                + " while this session was stopped"
        }
    }
}

extension Session {
    /// Renews the Leases and undoes what has passed its deadline, by the server's clock.
    ///
    /// Called by the session's own task where the environment says so, else by whoever drives it.
    package func tend() async -> Tending {
        guard !isClosed else {
            return Tending(report: UndoReport(), next: environment.tendingInterval)
        }
        await enter()
        guard !isClosed else {
            leave()
            return Tending(report: UndoReport(), next: environment.tendingInterval)
        }
        var trouble: String?
        var isLost = false
        for namespace in heldNamespaces {
            switch await renewLease(in: namespace) {
            case .held: break
            case .lost: isLost = true
            case .open(let why): trouble = why
            }
        }
        if isLost {
            do throws(SessionError) {
                _ = try await lookAtItself()
            } catch {
                trouble = error.message
            }
        }
        // Without a Lease no answer has told the time.
        if heldNamespaces.isEmpty, nextDeadline != nil,
            let entry = items.first(where: \.isUnfinished)
        {
            _ = try? await access.read(entry.object)
        }
        leave()
        let report = await undoExpired()
        var next = environment.tendingInterval
        if let deadline = nextDeadline {
            // What could not be undone in time is tried again at the usual pace.
            let rest = deadline - access.now
            if rest > .zero { next = min(next, max(rest, .seconds(1))) }
        }
        return Tending(report: report, next: next, trouble: trouble)
    }

    /// Looks whether the session still is what it believes to be.
    ///
    /// Its journal's lock, its Leases, its records: after a stop (Ctrl-Z, a suspended machine) before anything is written.
    ///
    /// Changes and creations call it by themselves when no sign of life was given for longer than
    /// a Lease lasts; an undo need not, because each is guarded by its own record.
    ///
    /// - Throws: `SessionError` of kind `.journal` when the journal is gone: nothing may be changed
    ///   without it; `.alive` when another machine is recovering the session right now.
    package func checkItself() async throws(SessionError) -> SelfCheck {
        await enter()
        defer { leave() }
        try checkOpen()
        return try await lookAtItself()
    }

    /// The check before a write, where we may have been away for too long.
    func wakeUp() async throws(SessionError) {
        guard let lastAlive, hasJournal else { return }
        let away = environment.clock.now() - lastAlive
        guard away > environment.leaseDuration || away < .zero else { return }
        _ = try await lookAtItself()
    }

    func lookAtItself() async throws(SessionError) -> SelfCheck {
        guard holdsJournal else {
            throw SessionError(
                .journal, "the journal of session \(id) was removed while it was in use",
                hints: ["nothing is changed without it; \"undo all\" still undoes what was"])
        }
        var lost: [String] = []
        for namespace in heldNamespaces {
            if await renewLease(in: namespace) == .lost { lost.append(namespace) }
        }
        var elsewhere: [LedgerEntry] = []
        for var entry in items where entry.isUnfinished && entry.state == .applied {
            guard let outcome = await fateElsewhere(of: entry) else { continue }
            conclude(&entry, outcome)
            elsewhere.append(entry.ledgerEntry)
        }
        for namespace in lost {
            leases[namespace] = nil
            let isNeeded = items.contains {
                $0.isUnfinished && $0.object.leaseNamespace == namespace
            }
            if isNeeded { try await takeLease(in: namespace) }
        }
        lastAlive = environment.clock.now()
        return SelfCheck(lostLeases: lost, elsewhere: elsewhere)
    }

    /// What others made of a change of ours; nil when it still is ours to undo, or nobody knows.
    private func fateElsewhere(of entry: JournalEntry) async -> UndoOutcome? {
        do throws(KubernetesError) {
            let object = try await access.read(entry.object)
            if case .outcome(let outcome) = Self.authority(for: entry, in: object) {
                if case .failed = outcome { return nil }
                return outcome
            }
            return nil
        } catch {
            return error.names(entry.object) ? .deleted : nil
        }
    }
}
