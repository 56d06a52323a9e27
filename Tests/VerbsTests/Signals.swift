import Synchronization
import Verbs

/// Signals that a test sends.
final class Signals: Sendable {
    private let sinks = Mutex<[AsyncStream<Interrupt>.Continuation]>([])

    /// How many listeners there have been.
    var count: Int { sinks.withLock { $0.count } }

    func stream() -> AsyncStream<Interrupt> {
        let (stream, sink) = AsyncStream.makeStream(of: Interrupt.self)
        sinks.withLock { $0.append(sink) }
        return stream
    }

    func send(_ signal: Interrupt) {
        sinks.withLock { for sink in $0 { sink.yield(signal) } }
    }
}

/// Passes on what is written, and lets a test see it.
struct Tap: Output {
    let inner: any Output
    let see: @Sendable (String) -> Void

    init(_ inner: any Output, see: @escaping @Sendable (String) -> Void) {
        self.inner = inner
        self.see = see
    }

    func write(_ bytes: [UInt8]) throws(OutputClosed) {
        try inner.write(bytes)
        see(String(decoding: bytes, as: UTF8.self))
    }
}
