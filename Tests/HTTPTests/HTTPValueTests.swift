import HTTP
import Synchronization
import Testing

@Suite("Header fields and bodies")
struct HTTPValueTests {
    @Test("names of fields compare without regard to case, their order is kept")
    func fields() {
        var headers: HTTPHeaders = ["Accept": "a", "X-B": "1"]
        headers.add("x-b", "2")
        #expect(headers["X-b"] == "1")
        #expect(headers.values(named: "x-B") == ["1", "2"])
        #expect(headers.map(\.name) == ["Accept", "X-B", "x-b"])
        headers["ACCEPT"] = "c"
        #expect(headers.map(\.name) == ["X-B", "x-b", "ACCEPT"])
        headers["x-b"] = nil
        #expect(headers.map(\.value) == ["c"])
    }

    @Test("a whole body is one chunk, an empty one none")
    func whole() async throws {
        #expect(try await HTTPBody([1, 2]).collect() == [1, 2])
        var iterator = HTTPBody([]).makeAsyncIterator()
        #expect(try await iterator.next() == nil)
    }

    private final class Producer: Sendable {
        let state = Mutex((next: 0, cancelled: 0))
        var cancelled: Int { state.withLock { $0.cancelled } }

        func body(chunks: Int) -> HTTPBody {
            HTTPBody(
                next: { () async throws(TransportError) in
                    self.state.withLock { state in
                        guard state.next < chunks else { return nil }
                        state.next += 1
                        return [UInt8](repeating: UInt8(state.next), count: 10)
                    }
                },
                cancel: { self.state.withLock { $0.cancelled += 1 } })
        }
    }

    @Test("chunks are fetched one by one, and the end stays the end")
    func chunks() async throws {
        let producer = Producer()
        var iterator = producer.body(chunks: 1).makeAsyncIterator()
        #expect(producer.state.withLock { $0.next } == 0)
        #expect(try await iterator.next()?.count == 10)
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
    }

    @Test("leaving the loop tells the producer")
    func leaving() async throws {
        let producer = Producer()
        func readOne() async throws {
            for try await _ in producer.body(chunks: 5) { break }
        }
        try await readOne()
        #expect(producer.cancelled >= 1)
        #expect(producer.state.withLock { $0.next } == 1)
    }

    @Test("a body past its limit is an error, one at the limit is not", arguments: [19, 20, 30])
    func limit(limit: Int) async throws {
        let producer = Producer()
        let body = producer.body(chunks: 2)
        guard limit < 20 else {
            #expect(try await body.collect(limit: limit).count == 20)
            return
        }
        let error = await #expect(throws: TransportError.self) {
            try await body.collect(limit: limit)
        }
        #expect(error?.kind == .bodyTooLarge)
        #expect(producer.cancelled >= 1)
    }

    @Test("a whole body obeys the limit as well")
    func wholeLimit() async {
        let error = await #expect(throws: TransportError.self) {
            try await HTTPBody([1, 2, 3]).collect(limit: 2)
        }
        #expect(error?.kind == .bodyTooLarge)
    }
}
