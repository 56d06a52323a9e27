import Documents
import HTTP
import KubernetesCore
import Synchronization

extension APIServer {
    /// The faults that are still to come.
    package var faults: [Fault] {
        get { state.withLock { $0.faults } }
        set { state.withLock { $0.faults = newValue } }
    }

    /// Serves a request with a fault.
    func suffer(_ fault: Fault, _ call: Call, _ route: Route?) async -> Outcome {
        switch fault.effect {
        case .delay(let span):
            let wait = Self.timeout(of: call).map { min($0, span) } ?? span
            guard (try? await Task.sleep(for: wait)) != nil else { return .dropped }
            if wait < span { return .answer(Answer.failure(Self.scripted(504, nil))) }
            return .answer(serve(call, route))
        case .delayAnswer(let span):
            let response = serve(call, route)
            guard (try? await Task.sleep(for: span)) != nil else { return .dropped }
            return .answer(response)
        case .dropBefore: return .dropped
        case .dropAfter:
            _ = serve(call, route)
            return .dropped
        case .commitLate(let span):
            // What names a timeout is never executed after it.
            if let timeout = Self.timeout(of: call), timeout < span { return .dropped }
            Task {
                try? await Task.sleep(for: span)
                _ = self.serve(call, route)
            }
            return .dropped
        case .refuse(let code, let retryAfter):
            return .answer(Answer.failure(Self.scripted(code, retryAfter)))
        case .refuseAfter(let code):
            _ = serve(call, route)
            return .answer(Answer.failure(Self.scripted(code, nil)))
        case .truncate(let bytes):
            return .answer(await Self.truncated(serve(call, route), bytes))
        case .drip(let bytes, let pause):
            return .answer(await Self.dripping(serve(call, route), bytes, pause))
        case .cutWatch(let events):
            return .answer(Self.cut(serve(call, route), events))
        }
    }

    private static func timeout(of call: Call) -> Duration? {
        call["timeout"].flatMap { try? GoDuration.parse($0) }
    }

    private static func scripted(_ code: Int, _ retryAfter: Int?) -> APIFailure {
        let (reason, message): (String, String) =
            switch code {
            case 401: ("Unauthorized", "Unauthorized")
            case 403: ("Forbidden", "forbidden by a scripted fault")
            case 404: ("NotFound", "the server could not find the requested resource")
            case 409:
                (
                    "Conflict",
                    "Operation cannot be fulfilled: the object has been modified; please apply "
                        + "your changes to the latest version and try again"
                )
            case 410: ("Expired", "The resourceVersion for the provided watch is too old.")
            case 422: ("Invalid", "the server rejected our request due to an error in our request")
            case 429:
                (
                    "TooManyRequests",
                    "the server has received too many requests and has asked us "
                        + "to try again later"
                )
            case 500: ("InternalError", "Internal error occurred: a scripted fault")
            case 503:
                ("ServiceUnavailable", "the server is currently unable to handle the request")
            case 504:
                ("Timeout", "Timeout: request did not complete within requested timeout")
            default: ("", "a scripted fault")
            }
        return APIFailure(
            code, reason, message, details: .init(retryAfterSeconds: retryAfter ?? 0))
    }

    private static let broken = TransportError(
        .connectionLost, "the connection was closed before the answer was whole", sent: true)

    private static func truncated(_ response: HTTPResponse, _ count: Int) async -> HTTPResponse {
        let bytes = (try? await response.body.collect()) ?? []
        let pieces = Pieces([Array(bytes.prefix(count))])
        var response = response
        response.headers["Content-Length"] = String(bytes.count)
        response.body = HTTPBody(
            next: { () async throws(TransportError) in
                guard let piece = await pieces.next(), !piece.isEmpty else { throw broken }
                return piece
            }, cancel: {})
        return response
    }

    private static func dripping(
        _ response: HTTPResponse, _ count: Int, _ pause: Duration
    ) async -> HTTPResponse {
        let bytes = (try? await response.body.collect()) ?? []
        let pieces = Pieces(
            stride(from: 0, to: bytes.count, by: count).map {
                Array(bytes[$0..<min($0 + count, bytes.count)])
            })
        var response = response
        response.body = HTTPBody(
            next: { () async throws(TransportError) in
                guard (try? await Task.sleep(for: pause)) != nil else { return nil }
                return await pieces.next()
            }, cancel: {})
        return response
    }

    private static func cut(_ response: HTTPResponse, _ events: Int) -> HTTPResponse {
        let source = EventCount(response.body, events)
        var response = response
        response.body = HTTPBody(
            next: { () async throws(TransportError) in
                guard let chunk = try await source.next() else { throw broken }
                return chunk
            }, cancel: {})
        return response
    }
}

/// Hands out prepared chunks.
private actor Pieces {
    private var pieces: ArraySlice<[UInt8]>

    init(_ pieces: [[UInt8]]) { self.pieces = pieces[...] }

    func next() -> [UInt8]? { pieces.popFirst() }
}

/// Lets so many chunks of a body through.
private actor EventCount {
    private var iterator: HTTPBody.Iterator
    private var left: Int

    init(_ body: HTTPBody, _ count: Int) {
        iterator = body.makeAsyncIterator()
        left = count
    }

    func next() async throws(TransportError) -> [UInt8]? {
        guard left > 0 else { return nil }
        left -= 1
        var copy = iterator
        let chunk = try await copy.next(isolation: self)
        iterator = copy
        return chunk
    }
}
