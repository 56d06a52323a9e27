import Synchronization
import Terminal
import Verbs

/// Words for completion: answers from what is known, and learns behind.
///
/// A question that was never asked before waits a moment for its first answer, on the editor's
/// own thread, so that a quick one comes with the press of Tab; a later one completes the line
/// by itself. After that the last answer is given at once and refreshed when it is old.
final class ClusterNames: Sendable {
    /// The longest that a press of Tab waits for a first answer, in milliseconds.
    private static let patience: Int32 = 50
    /// An older answer is still given, and asked for anew.
    private static let freshness: Duration = .seconds(2)
    /// An answer that could not be refreshed for so long is told with its age.
    private static let tellableAge: Duration = .seconds(10)

    typealias Question = CandidateSearch.Question
    typealias Name = CandidateSearch.Candidate

    /// What is known about one question.
    enum Answer: Sendable {
        /// Sorted; with its age where it is old.
        case names([Name], age: Duration?)
        /// The rights do not suffice; said once.
        case forbidden(isNew: Bool)
        /// Asked for; the line will be completed when it is there.
        case pending
        case unknown
    }

    private struct Entry {
        var answer: CandidateSearch.Answer?
        var answered: ContinuousClock.Instant?
        var asked: ContinuousClock.Instant?
        var isAsking = false
        var isTold = false
        var latch: Latch?
    }

    private let search: CandidateSearch
    private let arrived: @Sendable () -> Void
    private let entries = Mutex<[Question: Entry]>([:])

    /// - Parameters:
    ///   - access: the cluster.
    ///   - arrived: called when an answer is there that somebody did not wait for.
    init(access: ClusterAccess, arrived: @escaping @Sendable () -> Void = {}) {
        search = CandidateSearch(access: access, follows: true)
        self.arrived = arrived
    }

    /// Asks for the kinds before anybody wants them.
    func warmUp() { ask(.kinds) }

    func answer(_ question: Question) -> Answer {
        ask(question)
        let (isKnown, latch) = entries.withLock { entries in
            (entries[question]?.answer != nil, entries[question]?.latch)
        }
        if !isKnown, let latch { _ = latch.wait(milliseconds: Self.patience) }
        return entries.withLock { entries in
            guard var entry = entries[question] else { return .unknown }
            defer { entries[question] = entry }
            switch entry.answer {
            case .found(let names):
                let age = entry.answered.map { ContinuousClock.now - $0 }
                return .names(names, age: age.flatMap { $0 > Self.tellableAge ? $0 : nil })
            case .forbidden:
                defer { entry.isTold = true }
                return .forbidden(isNew: !entry.isTold)
            case .some(.none): return .unknown
            case nil: return entry.isAsking ? .pending : .unknown
            }
        }
    }

    /// Starts a question unless its answer is fresh or under way.
    private func ask(_ question: Question) {
        let latch = entries.withLock { entries -> Latch? in
            var entry = entries[question, default: Entry()]
            if entry.isAsking { return nil }
            if let asked = entry.asked, ContinuousClock.now - asked < Self.freshness { return nil }
            // Without a pipe for it the answer simply comes with the next press of Tab.
            guard let latch = try? Latch() else { return nil }
            entry.isAsking = true
            entry.latch = latch
            // What failed before is asked as if for the first time.
            if entry.answer == CandidateSearch.Answer.none { entry.answer = nil }
            entries[question] = entry
            return latch
        }
        guard let latch else { return }
        Task {
            let found = await search.answer(question)
            let isFirst = entries.withLock { entries -> Bool in
                let isFirst = entries[question]?.answer == nil
                entries[question]?.isAsking = false
                entries[question]?.asked = .now
                // A question that fails now and was answered before keeps its old answer.
                if found == .none, !isFirst { return false }
                entries[question]?.answer = found
                entries[question]?.answered = .now
                return isFirst
            }
            latch.open()
            if isFirst { arrived() }
        }
    }
}
