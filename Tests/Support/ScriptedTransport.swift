package import HTTP
import Synchronization

/// A server that is a list of answers (or a function), and remembers what it was asked.
package final class ScriptedTransport: Transport {
    package enum Answer: Sendable {
        case respond(Int, headers: HTTPHeaders, chunks: [[UInt8]], end: TransportError?)
        case fail(TransportError)

        /// A whole answer of JSON.
        package static func json(
            _ status: Int, _ text: String, headers: HTTPHeaders = [:]
        ) -> Answer {
            var headers = headers
            if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
            return .respond(status, headers: headers, chunks: [Array(text.utf8)], end: nil)
        }

        /// The same with status 200.
        package static func json(_ text: String, headers: HTTPHeaders = [:]) -> Answer {
            json(200, text, headers: headers)
        }

        /// A body in these pieces, then a clean end or a failure.
        package static func stream(_ pieces: [String], end: TransportError? = nil) -> Answer {
            .respond(200, headers: [:], chunks: pieces.map { Array($0.utf8) }, end: end)
        }
    }

    private struct State {
        var answers: [Answer]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>
    private let decide: (@Sendable (HTTPRequest, Int) -> Answer)?

    /// Gives these answers one after the other; when they run out the connection is refused.
    package init(_ answers: [Answer]) {
        state = Mutex(State(answers: answers))
        decide = nil
    }

    /// Asks for each answer; the number counts requests from 1 on.
    package init(answering decide: @escaping @Sendable (HTTPRequest, Int) -> Answer) {
        state = Mutex(State(answers: []))
        self.decide = decide
    }

    /// What was asked so far.
    package var requests: [HTTPRequest] { state.withLock { $0.requests } }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let (number, next) = state.withLock { state in
            state.requests.append(request)
            let next = state.answers.isEmpty ? nil : state.answers.removeFirst()
            return (state.requests.count, next)
        }
        let none = Answer.fail(
            TransportError(.cannotConnect, "connection refused: the script is over", sent: false))
        switch decide?(request, number) ?? next ?? none {
        case .fail(let error): throw error
        case .respond(let status, let headers, let chunks, let end):
            return HTTPResponse(status: status, headers: headers, body: body(chunks, end))
        }
    }

    private func body(_ chunks: [[UInt8]], _ end: TransportError?) -> HTTPBody {
        if chunks.count < 2, end == nil { return HTTPBody(chunks.first ?? []) }
        let rest = Mutex(chunks)
        let feed = ChunkFeed(rest, end)
        return HTTPBody(
            next: { () async throws(TransportError) in try feed.next() }, cancel: {})
    }
}

/// Chunks that are left to give.
private final class ChunkFeed: Sendable {
    private let rest: Mutex<[[UInt8]]>
    private let end: TransportError?

    init(_ rest: consuming sending Mutex<[[UInt8]]>, _ end: TransportError?) {
        self.rest = rest
        self.end = end
    }

    func next() throws(TransportError) -> [UInt8]? {
        let chunk = rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if chunk == nil, let end { throw end }
        return chunk
    }
}
