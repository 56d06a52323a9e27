import Documents
import HTTP

/// The form in which an answer is written, from `Accept`.
struct AnswerForm: Sendable {
    enum Shape: Sendable, Hashable { case object, table, partial, partialList }

    var shape = Shape.object
    var isYAML = false
    /// The group version that a discovery document is wanted in: `v2`, `v2beta1`.
    var discoveryVersion: String?

    /// Takes the first acceptable alternative; there is no protobuf here.
    ///
    /// - Throws: 406 when JSON and YAML are both unwanted.
    init(_ headers: HTTPHeaders) throws(APIFailure) {
        let accept = headers["Accept"] ?? ""
        guard !accept.trimmed.isEmpty else { return }
        for part in accept.split(separator: ",") {
            let pieces = part.split(separator: ";").map(\.trimmed)
            let parameters = pieces.dropFirst()
            func value(_ name: String) -> String? {
                parameters.first { $0.hasPrefix(name + "=") }.map {
                    String($0.dropFirst(name.count + 1))
                }
            }
            switch pieces.first ?? "" {
            case "application/json", "*/*", "application/*": isYAML = false
            case "application/yaml", "text/yaml": isYAML = true
            default: continue
            }
            switch value("as") {
            case nil: return
            case "Table" where value("v") == "v1": shape = .table
            case "PartialObjectMetadata" where value("v") == "v1": shape = .partial
            case "PartialObjectMetadataList" where value("v") == "v1": shape = .partialList
            case "APIGroupDiscoveryList": discoveryVersion = value("v")
            default: continue
            }
            return
        }
        throw APIFailure.notAcceptable
    }
}

/// Writes answers.
enum Answer {
    static func json(
        _ value: JSONValue, status: Int = 200, warnings: [String] = [],
        form: AnswerForm? = nil, pretty: Bool = false
    ) -> HTTPResponse {
        var headers = HTTPHeaders()
        let body: [UInt8]
        if form?.isYAML == true {
            headers.add("Content-Type", "application/yaml")
            body = Array(YAML.text(value).utf8)
        } else {
            headers.add("Content-Type", "application/json")
            body = value.bytes(pretty ? .pretty : .compact)
        }
        headers.add("Content-Length", String(body.count))
        for warning in warnings {
            headers.add("Warning", "299 - \(quoted(warning))")
        }
        return HTTPResponse(status: status, headers: headers, body: HTTPBody(body))
    }

    static func text(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                "Content-Type": "text/plain; charset=utf-8",
                "Content-Length": String(text.utf8.count),
            ], body: HTTPBody(Array(text.utf8)))
    }

    static func failure(_ failure: APIFailure) -> HTTPResponse {
        var response = json(failure.json, status: failure.code)
        if let seconds = failure.details?.retryAfterSeconds, seconds > 0 {
            response.headers.add("Retry-After", String(seconds))
        }
        return response
    }

    /// A quoted string of HTTP (RFC 9110, 5.6.4).
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text where !character.isNewline {
            if character == "\"" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return result + "\""
    }
}
