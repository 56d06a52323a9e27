import Foundation
import Synchronization
import Terminal
import Testing

/// Signals of this very process; they are harmless ones, and one test at a time sends them.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SignalHubTests {
    @Test func everyListenerHearsAndAnEndedOneDoesNot() async throws {
        let hub = SignalHub()
        let (first, toFirst) = AsyncStream.makeStream(of: Signal.self)
        let (second, toSecond) = AsyncStream.makeStream(of: Signal.self)
        let one = hub.listen { toFirst.yield($0) }
        let two = hub.listen { toSecond.yield($0) }
        kill(getpid(), SIGWINCH)
        #expect(await first.first { _ in true } == .windowChange)
        #expect(await second.first { _ in true } == .windowChange)
        hub.end(one)
        hub.end(two)
        // Nobody listens: the signal does again what it does without us, which is nothing.
        kill(getpid(), SIGWINCH)
        let again = hub.listen { toFirst.yield($0) }
        hub.end(again)
    }

    @Test func onlyTheLastListenerMaySuspend() async throws {
        let hub = SignalHub()
        let outer = Mutex<[Signal]>([])
        let (stream, sink) = AsyncStream.makeStream(of: Signal.self)
        let one = hub.listen { signal in outer.withLock { $0.append(signal) } }
        let two = hub.listen { sink.yield($0) }
        defer {
            hub.end(two)
            hub.end(one)
        }
        kill(getpid(), SIGTSTP)
        var heard = stream.makeAsyncIterator()
        #expect(await heard.next() == .suspend)
        kill(getpid(), SIGWINCH)
        #expect(await heard.next() == .windowChange)
        // The relay passes one signal after another, to the older listener first.
        #expect(outer.withLock { $0 } == [.windowChange])
    }
}
