import HTTP
import KubernetesCore

/// The errors that a script has the server answer, in the words of the real one.
enum ScriptedFailure {
    private static let why = "a scripted fault"

    /// What is answered with that code about that resource and that name, as far as the request
    /// is about one.
    static func failure(
        _ code: Int, retryAfter: Int? = nil, verb: RequestVerb?, resource: ServedResource?,
        name: String
    ) -> APIFailure {
        var failure = plain(code, verb)
        if let resource, let told = about(resource, code, name, verb) { failure = told }
        if let retryAfter {
            failure.details = failure.details ?? .init()
            failure.details?.retryAfterSeconds = retryAfter
        }
        return failure
    }

    private static func about(
        _ resource: ServedResource, _ code: Int, _ name: String, _ verb: RequestVerb?
    ) -> APIFailure? {
        switch code {
        case 403:
            APIFailure(
                403, "Forbidden",
                "\(resource.key.qualifiedName)\(name.isEmpty ? "" : " " + name.goQuoted) "
                    + "is forbidden: \(why)",
                details: .init(name: name, group: resource.key.group, kind: resource.key.plural))
        case 404 where !name.isEmpty: .notFound(resource.key, name)
        case 409 where verb == .create: .alreadyExists(resource.key, name)
        case 409: .modified(resource.key, name)
        case 422:
            .invalid(
                kind: resource.kind, group: resource.key.group, name: name,
                [.forbidden("spec", why)])
        default: nil
        }
    }

    private static func plain(_ code: Int, _ verb: RequestVerb?) -> APIFailure {
        switch code {
        case 400: .badRequest(why)
        case 401: .unauthorized
        case 403: APIFailure(403, "Forbidden", "forbidden: \(why)")
        case 404: .unknownPath
        case 409:
            APIFailure(
                409, "Conflict",
                "Operation cannot be fulfilled: the object has been modified; please apply your "
                    + "changes to the latest version and try again")
        case 410 where verb == .watch: .expired("too old resource version: \(why)")
        case 410:
            .expired(
                "The provided continue parameter is too old to display a consistent list result. "
                    + "You can start a new list without the continue parameter.")
        case 422: .rejected
        case 429:
            APIFailure(
                429, "TooManyRequests",
                "the server has received too many requests and has asked us to try again later",
                details: .init())
        case 500: APIFailure(500, "InternalError", "Internal error occurred: \(why)")
        case 503:
            APIFailure(
                503, "ServiceUnavailable",
                "the server is currently unable to handle the request", details: .init())
        case 504:
            APIFailure(
                504, "Timeout", "Timeout: request did not complete within requested timeout",
                details: .init())
        default: APIFailure(code, "", why)
        }
    }
}
