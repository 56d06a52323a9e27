import CurlTransport
import HTTP
import Testing

@Suite("One call after the other", .timeLimit(.minutes(5)))
struct CallTests {
    let transport = CurlTransport(TransportConfiguration())

    @Test("status, fields and body come as the server sent them")
    func answer() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.answer(
                "hello", status: "418 Short and stout",
                fields: ["Warning: one", "warning: two", "X-Empty:", "X-Blank:   a b  "])
        }
        let response = try await transport.send(HTTPRequest(.get, server.url + "/a/../b?c=%20"))
        #expect(response.status == 418)
        #expect(response.headers.values(named: "Warning") == ["one", "two"])
        #expect(response.headers["x-empty"] == "")
        #expect(response.headers["X-Blank"] == "a b")
        #expect(try await response.body.collect() == Array("hello".utf8))
        // The path is the caller's: nothing is resolved away.
        #expect(server.requests == ["GET /a/../b?c=%20 HTTP/1.1"])
    }

    @Test("the fields of a request are the caller's and no others", arguments: [true, false])
    func requestFields(compression: Bool) async throws {
        let transport = CurlTransport(TransportConfiguration(compression: compression))
        let server = try ScriptedServer { connection in
            let request = try connection.readRequest()
            try connection.answer((request?.fields ?? []).sorted().joined(separator: "\n"))
        }
        let request = HTTPRequest(
            .patch, server.url + "/x",
            headers: ["User-Agent": "petstore-cli/1", "Content-Type": "a/b", "X-Nothing": ""],
            body: Array("{}".utf8))
        let text = String(
            decoding: try await transport.send(request).body.collect(), as: UTF8.self)
        var expected = [
            "Content-Length: 2", "Content-Type: a/b", "Host: 127.0.0.1:\(server.port)",
            "User-Agent: petstore-cli/1", "X-Nothing:",
        ]
        if compression { expected.append("Accept-Encoding: gzip") }
        #expect(text.split(separator: "\n").map(String.init) == expected.sorted())
    }

    @Test(
        "every method carries its body",
        arguments: [
            HTTPMethod.get, .post, .put, .patch, .delete, .options,
        ])
    func bodies(method: HTTPMethod) async throws {
        let server = try ScriptedServer { connection in
            while let request = try connection.readRequest() {
                try connection.answer(
                    "\(request.line) \(request.field("content-length") ?? "none") "
                        + String(decoding: request.body, as: UTF8.self))
            }
        }
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
        for body in [nil, Array("a=b".utf8), large] {
            let response = try await transport.send(HTTPRequest(method, server.url, body: body))
            let text = String(decoding: try await response.body.collect(), as: UTF8.self)
            let isWrite = [.post, .put, .patch].contains(method)
            let length = body.map { "\($0.count)" } ?? (isWrite ? "0" : "none")
            let sent = String(decoding: body ?? [], as: UTF8.self)
            #expect(text == "\(method.rawValue) / HTTP/1.1 \(length) \(sent)")
        }
        #expect(server.connectionCount == 1)
    }

    @Test("HEAD and 204 have no body, and the connection serves on")
    func bodiless() async throws {
        let server = try ScriptedServer { connection in
            while let request = try connection.readRequest() {
                if request.line.hasPrefix("HEAD") {
                    try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
                } else {
                    try connection.write("HTTP/1.1 204 No Content\r\n\r\n")
                }
            }
        }
        for method in [HTTPMethod.head, .delete, .head] {
            let response = try await transport.send(HTTPRequest(method, server.url))
            #expect(response.status == (method == .head ? 200 : 204))
            #expect(try await response.body.collect() == [])
        }
        #expect(server.connectionCount == 1)
    }

    @Test("one connection serves requests that follow each other")
    func keepAlive() async throws {
        let server = try ScriptedServer { connection in
            while try connection.readRequest() != nil { try connection.answer("x") }
        }
        for _ in 0..<50 {
            let response = try await transport.send(HTTPRequest(.get, server.url))
            #expect(try await response.body.collect() == [UInt8(ascii: "x")])
        }
        #expect(server.connectionCount == 1)
        #expect(server.requests.count == 50)
    }

    @Test("an interim answer is passed over")
    func interim() async throws {
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n")
            try connection.answer("late", fields: ["X-Late: yes"])
        }
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.status == 200)
        #expect(response.headers["X-Early"] == nil)
        #expect(response.headers["X-Late"] == "yes")
    }

    @Test("a redirect is an answer, not an order")
    func redirect() async throws {
        let server = try ScriptedServer { connection in
            while try connection.readRequest() != nil {
                try connection.answer(status: "302 Found", fields: ["Location: /elsewhere"])
            }
        }
        let response = try await transport.send(HTTPRequest(.get, server.url + "/here"))
        #expect(response.status == 302)
        #expect(server.requests == ["GET /here HTTP/1.1"])
    }

    @Test("chunks arrive when they are sent, not when the answer ends")
    func streaming() async throws {
        let next = Gate()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
            next.waitBlocking()
            try connection.write("3\r\ntwo\r\n0\r\nX-Trailer: t\r\n\r\n")
        }
        let response = try await transport.send(HTTPRequest(.get, server.url))
        var body = response.body.makeAsyncIterator()
        #expect(try await body.next() == Array("one".utf8))
        next.open()
        #expect(try await body.next() == Array("two".utf8))
        #expect(try await body.next() == nil)
    }

    @Test("a compressed answer is unpacked only where compression is wanted")
    func compression() async throws {
        // "hello hello hello", by gzip -n.
        let packed: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40,
            0x90, 0, 0x80, 0x88, 0xF9, 0xE5, 0x11, 0, 0, 0,
        ]
        let server = try ScriptedServer { connection in
            while try connection.readRequest() != nil {
                try connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                        + "\(packed.count)\r\n\r\n")
                try connection.write(packed)
            }
        }
        let unpacked = try await transport.send(HTTPRequest(.get, server.url))
        #expect(unpacked.headers["Content-Encoding"] == nil)
        #expect(unpacked.headers["Content-Length"] == nil)
        #expect(try await unpacked.body.collect() == Array("hello hello hello".utf8))

        let plain = CurlTransport(TransportConfiguration(compression: false))
        let raw = try await plain.send(HTTPRequest(.get, server.url))
        #expect(raw.headers["Content-Encoding"] == "gzip")
        #expect(try await raw.body.collect() == packed)
    }

    @Test("many at once, each with its own answer")
    func parallel() async throws {
        let server = try ScriptedServer { connection in
            while let request = try connection.readRequest() { try connection.answer(request.line) }
        }
        let transport = transport
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    for _ in 0..<5 {
                        let response = try await transport.send(
                            HTTPRequest(.get, "\(server.url)/\(number)"))
                        let text = String(
                            decoding: try await response.body.collect(), as: UTF8.self)
                        #expect(text == "GET /\(number) HTTP/1.1")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 120)
        #expect(server.connectionCount <= 24)
    }
}
