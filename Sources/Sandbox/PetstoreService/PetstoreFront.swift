import HTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTPTypes
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Serves each replica on its own loopback address, for clients outside this process.
///
/// The listeners live as long as the process: NIO aborts the process when a listener is cancelled
/// while it accepts a connection. What stands behind them can change at any time. The connections
/// of a replica that is down, or not there, are reset as soon as they are made.
package final class PetstoreFront: Sendable {
    private let current: Mutex<PetstoreFleet?>
    private static let largestBody = 8 << 20

    package init(_ fleet: PetstoreFleet) { current = Mutex(fleet) }

    /// Puts other replicas, or none, behind the ports.
    package func present(_ fleet: PetstoreFleet?) { current.withLock { $0 = fleet } }

    /// Listens on the addresses of the replicas.
    ///
    /// To be called once.
    ///
    /// - Returns: whether all could be had; else nobody is behind those that were.
    package func open() async -> Bool {
        let authorities = current.withLock { $0?.authorities ?? [] }
        for (number, authority) in authorities.enumerated() {
            guard await listen(number, at: authority) else {
                present(nil)
                return false
            }
        }
        return true
    }

    /// The replica, when connections to it are accepted.
    private func replica(_ number: Int) -> PetstoreInstance? {
        let fleet = current.withLock { $0 }
        guard let fleet, fleet.instances.indices.contains(number) else { return nil }
        let instance = fleet.instances[number]
        return instance.isDown ? nil : instance
    }

    private func listen(_ number: Int, at authority: String) async -> Bool {
        let parts = authority.split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else { return false }
        let (news, tell) = AsyncStream.makeStream(of: Bool.self)
        var logger = Logger(label: "petstore-\(number)")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                try await self.answer(request, number, at: authority)
            },
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        ReplicaGate { self.replica(number) != nil }
                    ])),
            configuration: .init(address: .hostname(String(parts[0]), port: port)),
            onServerRunning: { _ in tell.yield(true) },
            logger: logger)
        Task {
            // It only ever ends because the port cannot be had.
            try? await application.run()
            tell.yield(false)
        }
        var iterator = news.makeAsyncIterator()
        return await iterator.next() ?? false
    }

    private func answer(
        _ request: Request, _ number: Int, at authority: String
    ) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.largestBody)
        let method = HTTPMethod(rawValue: request.method.rawValue)
        guard let method else { return Response(status: .methodNotAllowed) }
        guard let instance = replica(number) else { return Response(status: .serviceUnavailable) }
        let answer = await instance.handle(
            HTTP.HTTPRequest(
                method, "http://\(authority)\(request.uri.string)",
                body: body.readableBytes > 0 ? Array(body.readableBytesView) : nil))
        var response = Response(status: .init(code: answer.status))
        for field in answer.headers {
            guard let name = HTTPField.Name(field.name) else { continue }
            response.headers[name] = field.value
        }
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: try await answer.body.collect()))
        return response
    }
}

/// Resets a connection to nobody: when it is made, and when a request comes on an older one.
private final class ReplicaGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let isOpen: @Sendable () -> Bool

    init(_ isOpen: @escaping @Sendable () -> Bool) { self.isOpen = isOpen }

    func channelActive(context: ChannelHandlerContext) {
        guard isOpen() else { return Self.reset(context) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data), !isOpen() { return Self.reset(context) }
        context.fireChannelRead(data)
    }

    private static func reset(_ context: ChannelHandlerContext) {
        if let socket = context.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context.close(promise: nil)
    }
}
