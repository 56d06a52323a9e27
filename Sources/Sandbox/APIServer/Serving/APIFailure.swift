import Documents

/// A refusal, shaped as the `Status` object that goes over the wire.
///
/// The texts are those of kube-apiserver: clients and people match on them.
struct APIFailure: Error, Sendable, Hashable {
    struct Cause: Sendable, Hashable {
        var reason: String
        var message: String
        var field: String
    }

    struct Details: Sendable, Hashable {
        var name = ""
        var group = ""
        var kind = ""
        var uid = ""
        var causes: [Cause] = []
        var retryAfterSeconds = 0
    }

    var code: Int
    /// Empty where the real server leaves it out (`StatusReasonUnknown`).
    var reason: String
    var message: String
    var details: Details?
    /// The inconsistent continue token that comes with an expired one.
    var continueToken: String?

    init(_ code: Int, _ reason: String, _ message: String, details: Details? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    /// The `Status` object.
    var json: JSONValue {
        var metadata = JSONObject()
        if let continueToken { metadata["continue"] = .string(continueToken) }
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": .object(metadata),
            "status": "Failure", "message": .string(message),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        if let details { status["details"] = details.json }
        status["code"] = .integer(Int64(code))
        return status
    }
}

extension APIFailure.Details {
    var json: JSONValue {
        var object = JSONObject()
        if !name.isEmpty { object["name"] = .string(name) }
        if !group.isEmpty { object["group"] = .string(group) }
        if !kind.isEmpty { object["kind"] = .string(kind) }
        if !uid.isEmpty { object["uid"] = .string(uid) }
        if !causes.isEmpty {
            object["causes"] = .array(causes.map(\.json))
        }
        if retryAfterSeconds > 0 {
            object["retryAfterSeconds"] = .integer(Int64(retryAfterSeconds))
        }
        return .object(object)
    }
}

extension APIFailure.Cause {
    var json: JSONValue {
        var object = JSONObject()
        if !reason.isEmpty { object["reason"] = .string(reason) }
        if !message.isEmpty { object["message"] = .string(message) }
        if !field.isEmpty { object["field"] = .string(field) }
        return .object(object)
    }
}

extension APIFailure {
    static func badRequest(_ message: String) -> APIFailure {
        APIFailure(400, "BadRequest", message)
    }

    static func notFound(_ resource: ResourceKey, _ name: String) -> APIFailure {
        APIFailure(
            404, "NotFound", "\(resource.qualifiedName) \(name.goQuoted) not found",
            details: Details(name: name, group: resource.group, kind: resource.plural))
    }

    /// No such path, or no such resource in the group.
    static var unknownPath: APIFailure {
        APIFailure(
            404, "NotFound", "the server could not find the requested resource",
            details: Details())
    }

    static func alreadyExists(_ resource: ResourceKey, _ name: String) -> APIFailure {
        APIFailure(
            409, "AlreadyExists", "\(resource.qualifiedName) \(name.goQuoted) already exists",
            details: Details(name: name, group: resource.group, kind: resource.plural))
    }

    static func conflict(_ resource: ResourceKey, _ name: String, _ why: String) -> APIFailure {
        APIFailure(
            409, "Conflict",
            "Operation cannot be fulfilled on \(resource.qualifiedName) \(name.goQuoted): \(why)",
            details: Details(name: name, group: resource.group, kind: resource.plural))
    }

    static func modified(_ resource: ResourceKey, _ name: String) -> APIFailure {
        conflict(
            resource, name,
            "the object has been modified; please apply your changes to the latest version "
                + "and try again")
    }

    static func invalid(kind: String, group: String, name: String, _ errors: [FieldError])
        -> APIFailure
    {
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        // The message says everything once, the causes as often as it was found.
        var texts: [String] = []
        for error in errors where !texts.contains(error.text) { texts.append(error.text) }
        let list = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        return APIFailure(
            422, "Invalid", "\(qualified) \(name.goQuoted) is invalid: \(list)",
            details: Details(
                name: name, group: group, kind: kind,
                causes: errors.map {
                    Cause(reason: $0.type.rawValue, message: $0.body, field: $0.field)
                }))
    }

    /// A JSON Patch whose `test` failed or whose path does not exist: no cause, no path.
    static var rejected: APIFailure {
        APIFailure(
            422, "Invalid",
            "the server rejected our request due to an error in our request", details: Details())
    }

    static func methodNotAllowed(_ resource: ResourceKey?) -> APIFailure {
        APIFailure(
            405, "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
            details: Details(group: resource?.group ?? "", kind: resource?.plural ?? ""))
    }

    /// A verb that a resource is not served with.
    static func notSupported(_ verb: RequestVerb, _ resource: ResourceKey) -> APIFailure {
        APIFailure(
            405, "MethodNotAllowed",
            "\(verb.rawValue) is not supported on resources of kind "
                + resource.qualifiedName.goQuoted,
            details: Details(group: resource.group, kind: resource.plural))
    }

    static func unsupportedMediaType(accepted: [String]) -> APIFailure {
        APIFailure(
            415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
                + accepted.joined(separator: ", "))
    }

    static var notAcceptable: APIFailure {
        APIFailure(
            406, "NotAcceptable",
            "only the following media types are accepted: application/json, application/yaml, "
                + ProtobufReader.mediaType)
    }

    static func tooLarge(limit: Int) -> APIFailure {
        APIFailure(
            413, "RequestEntityTooLarge", "Request entity too large: limit is \(limit)")
    }

    static var unauthorized: APIFailure {
        APIFailure(401, "Unauthorized", "Unauthorized")
    }

    static func expired(_ message: String) -> APIFailure { APIFailure(410, "Expired", message) }

    /// A list or get at a revision that does not exist yet.
    static func revisionTooLarge(_ asked: Int64, current: Int64) -> APIFailure {
        APIFailure(
            504, "Timeout", "Timeout: Too large resource version: \(asked), current: \(current)",
            details: Details(
                causes: [
                    Cause(
                        reason: "ResourceVersionTooLarge", message: "Too large resource version",
                        field: "")
                ], retryAfterSeconds: 1))
    }

    static func internalError(_ message: String) -> APIFailure {
        APIFailure(500, "", message)
    }
}

extension String {
    /// The text in double quotes, escaped as Go's `%q` does for printable text.
    var goQuoted: String {
        var result = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{7}": result += "\\a"
            case "\u{8}": result += "\\b"
            case "\u{b}": result += "\\v"
            case "\u{c}": result += "\\f"
            case let other where other.value < 0x20 || other.value == 0x7f:
                let digits = String(other.value, radix: 16)
                result += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
