import Documents
import HTTP
package import KubernetesCore

/// What came of asking a pod by way of the API server.
package enum PodAnswer: Sendable, Hashable {
    /// The pod answered with that HTTP status, after that time, the way there and back included.
    case answered(status: Int, after: Duration)
    /// The API server could not reach the pod.
    case unreachable(String)
    /// Nothing came within the limit.
    case timedOut
    /// The API server did not pass the question on, or could not be asked.
    case refused(KubernetesError)
}

extension KubernetesClient {
    /// Asks a pod something with GET, through the API server's `pods/proxy`, once.
    ///
    /// - Parameters:
    ///   - namespace: of the pod.
    ///   - name: of the pod.
    ///   - port: where it listens.
    ///   - path: percent-encoded, from the root.
    ///   - limit: the most time to wait.
    /// - Returns: what came of it; nothing is repeated, because the time counts.
    package func askPod(
        namespace: String, name: String, port: Int64, path: String, limit: Duration
    ) async -> PodAnswer {
        let request = KubernetesRequest(
            .get,
            "/api/v1/namespaces/\(namespace)/pods/\(name):\(port)/proxy"
                + (path.hasPrefix("/") ? path : "/" + path),
            headers: ["Accept": "*/*"], subject: "pods \(name)")
        do throws(KubernetesError) {
            var (http, _) = try await httpRequest(for: request)
            http.limits.total = limit
            let start = policy.now()
            do throws(CallFailure) {
                let response = try await exchange(http, attempt: 1)
                let bytes = try await body(of: response, limit: CallPolicy.largestFailure)
                let time = start.duration(to: policy.now())
                return answer(response.status, bytes, time)
            } catch {
                guard case .lost(let cause) = error, cause.kind != .timedOut else {
                    return .timedOut
                }
                return .refused(KubernetesError(.transport(cause), server: serverPlace))
            }
        } catch {
            return .refused(error)
        }
    }

    /// An answer of the pod, or a `Status` of the API server in its place.
    private func answer(_ code: Int, _ bytes: [UInt8], _ time: Duration) -> PodAnswer {
        // What is no JSON is no Status: the pod's own words.
        guard code >= 400, let json = try? JSONValue(parsing: bytes), Status.isStatus(json) else {
            return .answered(status: code, after: time)
        }
        let status = Status(json)
        if code == 503 || code == 502 { return .unreachable(status.message) }
        return .refused(KubernetesError(.status(status), server: serverPlace))
    }
}
