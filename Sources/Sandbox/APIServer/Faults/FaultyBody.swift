import HTTP

/// Hands a body on in another shape: shortened, in small pieces, or a watch with another end.
///
/// Works while the body flows, so that it serves watches as well as whole answers.
actor FaultyBody {
    enum Shape: Sendable {
        /// So many bytes, then the connection breaks.
        case truncated(Int)
        /// Pieces of that size, each after a pause.
        case dripping(Int, Duration)
        /// So many chunks, then a last one if there is one, then the end or a broken connection.
        case chunks(Int, last: [UInt8]?, breaks: Bool)
    }

    private var iterator: HTTPBody.Iterator
    private var shape: Shape
    /// Bytes that came and have not been handed on.
    private var rest: ArraySlice<UInt8> = []

    private init(_ body: HTTPBody, _ shape: Shape) {
        iterator = body.makeAsyncIterator()
        self.shape = shape
    }

    /// The answer with its body in that shape; its length is still told as it was.
    static func reshape(_ response: HTTPResponse, _ shape: Shape) -> HTTPResponse {
        let source = FaultyBody(response.body, shape)
        var response = response
        response.body = HTTPBody(
            next: { () async throws(TransportError) in try await source.next() }, cancel: {})
        return response
    }

    private static let broken = TransportError(
        .connectionLost, "the connection was closed before the answer was whole", sent: true)

    private func next() async throws(TransportError) -> [UInt8]? {
        switch shape {
        case .truncated(let left):
            guard left > 0, let chunk = try await pull() else { throw Self.broken }
            let part = Array(chunk.prefix(left))
            shape = .truncated(left - part.count)
            return part
        case .dripping(let size, let pause):
            if rest.isEmpty { rest = try await pull()?[...] ?? [] }
            guard !rest.isEmpty, (try? await Task.sleep(for: pause)) != nil else { return nil }
            let piece = rest.prefix(size)
            rest = rest.dropFirst(piece.count)
            return Array(piece)
        case .chunks(0, let last, let breaks):
            if let last {
                shape = .chunks(0, last: nil, breaks: breaks)
                return last
            }
            if breaks { throw Self.broken }
            return nil
        case .chunks(let left, let last, let breaks):
            shape = .chunks(left - 1, last: last, breaks: breaks)
            return try await pull()
        }
    }

    private func pull() async throws(TransportError) -> [UInt8]? {
        var copy = iterator
        let chunk = try await copy.next(isolation: self)
        iterator = copy
        return chunk
    }
}
