import Documents
import HTTP

/// A request taken apart: path segments and query decoded, nothing looked up yet.
struct Call: Sendable {
    var method: HTTPMethod
    var path: String
    /// Path and query as they stand in the URL.
    var target: String
    var segments: [String]
    var query: [(name: String, value: String)]
    var headers: HTTPHeaders
    var body: [UInt8]

    init(_ request: HTTPRequest) {
        method = request.method
        var rest = request.url[...]
        if let scheme = rest.range(ofText: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        target = String(rest)
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts.first ?? "/")
        segments = path.split(separator: "/").map { Self.decode($0) }
        query = parts.count < 2 ? [] : Self.query(parts[1])
        headers = request.headers
        body = request.body ?? []
    }

    subscript(parameter: String) -> String? {
        query.first { $0.name == parameter }?.value
    }

    /// A parameter that is on: `true`, `1` and the like.
    func isOn(_ parameter: String) -> Bool {
        guard let value = self[parameter] else { return false }
        return !(value == "false" || value == "0" || value == "False")
    }

    /// The media type of the body, without parameters.
    var contentType: String {
        let value = headers["Content-Type"] ?? ""
        return String(value.prefix { $0 != ";" }).trimmed.lowercased()
    }

    private static func query(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count < 2 ? "" : decode(parts[1], plusIsSpace: true)
            return (decode(parts[0], plusIsSpace: true), value)
        }
    }

    private static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else if byte == UInt8(ascii: "+"), plusIsSpace {
                bytes.append(UInt8(ascii: " "))
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}

extension Substring {
    fileprivate func range(ofText text: String) -> Range<Index>? {
        let bytes = Array(text.utf8)
        var start = startIndex
        while start < endIndex {
            if self[start...].utf8.starts(with: bytes) {
                return start..<index(start, offsetBy: text.count)
            }
            formIndex(after: &start)
        }
        return nil
    }
}
