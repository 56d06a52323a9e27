package import HTTP
import Synchronization

/// Lets calls through to another transport, except those that a plan makes fail.
package final class FaultyTransport: Transport {
    package enum Fault: Sendable, Hashable {
        /// The server never saw it.
        case beforeSending
        /// The server carried it out; its answer is lost.
        case afterExecution
        /// The answer stops after so many bytes of its body.
        case truncated(after: Int)
        /// The server answers with that instead of carrying it out.
        case answered(Int, headers: HTTPHeaders, body: String)
        /// The server carried it out, and something in between answers otherwise.
        case answeredAfterExecution(Int, body: String)
    }

    private let inner: any Transport
    private let plan: @Sendable (HTTPRequest, Int) -> Fault?
    private let count = Mutex(0)

    /// - Parameters:
    ///   - inner: carries out what is let through.
    ///   - plan: what befalls a request; the number counts them from 1 on.
    package init(
        _ inner: any Transport, plan: @escaping @Sendable (HTTPRequest, Int) -> Fault?
    ) {
        self.inner = inner
        self.plan = plan
    }

    /// Only the call of that number fails.
    package convenience init(_ inner: any Transport, call wanted: Int, fault: Fault) {
        self.init(inner) { _, number in number == wanted ? fault : nil }
    }

    /// How many requests there were.
    package var calls: Int { count.withLock { $0 } }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let number = count.withLock { count in
            count += 1
            return count
        }
        switch plan(request, number) {
        case nil: return try await inner.send(request)
        case .beforeSending:
            throw TransportError(.connectionLost, "cut before sending", sent: false)
        case .afterExecution:
            _ = try await inner.send(request).body.collect()
            throw TransportError(.connectionLost, "cut after sending", sent: true)
        case .truncated(let length):
            var response = try await inner.send(request)
            let whole = try await response.body.collect()
            response.body = Self.cut(Array(whole.prefix(length)))
            return response
        case .answered(let status, let headers, let body):
            return HTTPResponse(status: status, headers: headers, body: HTTPBody(Array(body.utf8)))
        case .answeredAfterExecution(let status, let body):
            _ = try await inner.send(request).body.collect()
            return HTTPResponse(status: status, body: HTTPBody(Array(body.utf8)))
        }
    }

    private static func cut(_ bytes: [UInt8]) -> HTTPBody {
        let isGiven = Atomic(false)
        let once = Once(isGiven)
        return HTTPBody(
            next: { () async throws(TransportError) in
                if once.isFirst(), !bytes.isEmpty { return bytes }
                throw TransportError(.connectionLost, "cut in the middle", sent: true)
            }, cancel: {})
    }
}

private final class Once: Sendable {
    private let isDone: Atomic<Bool>

    init(_ isDone: consuming Atomic<Bool>) { self.isDone = isDone }

    func isFirst() -> Bool { !isDone.exchange(true, ordering: .relaxed) }
}
