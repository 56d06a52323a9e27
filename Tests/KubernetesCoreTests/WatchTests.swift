import Documents
import HTTP
import KubernetesCore
import Testing

@Suite("The life of a watch")
struct WatchMachineTests {
    private func machine(_ inputs: WatchMachine.Input..., limit: Int = 3) -> WatchMachine {
        var machine = WatchMachine(maximumFailures: limit)
        for input in inputs { _ = machine.step(input) }
        return machine
    }

    private func event(_ version: String) -> WatchEvent {
        .modified(KubernetesObject(["metadata": ["resourceVersion": .string(version)]]))
    }

    private func status(_ code: Int, _ reason: String = "") -> KubernetesError {
        KubernetesError(.status(Status(code: code, reason: reason, message: "")))
    }

    private let lost = KubernetesError(
        .transport(TransportError(.connectionLost, "cut", sent: true)))

    @Test("Without a version it lists first, with one it does not")
    func start() {
        var fresh = WatchMachine(maximumFailures: 3)
        #expect(fresh.step(.start(from: nil)) == [.list])
        #expect(fresh.step(.listed(resourceVersion: "5")) == [.open(from: "5")])
        var known = WatchMachine(maximumFailures: 3)
        #expect(known.step(.start(from: "7")) == [.open(from: "7")])
        var empty = WatchMachine(maximumFailures: 3)
        #expect(empty.step(.start(from: "")) == [.list])
    }

    @Test("After an end it goes on from the last event, at once")
    func resume() {
        var machine = machine(.start(from: "1"), .opened)
        #expect(machine.step(.event(event("4"))) == [.deliver(event("4"))])
        #expect(
            machine.step(.event(.bookmark(resourceVersion: "9")))
                == [.deliver(.bookmark(resourceVersion: "9"))])
        #expect(machine.step(.streamEnded(early: true)) == [.open(from: "9")])
        #expect(machine.failures == 0)
    }

    @Test("A stream that ends before anything came is not asked for again without pause")
    func emptyStreams() {
        var machine = machine(.start(from: "1"), .opened)
        #expect(machine.step(.streamEnded(early: true)) == [.wait(attempt: 1)])
        #expect(machine.step(.waited) == [.open(from: "1")])
        _ = machine.step(.opened)
        #expect(machine.step(.streamEnded(early: true)) == [.wait(attempt: 2)])
        for _ in 3...4 {
            _ = machine.step(.waited)
            _ = machine.step(.opened)
            _ = machine.step(.streamEnded(early: true))
        }
        #expect(machine.state == .ended)
    }

    @Test("Streams that had their time and nothing to tell are no failures")
    func quietStreams() {
        var machine = machine(.start(from: "1"), .failed(lost), .waited)
        for _ in 1...10 {
            _ = machine.step(.opened)
            #expect(machine.step(.streamEnded(early: false)) == [.open(from: "1")])
            #expect(machine.failures == 0)
        }
    }

    @Test("A line that cannot be read is tried again once; then only a list helps")
    func unreadable() {
        let fault = KubernetesError(.undecodable("no event"))
        var machine = machine(.start(from: "1"), .opened)
        #expect(machine.step(.failed(fault)) == [.close, .wait(attempt: 1)])
        #expect(machine.step(.waited) == [.open(from: "1")])
        _ = machine.step(.opened)
        #expect(machine.step(.failed(fault)) == [.close, .wait(attempt: 2)])
        #expect(machine.step(.waited) == [.list])
    }

    @Test("A version that the server has not reached lists anew")
    func future() {
        let details = StatusDetails(causes: [
            .init(reason: "ResourceVersionTooLarge", message: "Too large", field: "")
        ])
        let status = Status(code: 504, reason: "Timeout", message: "Too large", details: details)
        var machine = machine(.start(from: "900"))
        #expect(machine.step(.failed(KubernetesError(.status(status)))) == [.list])
    }

    @Test("A cut is waited out, and the event after it clears the count")
    func cut() {
        var machine = machine(.start(from: "1"), .opened, .event(event("2")))
        #expect(machine.step(.failed(lost)) == [.close, .wait(attempt: 1)])
        #expect(machine.step(.waited) == [.open(from: "2")])
        #expect(machine.step(.failed(lost)) == [.wait(attempt: 2)])
        _ = machine.step(.waited)
        _ = machine.step(.opened)
        _ = machine.step(.event(event("3")))
        #expect(machine.failures == 0)
    }

    @Test("Silence closes the stream and goes on from the same version")
    func silence() {
        var machine = machine(.start(from: "1"), .opened, .event(event("2")))
        #expect(machine.step(.silent) == [.close, .open(from: "2")])
    }

    @Test("410 lists anew, as an answer and as an event; twice in a row only after a pause")
    func gone() {
        var machine = machine(.start(from: "1"))
        #expect(machine.step(.failed(status(410, "Expired"))) == [.list])
        #expect(machine.step(.listed(resourceVersion: "20")) == [.open(from: "20")])
        _ = machine.step(.opened)
        let expired = WatchEvent.error(Status(code: 410, reason: "Expired", message: ""))
        #expect(machine.step(.event(expired)) == [.close, .list])
        #expect(machine.step(.failed(status(410, "Expired"))) == [.wait(attempt: 2)])
        #expect(machine.step(.waited) == [.list])
    }

    @Test("Other error events are waited out")
    func errorEvents() {
        var machine = machine(.start(from: "1"), .opened)
        let trouble = WatchEvent.error(Status(code: 500, reason: "InternalError", message: ""))
        #expect(machine.step(.event(trouble)) == [.close, .wait(attempt: 1)])
    }

    @Test("What cannot pass ends it", arguments: [400, 401, 403, 404, 405, 422])
    func fatal(code: Int) {
        var machine = machine(.start(from: nil))
        #expect(machine.step(.failed(status(code))) == [.fail(status(code))])
        #expect(machine.state == .ended)
        #expect(machine.step(.waited).isEmpty)
    }

    @Test("What may pass is tried only so often", arguments: [429, 500, 503])
    func bounded(code: Int) {
        var machine = machine(.start(from: nil), limit: 2)
        for attempt in 1...2 {
            #expect(machine.step(.failed(status(code))) == [.wait(attempt: attempt)])
            #expect(machine.step(.waited) == [.list])
        }
        #expect(machine.step(.failed(status(code))) == [.fail(status(code))])
    }

    @Test("Late reports change nothing")
    func late() {
        var machine = machine(.start(from: "1"), .opened, .failed(lost))
        let before = machine.state
        #expect(machine.step(.streamEnded(early: true)).isEmpty)
        #expect(machine.step(.silent).isEmpty)
        #expect(machine.step(.event(event("9"))).isEmpty)
        #expect(machine.state == before)
    }
}

@Suite("Events of a watch")
struct WatchEventTests {
    @Test("Every type is read, others are none")
    func decoding() throws {
        func event(_ text: String) throws -> WatchEvent? {
            WatchEvent(try JSONValue(parsing: text))
        }
        let object = #"{"metadata":{"name":"x","resourceVersion":"3"}}"#
        for type in ["ADDED", "MODIFIED", "DELETED"] {
            let read = try #require(try event(#"{"type":"\#(type)","object":\#(object)}"#))
            #expect(read.typeName == type && read.resourceVersion == "3")
            #expect(read.object?.name == "x")
        }
        #expect(
            try event(#"{"type":"BOOKMARK","object":\#(object)}"#)
                == .bookmark(resourceVersion: "3"))
        let failure = try event(#"{"type":"ERROR","object":{"kind":"Status","code":410}}"#)
        guard case .error(let status) = failure else {
            Issue.record("not an error: \(String(describing: failure))")
            return
        }
        #expect(status.code == 410)
        for text in [#"{"type":"OTHER","object":{}}"#, #"{"type":"ADDED"}"#, "[]", "{}"] {
            #expect(try event(text) == nil)
        }
        let row = #"{"kind":"Table","rows":[{"object":{"metadata":{"resourceVersion":"8"}}}]}"#
        #expect(try event(#"{"type":"ADDED","object":\#(row)}"#)?.resourceVersion == "8")
        #expect(try event(#"{"type":"BOOKMARK","object":\#(row)}"#)?.resourceVersion == "8")
    }

    @Test("Lines come out whole however the chunks are cut")
    func splitting() throws {
        let text = "first\nsecond\r\n\nthird \u{1F436}\nrest"
        let bytes = Array(text.utf8)
        for size in 1...bytes.count {
            var splitter = LineSplitter(limit: 100)
            var lines: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                let chunk = Array(bytes[start..<min(start + size, bytes.count)])
                lines += try splitter.lines(adding: chunk).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            #expect(lines == ["first", "second", "third \u{1F436}"])
            #expect(splitter.remainder() == Array("rest".utf8))
            #expect(splitter.remainder() == nil)
        }
    }

    @Test("A line has a limit, ended or not")
    func limit() {
        var splitter = LineSplitter(limit: 4)
        #expect(throws: LineSplitter.LineTooLong(limit: 4)) {
            try splitter.lines(adding: Array("12345\n".utf8))
        }
        var other = LineSplitter(limit: 4)
        #expect(throws: LineSplitter.LineTooLong(limit: 4)) {
            _ = try other.lines(adding: Array("123".utf8))
            _ = try other.lines(adding: Array("45".utf8))
        }
    }
}
