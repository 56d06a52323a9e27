package import HTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Serves an API server on a loopback port: HTTP/1.1, answers streamed in chunks.
package final class HummingbirdFront: Sendable {
    private struct State {
        var task: Task<Void, any Error>?
        var port: Int?
        var waiters: [CheckedContinuation<Int?, Never>] = []
        var ended = false
    }

    private let server: APIServer
    private let state = Mutex(State())

    package init(_ server: APIServer) { self.server = server }

    /// Listens on a port of 127.0.0.1 and returns it; 0 lets the system pick one.
    ///
    /// A port that cannot be had is a `TransportError`.
    package func start(port: Int = 0) async throws(TransportError) -> Int {
        var application = Application(
            responder: CallbackResponder<BasicRequestContext> { [server] request, _ in
                await Self.respond(request, server)
            },
            server: .http1(
                configuration: .init(additionalChannelHandlers: [ConnectionBreaker()])),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port), serverName: nil),
            onServerRunning: { [weak self] channel in
                self?.started(on: channel.localAddress?.port)
            })
        application.logger.logLevel = .critical
        let service = application
        let task = Task { [weak self] in
            defer { self?.ended() }
            try await service.run()
        }
        state.withLock { $0.task = task }
        let found = await withCheckedContinuation { continuation in
            let known: Int?? = state.withLock { state in
                if let port = state.port { return .some(port) }
                if state.ended { return .some(nil) }
                state.waiters.append(continuation)
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
        guard let found else {
            throw TransportError(
                .cannotConnect, "port \(port) of 127.0.0.1 cannot be listened on", sent: false)
        }
        return found
    }

    /// Ends the watches, then the listener; returns when the port is free.
    package func stop() async {
        server.cutWatches()
        let task = state.withLock { $0.task }
        task?.cancel()
        _ = await task?.result
    }

    private func started(on port: Int?) {
        let waiters = state.withLock { state in
            state.port = port
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: port) }
    }

    private func ended() {
        let waiters = state.withLock { state in
            state.ended = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    // MARK: - One request

    private static func respond(_ request: Request, _ server: APIServer) async -> Response {
        var headers = HTTPHeaders()
        for field in request.headers { headers.add(field.name.rawName, field.value) }
        let method = HTTPMethod(rawValue: request.method.rawValue)
        let isRead = method == .get || method == .head
        // One byte past the limit, so that the server itself refuses it.
        let limit = server.settings.bodyLimit + 1
        var body: [UInt8] = []
        if !isRead {
            do {
                for try await part in request.body {
                    body += part.readableBytesView
                    if body.count > limit { break }
                }
            } catch {
                return Response(status: .badRequest)
            }
        }
        guard let method else { return Response(status: .methodNotAllowed) }
        let outcome = await server.outcome(
            HTTP.HTTPRequest(
                method, request.uri.description, headers: headers, body: body.isEmpty ? nil : body))
        switch outcome {
        case .answer(let answer):
            return response(answer, isRead ? request.body : nil, isHead: method == .head)
        case .dropped:
            return Response(status: ConnectionBreaker.sign)
        }
    }

    private static func response(
        _ answer: HTTP.HTTPResponse, _ requestBody: RequestBody?, isHead: Bool
    ) -> Response {
        var fields = HTTPFields()
        for field in answer.headers where !field.name.equalsIgnoringCase("Content-Length") {
            guard let name = HTTPField.Name(field.name) else { continue }
            fields.append(HTTPField(name: name, value: field.value))
        }
        let length = answer.headers["Content-Length"].flatMap { Int($0) }
        let body = answer.body
        return Response(
            status: .init(code: answer.status), headers: fields,
            body: ResponseBody(contentLength: length) { writer in
                if let requestBody, length == nil, !isHead {
                    // A watch: who hangs up is noticed while nothing happens, too.
                    var stream = writer
                    try await requestBody.consumeWithCancellationOnInboundClose { _ in
                        for try await chunk in body {
                            try await stream.write(ByteBuffer(bytes: chunk))
                        }
                    }
                    try await stream.finish(nil)
                    return
                }
                for try await chunk in body { try await writer.write(ByteBuffer(bytes: chunk)) }
                try await writer.finish(nil)
            })
    }
}

/// Closes the connection in place of an answer that says so.
private final class ConnectionBreaker: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A status that no server sends.
    static let sign = HTTPTypes.HTTPResponse.Status(code: 999, reasonPhrase: "")

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        if case .head(let head) = unwrapOutboundIn(data), head.status == Self.sign {
            promise?.fail(ChannelError.ioOnClosedChannel)
            context.close(promise: nil)
        } else {
            context.write(data, promise: promise)
        }
    }
}
