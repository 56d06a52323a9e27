import Documents
import HTTP
import Synchronization

extension APIServer {
    /// Answers everything outside the resource API.
    func document(_ call: Call, _ requester: Requester) throws(APIFailure) -> HTTPResponse {
        let request = AccessRequest(
            requester: requester,
            verb: call.method == .get ? "get" : call.method.rawValue.lowercased(),
            path: call.path)
        if let why = policy.refusal(request) { throw APIFailure.forbidden(request, why: why) }
        guard call.method == .get || call.method == .head else {
            throw APIFailure.methodNotAllowed(nil)
        }
        let registry = state.withLock { $0.registry }
        let segments = call.segments
        switch segments.first {
        case "healthz", "livez", "readyz": return Answer.text("ok")
        case "version": return Answer.json(Discovery.version, pretty: true)
        case nil: return Answer.json(["paths": .array(Discovery.rootPaths(registry))])
        case "api", "apis":
            let form = try AnswerForm(call.headers)
            if segments.count == 1, let version = form.discoveryVersion,
                ["v2", "v2beta1"].contains(version)
            {
                let document = Discovery.aggregated(
                    registry, legacy: segments[0] == "api", version: version)
                var response = Answer.json(document)
                response.headers["Content-Type"] =
                    "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
                return response
            }
            guard let document = Discovery.legacy(registry, segments) else {
                throw APIFailure.unknownPath
            }
            return Answer.json(document, form: form)
        case "openapi": return try openAPI(call, registry)
        default: throw APIFailure.unknownPath
        }
    }
}
