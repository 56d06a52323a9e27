import Documents
import HTTP
import KubernetesCore

/// What came of one call of the REST API.
struct RESTAnswer: Sendable, Hashable {
    var method: HTTPMethod
    var url: String
    /// Nil when no answer came.
    var status: Int?
    var body: [UInt8] = []
    /// Why no answer came.
    var transportMessage: String?

    var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
    var isNotFound: Bool { status == 404 }
    /// Whether trying again later may help: no answer at all, or the server's own failure.
    var mayPass: Bool { status.map { $0 >= 500 } ?? true }

    /// The body as JSON; nil when it is empty or no JSON.
    var json: JSONValue? { body.isEmpty ? nil : try? JSONValue(parsing: body) }

    /// What went wrong, with method, URL, status and body.
    var failureMessage: String {
        guard let status else {
            return "\(method.rawValue) \(url): \(transportMessage ?? "no answer")"
        }
        let text = String(decoding: body.prefix(Self.quotedBytes), as: UTF8.self)
        return "API returned \(status): \(text.isEmpty ? "(empty body)" : text)"
            + " (\(method.rawValue) \(url))"
    }

    /// What the API itself said about its failure.
    var errorText: String {
        guard status != nil else { return transportMessage ?? "no answer" }
        return String(decoding: body.prefix(Self.quotedBytes), as: UTF8.self)
    }

    private static let quotedBytes = 2_048
}

/// Makes the calls of the REST API.
struct RESTCaller: Sendable {
    let transport: any Transport
    let timeout: Duration

    func call(
        _ call: RESTCall, at endpoint: String, key: String? = nil,
        parameters: [(String, String)] = [], body: [UInt8]? = nil,
        contentType: String = "application/json"
    ) async -> RESTAnswer {
        var url = endpoint + call.path
        url = Self.fill(url, with: key)
        if !parameters.isEmpty {
            url += "?" + parameters.map { "\($0.0)=\(Self.escape($0.1))" }.joined(separator: "&")
        }
        return await send(call.method, url, body: body, contentType: contentType)
    }

    /// Fetches a URL that is none of the API's.
    func fetch(_ url: String) async -> RESTAnswer { await send(.get, url, body: nil) }

    private func send(
        _ method: HTTPMethod, _ url: String, body: [UInt8]?,
        contentType: String = "application/json"
    ) async -> RESTAnswer {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if body != nil { headers["Content-Type"] = contentType }
        let request = HTTPRequest(
            method, url, headers: headers, body: body, limits: CallLimits(total: timeout))
        do throws(TransportError) {
            let response = try await transport.send(request)
            let bytes = try await response.body.collect(limit: 16 << 20)
            return RESTAnswer(method: method, url: url, status: response.status, body: bytes)
        } catch {
            return RESTAnswer(method: method, url: url, transportMessage: error.message)
        }
    }

    /// Puts a key in place of the `{…}` of a path.
    ///
    /// Without a key the placeholder itself is sent, as the generated controllers do.
    private static func fill(_ path: String, with key: String?) -> String {
        guard let open = path.firstIndex(of: "{"), let close = path.firstIndex(of: "}") else {
            return path
        }
        return path[..<open] + escape(key ?? String(path[open...close]))
            + path[path.index(after: close)...]
    }

    /// Percent-encodes all but the unreserved characters of RFC 3986.
    private static func escape(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                result.append(byte)
            default:
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
