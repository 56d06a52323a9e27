import CurlTransport
import Documents
import HTTP
import SandboxAPIServer
import Testing

/// The server on a real port.
@Suite(.timeLimit(.minutes(5))) struct FrontTests {
    /// Serves on a free port while the body runs.
    private func served(
        _ body: (APIServer, CurlTransport, String) async throws -> Void
    ) async throws {
        let server = APIServer()
        let front = HummingbirdFront(server)
        let port = try await front.start()
        let transport = CurlTransport(TransportConfiguration())
        try await body(server, transport, "http://127.0.0.1:\(port)")
        await transport.shutDown()
        await front.stop()
    }

    @Test func aPortIsHadOnceAndConnectionsToNobodyAreReset() async throws {
        let first = HummingbirdFront(APIServer())
        let port = try await first.start()
        let second = HummingbirdFront(APIServer())
        await #expect(throws: TransportError.self) { try await second.start(port: port) }
        let transport = CurlTransport(TransportConfiguration())
        let url = "http://127.0.0.1:\(port)/api"
        #expect(try await transport.send(HTTPRequest(.get, url)).status == 200)
        await first.stop()
        let error = await #expect(throws: TransportError.self) {
            try await transport.send(HTTPRequest(.get, url))
        }
        #expect(error?.message.contains("reset") == true, "\(error?.message ?? "")")
        await transport.shutDown()
    }

    @Test func watchesEndInOrderWhenAnotherServerStepsIn() async throws {
        let front = HummingbirdFront(APIServer())
        let port = try await front.start()
        let transport = CurlTransport(TransportConfiguration())
        let url = "http://127.0.0.1:\(port)/api/v1/namespaces"
        // Some are opened while the servers change places: they must end as well.
        let exchanging = Task {
            while !Task.isCancelled {
                front.present(APIServer())
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        for _ in 0..<20 {
            let watches = (0..<4).map { _ in
                Task {
                    let watch = try await transport.send(HTTPRequest(.get, url + "?watch=true"))
                    #expect(watch.status == 200)
                    _ = try await watch.body.collect()
                }
            }
            for watch in watches { try await watch.value }
        }
        exchanging.cancel()
        await exchanging.value
        #expect(try await transport.send(HTTPRequest(.get, url)).status == 200)
        await transport.shutDown()
        await front.stop()
    }

    @Test func stoppingSendsWhatIsUnderWayEvenWhenCancelled() async throws {
        let front = HummingbirdFront(APIServer())
        let port = try await front.start()
        let transport = CurlTransport(TransportConfiguration())
        let watch = try await transport.send(
            HTTPRequest(.get, "http://127.0.0.1:\(port)/api/v1/namespaces?watch=true"))
        let (silence, sink) = AsyncStream.makeStream(of: Void.self)
        let stopping = Task {
            for await _ in silence {}
            await front.stop()
            return front.isQuiet
        }
        stopping.cancel()
        // Nothing is under way any more, so the end of the watch has been sent.
        #expect(await stopping.value)
        sink.finish()
        #expect(try await !watch.body.collect().isEmpty)
        await transport.shutDown()
    }

    @Test func carriesBodiesAndRefusesHugeOnes() async throws {
        try await served { _, transport, root in
            let maps = root + "/api/v1/namespaces/default/configmaps"
            let headers: HTTPHeaders = ["Content-Type": "application/json"]
            let text = String(repeating: "ä", count: 500_000)
            let object: JSONValue = ["metadata": ["name": "big"], "data": ["a": .string(text)]]
            let made = try await transport.send(
                HTTPRequest(.post, maps, headers: headers, body: object.bytes()))
            #expect(made.status == 201)
            let found = try await transport.send(HTTPRequest(.get, maps + "/big"))
            let json = try JSONValue(parsing: await found.body.collect())
            #expect(json["data", "a"] == .string(text))
            let huge = [UInt8](repeating: 32, count: 4_000_000)
            let refused = try await transport.send(
                HTTPRequest(.post, maps, headers: headers, body: huge))
            #expect(refused.status == 413)
        }
    }

    @Test func watchesStreamAndAreForgottenWhenTheReaderLeaves() async throws {
        try await served { server, transport, root in
            let url = root + "/api/v1/namespaces?watch=true"
            var response: HTTPResponse? = try await transport.send(HTTPRequest(.get, url))
            var iterator = response?.body.makeAsyncIterator()
            let first = try await iterator?.next(isolation: nil) ?? []
            #expect(String(decoding: first, as: UTF8.self).hasPrefix(#"{"type":"ADDED""#))
            #expect(server.openWatches == 1)
            iterator = nil
            response = nil
            while server.openWatches > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func connectionsBreakWhereTheScriptSays() async throws {
        try await served { server, transport, root in
            server.faults = [
                Fault(.dropBefore), Fault(.truncate(bytes: 20)),
                Fault(.drip(bytes: 200, pause: .milliseconds(1))), Fault(.cutWatch(events: 1)),
            ]
            let url = root + "/api/v1/namespaces"
            await #expect(throws: TransportError.self) {
                try await transport.send(HTTPRequest(.get, url))
            }
            let cut = try await transport.send(HTTPRequest(.get, url))
            await #expect(throws: TransportError.self) { try await cut.body.collect() }
            let slow = try await transport.send(HTTPRequest(.get, url))
            let json = try JSONValue(parsing: await slow.body.collect())
            #expect(json["items"]?.arrayValue?.count == 4)
            let watch = try await transport.send(HTTPRequest(.get, url + "?watch=true"))
            await #expect(throws: TransportError.self) { try await watch.body.collect() }
        }
    }
}
