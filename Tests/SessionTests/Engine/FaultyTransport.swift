import HTTP
import KubernetesCore
import Synchronization

/// What happens to one request on its way.
enum Mishap: Sendable, Hashable {
    case none
    /// The connection breaks before the server sees it.
    case lostRequest
    /// The server carries it out, the answer is lost.
    case lostAnswer
    /// The connection breaks; the server carries it out that much later.
    case late(Duration)
    /// The server answers this without doing anything.
    case answer(Int)
    /// The server carries it out and answers this.
    case doneButAnswered(Int)
}

/// Harms requests by plan, and lets others act between any two of them.
final class FaultyTransport: Transport {
    private struct State {
        var count = 0
        var held: [(due: Timestamp, HTTPRequest)] = []
        var log: [String] = []
    }

    private let inner: any Transport
    private let clock: SimulatedClock
    private let state = Mutex(State())
    /// Decides by the number of the request (from 1), its method and URL.
    let plan: @Sendable (Int, HTTPRequest) async -> Mishap

    init(
        _ inner: any Transport, clock: SimulatedClock,
        plan: @escaping @Sendable (Int, HTTPRequest) async -> Mishap = { _, _ in .none }
    ) {
        self.inner = inner
        self.clock = clock
        self.plan = plan
    }

    var log: [String] { state.withLock { $0.log } }
    var count: Int { state.withLock { $0.count } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if Task.isCancelled { throw TransportError(.cancelled, "cancelled", sent: false) }
        let number = state.withLock { state in
            state.count += 1
            state.log.append("\(request.method.rawValue) \(request.url)")
            return state.count
        }
        await deliverLate()
        clock.advance(.milliseconds(5))
        switch await plan(number, request) {
        case .none:
            return try await inner.send(request)
        case .lostRequest:
            throw TransportError(.connectionLost, "the connection broke", sent: true)
        case .lostAnswer:
            _ = try await inner.send(request)
            throw TransportError(.connectionLost, "the connection broke", sent: true)
        case .late(let span):
            let due = clock.now + span
            state.withLock { $0.held.append((due, request)) }
            throw TransportError(.timedOut, "no answer in time", sent: true)
        case .answer(let status):
            return HTTPResponse(status: status, body: HTTPBody(Self.failure(status)))
        case .doneButAnswered(let status):
            _ = try await inner.send(request)
            return HTTPResponse(status: status, body: HTTPBody(Self.failure(status)))
        }
    }

    /// What was held back and is due reaches the server before anything later does.
    func deliverLate() async {
        let now = clock.now
        let due = state.withLock { state in
            let due = state.held.filter { $0.due <= now }
            state.held.removeAll { $0.due <= now }
            return due.map { $0.1 }
        }
        for request in due { _ = try? await inner.send(request) }
    }

    private static func failure(_ status: Int) -> [UInt8] {
        Array(
            """
            {"kind":"Status","apiVersion":"v1","status":"Failure","message":"scripted \(status)",
            "reason":"","code":\(status)}
            """.utf8)
    }
}
