import CurlTransport
import HTTP
import Testing

@Suite("What goes wrong, and whether the request may have been sent", .timeLimit(.minutes(5)))
struct FailureTests {
    let transport = CurlTransport(TransportConfiguration())

    private func failure(_ request: HTTPRequest) async -> TransportError? {
        do {
            let response = try await transport.send(request)
            _ = try await response.body.collect()
            return nil
        } catch {
            return error
        }
    }

    @Test("nobody listens")
    func refused() async throws {
        let port = try ScriptedServer.freePort()
        let error = await failure(HTTPRequest(.post, "http://127.0.0.1:\(port)/", body: [1]))
        #expect(
            error
                == TransportError(
                    .cannotConnect,
                    "cannot connect to 127.0.0.1:\(port): connection refused;"
                        + " check the address and that the server runs", sent: false))
    }

    @Test("a name that does not exist")
    func unresolved() async {
        // RFC 6761: names below .invalid never resolve.
        let error = await failure(HTTPRequest(.post, "http://nowhere.invalid:1234/"))
        #expect(error?.kind == .cannotResolve)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(error?.message.contains("nowhere.invalid") == true)
    }

    @Test(
        "addresses that are none",
        arguments: [
            "", "host/path", "ftp://host/", "file:///etc/passwd", "http://", "http://:80/",
            "http://host:0/", "http://host:99999/", "http://ho st/", "http://[::1/",
            "http://host/a b",
            "http://user:secret@host/",
        ])
    func malformed(url: String) async {
        let error = await failure(HTTPRequest(.get, url))
        #expect(error?.kind == .malformedURL)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(error?.message.contains("secret") == false)
    }

    @Test(
        "a field that would smuggle another one is not sent",
        arguments: [
            ("X-A", "one\r\nX-B: two"), ("X-A\r\nX-B", "two"), ("X A", "one"), ("", "one"),
            ("X-A", "nul\0"),
        ])
    func smuggling(name: String, value: String) async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.answer()
        }
        let error = await failure(
            HTTPRequest(.get, server.url, headers: HTTPHeaders([.init(name, value)])))
        #expect(error?.kind == .protocolViolation)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(server.connectionCount == 0)
    }

    @Test("a server that takes the connection and never answers", arguments: [true, false])
    func noAnswer(total: Bool) async throws {
        let server = try ScriptedServer { connection in connection.waitForClose() }
        let limits =
            total
            ? CallLimits(total: .milliseconds(150))
            : CallLimits(total: nil, idle: .milliseconds(150))
        let error = await failure(HTTPRequest(.post, server.url, body: [1], limits: limits))
        #expect(error?.kind == .timedOut, "\(String(describing: error))")
        #expect(error?.requestMayHaveBeenSent == true)
        #expect(error?.message.contains("127.0.0.1:\(server.port)") == true)
        #expect(error?.message.contains("0.15 s") == true)
    }

    @Test("a server that falls silent in the middle", arguments: [true, false])
    func silence(total: Bool) async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegun")
            connection.waitForClose()
        }
        let limits =
            total
            ? CallLimits(total: .milliseconds(150))
            : CallLimits(total: nil, idle: .milliseconds(150))
        let response = try await transport.send(HTTPRequest(.get, server.url, limits: limits))
        var body = response.body.makeAsyncIterator()
        #expect(try await body.next() == Array("begun".utf8))
        let error = await #expect(throws: TransportError.self) { try await body.next() }
        #expect(error?.kind == .timedOut)
        #expect(error?.requestMayHaveBeenSent == true)
    }

    @Test("a TLS handshake that never ends is a connection that never stood")
    func connectTimeout() async throws {
        let server = try ScriptedServer { connection in connection.waitForClose() }
        let error = await failure(
            HTTPRequest(
                .post, "https://127.0.0.1:\(server.port)/",
                limits: CallLimits(connect: .milliseconds(150))))
        #expect(error?.kind == .timedOut)
        #expect(error?.requestMayHaveBeenSent == false)
    }

    @Test("silence that a slow reader causes is not the server's")
    func slowReader() async throws {
        let sent = Gate()
        let total = 16 << 20
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            // Blocked for twice the idle limit.
            let taken = try connection.writeUntilBlocked(patience: 400)
            sent.open()
            try connection.write([UInt8](repeating: 0, count: total - taken))
        }
        let limits = CallLimits(total: nil, idle: .milliseconds(200))
        let response = try await transport.send(HTTPRequest(.get, server.url, limits: limits))
        await sent.wait()
        #expect(try await response.body.collect().count == total)
    }

    @Test("an answer larger than asked for", arguments: [true, false])
    func tooLarge(chunked: Bool) async throws {
        let server = try ScriptedServer { connection in
            while let request = try connection.readRequest() {
                let body = request.line.contains("exact") ? "1234567890" : "12345678901"
                if chunked {
                    try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    try connection.write("\(String(body.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n")
                } else {
                    try connection.answer(body)
                }
            }
        }
        let limits = CallLimits(maximumBodyBytes: 10)
        #expect(await failure(HTTPRequest(.get, server.url + "/exact", limits: limits)) == nil)
        let error = await failure(HTTPRequest(.get, server.url + "/more", limits: limits))
        #expect(error?.kind == .bodyTooLarge)
        #expect(error?.requestMayHaveBeenSent == true)
    }

    @Test("a header without end")
    func endlessHeader() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\n")
            while true { try connection.write("X-More: \(String(repeating: "x", count: 900))\r\n") }
        }
        let error = await failure(HTTPRequest(.get, server.url))
        #expect(error?.kind == .protocolViolation)
    }

    enum Break: String, CaseIterable {
        case beforeAnswer, inHeader, inBody, inChunk, resetBeforeAnswer, resetInBody
    }

    @Test("the connection breaks", arguments: Break.allCases)
    func broken(place: Break) async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            switch place {
            case .beforeAnswer: break
            case .inHeader: try connection.write("HTTP/1.1 200 OK\r\nContent-Le")
            case .inBody, .resetInBody:
                try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegun")
            case .inChunk:
                try connection.write(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nbegun")
            case .resetBeforeAnswer: connection.reset()
            }
            if place == .resetInBody { connection.reset() }
        }
        let error = await failure(HTTPRequest(.patch, server.url, body: [1]))
        #expect(error?.kind == .connectionLost, "\(String(describing: error))")
        #expect(error?.requestMayHaveBeenSent == true)
        #expect(server.requests.count == 1)
    }

    @Test("an answer that is not HTTP")
    func notHTTP() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("220 mail.example ESMTP\r\n")
        }
        let error = await failure(HTTPRequest(.get, server.url))
        #expect(error?.kind == .protocolViolation)
        #expect(error?.requestMayHaveBeenSent == true)
    }

    @Test(
        "a kept connection that dies under a request: reads go out again, writes do not",
        arguments: [HTTPMethod.get, .post, .patch, .put, .delete])
    func staleConnection(method: HTTPMethod) async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.answer("first")
            // The second request is read whole, and perhaps carried out; then the server dies.
            _ = try connection.readRequest()
        }
        let first = try await transport.send(HTTPRequest(.get, server.url))
        _ = try await first.body.collect()
        if method == .get {
            let second = try await transport.send(HTTPRequest(method, server.url))
            #expect(try await second.body.collect() == Array("first".utf8))
            #expect(server.requests.count == 3)
        } else {
            let error = await failure(HTTPRequest(method, server.url, body: [1]))
            #expect(error?.kind == .connectionLost)
            #expect(error?.requestMayHaveBeenSent == true)
            #expect(server.requests.count == 2)
        }
    }

    @Test("the environment's proxy is not asked; a named one is, and never shows its password")
    func proxy() async throws {
        let proxy = try ScriptedServer { connection in
            while let request = try connection.readRequest() {
                try connection.answer(request.field("Proxy-Authorization") ?? "none")
            }
        }
        let through = CurlTransport(
            TransportConfiguration(proxy: "http://me:secret@127.0.0.1:\(proxy.port)"))
        let response = try await through.send(HTTPRequest(.get, "http://cluster.invalid/x"))
        #expect(try await response.body.collect() == Array("Basic bWU6c2VjcmV0".utf8))
        #expect(proxy.requests == ["GET http://cluster.invalid/x HTTP/1.1"])

        let port = try ScriptedServer.freePort()
        let dead = CurlTransport(
            TransportConfiguration(proxy: "http://me:secret@127.0.0.1:\(port)"))
        let error = await #expect(throws: TransportError.self) {
            try await dead.send(HTTPRequest(.post, "https://cluster.invalid/x"))
        }
        #expect(error?.kind == .proxy)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(error?.message.contains("127.0.0.1:\(port)") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("a proxy that refuses the tunnel")
    func proxyRefuses() async throws {
        let proxy = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.answer("no", status: "407 Proxy Authentication Required")
        }
        let through = CurlTransport(
            TransportConfiguration(proxy: "http://127.0.0.1:\(proxy.port)"))
        let error = await #expect(throws: TransportError.self) {
            try await through.send(HTTPRequest(.post, "https://cluster.invalid/x"))
        }
        #expect(error?.kind == .proxy)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(proxy.requests == ["CONNECT cluster.invalid:443 HTTP/1.1"])
    }
}
