import KubernetesCore

/// The `format` values of strings that an API server checks; all others it ignores.
enum StringFormat {
    static func accepts(_ text: String, _ format: String) -> Bool {
        switch format {
        case "date-time", "datetime": Timestamp(rfc3339: text) != nil
        case "date": Timestamp(rfc3339: text + "T00:00:00Z") != nil
        case "byte": isBase64(text)
        case "uuid": isUUID(text)
        case "ipv4": isIPv4(text)
        case "email": isEmail(text)
        case "hostname": NameRules.subdomainProblem(text.lowercased()) == nil
        case "duration": isDuration(text)
        default: true
        }
    }

    private static func isBase64(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count % 4 == 0 else { return false }
        let body = bytes.prefix { $0 != UInt8(ascii: "=") }
        return bytes.count - body.count <= 2
            && bytes.dropFirst(body.count).allSatisfy { $0 == UInt8(ascii: "=") }
            && body.allSatisfy { $0.isLetterOrDigit || $0 == 0x2b || $0 == 0x2f }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && !text.contains(where: \.isWhitespace)
    }

    private static func isDuration(_ text: String) -> Bool {
        (try? GoDuration.parse(text)) != nil
    }
}

extension UInt8 {
    var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5a).contains(self)
            || (0x61...0x7a).contains(self)
    }
}
