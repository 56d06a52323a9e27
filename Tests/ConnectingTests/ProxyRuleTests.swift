import HTTP
import Testing

@testable import KubernetesClient

@Suite("Proxies from the environment")
struct ProxyRuleTests {
    @Test(
        "which proxy serves which server",
        arguments: [
            ("https://a.example", "http://s:1"), ("http://a.example", "http://p:2"),
            ("https://localhost:6443", nil), ("https://127.0.0.1", nil), ("https://127.9.9.9", nil),
            ("https://[::1]:6443", nil), ("https://internal", nil), ("https://x.internal", nil),
            ("https://xinternal", "http://s:1"), ("https://corp.example", "http://s:1"),
            ("https://x.corp.example", nil), ("https://y.star.example", nil),
            ("https://star.example", "http://s:1"), ("https://10.1.2.3", nil),
            ("https://11.1.2.3", "http://s:1"), ("https://[fd00::7]", nil),
            ("https://[fe00::7]", "http://s:1"), ("https://192.168.0.9", nil),
            ("https://192.168.0.8", "http://s:1"), ("https://port.example:6443", nil),
            ("https://port.example", "http://s:1"), ("https://UPPER.example", nil),
        ] as [(String, String?)])
    func rules(url: String, expected: String?) throws {
        let rules = ProxyRules(environment: [
            "HTTPS_PROXY": "s:1", "http_proxy": "http://p:2",
            "no_proxy": "internal, .corp.example,*.star.example,10.0.0.0/8,fd00::/8,,"
                + "192.168.0.9,port.example:6443,upper.EXAMPLE",
        ])
        #expect(rules.proxy(for: try HTTPAddress(url)) == expected)
    }

    @Test("a star stands for all; nothing set, nothing used; a CGI program is careful")
    func edges() throws {
        let address = try HTTPAddress("http://a.example")
        #expect(ProxyRules(environment: [:]).proxy(for: address) == nil)
        let set = ["HTTP_PROXY": "socks5://p:1"]
        #expect(ProxyRules(environment: set).proxy(for: address) == "socks5://p:1")
        for extra in [["NO_PROXY": "x,*"], ["REQUEST_METHOD": "GET"]] {
            let rules = ProxyRules(environment: set.merging(extra) { $1 })
            #expect(rules.proxy(for: address) == nil)
        }
    }

    @Test("the kubeconfig's proxy wins over the environment's")
    func precedence() throws {
        let environment = ["HTTPS_PROXY": "http://environment:1"]
        var overrides = ConnectionOverrides()
        overrides.server = "https://a.example"
        let fromEnvironment = try Kubeconfig().connection(
            environment: environment, overrides: overrides)
        #expect(fromEnvironment.configuration.proxy == "http://environment:1")
        overrides.proxyURL = "socks5://flag:1"
        let fromFlag = try Kubeconfig().connection(environment: environment, overrides: overrides)
        #expect(fromFlag.configuration.proxy == "socks5://flag:1")
    }
}
