import HTTP
import Testing

@Suite("Addresses of servers")
struct HTTPAddressTests {
    @Test(
        "the parts of an address",
        arguments: [
            ("https://cluster.example", "cluster.example", 443, "", "cluster.example"),
            ("HTTPS://cluster.example:443/", "cluster.example", 443, "/", "cluster.example"),
            ("https://10.0.0.1:6443/k8s/a?b=c", "10.0.0.1", 6443, "/k8s/a?b=c", "10.0.0.1:6443"),
            ("http://[fe80::1]:8080?x", "fe80::1", 8080, "?x", "[fe80::1]:8080"),
            ("http://localhost:", "localhost", 80, "", "localhost"),
            ("http://localhost:443", "localhost", 443, "", "localhost:443"),
        ])
    func parts(
        url: String, host: String, port: Int, target: String, authority: String
    ) throws {
        let address = try HTTPAddress(url)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.target == target)
        #expect(address.authority == authority)
        #expect(address.isSecure == url.lowercased().hasPrefix("https"))
    }

    @Test("an IPv6 address keeps its brackets where a port follows")
    func endpoint() throws {
        #expect(try HTTPAddress("https://[::1]").endpoint == "[::1]:443")
        #expect(try HTTPAddress("https://a").endpoint == "a:443")
    }

    @Test(
        "what is no address is refused without being shown",
        arguments: [
            "https:/host", "://host", "https//host", "ws://host", "https://", "https://:1",
            "https://a:b", "https://a:-1", "https://a:65536", "https://a:1:2", "https://[::1",
            "https://[::1]x", "https://[gg]", "https://a%20b", "https://me:secret@host",
            "https://me:secret@host/\u{1}", "https://host/\n", "https://host/a b",
        ])
    func refused(url: String) {
        let error = #expect(throws: TransportError.self) { try HTTPAddress(url) }
        #expect(error?.kind == .malformedURL)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(error?.message.contains("secret") == false)
    }
}
