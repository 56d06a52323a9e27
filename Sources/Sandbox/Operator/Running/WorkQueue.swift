import KubernetesCore
import Synchronization

/// The objects of one kind that want a pass: each at most once, one at a time, never too often.
///
/// An object that is added while its pass runs gets another one afterwards. A timer brings an
/// object back later; of several timers for one object the earliest stays.
final class WorkQueue: Sendable {
    private struct State {
        var ready: [ObjectKey] = []
        var isWaiting: Set<ObjectKey> = []
        var active: ObjectKey?
        var isDirty = false
        var timers: [ObjectKey: (due: Timestamp, task: Task<Void, Never>)] = [:]
        var pauses: [ObjectKey: Task<Void, Never>] = [:]
        var history: [ObjectKey: History] = [:]
        var failures: [ObjectKey: Int] = [:]
        var consumer: CheckedContinuation<ObjectKey?, Never>?
        var isClosed = false
    }

    private struct History {
        var ended: ContinuousClock.Instant
        /// How many passes came one right after the other.
        var streak = 0
    }

    private let state = Mutex(State())
    private let clock: OperatorClock
    private let gap: Duration
    private let hotGap: Duration
    /// Passes that may follow each other at the smallest gap before the gap grows.
    private static let freePasses = 5
    private static let longestBackoff = Duration.seconds(300)

    init(_ configuration: OperatorConfiguration) {
        clock = configuration.clock
        gap = configuration.passGap
        hotGap = configuration.hotPassGap
    }

    /// Asks for a pass of an object, now or as soon as its last pass is long enough ago.
    func add(_ key: ObjectKey) {
        state.withLock { state in
            guard !state.isClosed else { return }
            if state.active == key {
                state.isDirty = true
            } else {
                enqueue(key, &state)
            }
        }
    }

    /// Asks for a pass of an object when that time has passed.
    func add(_ key: ObjectKey, after span: Duration) {
        let due = clock.now() + span
        state.withLock { state in
            guard !state.isClosed else { return }
            if let known = state.timers[key] {
                guard due < known.due else { return }
                known.task.cancel()
            }
            let clock = clock
            state.timers[key] = (
                due,
                Task { [weak self] in
                    guard (try? await clock.sleep(span)) != nil else { return }
                    self?.ring(key, due)
                }
            )
        }
    }

    private func ring(_ key: ObjectKey, _ due: Timestamp) {
        state.withLock { state in
            guard state.timers[key]?.due == due else { return }
            state.timers[key] = nil
        }
        add(key)
    }

    /// Puts an object in line, unless it waits already or had its last pass a moment ago.
    private func enqueue(_ key: ObjectKey, _ state: inout State) {
        guard !state.isWaiting.contains(key), state.pauses[key] == nil else { return }
        if let history = state.history[key] {
            let wanted = history.streak > Self.freePasses ? hotGap : gap
            let passed = history.ended.duration(to: .now)
            if passed < wanted {
                state.pauses[key] = Task { [weak self] in
                    guard (try? await Task.sleep(for: wanted - passed)) != nil else { return }
                    self?.endPause(key)
                }
                return
            }
        }
        state.isWaiting.insert(key)
        if let consumer = state.consumer {
            state.consumer = nil
            start(key, &state)
            consumer.resume(returning: key)
        } else {
            state.ready.append(key)
        }
    }

    private func endPause(_ key: ObjectKey) {
        state.withLock { state in
            guard state.pauses.removeValue(forKey: key) != nil, !state.isClosed else { return }
            if state.active == key {
                state.isDirty = true
                return
            }
            guard state.isWaiting.insert(key).inserted else { return }
            guard let consumer = state.consumer else {
                state.ready.append(key)
                return
            }
            state.consumer = nil
            start(key, &state)
            consumer.resume(returning: key)
        }
    }

    private func start(_ key: ObjectKey, _ state: inout State) {
        state.isWaiting.remove(key)
        state.active = key
        state.isDirty = false
        if let history = state.history[key], history.ended.duration(to: .now) > .seconds(2) {
            state.history[key] = nil
        }
    }

    /// The next object that wants a pass, nil when the queue is closed.
    func next() async -> ObjectKey? {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.isClosed {
                    continuation.resume(returning: nil)
                } else if state.ready.isEmpty {
                    state.consumer = continuation
                } else {
                    let key = state.ready.removeFirst()
                    start(key, &state)
                    continuation.resume(returning: key)
                }
            }
        }
    }

    /// Ends the pass of an object and arranges the next one.
    func finish(_ key: ObjectKey, _ verdict: Verdict) {
        var delay: Duration?
        state.withLock { state in
            let streak = state.history[key]?.streak ?? 0
            state.history[key] = History(ended: .now, streak: streak + 1)
            state.active = nil
            switch verdict {
            case .settled: state.failures[key] = nil
            case .again(let span):
                state.failures[key] = nil
                delay = span
            case .retry:
                let failures = state.failures[key, default: 0] + 1
                state.failures[key] = failures
                delay = min(.seconds(1 << min(failures - 1, 9)), Self.longestBackoff)
            }
            if state.isDirty {
                state.isDirty = false
                enqueue(key, &state)
            }
        }
        if let delay { add(key, after: delay) }
    }

    /// Drops what is known of an object that is gone.
    func forget(_ key: ObjectKey) {
        state.withLock { state in
            state.timers.removeValue(forKey: key)?.task.cancel()
            state.failures[key] = nil
            if state.active != key { state.history[key] = nil }
        }
    }

    /// Ends all waiting; `next` gives nil from now on.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for timer in state.timers.values { timer.task.cancel() }
            for pause in state.pauses.values { pause.cancel() }
            state.timers = [:]
            state.pauses = [:]
            state.consumer?.resume(returning: nil)
            state.consumer = nil
        }
    }
}
