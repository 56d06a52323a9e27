import KubernetesCore
import Synchronization

@testable import Session

/// Time that passes only when somebody sleeps; long sleeps (alarms) wait for the short ones.
final class SimulatedClock: Sendable {
    private struct State {
        var now = Timestamp(seconds: 1_800_000_000)
        var alarms: [Int: (Timestamp, CheckedContinuation<Bool, Never>)] = [:]
        var cancelled: Set<Int> = []
        var nextAlarm = 0
    }

    /// Sleeps of this length and more are alarms.
    private static let alarm = Duration.seconds(15)
    private let state = Mutex(State())

    var now: Timestamp { state.withLock { $0.now } }

    func advance(_ span: Duration) {
        let due = state.withLock { state in
            state.now += span
            let due = state.alarms.filter { $0.value.0 <= state.now }
            for key in due.keys { state.alarms[key] = nil }
            return due.values.map { $0.1 }
        }
        for continuation in due { continuation.resume(returning: true) }
    }

    func sleep(_ span: Duration) async throws {
        try Task.checkCancellation()
        // The limit of a session's farewell is an alarm, too: rung at once it would race with it.
        guard span >= Self.alarm || span == Session.farewell else {
            advance(span)
            await Task.yield()
            return
        }
        let number = state.withLock { state in
            state.nextAlarm += 1
            return state.nextAlarm
        }
        let rang = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.contains(number) { return true }
                    state.alarms[number] = (state.now + span, continuation)
                    return false
                }
                if isCancelled { continuation.resume(returning: false) }
            }
        } onCancel: {
            let alarm = state.withLock { state in
                state.cancelled.insert(number)
                return state.alarms.removeValue(forKey: number)
            }
            alarm?.1.resume(returning: false)
        }
        if !rang { throw CancellationError() }
    }

    var session: SessionClock {
        SessionClock(now: { self.now }, sleep: { try await self.sleep($0) })
    }
}
