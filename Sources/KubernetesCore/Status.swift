package import Documents

/// The server's own account of a failure (or of a deletion), kept whole.
package struct Status: Sendable, Hashable {
    /// Everything that the server said, as it said it.
    package var json: JSONValue

    package init(_ json: JSONValue) { self.json = json }

    /// A status in the words given, for servers that answer without one, and for our own sandbox.
    package init(
        code: Int, reason: String, message: String, details: StatusDetails? = nil
    ) {
        var object: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:],
            "status": .string(code < 400 ? "Success" : "Failure"),
        ]
        if !message.isEmpty { object["message"] = .string(message) }
        if !reason.isEmpty { object["reason"] = .string(reason) }
        if let details { object["details"] = details.json }
        object["code"] = .integer(Int64(code))
        json = object
    }

    package var isSuccess: Bool { json["status"]?.stringValue == "Success" }
    package var reason: String { json["reason"]?.stringValue ?? "" }
    package var message: String { json["message"]?.stringValue ?? "" }
    package var code: Int { Int(json["code"]?.integerValue ?? 0) }
    package var details: StatusDetails? {
        guard let details = json["details"], details.objectValue != nil else { return nil }
        return StatusDetails(details)
    }

    /// The token with which an expired list may be continued, though not consistently.
    package var continueToken: String? { json["metadata"]?["continue"]?.stringValue }

    /// Whether that JSON is a Status.
    package static func isStatus(_ json: JSONValue) -> Bool {
        json["kind"]?.stringValue == "Status" && json["apiVersion"]?.stringValue == "v1"
    }
}

/// What a Status is about.
package struct StatusDetails: Sendable, Hashable {
    package struct Cause: Sendable, Hashable {
        package var reason: String
        package var message: String
        package var field: String

        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    package var name: String
    package var group: String
    /// The resource's plural name in most answers, the kind in those of validation.
    package var kind: String
    package var uid: String
    package var causes: [Cause]
    package var retryAfterSeconds: Int

    package init(
        name: String = "", group: String = "", kind: String = "", uid: String = "",
        causes: [Cause] = [], retryAfterSeconds: Int = 0
    ) {
        self.name = name
        self.group = group
        self.kind = kind
        self.uid = uid
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
    }

    package init(_ json: JSONValue) {
        name = json["name"]?.stringValue ?? ""
        group = json["group"]?.stringValue ?? ""
        kind = json["kind"]?.stringValue ?? ""
        uid = json["uid"]?.stringValue ?? ""
        causes = (json["causes"]?.arrayValue ?? []).map {
            Cause(
                reason: $0["reason"]?.stringValue ?? "",
                message: $0["message"]?.stringValue ?? "",
                field: $0["field"]?.stringValue ?? "")
        }
        retryAfterSeconds = Int(json["retryAfterSeconds"]?.integerValue ?? 0)
    }

    package var json: JSONValue {
        var object = JSONObject()
        for (member, text) in [("name", name), ("group", group), ("kind", kind), ("uid", uid)]
        where !text.isEmpty {
            object[member] = .string(text)
        }
        if !causes.isEmpty {
            object["causes"] = .array(causes.map(\.json))
        }
        if retryAfterSeconds > 0 {
            object["retryAfterSeconds"] = .integer(Int64(retryAfterSeconds))
        }
        return .object(object)
    }
}

extension StatusDetails.Cause {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        for (member, text) in [("reason", reason), ("message", message), ("field", field)]
        where !text.isEmpty {
            object[member] = .string(text)
        }
        return .object(object)
    }
}

extension Status {
    /// The account of an answer whose body is no Status, in the words that kubectl has for it.
    ///
    /// - Parameters:
    ///   - code: the HTTP status.
    ///   - method: of the request.
    ///   - subject: what was asked for: `pets.petstore.example.com fluffy`; empty for other paths.
    ///   - body: what came instead, shown where it is short text.
    package init(code: Int, method: String, subject: String, body: String) {
        let said = body.utf8.count < 512 ? body.trimmedLine : ""
        let (reason, words) = Self.words(code: code, method: method, said: said)
        let verb = ["POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete"]
        let tail = subject.isEmpty ? "" : " (\(verb[method] ?? "get") \(subject))"
        self.init(code: code, reason: reason, message: words + tail)
    }

    private static func words(
        code: Int, method: String, said: String
    ) -> (reason: String, words: String) {
        switch code {
        case 400: ("BadRequest", "the server rejected our request for an unknown reason")
        case 401: ("Unauthorized", "the server has asked for the client to provide credentials")
        case 403: ("Forbidden", said.isEmpty ? "the server refused access" : said)
        case 404: ("NotFound", "the server could not find the requested resource")
        case 405:
            ("MethodNotAllowed", "the server does not allow this method on the requested resource")
        case 406: ("NotAcceptable", "the server was unable to respond with a known content type")
        case 409 where method == "POST":
            ("AlreadyExists", "the server reported a conflict")
        case 409: ("Conflict", "the server reported a conflict")
        case 410: ("Gone", "the server no longer has what was asked for")
        case 413: ("RequestEntityTooLarge", "the request is too large for the server")
        case 415:
            (
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include"
                    + " application/json"
            )
        case 422:
            ("Invalid", "the server rejected our request due to an error in our request")
        case 429:
            (
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later"
            )
        case 503:
            ("ServiceUnavailable", "the server is currently unable to handle the request")
        case 504:
            (
                "Timeout",
                "the server was unable to return a response in the time allotted, but may still"
                    + " be processing the request"
            )
        case 500...:
            (
                "InternalError",
                "an error on the server (\"\(said.isEmpty ? "unknown" : said)\") has prevented"
                    + " the request from succeeding"
            )
        default: ("Unknown", "the server responded with the status code \(code)")
        }
    }
}

extension String {
    /// The first line without blanks around it.
    var trimmedLine: String {
        let line = split(whereSeparator: \.isNewline).first ?? ""
        var text = line[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
