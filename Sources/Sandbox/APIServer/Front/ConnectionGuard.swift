import HTTPTypes
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

/// Stands in each connection: counts the answers under way, and resets the connection in place of
/// an answer that says so.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    /// A status that no server sends.
    static let reset = HTTPTypes.HTTPResponse.Status(code: 999, reasonPhrase: "")

    private let traffic: Traffic
    /// Whether a request has come and its answer has not been sent whole.
    private var isAnswering = false

    init(_ traffic: Traffic) { self.traffic = traffic }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data), !isAnswering {
            isAnswering = true
            traffic.begin()
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isAnswering { traffic.end() }
        isAnswering = false
        context.fireChannelInactive()
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status == Self.reset:
            promise?.fail(ChannelError.ioOnClosedChannel)
            Self.reset(context)
        case .end where isAnswering:
            isAnswering = false
            let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
            sent.futureResult.whenComplete { [traffic] _ in traffic.end() }
            context.write(data, promise: sent)
        default: context.write(data, promise: promise)
        }
    }

    /// Breaks the connection so that the other side sees a reset, not an end.
    private static func reset(_ context: ChannelHandlerContext) {
        if let socket = context.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        context.close(promise: nil)
    }
}

/// How many answers are under way at a listener.
final class Traffic: Sendable {
    private struct State {
        var count = 0
        var waiters: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    var isQuiet: Bool { state.withLock { $0.count == 0 } }

    func begin() { state.withLock { $0.count += 1 } }

    func end() {
        let waiters = state.withLock { state in
            state.count -= 1
            guard state.count == 0 else { return [AsyncStream<Void>.Continuation]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Returns when no answer is under way, or when the task is cancelled.
    func quiet() async {
        let (silence, waiter) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            if state.count == 0 { waiter.finish() } else { state.waiters.append(waiter) }
        }
        for await _ in silence {}
    }
}
