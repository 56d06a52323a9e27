import Documents
import HTTP
import KubernetesCore
import Synchronization
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("What -v 8 shows, and what it never shows")
struct TracingTests {
    private static func isSecret(_ name: String) -> Bool {
        let plain = name.lowercased()
        return plain.hasSuffix("password") || plain.hasSuffix("token")
    }

    /// The text as it is shown, fed in pieces of that size.
    private func shown(
        _ text: String, hidesData: Bool = false, limit: Int = 1000, pieces: Int = .max
    ) -> [String] {
        var traced = TracedText(
            BodyMask(hidesData: hidesData, isSecret: Self.isSecret), limit: limit)
        var lines: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            lines += traced.take(Array(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        return lines + traced.end()
    }

    @Test(
        "secrets are masked wherever the text is cut into pieces",
        arguments: [
            (#"{"a":1,"password":"p","b":"x"}"#, #"{"a":1,"password":"<masked>","b":"x"}"#),
            (
                #"{"userPassword": "q\"u\\", "n": {"token" : -12.5e3 , "x":true}}"#,
                #"{"userPassword": "<masked>", "n": {"token" : "<masked>" , "x":true}}"#
            ),
            (
                #"{"token":["a",{"b":"c"},["d"],7],"x":"y"}"#,
                #"{"token":["<masked>",{"b":"c"},["<masked>"],"<masked>"],"x":"y"}"#
            ),
            (#"{"token":null,"password":true,"x":{}}"#, #"{"token":null,"password":true,"x":{}}"#),
            (
                #"{"kind":"Secret","data":{"a":"YQ==","n":{"b":["c"]}},"metadata":{"name":"s"}}"#,
                #"{"kind":"Secret","data":{"a":"<masked>","n":{"b":["<masked>"]}},"#
                    + #""metadata":{"name":"s"}}"#
            ),
            (
                #"{"kind":"ConfigMap","data":{"a":"b"}}"#, #"{"kind":"ConfigMap","data":{"a":"b"}}"#
            ),
            (
                #"[{"op":"replace","path":"/spec/password","value":"p"},"#
                    + #"{"op":"add","path":"/spec/name","value":"n"}]"#,
                #"[{"op":"replace","path":"/spec/password","value":"<masked>"},"#
                    + #"{"op":"add","path":"/spec/name","value":"n"}]"#
            ),
            (
                #"{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"p\"}"}}"#,
                #"{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"<masked>"}}"#
            ),
            (#"{"pass\u0077ord":"p"}"#, #"{"pass\u0077ord":"<masked>"}"#),
            (#""password""#, #""password""#), ("plain: text", "plain: text"),
            (#"{"a":"}{][,:","password":"p"}"#, #"{"a":"}{][,:","password":"<masked>"}"#),
        ])
    func masks(text: String, expected: String) {
        for pieces in 1...text.utf8.count {
            #expect(shown(text, pieces: pieces) == [expected])
        }
    }

    @Test("no beginning of a text shows a secret")
    func cutOff() {
        let text = #"{"spec":{"password":"hunter2","x":["y"]},"token":"hunter2"}"#
        for length in 0...text.utf8.count {
            #expect(!shown(String(text.prefix(length))).joined().contains("hunt"))
        }
    }

    @Test("what a path of Secrets brings is hidden without a kind, in lists and patches, too")
    func secretPaths() {
        #expect(
            shown(#"{"items":[{"data":{"a":"b"}}],"data":1}"#, hidesData: true)
                == [#"{"items":[{"data":{"a":"<masked>"}}],"data":1}"#])
        #expect(
            shown(#"[{"op":"add","path":"/data/key","value":"v"}]"#, hidesData: true)
                == [#"[{"op":"add","path":"/data/key","value":"<masked>"}]"#])
    }

    @Test("long lines are cut with their length told; each event has its own")
    func cuts() {
        #expect(shown("abcdefghij", limit: 4) == ["abcd [truncated 6 chars]"])
        #expect(
            shown("{\"a\":1}\n{\"a\":\n22}\n\n{\"b\":3}", limit: 7)
                == ["{\"a\":1}", "{\"a\":\n2 [truncated 2 chars]", "{\"b\":3}"])
    }

    // MARK: Calls

    private final class Heard: Sendable {
        private let state = Mutex<[CallDetail.Part]>([])
        var parts: [CallDetail.Part] { state.withLock { $0 } }
        func add(_ part: CallDetail.Part) { state.withLock { $0.append(part) } }
    }

    private func client(
        _ transport: any Transport, _ heard: Heard, bodies: Int?
    ) -> KubernetesClient {
        KubernetesClient(
            connection: ClusterConnection(
                server: "https://host:6443", credentials: Credentials(.token("very-secret"))),
            transport: transport,
            detail: CallDetail(
                bodyLimit: bodies, isSecret: Self.isSecret, tell: { heard.add($0) }))
    }

    @Test("headers and bodies of both sides, without the token")
    func call() async throws {
        let heard = Heard()
        let transport = ScriptedTransport([
            .json(
                201, #"{"kind":"Parcel","spec":{"password":"very-secret"}}"#,
                headers: ["Set-Cookie": "very-secret", "Date": "now"])
        ])
        _ = try await client(transport, heard, bodies: 300).create(
            KubernetesObject(
                parcels, namespace: "n", name: "p", spec: ["password": "very-secret"]),
            parcels, namespace: "n")
        let parts = heard.parts
        #expect(parts.count == 4)
        #expect(!"\(parts)".contains("very-secret"))
        guard case .request(.post, let url, let sent) = parts[0],
            case .answerHeaders(let received) = parts[2]
        else {
            Issue.record("\(parts)")
            return
        }
        #expect(url.hasPrefix("https://host:6443/apis/post.example.org/v1/namespaces/n/parcels?"))
        #expect(sent["Authorization"] == "Bearer <masked>")
        #expect(sent["User-Agent"] != nil)
        #expect(received["Set-Cookie"] == "<masked>")
        #expect(received["Date"] == "now")
        guard case .requestBody(let body) = parts[1] else {
            Issue.record("\(parts[1])")
            return
        }
        #expect(body.contains(#""password":"<masked>""#))
        #expect(
            parts[3] == .answerBody(#"{"kind":"Parcel","spec":{"password":"<masked>"}}"#))
    }

    @Test("without a limit for bodies there are the request's headers alone")
    func headersOnly() async throws {
        let heard = Heard()
        let transport = ScriptedTransport([.parcel])
        _ = try await client(transport, heard, bodies: nil).create(
            parcel, parcels, namespace: "n")
        #expect(heard.parts.count == 1)
    }

    /// An endless watch: events are made only when the reader asks for them.
    private struct EndlessTransport: Transport {
        let made: @Sendable () -> Void

        func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
            let event =
                #"{"type":"ADDED","object":{"metadata":{"name":"p","resourceVersion":"5"}}}"#
            return HTTPResponse(
                status: 200,
                body: HTTPBody(
                    next: { () async throws(TransportError) in
                        made()
                        return Array((event + "\n").utf8)
                    }, cancel: {}))
        }
    }

    @Test("events of a watch are shown as they come, and none is fetched for that")
    func watch() async throws {
        let heard = Heard()
        let made = Mutex(0)
        let transport = EndlessTransport { made.withLock { $0 += 1 } }
        let client = client(transport, heard, bodies: 40)
        var events = 0
        for try await _ in client.watch(parcels, namespace: "n", from: "4") {
            events += 1
            #expect(made.withLock { $0 } == events)
            #expect(heard.parts.count == 2 + events)
            if events == 3 { break }
        }
        #expect(
            heard.parts.last
                == .answerBody(#"{"type":"ADDED","object":{"metadata":{"n [truncated 33 chars]"#))
    }
}
