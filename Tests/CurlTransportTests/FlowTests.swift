import CurlTransport
import HTTP
import Testing

@Suite("Streams, and ending them early", .timeLimit(.minutes(5)))
struct FlowTests {
    let transport = CurlTransport(TransportConfiguration())

    private static let endless = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"

    @Test("a slow reader holds the sender back, and then gets every byte")
    func backPressure() async throws {
        let blocked = Gate()
        let total = 64 << 20
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            // Loopback buffers take a few megabytes; the rest must wait.
            let taken = try connection.writeUntilBlocked(patience: 300)
            #expect(taken < total / 2)
            blocked.open()
            try connection.write([UInt8](repeating: 0, count: total - taken))
            connection.waitForClose()
        }
        var request = HTTPRequest(.get, server.url)
        request.limits.total = nil
        let response = try await transport.send(request)
        await blocked.wait()
        var count = 0
        for try await chunk in response.body {
            // What waits for its reader is bounded: the queue's limit and one more piece.
            #expect(chunk.count <= 1 << 20)
            count += chunk.count
        }
        #expect(count == total)
    }

    @Test("a held-back answer does not hold others back")
    func independence() async throws {
        let server = try ScriptedServer { connection in
            guard let request = try connection.readRequest() else { return }
            if request.line.contains("large") {
                try connection.write(Self.endless)
                while true { try connection.write([UInt8](repeating: 0, count: 1 << 20)) }
            } else {
                try connection.answer("small")
            }
        }
        let large = try await transport.send(HTTPRequest(.get, server.url + "/large"))
        let small = try await transport.send(HTTPRequest(.get, server.url + "/small"))
        #expect(try await small.body.collect() == Array("small".utf8))
        withExtendedLifetime(large) {}
    }

    @Test("cancelling the task ends a request that waits for its answer")
    func cancelBeforeAnswer() async throws {
        let (asked, closed) = (Gate(), Gate())
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            asked.open()
            connection.waitForClose()
            closed.open()
        }
        let transport = transport
        let task = Task { try await transport.send(HTTPRequest(.get, server.url)) }
        await asked.wait()
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(error?.requestMayHaveBeenSent == true)
        await closed.wait()
    }

    @Test("cancelling the task ends a body")
    func cancelInBody() async throws {
        let (reading, closed) = (Gate(), Gate())
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.endless + "begun")
            connection.waitForClose()
            closed.open()
        }
        let transport = transport
        let task = Task {
            let response = try await transport.send(HTTPRequest(.get, server.url))
            for try await _ in response.body { reading.open() }
        }
        await reading.wait()
        task.cancel()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        await closed.wait()
    }

    @Test("a task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        let server = try ScriptedServer { try $0.answer() }
        let transport = transport
        let go = Gate()
        let task = Task {
            await go.wait()
            return try await transport.send(HTTPRequest(.post, server.url))
        }
        task.cancel()
        go.open()
        let error = await #expect(throws: TransportError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
        #expect(error?.requestMayHaveBeenSent == false)
        #expect(server.connectionCount == 0)
    }

    @Test("dropping an answer closes its connection", arguments: [true, false])
    func drop(reads: Bool) async throws {
        let closed = Gate()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.endless + "begun")
            connection.waitForClose()
            closed.open()
        }
        func ask() async throws {
            let response = try await transport.send(HTTPRequest(.get, server.url))
            guard reads else { return }
            for try await chunk in response.body {
                #expect(chunk == Array("begun".utf8))
                break
            }
        }
        try await ask()
        await closed.wait()
        // The transport serves on.
        #expect(try await transport.send(HTTPRequest(.get, server.url)).status == 200)
    }

    @Test("a dropped answer that is held back ends as well")
    func dropHeldBack() async throws {
        let ended = Gate()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write(Self.endless)
            _ = try connection.writeUntilBlocked(patience: 300)
            ended.open()
            connection.waitForClose()
            ended.open()
        }
        var response: HTTPResponse? = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response?.status == 200)
        await ended.wait()
        response = nil
        let transport = transport
        await transport.shutDown()
    }

    @Test("shutting down ends what runs and refuses what follows")
    func shutDown() async throws {
        let (asked, closed) = (Gate(), Gate())
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            asked.open()
            connection.waitForClose()
            closed.open()
        }
        let transport = transport
        let answer = Task { try await transport.send(HTTPRequest(.get, server.url)) }
        await asked.wait()
        await transport.shutDown()
        await transport.shutDown()
        await closed.wait()
        let running = await #expect(throws: TransportError.self) { try await answer.value }
        #expect(running?.kind == .cancelled)
        let later = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(.get, server.url))
        }
        #expect(later?.kind == .cancelled)
        #expect(later?.requestMayHaveBeenSent == false)
    }

    @Test("dropping the transport closes its kept connections and ends its thread")
    func dropTransport() async throws {
        let closed = Gate()
        let server = try ScriptedServer { connection in
            while try connection.readRequest() != nil { try connection.answer("x") }
            closed.open()
        }
        func ask() async throws {
            let transport = CurlTransport(TransportConfiguration())
            let response = try await transport.send(HTTPRequest(.get, server.url))
            _ = try await response.body.collect()
        }
        try await ask()
        await closed.wait()
    }

    @Test("an answer outlives the last reference to its transport")
    func bodyKeepsTransport() async throws {
        let dropped = Gate()
        let server = try ScriptedServer { connection in
            _ = try connection.readRequest()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
            dropped.waitBlocking()
            try connection.write("end")
        }
        func ask() async throws -> HTTPResponse {
            try await CurlTransport(TransportConfiguration())
                .send(HTTPRequest(.get, server.url))
        }
        let response = try await ask()
        dropped.open()
        #expect(try await response.body.collect() == Array("end".utf8))
    }
}
