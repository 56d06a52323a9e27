// HTTP: the waist of the house. Two values and one protocol stand between everything that speaks
// Kubernetes and everything that moves bytes. It must never know a verb of Kubernetes, open a
// socket, or read a file: whoever implements `Transport` does that.

/// The methods that a REST API is called with.
package enum HTTPMethod: String, Sendable, Hashable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
}

/// How long a call may take and how much it may bring, all parts optional.
///
/// A missing part means "no limit of that sort"; `connect` always has one.
package struct CallLimits: Sendable, Hashable {
    /// From the start until the connection (TLS included) stands.
    package var connect: Duration
    /// From the start until the last byte of the answer.
    package var total: Duration?
    /// The longest silence while an answer streams.
    package var idle: Duration?
    /// The largest answer in bytes, after decompression.
    package var maximumBodyBytes: Int?

    package init(
        connect: Duration = .seconds(10), total: Duration? = .seconds(60),
        idle: Duration? = nil, maximumBodyBytes: Int? = nil
    ) {
        self.connect = connect
        self.total = total
        self.idle = idle
        self.maximumBodyBytes = maximumBodyBytes
    }
}

/// One call as a value: what tests compare and transports carry out.
package struct HTTPRequest: Sendable, Hashable {
    package var method: HTTPMethod
    /// Absolute, percent-encoded: `https://host:port/path?query`.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]?
    package var limits: CallLimits

    package init(
        _ method: HTTPMethod = .get, _ url: String, headers: HTTPHeaders = [:],
        body: [UInt8]? = nil, limits: CallLimits = CallLimits()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
    }
}
