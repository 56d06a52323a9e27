import Catalog
import KubernetesCore

// Undoing and keeping: the object's own record is the authority, each way back is guarded, and it
// counts when a read shows it (undo.md, step 3).
extension Session {
    /// Undoes entries, last first; one failure does not stop the rest.
    ///
    /// - Parameters:
    ///   - selection: `.all` includes permanent changes of this session.
    ///   - options: time limit, and whether to wait for the operator.
    ///   - progress: told of each entry as soon as its outcome is known.
    /// - Returns: what became of each, and the commands that finish what remains.
    package func undo(
        _ selection: Selection = .all, options: UndoOptions = UndoOptions(),
        progress: (@Sendable (UndoLine) -> Void)? = nil
    ) async -> UndoReport {
        await run(.undo, selection, options, progress)
    }

    /// Makes entries permanent: their values stay, our records and marks go.
    package func keep(
        _ selection: Selection = .all, options: UndoOptions = UndoOptions(),
        progress: (@Sendable (UndoLine) -> Void)? = nil
    ) async -> UndoReport {
        await run(.keep, selection, options, progress)
    }

    /// Undoes what has passed its deadline, by the server's clock.
    package func undoExpired(
        options: UndoOptions = UndoOptions(), progress: (@Sendable (UndoLine) -> Void)? = nil
    ) async -> UndoReport {
        let now = access.now
        let numbers = items.filter { entry in
            entry.isUnfinished && entry.deadline.map { $0 <= now } ?? false
        }.map(\.number)
        return await undo(.numbers(numbers), options: options, progress: progress)
    }

    private func run(
        _ goal: UndoPlanner.Goal, _ selection: Selection, _ options: UndoOptions,
        _ progress: (@Sendable (UndoLine) -> Void)?
    ) async -> UndoReport {
        await enter()
        defer { leave() }
        let chosen = items.filter { entry in
            guard entry.state.isPending else { return false }
            if case .numbers(let numbers) = selection { return numbers.contains(entry.number) }
            return true
        }
        guard !chosen.isEmpty else { return UndoReport() }
        let clock = environment.clock
        let work = Task {
            await self.work(off: chosen.map(\.number).reversed(), goal, options, progress)
        }
        let alarm = Task {
            try await clock.sleep(options.limit)
            work.cancel()
        }
        let lines = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        alarm.cancel()
        return UndoReport(lines: lines, remaining: remainingCommands(lines))
    }

    private func work(
        off numbers: [Int], _ goal: UndoPlanner.Goal, _ options: UndoOptions,
        _ progress: (@Sendable (UndoLine) -> Void)?
    ) async -> [UndoLine] {
        var lines: [UndoLine] = []
        var unsynced: [Int] = []
        let passing = await removePassing(among: numbers, goal)
        for number in numbers {
            let line: UndoLine
            if let removed = passing[number] {
                line = removed
            } else if let brought = await bringBack(number, goal) {
                line = brought
            } else {
                continue
            }
            let outcome = line.outcome
            lines.append(line)
            let waits = goal == .undo && options.waitsForOperator && outcome.restoredValues
            if waits { unsynced.append(lines.count - 1) } else { progress?(line) }
        }
        for index in unsynced {
            if let entry = items.first(where: { $0.number == lines[index].entry.number }),
                let why = await waitForOperator(entry)
            {
                if case .undone = lines[index].outcome { lines[index].outcome = .unsynced(why) }
            }
            progress?(lines[index])
        }
        return lines
    }

    /// Deletes what was made for a question side by side: such objects know nothing of one another,
    /// so there is no order to keep, and an answer waits for the slowest alone.
    private func removePassing(
        among numbers: [Int], _ goal: UndoPlanner.Goal
    ) async -> [Int: UndoLine] {
        let passing = numbers.filter { number in
            items.contains { $0.number == number && $0.isPassing }
        }
        guard passing.count > 1 else { return [:] }
        return await withTaskGroup(of: UndoLine?.self) { group in
            for number in passing {
                group.addTask { await self.bringBack(number, goal) }
            }
            var lines: [Int: UndoLine] = [:]
            for await line in group {
                if let line { lines[line.entry.number] = line }
            }
            return lines
        }
    }

    private func remainingCommands(_ lines: [UndoLine]) -> [String] {
        var commands: [String] = []
        let program = environment.program
        for line in lines {
            switch line.outcome {
            case .failed, .unknown:
                let command = "\(program) session recover \(id) --yes"
                if !commands.contains(command) { commands.append(command) }
            case .unsynced:
                let object = line.entry.object
                let scope = object.namespace.map { " -n \($0)" } ?? ""
                commands.append(
                    "\(program) describe \(object.kind.lowercased()) \(object.name)\(scope)")
            default: break
            }
        }
        return commands
    }

    // MARK: One entry

    private func bringBack(_ number: Int, _ goal: UndoPlanner.Goal) async -> UndoLine? {
        guard var entry = items.first(where: { $0.number == number }) else { return nil }
        var notices: [String] = []
        let outcome = await bringBack(&entry, goal, &notices)
        return UndoLine(entry: entry.ledgerEntry, outcome: outcome, notices: notices)
    }

    /// Brings one change back, or makes it permanent, and notes what came of it.
    private func bringBack(
        _ entry: inout JournalEntry, _ goal: UndoPlanner.Goal, _ notices: inout [String]
    ) async -> UndoOutcome {
        if let outcome = await resolveLeftOpen(&entry) { return outcome }
        var attempt = UndoAttempt()
        var outcome: UndoOutcome?
        while outcome == nil, attempt.count < Self.mostAttempts {
            if Task.isCancelled {
                attempt.trouble = "there was no more time"
                break
            }
            attempt.count += 1
            outcome =
                entry.action == .create
                ? await tryRemoval(&entry, goal, &attempt)
                : await tryOnce(&entry, goal, &attempt, &notices)
        }
        let final = outcome ?? .failed(attempt.trouble)
        conclude(&entry, final)
        return final
    }

    func conclude(_ entry: inout JournalEntry, _ outcome: UndoOutcome) {
        entry.remark = nil
        switch outcome {
        case .undone, .unsynced: entry.state = .undone
        case .undoneElsewhere, .neverHappened, .deleted, .recreated, .foreignRecord:
            entry.state = .undone
            entry.remark = UndoLine(entry: entry.ledgerEntry, outcome: outcome).text
        case .conflict(let fields):
            entry.state = .conflict
            entry.kept = fields
            entry.remark = fields.map(\.text).joined(separator: "; ")
        case .kept: entry.state = .kept
        case .failed(let reason):
            entry.state = .failed
            entry.remark = reason
        case .unknown(let reason):
            entry.state = .unknown
            entry.remark = reason
        }
        note(entry)
    }

    /// One round: read, judge, patch, look.
    ///
    /// - Returns: nil for another round.
    private func tryOnce(
        _ entry: inout JournalEntry, _ goal: UndoPlanner.Goal, _ attempt: inout UndoAttempt,
        _ notices: inout [String]
    ) async -> UndoOutcome? {
        let object: KubernetesObject
        do throws(KubernetesError) {
            object = try await access.read(entry.object)
        } catch {
            return await afterFailedRead(entry, error, &attempt)
        }
        let found: ChangeRecord
        switch Self.authority(for: entry, in: object) {
        case .record(let record): found = record
        case .outcome(let outcome):
            guard outcome == .undoneElsewhere else { return outcome }
            // The record goes together with the values: what we sent has been done.
            if let plan = attempt.plan, attempt.mayHaveLanded {
                return await finish(entry, plan, attempt.record ?? entry.record, goal, &notices)
            }
            let hasBegun = entry.state == .undoing || entry.state == .failed
            guard hasBegun, goal == .undo else { return outcome }
            return await finishInterrupted(entry, object, &notices)
        }
        let plan = planner(for: entry).plan(
            found, key: entry.inObject ? entry.recordKey : nil, on: object, goal: goal)
        if goal == .undo, let path = await prunedField(plan, on: object, entry) {
            return .failed(
                "the schema does not have \(path) any more, so it cannot be brought back:"
                    + " the record stays in the object")
        }
        guard !plan.isEmpty else { return await finish(entry, plan, found, goal, &notices) }
        attempt.learn(plan)
        if entry.state != .undoing || entry.record != found {
            // Others may have rewritten the record: what it says goes with it.
            entry.record = found
            entry.state = .undoing
            if let fault = rewrite(entry) { notices.append(fault) }
        }
        do throws(KubernetesError) {
            attempt.record = found
            attempt.plan = plan
            _ = try await access.patch(
                plan.patch, entry.object, shortEscapes: attempt.shortEscapes)
            attempt.mayHaveLanded = true
            attempt.trouble = "the server answered 200 and kept the old value"
            return nil
        } catch {
            return await afterFailedPatch(error, &attempt)
        }
    }

    func afterFailedRead(
        _ entry: JournalEntry, _ error: KubernetesError, _ attempt: inout UndoAttempt
    ) async -> UndoOutcome? {
        if error.isNotFound {
            // A kind that is not served (any more) is no deleted object: the record may return.
            guard error.names(entry.object) else { return .failed(await notServed(entry.object)) }
            return .deleted
        }
        return await tryLater(error, &attempt)
    }

    private func afterFailedPatch(
        _ error: KubernetesError, _ attempt: inout UndoAttempt
    ) async -> UndoOutcome? {
        attempt.trouble = error.message
        if error.isOutcomeUnknown { attempt.mayHaveLanded = true }
        if error.isGuardFailure {
            attempt.guardFailed()
            return nil
        }
        if error.isConflict || error.isNotFound { return nil }
        return await tryLater(error, &attempt)
    }

    /// Repeats what a server or the network may do better the next time; a refusal is final.
    func tryLater(
        _ error: KubernetesError, _ attempt: inout UndoAttempt
    ) async -> UndoOutcome? {
        attempt.trouble = error.message
        guard error.isTransient else { return .failed(error.message) }
        // A cancelled pause ends the rounds: they look before each.
        try? await environment.clock.sleep(.milliseconds(250) * (1 << attempt.count))
        return nil
    }

    func planner(for entry: JournalEntry) -> UndoPlanner {
        UndoPlanner(
            group: entry.object.group, manager: environment.fieldManager,
            classifier: UndoClassifier(toleratesOperator: entry.category == .resource))
    }
}

/// What was learned in the rounds of one undo.
struct UndoAttempt {
    var count = 0
    var shortEscapes = true
    /// Whether a patch of ours may have been carried out.
    var mayHaveLanded = false
    var plan: UndoPlan?
    var record: ChangeRecord?
    var trouble = "it was not tried"
    private var refused: UndoPlan?
    private var pending: UndoPlan?

    /// A guard failed before on the very same values: then it is a matter of text.
    mutating func learn(_ plan: UndoPlan) {
        if let refused, refused.patch == plan.patch { shortEscapes.toggle() }
        refused = nil
        pending = plan
    }

    mutating func guardFailed() { refused = pending }

}

extension UndoOutcome {
    /// Whether values went back, so that an operator has something to carry.
    fileprivate var restoredValues: Bool {
        switch self {
        case .undone, .conflict: true
        default: false
        }
    }
}
