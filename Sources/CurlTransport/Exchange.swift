import HTTP
import Synchronization

/// What the loop's thread and the task that waits for an answer share about one call.
///
/// The loop's side offers, the task's side takes; either may end it. All members may be called
/// from any thread.
final class Exchange: Sendable {
    struct Head: Sendable {
        var status: Int
        var headers: HTTPHeaders
    }

    enum Offer { case taken, full, unwanted }

    /// How much of a body waits here for its reader before the sender is held back.
    static let queueLimit = 512 << 10

    let request: HTTPRequest
    let address: HTTPAddress

    private typealias HeadResult = Result<Head, TransportError>
    private typealias ChunkResult = Result<[UInt8]?, TransportError>

    private struct State {
        var mayHaveBeenSent = false
        var head: HeadResult?
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var queue: [UInt8] = []
        var isHeldBack = false
        var chunkWaiter: CheckedContinuation<ChunkResult, Never>?
        /// How the transfer ended, nil while it runs.
        var ending: Result<Void, TransportError>?
    }

    private let state = Mutex(State())

    init(_ request: HTTPRequest, to address: HTTPAddress) {
        self.request = request
        self.address = address
    }

    // MARK: The task's side

    /// Waits for status and headers.
    func head(start: () -> Void) async -> Result<Head, TransportError> {
        await withCheckedContinuation { continuation in
            let early = state.withLock { state -> HeadResult? in
                if case .failure(let error) = state.ending { return .failure(error) }
                state.headWaiter = continuation
                return nil
            }
            if let early { continuation.resume(returning: early) } else { start() }
        }
    }

    /// Waits for the next bytes, nil at the end.
    ///
    /// - Parameter resume: called when the sender was held back and shall go on.
    /// - Returns: bytes, nil at the end, or why the rest does not come.
    func chunk(resume: () -> Void) async -> Result<[UInt8]?, TransportError> {
        await withCheckedContinuation { continuation in
            var goesOn = false
            let now = state.withLock { state -> ChunkResult? in
                if !state.queue.isEmpty {
                    var bytes: [UInt8] = []
                    swap(&bytes, &state.queue)
                    goesOn = state.isHeldBack
                    state.isHeldBack = false
                    return .success(bytes)
                }
                if let ending = state.ending { return ending.map { nil } }
                guard state.chunkWaiter == nil else {
                    return .failure(
                        TransportError(
                            .protocolViolation, "two readers read one answer", sent: true))
                }
                state.chunkWaiter = continuation
                return nil
            }
            if goesOn { resume() }
            if let now { continuation.resume(returning: now) }
        }
    }

    /// Nobody wants the rest: says whether the transfer was running and must be taken down.
    func cancel() -> Bool {
        end(dropQueue: true) { sent in
            .failure(TransportError(.cancelled, "the request was cancelled", sent: sent))
        }
    }

    // MARK: The loop's side

    var isOver: Bool { state.withLock { $0.ending != nil } }
    var mayHaveBeenSent: Bool { state.withLock { $0.mayHaveBeenSent } }
    var hasHead: Bool { state.withLock { $0.head != nil } }
    /// Whether the sender waits for the reader.
    var isHeldBack: Bool { state.withLock { $0.isHeldBack } }

    /// The connection stands and the first byte is about to leave: says whether it may.
    ///
    /// libcurl repeats a request by itself when a kept connection turns out to be dead. It cannot
    /// know whether the server took the first one, so only reading methods may go out twice.
    func beginSending() -> Bool {
        state.withLock { state in
            guard state.ending == nil else { return false }
            let isFirst = !state.mayHaveBeenSent
            state.mayHaveBeenSent = true
            return isFirst || request.method.isReading
        }
    }

    func deliver(_ head: Head) {
        let waiter = state.withLock { state -> CheckedContinuation<HeadResult, Never>? in
            guard state.ending == nil else { return nil }
            state.head = .success(head)
            defer { state.headWaiter = nil }
            return state.headWaiter
        }
        waiter?.resume(returning: .success(head))
    }

    /// Takes bytes of the body if there is room; after `.full` the same bytes come again.
    func offer(_ bytes: some Collection<UInt8>) -> Offer {
        var delivery: (CheckedContinuation<ChunkResult, Never>, [UInt8])?
        let offer = state.withLock { state -> Offer in
            guard state.ending == nil else { return .unwanted }
            if let waiter = state.chunkWaiter {
                state.chunkWaiter = nil
                delivery = (waiter, [UInt8](bytes))
                return .taken
            }
            guard state.queue.count < Self.queueLimit else {
                state.isHeldBack = true
                return .full
            }
            state.queue.append(contentsOf: bytes)
            return .taken
        }
        if let (waiter, bytes) = delivery { waiter.resume(returning: .success(bytes)) }
        return offer
    }

    /// The transfer is over; the first ending counts.
    ///
    /// - Parameters:
    ///   - dropQueue: whether what waits for its reader goes as well.
    ///   - ending: is told whether the request may have been sent.
    /// - Returns: whether this was the first.
    @discardableResult
    func end(
        dropQueue: Bool = false, _ ending: (_ sent: Bool) -> Result<Void, TransportError>
    ) -> Bool {
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var chunkWaiter: CheckedContinuation<ChunkResult, Never>?
        let first = state.withLock { state -> Result<Void, TransportError>? in
            if dropQueue { state.queue = [] }
            guard state.ending == nil else { return nil }
            let ending = ending(state.mayHaveBeenSent)
            state.ending = ending
            swap(&headWaiter, &state.headWaiter)
            swap(&chunkWaiter, &state.chunkWaiter)
            return ending
        }
        guard let first else { return false }
        chunkWaiter?.resume(returning: first.map { nil })
        headWaiter?.resume(returning: Self.headResult(of: first))
        return true
    }

    private static func headResult(
        of ending: Result<Void, TransportError>
    ) -> Result<Head, TransportError> {
        switch ending {
        case .failure(let error): .failure(error)
        case .success:
            .failure(
                TransportError(.protocolViolation, "the answer has no status line", sent: true))
        }
    }
}

extension HTTPMethod {
    /// Whether carrying out a request twice is the same as once, and harmless.
    var isReading: Bool {
        switch self {
        case .get, .head, .options: true
        case .post, .put, .patch, .delete: false
        }
    }
}
