package import HTTP
import KubernetesCore

/// Carries requests to a server in the same process: no socket, the same answers.
///
/// Whatever host a URL names is not looked at. A dropped connection is a `TransportError`, as on
/// a real one.
package struct InProcessTransport: Transport {
    private let server: APIServer

    package init(_ server: APIServer) { self.server = server }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if Task.isCancelled {
            throw TransportError(.cancelled, "the call was cancelled", sent: false)
        }
        let outcome = try await limited(request)
        guard case .answer(var response) = outcome else {
            throw TransportError(
                .connectionLost, "the server closed the connection without an answer", sent: true)
        }
        if response.headers["Date"] == nil {
            response.headers.add("Date", server.settings.clock().httpDate)
        }
        return response
    }

    /// Waits for the answer no longer than the request's limit.
    private func limited(_ request: HTTPRequest) async throws(TransportError) -> Outcome {
        guard let limit = request.limits.total else { return await server.outcome(request) }
        let first = await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await server.outcome(request) }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard let first else {
            throw TransportError(
                Task.isCancelled ? .cancelled : .timedOut,
                Task.isCancelled ? "the call was cancelled" : "no answer within \(limit)",
                sent: true)
        }
        return first
    }
}
