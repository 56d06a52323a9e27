import Documents
package import HTTP
package import KubernetesCore
import Synchronization

// One request, from the value to the checked answer: credentials, limits, retries, verdicts.
extension KubernetesClient {
    /// Sends any request, with the retries that its call type allows.
    ///
    /// - Parameter request: what to send.
    /// - Returns: the answer (a status below 400) with its headers, and its whole body.
    /// - Throws: `KubernetesError` for everything else.
    package func send(
        _ request: KubernetesRequest
    ) async throws(KubernetesError) -> (response: HTTPResponse, bytes: [UInt8]) {
        try await attempt(request) { client, http, attempt throws(CallFailure) in
            let response = try await client.exchange(http, attempt: attempt)
            let limit = http.limits.maximumBodyBytes ?? .max
            let bytes = try await client.body(of: response, limit: limit)
            guard response.status < 400 else {
                throw CallFailure.answered(
                    response, client.status(of: response, bytes: bytes, to: request))
            }
            return (response, bytes)
        }
    }

    /// Sends a request whose answer is read as it arrives; only the start of it is repeated.
    func open(_ request: KubernetesRequest) async throws(KubernetesError) -> HTTPResponse {
        try await attempt(request) { client, http, attempt throws(CallFailure) in
            let response = try await client.exchange(http, attempt: attempt)
            guard response.status < 400 else {
                let bytes = try await client.body(
                    of: response, limit: CallPolicy.largestFailure)
                throw CallFailure.answered(
                    response, client.status(of: response, bytes: bytes, to: request))
            }
            return response
        }
    }

    private func attempt<Answer: Sendable>(
        _ request: KubernetesRequest,
        _ once: @Sendable (KubernetesClient, HTTPRequest, Int) async throws(CallFailure) -> Answer
    ) async throws(KubernetesError) -> Answer {
        let request = withWriteTimeout(request)
        var retries = RetryPlan(policy: policy, call: request.call)
        while true {
            let (http, fields) = try await httpRequest(for: request)
            let begin = estimatedServerTime
            do throws(CallFailure) {
                return try await once(self, http, retries.attempt)
            } catch {
                var next = retries.decide(after: error)
                if case .unauthorized = next {
                    next = await connection.credentials.invalidate(fields) ? .again : .stop
                }
                switch next {
                case .again: continue
                case .wait(let pause):
                    await policy.sleep(pause)
                    guard !Task.isCancelled else { throw verdict(error, on: request, begin) }
                case .stop, .unauthorized: throw verdict(error, on: request, begin)
                }
            }
        }
    }

    /// The request as the transport takes it.
    func httpRequest(
        for request: KubernetesRequest
    ) async throws(KubernetesError) -> (HTTPRequest, Credentials.Fields) {
        var headers = request.headers
        headers["User-Agent"] = userAgent
        let fields: Credentials.Fields
        do throws(CredentialsError) {
            fields = try await connection.credentials.fields()
        } catch {
            throw refusal(error)
        }
        for field in fields.headers { headers.add(field.name, field.value) }
        let http = HTTPRequest(
            request.method, connection.server + request.target, headers: headers,
            body: request.body,
            limits: policy.limits(for: request, requested: timeLimit(of: request)))
        return (http, fields)
    }

    private func refusal(_ error: CredentialsError) -> KubernetesError {
        if error.isCancellation {
            let cancelled = TransportError(.cancelled, error.message, sent: false)
            return KubernetesError(.transport(cancelled), server: serverPlace)
        }
        let hint = error.hint.map { " (\($0))" } ?? ""
        return KubernetesError(.invalidRequest(error.message + hint), server: serverPlace)
    }

    private func withWriteTimeout(_ request: KubernetesRequest) -> KubernetesRequest {
        guard request.call == .write, request[query: "timeout"] == nil else { return request }
        var request = request
        let limit = policy.writeLimit(requested: connection.requestTimeout)
        request[query: "timeout"] = GoDuration.format(limit)
        return request
    }

    private func timeLimit(of request: KubernetesRequest) -> Duration? {
        guard request.call == .write, let text = request[query: "timeout"] else {
            return connection.requestTimeout
        }
        // Our own text; without a limit the one of the call type remains.
        return try? GoDuration.parse(text)
    }

    func exchange(
        _ http: HTTPRequest, attempt: Int
    ) async throws(CallFailure) -> HTTPResponse {
        let start = policy.now()
        let failure: TransportError
        detail?.tell(http)
        do throws(TransportError) {
            let response = try await transport.send(http)
            note(response)
            tell(http, response.status, nil, since: start, attempt)
            return detail?.tell(response, to: http) ?? response
        } catch {
            failure = error
        }
        tell(http, nil, failure, since: start, attempt)
        throw .lost(failure)
    }

    func body(
        of response: HTTPResponse, limit: Int
    ) async throws(CallFailure) -> [UInt8] {
        do throws(TransportError) {
            return try await response.body.collect(limit: limit)
        } catch {
            // Status and headers were here, so the request surely reached the server.
            throw .lost(TransportError(error.kind, error.message, sent: true))
        }
    }

    private func status(
        of response: HTTPResponse, bytes: [UInt8], to request: KubernetesRequest
    ) -> Status {
        // A body that is no JSON is no Status: it is told in the words below.
        if let json = try? JSONValue(parsing: bytes), Status.isStatus(json) {
            var status = Status(json)
            // Some servers leave the code out.
            if status.code == 0 { status.json["code"] = .integer(Int64(response.status)) }
            return status
        }
        return Status(
            code: response.status, method: request.method.rawValue, subject: request.subject,
            body: String(decoding: bytes, as: UTF8.self))
    }

    private func note(_ response: HTTPResponse) {
        var fresh: [String] = []
        memory.withLock { memory in
            if let date = response.headers["Date"], let time = Timestamp(httpDate: date) {
                memory.serverTime = time
                memory.serverTimeReadAt = policy.now()
            }
            for value in response.headers.values(named: "Warning") {
                for text in WarningHeader.texts(in: value)
                where memory.warnings.insert(text).inserted {
                    fresh.append(text)
                }
            }
        }
        if let warn { fresh.forEach(warn) }
    }

    private func tell(
        _ http: HTTPRequest, _ status: Int?, _ error: TransportError?,
        since start: ContinuousClock.Instant, _ attempt: Int
    ) {
        guard let trace else { return }
        trace(
            CallTrace(
                method: http.method, url: http.url, status: status,
                duration: start.duration(to: policy.now()), error: error, attempt: attempt))
    }

    /// What a failure means to the caller.
    private func verdict(
        _ failure: CallFailure, on request: KubernetesRequest, _ begin: Timestamp?
    ) -> KubernetesError {
        let isWrite = request.call == .write
        switch failure {
        case .lost(let error):
            guard isWrite, error.requestMayHaveBeenSent else {
                return KubernetesError(.transport(error), server: serverPlace)
            }
            return KubernetesError(
                .outcomeUnknown(error, until: latestCommit(of: request, begin)),
                server: serverPlace)
        case .answered(let response, let status):
            guard isWrite, RetryPlan.leavesOutcomeOpen(response, status) else {
                return KubernetesError(.status(status), server: serverPlace)
            }
            let kind: TransportError.Kind = response.status == 504 ? .timedOut : .connectionLost
            let error = TransportError(kind, status.message, sent: true)
            return KubernetesError(
                .outcomeUnknown(error, until: latestCommit(of: request, begin)),
                server: serverPlace, answer: status)
        }
    }

    /// The instant of the server's clock after which the write can no longer be committed.
    func latestCommit(of request: KubernetesRequest, _ begin: Timestamp?) -> Timestamp? {
        guard let start = begin ?? estimatedServerTime else { return nil }
        return start + policy.writeLimit(requested: timeLimit(of: request)) + policy.answerGrace
    }
}
