/// The parts of a request's URL that a server looks at, decoded.
struct RequestTarget: Sendable, Hashable {
    /// Host and port as they stand in the URL: `127.0.1.10:8080`.
    var authority: String
    var path: String
    private var encodedPath: String
    var query: [(name: String, value: String)] {
        encodedQuery.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                Self.decode(parts[0], plusIsSpace: true),
                parts.count > 1 ? Self.decode(parts[1], plusIsSpace: true) : ""
            )
        }
    }
    private var encodedQuery: String

    init(_ url: String) {
        var rest = Substring(url)
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        let pathStart = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        authority = String(rest[..<pathStart])
        rest = rest[pathStart...]
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let question = rest.firstIndex(of: "?") ?? rest.endIndex
        encodedPath = String(rest[..<question])
        encodedQuery = question < rest.endIndex ? String(rest[rest.index(after: question)...]) : ""
        path = Self.decode(encodedPath)
    }

    /// The path without a prefix, nil when it does not begin with it.
    func pathBelow(_ prefix: String) -> String? {
        guard path.hasPrefix(prefix) else { return nil }
        let rest = path.dropFirst(prefix.count)
        return rest.isEmpty || rest.first == "/" ? String(rest) : nil
    }

    /// The decoded segments of the path below a prefix.
    func segments(below prefix: String) -> [String]? {
        guard pathBelow(prefix) != nil, encodedPath.hasPrefix(prefix) else { return nil }
        return encodedPath.dropFirst(prefix.count).split(separator: "/").map { Self.decode($0) }
    }

    /// Undoes percent-encoding; what is no valid escape stays as it stands.
    static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func == (left: RequestTarget, right: RequestTarget) -> Bool {
        left.authority == right.authority && left.encodedPath == right.encodedPath
            && left.encodedQuery == right.encodedQuery
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(authority)
        hasher.combine(encodedPath)
        hasher.combine(encodedQuery)
    }
}
