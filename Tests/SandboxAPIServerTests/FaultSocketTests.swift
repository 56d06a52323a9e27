import Documents
import HTTP
import SandboxAPIServer
import Testing

/// Each kind of fault as a client sees it that has a socket and nothing else.
@Suite(.timeLimit(.minutes(5))) struct FaultSocketTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    private struct Reply {
        var head: String
        var body: String
        var end: RawConnection.End
    }

    private struct Stage {
        let server = APIServer()
        let port: Int

        init() async throws { port = try await HummingbirdFront(server).start() }

        func send(
            _ method: String = "GET", _ path: String = maps, body: JSONValue? = nil
        ) async throws -> Reply {
            let (text, end) = try await RawConnection.exchange(
                port: port, method, path, body: body?.text() ?? "")
            guard let cut = text.firstRange(of: "\r\n\r\n") else {
                return Reply(head: text, body: "", end: end)
            }
            return Reply(
                head: String(text[..<cut.lowerBound]), body: String(text[cut.upperBound...]),
                end: end)
        }

        func make(_ name: String) async throws -> Reply {
            try await send("POST", body: ["metadata": ["name": .string(name)]])
        }

        /// The names that are there, faults left aside.
        func names() async throws -> [String] {
            let answer = await server.handle(
                HTTPRequest(
                    .get, "http://x" + maps, headers: ["User-Agent": Fault.sparedClient]))
            let json = try JSONValue(parsing: await answer.body.collect())
            return (json["items"]?.arrayValue ?? []).compactMap {
                $0["metadata", "name"]?.stringValue
            }
        }

        func waitUntilTaken() async throws {
            while !server.faults.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test func dropsAreResets() async throws {
        let stage = try await Stage()
        stage.server.faults = [Fault(.dropBefore), Fault(.dropAfter)]
        let before = try await stage.make("a")
        #expect(before.end == .reset && before.head.isEmpty)
        #expect(try await stage.names() == [])
        let after = try await stage.make("b")
        #expect(after.end == .reset && after.head.isEmpty)
        #expect(try await stage.names() == ["b"])
        let fine = try await stage.make("c")
        #expect(fine.end == .closed && fine.head.hasPrefix("HTTP/1.1 201 "))
    }

    @Test func delaysHoldTheRequestOrTheAnswer() async throws {
        let stage = try await Stage()
        stage.server.faults = [Fault(.delay(.seconds(3600)), method: "POST")]
        // Those who are kept waiting wait on, in threads that end with the process.
        Task { try await stage.make("a") }
        try await stage.waitUntilTaken()
        #expect(try await stage.names() == [])
        stage.server.faults = [Fault(.delayAnswer(.milliseconds(50)), method: "POST")]
        #expect(try await stage.make("b").head.hasPrefix("HTTP/1.1 201 "))
        stage.server.faults = [Fault(.delayAnswer(.seconds(3600)), method: "POST")]
        Task { try await stage.make("c") }
        while try await stage.names() != ["b", "c"] {
            try await Task.sleep(for: .milliseconds(5))
        }
        stage.server.faults = [Fault(.delay(.milliseconds(20)), method: "POST")]
        #expect(try await stage.make("d").head.hasPrefix("HTTP/1.1 201 "))
    }

    @Test func whatIsCommittedLateComesAfterTheReset() async throws {
        let stage = try await Stage()
        stage.server.faults = [Fault(.commitLate(.milliseconds(100)), method: "POST")]
        #expect(try await stage.make("a").end == .reset)
        while try await stage.names() != ["a"] { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test(arguments: [409, 410, 422, 429, 500, 503, 504])
    func errorsAreWholeAnswers(_ code: Int) async throws {
        let stage = try await Stage()
        stage.server.faults = [
            Fault(.refuse(code: code, retryAfter: 7), method: "POST"),
            Fault(.refuseAfter(code: code), method: "POST"),
        ]
        let refused = try await stage.make("a")
        #expect(refused.head.hasPrefix("HTTP/1.1 \(code) "))
        #expect(refused.head.lowercased().contains("retry-after: 7"))
        let status = try JSONValue(parsing: refused.body)
        #expect(status["kind"] == "Status" && status["code"]?.integerValue == Int64(code))
        #expect(status["reason"]?.stringValue?.isEmpty == false)
        #expect(try await stage.names() == [])
        let late = try await stage.make("b")
        #expect(late.head.hasPrefix("HTTP/1.1 \(code) ") && late.end == .closed)
        #expect(try await stage.names() == ["b"])
    }

    @Test func truncatedAnswersBreakOffAfterTheirBytes() async throws {
        let stage = try await Stage()
        let whole = try await stage.send()
        stage.server.faults = [Fault(.truncate(bytes: 25)), Fault(.truncate(bytes: 0))]
        let part = try await stage.send()
        #expect(part.body == String(whole.body.prefix(25)))
        #expect(part.head.lowercased().contains("content-length: \(whole.body.utf8.count)"))
        #expect(try await stage.send().body == "")
    }

    @Test func aWatchCanBeTruncatedWithinAnEvent() async throws {
        let stage = try await Stage()
        stage.server.faults = [Fault(.truncate(bytes: 30))]
        let watch = try await stage.send("GET", "/api/v1/namespaces?watch=true")
        #expect(watch.body.contains(#"{"type":"ADDED","object":{"#))
        #expect(!watch.body.contains("\n") || !watch.body.hasSuffix("0\r\n\r\n"))
    }

    @Test func drippingAnswersAreWhole() async throws {
        let stage = try await Stage()
        let whole = try await stage.send()
        stage.server.faults = [Fault(.drip(bytes: 7, pause: .milliseconds(1)))]
        let slow = try await stage.send()
        #expect(slow.body == whole.body && slow.end == .closed)
    }

    @Test func watchesBreakEndOrExpireAfterTheirEvents() async throws {
        let stage = try await Stage()
        stage.server.faults = [
            Fault(.cutWatch(events: 2)), Fault(.endWatch(events: 2)),
            Fault(.expireWatch(events: 1)),
        ]
        let path = "/api/v1/namespaces?watch=true"
        // A list is no watch and leaves the faults alone.
        _ = try await stage.send("GET", "/api/v1/namespaces")
        let end = "0\r\n\r\n"
        let cut = try await stage.send("GET", path)
        #expect(cut.body.count(of: #""type":"ADDED""#) == 2 && !cut.body.hasSuffix(end))
        let ended = try await stage.send("GET", path)
        #expect(ended.body.count(of: #""type":"ADDED""#) == 2 && ended.body.hasSuffix(end))
        let expired = try await stage.send("GET", path)
        #expect(expired.body.count(of: #""type":"ADDED""#) == 1 && expired.body.hasSuffix(end))
        #expect(expired.body.contains(#"{"type":"ERROR","object":{"kind":"Status""#))
        #expect(expired.body.contains(#""code":410"#))
    }
}

extension String {
    fileprivate func count(of part: String) -> Int { split(separator: part).count - 1 }
}
