/// The parts of an absolute `http` or `https` URL that decide where a request goes.
package struct HTTPAddress: Sendable, Hashable {
    /// `http` or `https`.
    package var scheme: String
    /// Name or address, an IPv6 address without its brackets.
    package var host: String
    package var port: Int
    /// Path and query as they stand; empty or beginning with `/` or `?`.
    package var target: String

    /// Reads a URL.
    ///
    /// - Parameter url: absolute, with scheme; percent-encoded.
    /// - Throws: `TransportError` of kind `.malformedURL`; credentials in the URL are refused, and
    ///   the message shows none of it.
    package init(_ url: String) throws(TransportError) {
        func malformed(_ why: String) -> TransportError {
            TransportError(.malformedURL, why, sent: false)
        }
        guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")),
            url[colon...].hasPrefix("://")
        else { throw malformed("an address needs http:// or https:// in front") }
        scheme = url[..<colon].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw malformed("the scheme of an address is http or https, not \"\(scheme)\"")
        }
        let rest = url[url.utf8.index(colon, offsetBy: 3)...]
        let end = rest.utf8.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        target = String(rest[end...])
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw malformed("the address holds a blank or a control character")
        }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else {
            throw malformed("the address holds a user name or a password; give them apart from it")
        }
        guard let (host, port) = Self.split(authority) else {
            throw malformed("\"\(authority)\" is not a host and port")
        }
        self.host = host
        self.port = port ?? (scheme == "https" ? 443 : 80)
    }

    package var isSecure: Bool { scheme == "https" }

    /// Host and port in the form of a `Host` field: no port where it is the scheme's own.
    package var authority: String {
        port == (isSecure ? 443 : 80) ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// Host and port, both always there: what people are told and what libcurl connects to.
    package var endpoint: String { "\(bracketedHost):\(port)" }

    package var bracketedHost: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    }

    private static func split(_ authority: Substring) -> (String, Int?)? {
        let host: Substring
        var port: Substring?
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            let rest = authority[authority.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            guard host.utf8.allSatisfy({ isHexadecimal($0) || ":.%".utf8.contains($0) }) else {
                return nil
            }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = parts.first else { return nil }
            host = first
            if parts.count == 2 { port = parts[1] }
            let forbidden = "[]\\ <>\"^`{|}%".utf8
            guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !forbidden.contains($0) })
            else { return nil }
        }
        guard !host.isEmpty else { return nil }
        guard let port, !port.isEmpty else { return (String(host), nil) }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
            (1...65535).contains(number)
        else { return nil }
        return (String(host), number)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
