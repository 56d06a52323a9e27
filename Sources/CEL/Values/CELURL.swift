/// A URL in its parts, as Kubernetes' functions ask for them.
///
/// Absolute URLs and absolute paths are taken; what is relative is refused.
package struct CELURL: Sendable, Hashable {
    package let text: String
    let scheme: String
    /// Name and port.
    let host: String
    /// The path as it was written, what is special in it escaped.
    let path: String
    let query: [(name: String, values: [String])]

    package static func == (left: CELURL, right: CELURL) -> Bool {
        Array(left.text.utf8) == Array(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Nil for what is no absolute URL and no absolute path.
    package init?(_ text: String) {
        guard !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return nil
        }
        self.text = text
        var rest = Substring(text)
        var scheme = ""
        if let colon = rest.firstIndex(of: ":"), Self.isScheme(rest[..<colon]) {
            scheme = rest[..<colon].lowercased()
            rest = rest[rest.index(after: colon)...]
        }
        guard !scheme.isEmpty || rest.hasPrefix("/") else { return nil }
        self.scheme = scheme
        var queryText: Substring = ""
        if let mark = rest.firstIndex(of: "?") {
            queryText = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        var authority: Substring = ""
        if rest.hasPrefix("//"), !scheme.isEmpty || !rest.hasPrefix("///") {
            rest = rest.dropFirst(2)
            authority = rest.prefix { $0 != "/" }
            rest = rest.dropFirst(authority.count)
        } else if !scheme.isEmpty, !rest.hasPrefix("/") {
            // `mailto:a@b`: no path, all of it opaque.
            rest = ""
        }
        if let at = authority.lastIndex(of: "@") {
            authority = authority[authority.index(after: at)...]
        }
        guard let host = Self.host(authority), Self.decoded(rest) != nil else { return nil }
        self.host = host
        path = Self.escapedPath(rest)
        query = Self.query(queryText)
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, CELLexer.isLetter(first), first != 0x5F else {
            return false
        }
        return text.utf8.allSatisfy {
            (CELLexer.isLetter($0) && $0 != 0x5F) || CELLexer.isDigit($0) || $0 == 0x2B
                || $0 == 0x2D || $0 == 0x2E
        }
    }

    /// The authority without credentials, when it can be one.
    private static func host(_ authority: Substring) -> String? {
        if authority.hasPrefix("[") {
            guard let end = authority.lastIndex(of: "]") else { return nil }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || (rest.first == ":" && isPort(rest.dropFirst())) else {
                return nil
            }
            return String(authority)
        }
        if let colon = authority.lastIndex(of: ":") {
            guard isPort(authority[authority.index(after: colon)...]),
                !authority[..<colon].contains(":")
            else { return nil }
        }
        let bad: Set<Character> = [" ", "\"", "<", ">", "^", "`", "{", "|", "}", "\\"]
        guard !authority.contains(where: bad.contains) else { return nil }
        return decoded(authority)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.utf8.allSatisfy(CELLexer.isDigit)
    }

    /// The host without its port and brackets.
    var hostname: String {
        if host.hasPrefix("[") {
            return String(host.dropFirst().prefix { $0 != "]" })
        }
        return String(host.prefix { $0 != ":" })
    }

    var port: String {
        let rest = host.hasPrefix("[") ? host.drop { $0 != "]" } : host[...]
        return rest.lastIndex(of: ":").map { String(rest[rest.index(after: $0)...]) } ?? ""
    }

    // MARK: - Escapes

    /// The text without its percent escapes; nil where one is malformed.
    private static func decoded(_ text: Substring, plusIsBlank: Bool = false) -> String? {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "%"):
                guard position + 2 < bytes.count,
                    let high = CELLexer.hexDigit(bytes[position + 1]),
                    let low = CELLexer.hexDigit(bytes[position + 2])
                else { return nil }
                result.append(UInt8(high << 4 | low))
                position += 3
            case UInt8(ascii: "+") where plusIsBlank:
                result.append(0x20)
                position += 1
            default:
                result.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func escapedPath(_ path: Substring) -> String {
        let plain = Set("-_.~$&+,/:;=@!'()*%[]".utf8)
        var result = ""
        for byte in path.utf8 {
            if plain.contains(byte) || CELLexer.isLetter(byte) || CELLexer.isDigit(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                result += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return result
    }

    private static func query(_ text: Substring) -> [(name: String, values: [String])] {
        var found: [(name: String, values: [String])] = []
        for part in text.split(separator: "&") where !part.contains(";") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(halves[0], plusIsBlank: true),
                let value = decoded(halves.count > 1 ? halves[1] : "", plusIsBlank: true)
            else { continue }
            if let index = found.firstIndex(where: { Array($0.name.utf8) == Array(name.utf8) }) {
                found[index].values.append(value)
            } else {
                found.append((name, [value]))
            }
        }
        return found
    }
}
