import Documents
import HTTP
import KubernetesCore
import Synchronization

extension APIServer {
    /// Answers a call, those to a pod by passing them on.
    func answer(_ call: Call, _ route: Route?) async -> HTTPResponse {
        guard let route, route.subresource == "proxy" else { return serve(call, route) }
        do throws(APIFailure) {
            return try await forward(call, route)
        } catch {
            return Answer.failure(error)
        }
    }

    /// `…/pods/NAME:PORT/proxy/PATH`: what stands behind the pod's address answers.
    private func forward(_ call: Call, _ route: Route) async throws(APIFailure) -> HTTPResponse {
        guard let requester = settings.authenticate(call.headers) else {
            throw APIFailure.unauthorized
        }
        let verb = RequestVerb.of(call, route)?.rawValue ?? call.method.rawValue.lowercased()
        // `name`, `name:port` or `scheme:name:port`.
        let parts = (route.name ?? "").split(separator: ":", omittingEmptySubsequences: false)
            .map(String.init)
        let name = parts.count == 3 ? parts[1] : parts[0]
        let access = AccessRequest(
            requester: requester, verb: verb, group: route.group, resource: route.plural,
            subresource: "proxy", namespace: route.namespace, name: name)
        if let why = policy.refusal(access) { throw APIFailure.forbidden(access, why: why) }
        let found = state.withLock {
            $0.registry.resource(groupVersion: route.groupVersion, plural: route.plural)
        }
        guard let resource = found, route.groupVersion == "v1", route.plural == "pods" else {
            throw APIFailure.unknownPath
        }
        let target = Target(
            resource: resource, namespace: route.namespace, name: name, subresource: nil)
        let pod = try locked { state throws(APIFailure) in
            try state.get(target, revision: nil)
        }
        guard let address = pod["status", "podIP"]?.stringValue, !address.isEmpty else {
            throw APIFailure.badRequest("address not allowed")
        }
        let named = parts.count > 1 ? parts[parts.count - 1] : ""
        let port = named.isEmpty ? Self.firstPort(of: pod) : named
        var headers = call.headers
        headers["Host"] = nil
        headers["Authorization"] = nil
        let request = HTTPRequest(
            call.method, "http://\(address):\(port)/\(route.tail)", headers: headers,
            body: call.body.isEmpty ? nil : call.body)
        do throws(TransportError) {
            guard let pods = settings.pods else {
                throw TransportError(
                    .cannotConnect, "dial tcp \(address):\(port): no route to host", sent: false)
            }
            return try await pods.send(request)
        } catch {
            throw APIFailure(
                503, "ServiceUnavailable", "error trying to reach service: \(error.message)")
        }
    }

    private static func firstPort(of pod: JSONValue) -> String {
        let port = pod["spec", "containers"]?[0]?["ports"]?[0]?["containerPort"]?.integerValue
        return String(port ?? 80)
    }
}
