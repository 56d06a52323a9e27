import CCurl
import HTTP

/// Where `.system` finds its authorities; nil: where libcurl was built to look.
struct SystemTrust: Sendable, Hashable {
    var file: String?
    var directory: String?
}

/// What is the same for every request of a transport, in the form in which libcurl wants it.
final class ConnectionOptions: Sendable {
    private let configuration: TransportConfiguration
    private let systemTrust: SystemTrust
    private let authorities: StableBytes?
    private let certificate: StableBytes?
    private let key: StableBytes?

    init(_ configuration: TransportConfiguration, systemTrust: SystemTrust) {
        self.configuration = configuration
        self.systemTrust = systemTrust
        if case .only(let pem) = configuration.trust {
            authorities = StableBytes(pem)
        } else {
            authorities = nil
        }
        certificate = configuration.identity.map { StableBytes($0.certificate) }
        key = configuration.identity.map { StableBytes($0.key) }
    }

    var proxy: String? { configuration.proxy }
    var compression: Bool { configuration.compression }

    /// Sets proxy, trust and identity.
    func apply(to easy: EasyHandle) throws(CurlFailure) {
        // Both are set in any case, or libcurl would consult the environment.
        try easy.set(CURLOPT_PROXY, Self.resolvingRemotely(proxy ?? ""))
        try easy.set(CURLOPT_NOPROXY, "")
        try easy.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        try easy.set(CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        try applyTrust(to: easy)
        // Without an empty password OpenSSL would ask the terminal for that of an encrypted key.
        try easy.set(CURLOPT_KEYPASSWD, "")
        guard let certificate, let key else { return }
        try easy.set(CURLOPT_SSLCERTTYPE, "PEM")
        try easy.set(CURLOPT_SSLCERT_BLOB, certificate)
        try easy.set(CURLOPT_SSLKEYTYPE, "PEM")
        try easy.set(CURLOPT_SSLKEY_BLOB, key)
    }

    private func applyTrust(to easy: EasyHandle) throws(CurlFailure) {
        if let file = systemTrust.file {
            try easy.set(CURLOPT_CAINFO, file)
            try easy.set(CURLOPT_PROXY_CAINFO, file)
        }
        if let directory = systemTrust.directory {
            try easy.set(CURLOPT_CAPATH, directory)
            try easy.set(CURLOPT_PROXY_CAPATH, directory)
        }
        let verifies = configuration.trust != .anything
        for option in [CURLOPT_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYPEER] {
            try easy.set(option, verifies ? 1 : 0)
        }
        for option in [CURLOPT_SSL_VERIFYHOST, CURLOPT_PROXY_SSL_VERIFYHOST] {
            try easy.set(option, verifies ? 2 : 0)
        }
        guard let authorities else { return }
        // The blob replaces the file but not the folder: with that still set, every authority of
        // the machine could vouch for a server that only the user's own may vouch for.
        for option in [
            CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH,
        ] {
            try easy.set(option, nil as String?)
        }
        try easy.set(CURLOPT_CAINFO_BLOB, authorities)
        try easy.set(CURLOPT_PROXY_CAINFO_BLOB, authorities)
    }

    /// Where the connection goes and which name is verified, if that is not the URL's host.
    func serverName(for address: HTTPAddress) -> String? {
        guard let name = configuration.serverName, !name.isEmpty, address.isSecure,
            !name.equalsIgnoringCase(address.host)
        else { return nil }
        return name
    }

    /// A SOCKS 5 proxy is given the name to resolve, as Go's clients do.
    private static func resolvingRemotely(_ proxy: String) -> String {
        let prefix = "socks5://"
        guard proxy.lowercased().hasPrefix(prefix) else { return proxy }
        return "socks5h://" + proxy.dropFirst(prefix.count)
    }

    /// The proxy's host and port without a credential, for messages.
    var proxyEndpoint: String? {
        guard let proxy else { return nil }
        let afterScheme = proxy.split(separator: "/", omittingEmptySubsequences: true)
        let authority = afterScheme.count > 1 ? afterScheme[1] : afterScheme.first ?? ""
        return authority.split(separator: "@").last.map(String.init)
    }
}
