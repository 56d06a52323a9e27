package import HTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Serves an API server on a loopback port: HTTP/1.1, answers streamed in chunks.
///
/// The listener lives as long as the process: NIO aborts the process when a listener is cancelled
/// while it accepts a connection. What stands behind it can change at any time; while nothing
/// does, connections are reset.
package final class HummingbirdFront: Sendable {
    private let current: Mutex<APIServer?>
    private let traffic = Traffic()

    package init(_ server: APIServer? = nil) { current = Mutex(server) }

    /// Listens on a port of 127.0.0.1 and returns it; 0 lets the system pick one.
    ///
    /// To be called once. A port that cannot be had is a `TransportError`.
    package func start(port: Int = 0) async throws(TransportError) -> Int {
        let (news, tell) = AsyncStream.makeStream(of: Int?.self)
        let traffic = traffic
        var application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                await self.respond(request)
            },
            server: .http1(
                configuration: .init(additionalChannelHandlers: [ConnectionGuard(traffic)])),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port), serverName: nil),
            onServerRunning: { tell.yield($0.localAddress?.port) })
        application.logger.logLevel = .critical
        let service = application
        Task {
            // It only ever ends because the port cannot be had.
            try? await service.run()
            tell.yield(nil)
        }
        var iterator = news.makeAsyncIterator()
        guard let found = await iterator.next() ?? nil else {
            throw TransportError(
                .cannotConnect, "port \(port) of 127.0.0.1 cannot be listened on", sent: false)
        }
        return found
    }

    /// Puts another server, or none, behind the port, and ends the watches of the one before.
    ///
    /// Who watches sees an orderly end of the stream; other answers under way come to their end.
    package func present(_ next: APIServer?) {
        let last = current.withLock { current in
            defer { current = next }
            return current
        }
        if last !== next { last?.cutWatches() }
    }

    /// Lets go of the server and returns when the answers under way have been sent.
    ///
    /// Nobody is waited for longer than two seconds. The port stays taken.
    package func stop() async {
        present(nil)
        let traffic = traffic
        // Who stops because it was cancelled waits all the same.
        await Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await traffic.quiet() }
                group.addTask { try? await Task.sleep(for: .seconds(2)) }
                await group.next()
                group.cancelAll()
            }
        }.value
    }

    /// Whether no answer is under way.
    package var isQuiet: Bool { traffic.isQuiet }

    // MARK: - One request

    private func respond(_ request: Request) async -> Response {
        guard let server = current.withLock({ $0 }) else {
            return Response(status: ConnectionGuard.reset)
        }
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
        // A watch that was opened while the server was exchanged was not there to be ended.
        if current.withLock({ $0 !== server }) { server.cutWatches() }
        switch outcome {
        case .answer(let answer):
            return Self.response(answer, isRead ? request.body : nil, isHead: method == .head)
        case .dropped:
            return Response(status: ConnectionGuard.reset)
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
