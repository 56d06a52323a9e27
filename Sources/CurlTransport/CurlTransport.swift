// CurlTransport: the one room that moves bytes over the network, by libcurl. One thread owns the
// multi handle; requests and cancellations are posted to it; answers stream back with
// back-pressure. It must never know Kubernetes, read a file or the environment, follow a redirect,
// or trust a certificate authority that its configuration does not name.
//
// libcurl itself is loaded with the first request: see CCurl.

package import HTTP

/// Carries requests by libcurl: keep-alive, HTTP/2 where the server offers it, TLS 1.2 or newer.
///
/// Dropping the last reference ends its thread; bodies that are still being read keep it alive.
package final class CurlTransport: Transport {
    private let loop: TransferLoop

    package convenience init(_ configuration: TransportConfiguration) {
        self.init(configuration, systemTrust: SystemTrust())
    }

    /// Where `.system` finds its authorities can be said, so that a test can be its own system.
    init(_ configuration: TransportConfiguration, systemTrust: SystemTrust) {
        loop = TransferLoop(ConnectionOptions(configuration, systemTrust: systemTrust))
    }

    deinit { loop.stop() }

    /// Carries out one request; returns with the status line and headers of the final answer.
    ///
    /// - Parameter request: the call; `Host`, `Content-Length` and `Accept-Encoding` are ours.
    /// - Returns: the answer, its body still on the way.
    /// - Throws: `TransportError`; whether the request may have reached the server is exact: false
    ///   only where no byte of it left.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let address = try HTTPAddress(request.url)
        try request.headers.checkForTransfer()
        let exchange = Exchange(request, to: address)
        let loop = loop
        let head = try await withTaskCancellationHandler {
            await exchange.head { loop.post(.start(exchange)) }
        } onCancel: {
            if exchange.cancel() { loop.post(.remove(exchange)) }
        }.get()
        return HTTPResponse(
            status: head.status, headers: head.headers, body: body(of: exchange))
    }

    /// Ends every transfer and the thread; returns when the thread is done.
    ///
    /// Requests that follow fail with `.cancelled`.
    package func shutDown() async { await loop.shutDown() }

    private func body(of exchange: Exchange) -> HTTPBody {
        HTTPBody(
            next: { [self] () async throws(TransportError) in
                let loop = loop
                return try await withTaskCancellationHandler {
                    await exchange.chunk { loop.post(.resume(exchange)) }
                } onCancel: {
                    if exchange.cancel() { loop.post(.remove(exchange)) }
                }.get()
            },
            cancel: { [loop] in
                if exchange.cancel() { loop.post(.remove(exchange)) }
            })
    }
}

extension HTTPHeaders {
    /// Refuses fields that would break out of their line.
    fileprivate func checkForTransfer() throws(TransportError) {
        for field in fields {
            let isClean =
                !field.name.isEmpty
                && field.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
                && field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            guard isClean else {
                throw TransportError(
                    .protocolViolation,
                    "a header field (\(field.name.filter { $0.isLetter || $0 == "-" }))"
                        + " holds a character that is not allowed there", sent: false)
            }
        }
    }
}
