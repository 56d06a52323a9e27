/// The answer to a call: status and headers at once, the body as it arrives.
package struct HTTPResponse: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: HTTPBody

    package init(status: Int, headers: HTTPHeaders = [:], body: HTTPBody = HTTPBody([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Chunks of bytes that are produced only when asked for, so a slow reader slows the sender.
///
/// It may be read once. Dropping the last reference to a body, or leaving its loop, ends the
/// transfer behind it.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = TransportError

    private let source: Source

    /// A body that is wholly here already.
    package init(_ bytes: [UInt8]) {
        source = Source(whole: bytes)
    }

    /// A body that is fetched chunk by chunk.
    ///
    /// - Parameters:
    ///   - next: gives the next chunk (never empty), nil at the end.
    ///   - cancel: called once when nobody wants the rest; must be quick and may not block.
    package init(
        next: @escaping @Sendable () async throws(TransportError) -> [UInt8]?,
        cancel: @escaping @Sendable () -> Void
    ) {
        source = Source(next: next, cancel: cancel)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    /// The same body, shown to someone else while it is read; nothing is kept here.
    ///
    /// - Parameter see: called with each chunk that the reader gets, and with nil at the end,
    ///   however the body ends; not called any more when the reader has left.
    /// - Returns: the body to read in place of this one.
    package func shown(to see: @escaping @Sendable ([UInt8]?) -> Void) -> HTTPBody {
        let source = source
        if let whole = source.whole {
            if !whole.isEmpty { see(whole) }
            see(nil)
            return self
        }
        return HTTPBody(
            next: { () async throws(TransportError) in
                do throws(TransportError) {
                    let chunk = try await source.next()
                    see(chunk)
                    return chunk
                } catch {
                    see(nil)
                    throw error
                }
            }, cancel: { source.cancel() })
    }

    /// Reads the body to its end.
    ///
    /// - Parameter limit: the most bytes that are accepted.
    /// - Returns: all bytes.
    /// - Throws: `TransportError` of kind `.bodyTooLarge` past the limit, else what the transfer
    ///   met with.
    package func collect(limit: Int = .max) async throws(TransportError) -> [UInt8] {
        let tooLarge = TransportError(
            .bodyTooLarge, "the answer is larger than \(limit) bytes", sent: true)
        if let whole = source.whole {
            guard whole.count <= limit else { throw tooLarge }
            return whole
        }
        var bytes: [UInt8] = []
        var iterator = makeAsyncIterator()
        while let chunk = try await iterator.next(isolation: nil) {
            guard bytes.count + chunk.count <= limit else {
                source.cancel()
                throw tooLarge
            }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let source: Source
        private var finished = false

        fileprivate init(source: Source) { self.source = source }

        package mutating func next() async throws(TransportError) -> [UInt8]? {
            try await next(isolation: nil)
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(TransportError) -> [UInt8]? {
            guard !finished else { return nil }
            if let whole = source.whole {
                finished = true
                return whole.isEmpty ? nil : whole
            }
            guard let chunk = try await source.next() else {
                finished = true
                return nil
            }
            return chunk
        }
    }

    fileprivate final class Source: Sendable {
        let whole: [UInt8]?
        let next: @Sendable () async throws(TransportError) -> [UInt8]?
        let cancel: @Sendable () -> Void

        init(whole: [UInt8]) {
            self.whole = whole
            next = { () async throws(TransportError) in nil }
            cancel = {}
        }

        init(
            next: @escaping @Sendable () async throws(TransportError) -> [UInt8]?,
            cancel: @escaping @Sendable () -> Void
        ) {
            whole = nil
            self.next = next
            self.cancel = cancel
        }

        deinit { cancel() }
    }
}
