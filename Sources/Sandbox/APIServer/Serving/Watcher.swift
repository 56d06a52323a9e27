import Synchronization

/// One open watch: takes changes from storage, hands them to whoever reads the answer.
///
/// A reader that falls far behind is cut off, as the real server does; it lists again.
final class Watcher: Sendable {
    enum Item: Sendable {
        case change(Change)
        /// Everything up to this revision has been told.
        case bookmark(Int64, initialEventsEnd: Bool)
        case failure(APIFailure)
    }

    /// The most items that wait for a slow reader.
    static let queueLimit = 20_000

    private struct State {
        var queue: [Item] = []
        var head = 0
        var closed = false
        var waiter: CheckedContinuation<Item?, Never>?
    }

    let wantsBookmarks: Bool
    private let state = Mutex(State())

    init(wantsBookmarks: Bool) { self.wantsBookmarks = wantsBookmarks }

    func offer(_ change: Change) { push(.change(change)) }

    func push(_ item: Item) {
        let waiter: CheckedContinuation<Item?, Never>? = state.withLock { state in
            guard !state.closed else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            state.queue.append(item)
            if state.queue.count - state.head > Self.queueLimit { state.closed = true }
            return nil
        }
        waiter?.resume(returning: item)
    }

    /// Ends the watch; what is queued is still delivered.
    func close() {
        let waiter: CheckedContinuation<Item?, Never>? = state.withLock { state in
            state.closed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// Ends the watch at once.
    func cut() {
        state.withLock { state in
            state.queue = []
            state.head = 0
        }
        close()
    }

    var isClosed: Bool { state.withLock { $0.closed } }

    /// The next item; nil when the watch has ended or the reading task is cancelled.
    func next() async -> Item? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: Item?? = state.withLock { state in
                    if state.head < state.queue.count {
                        let item = state.queue[state.head]
                        state.head += 1
                        if state.head == state.queue.count {
                            state.queue.removeAll(keepingCapacity: true)
                            state.head = 0
                        }
                        return .some(item)
                    }
                    if state.closed { return .some(nil) }
                    state.waiter = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            cut()
        }
    }
}
