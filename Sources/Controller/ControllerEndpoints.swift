import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Answers `/metrics`, `/healthz`, `/livez` and `/readyz` on one address.
///
/// Nothing of it runs before `start`: commands that serve nothing pay nothing for it.
package struct ControllerEndpoints: Sendable {
    /// The address cannot be listened on, or is none.
    package struct Failure: Error, Sendable, Hashable {
        package var message: String
    }

    package let host: String
    package let port: Int
    private let status: ControllerStatus

    /// - Parameters:
    ///   - address: `host:port`, `[::1]:port`, or `:port` for all of IPv4; port 0 is any free one.
    ///   - status: what is answered.
    /// - Throws: `Failure` for what is no address.
    package init(address: String, status: ControllerStatus) throws(Failure) {
        guard let colon = address.lastIndex(of: ":"),
            let port = Int(address[address.index(after: colon)...]), (0...65_535).contains(port)
        else { throw Failure(message: "\"\(address)\" is no address such as :8080") }
        var host = address[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = host.isEmpty ? "0.0.0.0" : String(host)
        self.port = port
        self.status = status
    }

    /// Begins to answer; the listener lives as long as the process (see Decisions).
    ///
    /// - Returns: the port.
    /// - Throws: `Failure` where the address cannot be had.
    package func start() async throws(Failure) -> Int {
        let (news, tell) = AsyncStream.makeStream(of: Int?.self)
        let status = status
        var logger = Logger(label: "metrics")
        logger.logLevel = .critical
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                Self.response(to: request, status)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { tell.yield($0.localAddress?.port) }, logger: logger)
        Task {
            // It only ever ends because the port cannot be had.
            try? await application.run()
            tell.yield(nil)
        }
        var iterator = news.makeAsyncIterator()
        guard let found = await iterator.next() ?? nil else {
            throw Failure(message: "\(host):\(port) cannot be listened on")
        }
        return found
    }

    private static func response(to request: Request, _ status: ControllerStatus) -> Response {
        guard request.method == .get || request.method == .head else {
            return text("only GET is answered\n", .methodNotAllowed)
        }
        switch request.uri.path {
        case "/metrics":
            return text(status.metrics, .ok, type: "text/plain; version=0.0.4; charset=utf-8")
        case "/healthz", "/livez": return text("ok\n", .ok)
        case "/readyz":
            return status.isReady
                ? text("ok\n", .ok)
                : text("the API server does not answer\n", .serviceUnavailable)
        default: return text("there are /metrics, /healthz, /livez and /readyz\n", .notFound)
        }
    }

    private static func text(
        _ body: String, _ status: HTTPResponse.Status,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
