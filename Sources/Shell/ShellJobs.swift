import Render
import Synchronization
import Verbs

/// What runs while the user types, and tells above the prompt what it has to say.
final class ShellJobs: Sendable {
    private struct Job {
        var text: String
        var task: Task<ExitStatus, Never>?
    }

    /// So many may run side by side.
    static let most = 16

    private let jobs = Mutex<[Int: Job]>([:])
    private let tell: @Sendable (String) -> Void

    /// - Parameter tell: prints lines above the prompt.
    init(tell: @escaping @Sendable (String) -> Void) { self.tell = tell }

    /// `[1]  watch 30s status`, one line a job.
    var lines: [String] {
        jobs.withLock { jobs in
            jobs.sorted { $0.key < $1.key }.map { "[\($0.key)]  \(Escape.line($0.value.text))" }
        }
    }

    /// Starts a job; the work gets the output that it is to use.
    ///
    /// - Returns: its number; nil when too many run already.
    func start(
        _ text: String, _ work: @escaping @Sendable (any Output) async -> ExitStatus
    ) -> Int? {
        let number: Int? = jobs.withLock { jobs in
            guard jobs.count < Self.most else { return nil }
            let number = (1...Self.most).first { jobs[$0] == nil } ?? 0
            jobs[number] = Job(text: text)
            return number
        }
        guard let number else { return nil }
        let output = JobOutput(number: number, tell: tell)
        let task = Task { [self] in
            let status = await work(output)
            output.end()
            let isKilled = Task.isCancelled
            jobs.withLock { $0[number] = nil }
            let ending = isKilled ? "ended" : status == .done ? "done" : "status \(status.code)"
            tell("[\(number)] \(ending): \(Escape.line(text))")
            return status
        }
        jobs.withLock { $0[number]?.task = task }
        return number
    }

    /// Tells a job to end.
    ///
    /// - Returns: whether there is one of that number.
    func kill(_ number: Int) -> Bool {
        let task = jobs.withLock { $0[number]?.task }
        task?.cancel()
        return task != nil
    }

    /// Ends all, and waits until they have: a change is not cut off from its record.
    func endAll() async {
        let tasks = jobs.withLock { $0.values.compactMap(\.task) }
        tasks.forEach { $0.cancel() }
        for task in tasks { _ = await task.value }
    }
}

/// Gives whole lines to be told, with the number of the job in front.
private final class JobOutput: Output {
    /// A line that does not end is told in pieces of so many bytes.
    private static let longest = 16 << 10

    private let number: Int
    private let tell: @Sendable (String) -> Void
    private let open = Mutex<[UInt8]>([])

    init(number: Int, tell: @escaping @Sendable (String) -> Void) {
        self.number = number
        self.tell = tell
    }

    func write(_ bytes: [UInt8]) throws(OutputClosed) {
        let whole = open.withLock { open -> [UInt8] in
            open += bytes
            let end = open.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
            let taken = end == 0 && open.count > Self.longest ? open.count : end
            defer { open.removeFirst(taken) }
            return Array(open[..<taken])
        }
        say(whole)
    }

    func end() {
        say(
            open.withLock { open in
                defer { open = [] }
                return open
            })
    }

    private func say(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.last == "" ? lines.dropLast() : lines[...]
        tell(shown.map { "[\(number)] \($0)" }.joined(separator: "\n"))
    }
}

/// The input of what nobody types at.
struct NoInput: Input {
    func line() async -> String? { nil }
}
