import HTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Serves each replica on its own loopback address, for clients outside this process.
///
/// A replica that is down has no listener, so that connections to it are refused.
package struct PetstoreFront: Sendable {
    private let fleet: PetstoreFleet
    private static let largestBody = 8 << 20

    package init(_ fleet: PetstoreFleet) {
        self.fleet = fleet
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter isListening: called each time when a replica has opened its port.
    /// - Throws: what kept a port from being opened.
    package func run(
        isListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (instance, authority) in zip(fleet.instances, fleet.authorities) {
                group.addTask {
                    try await Self.serve(instance, at: authority, isListening: isListening)
                }
            }
            try await group.waitForAll()
        }
    }

    private enum Event: Sendable {
        case down(Bool)
        case failed(any Error)
    }

    private static func serve(
        _ instance: PetstoreInstance, at authority: String,
        isListening: @escaping @Sendable (Int) -> Void
    ) async throws {
        let (events, tell) = AsyncStream.makeStream(of: Event.self)
        let watching = Task {
            for await isDown in await instance.downChanges() { tell.yield(.down(isDown)) }
        }
        var listener: Task<Void, Never>?
        defer {
            watching.cancel()
            listener?.cancel()
        }
        for await event in events {
            switch event {
            case .down(true):
                listener?.cancel()
                await listener?.value
                listener = nil
            case .down(false) where listener == nil:
                listener = Task {
                    do {
                        try await listen(instance, at: authority, isListening: isListening)
                    } catch {
                        if !Task.isCancelled { tell.yield(.failed(error)) }
                    }
                }
            case .down: break
            case .failed(let error): throw error
            }
        }
        listener?.cancel()
        await listener?.value
    }

    private static func listen(
        _ instance: PetstoreInstance, at authority: String,
        isListening: @escaping @Sendable (Int) -> Void
    ) async throws {
        let parts = authority.split(separator: ":")
        var logger = Logger(label: "petstore-\(instance.number)")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                try await answer(request, of: instance, at: authority)
            },
            configuration: .init(
                address: .hostname(String(parts[0]), port: Int(parts[1]) ?? 0)),
            onServerRunning: { _ in isListening(instance.number) },
            logger: logger)
        try await application.run()
    }

    private static func answer(
        _ request: Request, of instance: PetstoreInstance, at authority: String
    ) async throws -> Response {
        let body = try await request.body.collect(upTo: largestBody)
        let method = HTTPMethod(rawValue: request.method.rawValue)
        guard let method else { return Response(status: .methodNotAllowed) }
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
