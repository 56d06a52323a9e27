package import HTTP
import Synchronization

extension ClusterConnection {
    /// Opens what carries requests to this server.
    ///
    /// A client certificate that is renewed while we run (its files change, or its credential
    /// plugin gives another one) leads to a new transport; requests that are under way keep theirs.
    ///
    /// - Parameter make: opens a transport; it is called again with each new certificate.
    /// - Returns: the transport; nothing was sent yet, but a credential plugin may have run.
    /// - Throws: what a credential plugin met with.
    package func transport(
        by make: @escaping @Sendable (TransportConfiguration) -> any Transport
    ) async throws(CredentialsError) -> any Transport {
        let first = try await transportConfiguration()
        guard credentials.renewsIdentity else { return make(first) }
        return ConnectionTransport(self, first, make)
    }
}

/// A transport that always shows the client certificate which serves now.
final class ConnectionTransport: Transport {
    private struct Line: Sendable {
        var identity: TransportConfiguration.Identity?
        var transport: any Transport
    }

    private let connection: ClusterConnection
    private let make: @Sendable (TransportConfiguration) -> any Transport
    private let line: Mutex<Line>

    init(
        _ connection: ClusterConnection, _ first: TransportConfiguration,
        _ make: @escaping @Sendable (TransportConfiguration) -> any Transport
    ) {
        self.connection = connection
        self.make = make
        line = Mutex(Line(identity: first.identity, transport: make(first)))
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        do throws(TransportError) {
            return try await current().send(request)
        } catch {
            // A certificate that ran out, or whose files were read in the middle of a renewal, is
            // refused before anything is sent.
            guard error.kind == .tls, !error.requestMayHaveBeenSent,
                connection.credentials.renewIdentity()
            else { throw error }
        }
        return try await current().send(request)
    }

    private func current() async throws(TransportError) -> any Transport {
        let configuration: TransportConfiguration
        do throws(CredentialsError) {
            configuration = try await connection.transportConfiguration()
        } catch {
            throw TransportError(.tls, error.message, sent: false)
        }
        let kept = line.withLock { $0 }
        if kept.identity == configuration.identity { return kept.transport }
        let fresh = make(configuration)
        return line.withLock { line in
            // Whoever came first has made it already.
            if line.identity != configuration.identity {
                line = Line(identity: configuration.identity, transport: fresh)
            }
            return line.transport
        }
    }
}
