import Catalog
import Documents
import KubernetesCore
import Render
import Session

/// A query or an action whose object outlives its first answer: one that runs again and again, or
/// one that is kept to be looked at.
struct LastingOperation: Sendable {
    enum Course: Sendable, Hashable {
        /// Left behind with a deadline, by a session of its own that is detached.
        case left
        /// Until the shell is left.
        case withTheShell
        /// Until Ctrl-C or the end of input.
        case held
        /// Until Ctrl-C; each answer is shown.
        case watched
    }

    let asking: Asking
    let course: Course
    /// Nil: it runs once.
    let interval: String?
    var name: String?
    /// Shows an answer, and throws what is wrong with it.
    let show: @Sendable (AnswerFinding) throws -> Void

    private var context: VerbContext { asking.context }
    private var kind: CatalogKind { asking.kind }

    func run(_ spec: JSONValue) async throws {
        var spec = spec
        if let interval {
            guard let field = kind.intervalField else {
                throw Failure(
                    .mistake,
                    "\(kind.friendlyName) cannot run again and again:"
                        + " its schema has no interval")
            }
            spec[field] = .string(interval)
        }
        var asking = asking
        if course == .left {
            asking.options.lifetime = asking.options.lifetime ?? AskingOptions.keepingTime
        }
        let request = asking.request(
            spec, stem: kind.friendlyName, name: name, isLasting: true)
        if course == .left {
            _ = try await LeftBehind(context: context).run { session in
                try await firstAnswer(request, session)
            }
            return
        }
        let session = try await context.session()
        let (entry, first) = try await firstAnswer(request, session)
        switch course {
        case .left: return
        case .withTheShell: try tellLater(entry, session)
        case .held, .watched: try await follow(entry, after: first, session)
        }
    }

    /// Makes the object and shows what came of it first.
    private func firstAnswer(
        _ request: CreateRequest, _ session: Session
    ) async throws -> (LedgerEntry, AnswerFinding) {
        let answers = try await session.inquire(
            Inquiry([request], limit: asking.options.limit, keeps: true))
        let entry = answers[0].entry
        let finding: AnswerFinding
        do {
            try Task.checkCancellation()
            finding = try AnswerFinding(answers[0], of: kind, limit: asking.options.limit)
            try show(finding)
        } catch {
            // Nobody waits for further answers then; to look at it is what keeping is for.
            if let entry, interval != nil || course != .left { await remove(entry, session) }
            throw error
        }
        guard let entry else { throw Failure(.ours, "\(kind.friendlyName) was not made") }
        return (entry, finding)
    }

    // MARK: Again and again

    /// In a shell the answers come while somebody types.
    private func tellLater(_ entry: LedgerEntry, _ session: Session) throws {
        try context.note("\(entry.objectText) \(rhythm) until you leave the shell")
        let world = context.world
        let (kind, first) = (kind, entry)
        Task {
            var runs: Int64?
            for await object in await session.updates(of: first) {
                guard let count = Self.newRun(of: object, after: &runs) else { continue }
                let finding = AnswerFinding(object, of: kind)
                let outcome = finding.fault.map { "failed: \($0)" } ?? finding.state.state ?? ""
                // Without anybody at the prompt there is nobody to tell.
                _ = world.announcements.tell(
                    Escape.line("\(first.objectText), run \(count): \(outcome)"))
            }
        }
    }

    private var rhythm: String { interval.map { "runs every \($0)" } ?? "stays" }

    /// Shows each answer until the caller is cancelled, the input ends (unless watched), or
    /// somebody deletes the object.
    private func follow(
        _ entry: LedgerEntry, after first: AnswerFinding, _ session: Session
    ) async throws {
        let end = course == .watched ? "at Ctrl-C" : "at Ctrl-C or at the end of input"
        try context.note("\(entry.objectText) \(rhythm); it is deleted \(end)")
        let (ends, sink) = AsyncStream.makeStream(of: Result<Bool, any Error>.self)
        let answers = Task { sink.yield(await showAnswers(of: entry, after: first, session)) }
        let input = course == .held ? waitForInput(sink) : nil
        var result: Result<Bool, any Error>?
        // A cancelled caller gets no end, and goes on at once.
        for await end in ends {
            result = end
            break
        }
        answers.cancel()
        input?.cancel()
        await remove(entry, session)
        try Task.checkCancellation()
        if case .failure(let error)? = result { throw error }
        if case .success(true)? = result {
            throw Failure(.conflict, "\(entry.objectText) was deleted by somebody else")
        }
    }

    /// Nobody waits for this task: a line that is being read cannot be called back.
    private func waitForInput(
        _ sink: AsyncStream<Result<Bool, any Error>>.Continuation
    ) -> Task<Void, Never> {
        let input = context.world.input
        return Task {
            while await input.line() != nil {}
            sink.yield(.success(false))
        }
    }

    /// - Returns: true when the object went away.
    private func showAnswers(
        of entry: LedgerEntry, after first: AnswerFinding, _ session: Session
    ) async -> Result<Bool, any Error> {
        var runs = AnswerJudge.runs(of: first.object)
        var last = first
        do {
            for await object in await session.updates(of: entry) {
                guard Self.newRun(of: object, after: &runs) != nil else { continue }
                let finding = AnswerFinding(object, of: kind)
                defer { last = finding }
                try showAgain(finding, last)
            }
        } catch {
            return .failure(error)
        }
        return .success(!Task.isCancelled)
    }

    private func showAgain(_ finding: AnswerFinding, _ last: AnswerFinding) throws {
        let time = (kind.lastRun(of: finding.object)).map { "\($0) " } ?? ""
        if last.fault == nil, finding.fault == nil, last.data == finding.data {
            return try context.note("\(time)the same answer")
        }
        try context.note("\(time)\(finding.state.state ?? "")")
        do {
            try show(finding)
        } catch let failure as Failure where failure.kind == .answeredNo {
            // The next run may fare better.
            try context.note(failure.message)
        }
    }

    /// The number of a run that was not seen before; nil for anything else.
    private static func newRun(of object: KubernetesObject, after runs: inout Int64?) -> Int64? {
        let count = AnswerJudge.runs(of: object) ?? 0
        guard let before = runs else {
            // What is there at first was shown already.
            runs = count
            return nil
        }
        guard count > before, AnswerJudge.verdict(on: object, after: before) == .done else {
            return nil
        }
        runs = count
        return count
    }

    /// Also for a caller who has gone.
    private func remove(_ entry: LedgerEntry, _ session: Session) async {
        let report = await Task {
            await session.undo(
                .numbers([entry.number]), options: UndoOptions(waitsForOperator: false))
        }.value
        // What could not be removed the end of the session tries again, and tells.
        for line in report.lines where line.outcome.isComplete {
            // It is deleted, whether anybody reads that or not.
            try? context.note("\(line.entry.objectText): deleted")
        }
    }
}

extension CatalogKind {
    /// When a query or an action last ran, as its status says.
    func lastRun(of object: KubernetesObject) -> String? {
        ["lastExecutionTime", "lastQueryTime", "executedAt"].lazy
            .compactMap { object.status[$0]?.stringValue }.first
    }
}
