import CExecutor
import KubernetesCore
import Synchronization

/// All tasks of the process on one thread, and a clock that moves when nothing else does.
///
/// The concurrency runtime lets a program replace its global executor: jobs land in a queue here
/// and run in the order in which they came. When the queue is empty, the earliest timer rings and
/// the clock stands at its time. So one seed gives one course of events, to the last step.
final class EventLoop: SerialExecutor, Sendable {
    static let shared = EventLoop()
    static let start = Timestamp(seconds: 1_800_000_000)

    private struct Alarm {
        var time: Timestamp
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var ready: [UnownedJob] = []
        var next = 0
        var now = EventLoop.start
        var alarms: [Int: Alarm] = [:]
        var cancelled: Set<Int> = []
        var count = 0
    }

    private let state = Mutex(State())

    var now: Timestamp { state.withLock { $0.now } }
    var elapsed: Duration { now - Self.start }

    func enqueue(_ job: UnownedJob) { state.withLock { $0.ready.append(job) } }
    func enqueue(_ job: consuming ExecutorJob) { enqueue(UnownedJob(job)) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// Makes this loop the executor of everything in the process.
    static func takeOver() {
        typealias Original = @convention(thin) (UnownedJob) -> Void
        typealias Hook = @convention(thin) (UnownedJob, Original) -> Void
        let place = unsafe UnsafeMutableRawPointer(executor_hook())
        unsafe place.assumingMemoryBound(to: Hook?.self).pointee = { job, _ in
            EventLoop.shared.enqueue(job)
        }
    }

    /// Runs one course of events from the first instant to its end.
    ///
    /// - Returns: false when nothing was left that could happen before the end.
    func run(_ body: @escaping @Sendable () async -> Void) -> Bool {
        state.withLock { $0 = State() }
        let isOver = Mutex(false)
        Task.detached {
            await body()
            isOver.withLock { $0 = true }
        }
        while true {
            let job = state.withLock { state -> UnownedJob? in
                guard state.next < state.ready.count else {
                    state.ready.removeAll(keepingCapacity: true)
                    state.next = 0
                    return nil
                }
                state.next += 1
                return state.ready[state.next - 1]
            }
            if let job {
                unsafe job.runSynchronously(on: asUnownedSerialExecutor())
            } else if isOver.withLock({ $0 }) {
                return true
            } else if !ring() {
                return false
            }
        }
    }

    private func ring() -> Bool {
        let due = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            let first = state.alarms.min { left, right in
                (left.value.time, left.key) < (right.value.time, right.key)
            }
            guard let first else { return nil }
            state.now = max(state.now, first.value.time)
            state.alarms[first.key] = nil
            return first.value.continuation
        }
        due?.resume(returning: true)
        return due != nil
    }

    /// Returns when that much time has passed.
    ///
    /// - Throws: `CancellationError`.
    func sleep(_ span: Duration) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let rang = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return true }
                    state.alarms[number] = Alarm(
                        time: state.now + max(span, .zero), continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(returning: false) }
            }
        } onCancel: {
            let alarm = state.withLock { state in
                let alarm = state.alarms.removeValue(forKey: number)
                if alarm == nil { state.cancelled.insert(number) }
                return alarm
            }
            alarm?.continuation.resume(returning: false)
        }
        if !rang { throw CancellationError() }
    }

    /// Returns when that much time has passed, whether the task is cancelled or not.
    func wait(_ span: Duration) async {
        let clock = self
        // A task of its own has its own cancellation.
        await Task.detached { try? await clock.sleep(span) }.value
    }
}
