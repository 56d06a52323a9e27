import HTTP

/// Which proxy the environment names for a server, by the rules of Go's clients.
///
/// `HTTPS_PROXY` serves https, `HTTP_PROXY` http; `NO_PROXY` lists hosts, domains, addresses and
/// networks that are reached directly; loopback always is.
struct ProxyRules {
    private let environment: [String: String]

    init(environment: [String: String]) { self.environment = environment }

    /// The proxy's URL, nil for a direct connection.
    func proxy(for address: HTTPAddress) -> String? {
        guard let proxy = value(address.isSecure ? "HTTPS_PROXY" : "HTTP_PROXY") else { return nil }
        // In a CGI program a request's `Proxy` field arrives under this name.
        if !address.isSecure, environment["REQUEST_METHOD"] != nil { return nil }
        guard usesProxy(address) else { return nil }
        return proxy.contains("://") ? proxy : "http://\(proxy)"
    }

    private func value(_ name: String) -> String? {
        [name, name.lowercased()].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private func usesProxy(_ address: HTTPAddress) -> Bool {
        let host = address.host.lowercased()
        if host == "localhost" { return false }
        let ip = IPAddress(host)
        if let ip, ip.isLoopback { return false }
        for rule in (value("NO_PROXY") ?? "").split(separator: ",") {
            let rule = String(rule).trimmed.lowercased()
            if Self.matches(rule, host: host, ip: ip, port: address.port) { return false }
        }
        return true
    }

    private static func matches(_ rule: String, host: String, ip: IPAddress?, port: Int) -> Bool {
        if rule.isEmpty { return false }
        if rule == "*" { return true }
        if let network = IPNetwork(rule) { return ip.map(network.contains) ?? false }
        var name = rule
        if IPAddress(rule) == nil, let (before, number) = splitPort(rule) {
            guard !before.isEmpty, number == port else { return false }
            name = before
        }
        if let address = IPAddress(name) { return ip == address }
        if name.hasPrefix("*.") { name.removeFirst() }
        return name.hasPrefix(".")
            ? host.hasSuffix(name) : host == name || host.hasSuffix("." + name)
    }

    private static func splitPort(_ rule: String) -> (String, Int)? {
        guard let colon = rule.lastIndex(of: ":"), let port = Int(rule[rule.index(after: colon)...])
        else { return nil }
        var host = String(rule[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return (host, port)
    }
}

/// An IPv4 or IPv6 address; IPv4 in IPv6's mapped form is the same address.
struct IPAddress: Hashable {
    /// 16 bytes, IPv4 as `::ffff:a.b.c.d`.
    let bytes: [UInt8]

    init?(_ text: String) {
        if let four = Self.version4(text[...]) {
            bytes = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + four
        } else if let sixteen = Self.version6(text) {
            bytes = sixteen
        } else {
            return nil
        }
    }

    var isVersion4: Bool { bytes[..<12].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) }

    var isLoopback: Bool {
        isVersion4 ? bytes[12] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    private static func version4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { part -> UInt8? in
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
                part == "0" || !part.hasPrefix("0")
            else { return nil }
            return UInt8(part)
        }
        return bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: String) -> [UInt8]? {
        guard text.contains(":") else { return nil }
        guard let gap = text.firstRange(of: "::") else {
            let bytes = groups(text[...])
            return bytes?.count == 16 ? bytes : nil
        }
        guard let before = groups(text[..<gap.lowerBound]),
            let after = groups(text[gap.upperBound...]), before.count + after.count <= 14
        else { return nil }
        return before + [UInt8](repeating: 0, count: 16 - before.count - after.count) + after
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = version4(part) {
                bytes += four
                continue
            }
            guard (1...4).contains(part.utf8.count), !part.hasPrefix("+"), !part.hasPrefix("-"),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }
}

/// A network in CIDR form: `10.0.0.0/8`, `fd00::/8`.
struct IPNetwork {
    private let address: IPAddress
    private let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])),
            let length = Int(parts[1]), length >= 0, length <= (address.isVersion4 ? 32 : 128)
        else { return nil }
        self.address = address
        prefix = address.isVersion4 ? length + 96 : length
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.isVersion4 == address.isVersion4 else { return false }
        for (index, (left, right)) in zip(address.bytes, other.bytes).enumerated() {
            let bits = min(max(prefix - index * 8, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            guard left & mask == right & mask else { return false }
        }
        return true
    }
}
