import HTTP
import Sandbox
import SandboxAPIServer
import Synchronization
import Testing

@testable import Verbs

extension OnStage {
    @Suite("Signals while the end of a command undoes")
    struct EndingUndoTests {
        private static let line = "patch pet fluffy status=pending --rollback-on-exit -- true"
        private static let warning =
            "still undoing; press Ctrl-C again to leave 1 change in place\n"

        /// A stage on which the undo waits at a gate, and Ctrl-C is pressed as soon as it listens.
        private func stage(_ gate: Gate, _ signals: Signals) async throws -> Stage {
            let stage = try await Stage()
            let writes = stage.writes
            stage.world.makeTransport = { _ in Gated(inner: writes, gate: gate) }
            stage.world.runCommand = { _ in
                gate.shut()
                return 0
            }
            stage.world.interrupts = {
                let stream = signals.stream()
                // The command's, the hold's, and then that of the undo.
                if signals.count == 3 { signals.send(.interrupt) }
                return stream
            }
            return stage
        }

        @Test("the first Ctrl-C says how to leave, and the undo goes on")
        func first() async throws {
            let (gate, signals) = (Gate(), Signals())
            let stage = try await stage(gate, signals)
            stage.world.errors = Tap(stage.setup.errors) { text in
                if text == Self.warning { gate.open() }
            }
            let outcome = await stage.run(Self.line)
            #expect(outcome.status == .ended(by: 2))
            #expect(outcome.errors.contains(Self.warning))
            #expect(outcome.errors.hasSuffix("undone 1, kept 0, failed 0\n"))
            let pet = await stage.run("get pet fluffy -o json").output
            #expect(pet.contains("\"status\": \"available\""))
            #expect(await stage.run("session list").errors == "No sessions.\n")
        }

        @Test("the second leaves, and names the command that finishes the undo")
        func second() async throws {
            let (gate, signals) = (Gate(), Signals())
            let stage = try await stage(gate, signals)
            stage.world.errors = Tap(stage.setup.errors) { text in
                if text == Self.warning { signals.send(.interrupt) }
            }
            let outcome = await stage.run(Self.line)
            #expect(outcome.status == .undoIncomplete)
            let (_, rest) = try #require(
                outcome.errors.splitting(
                    at: "left 1 change in place; to undo later:\n  petstore-cli "))
            let recover = String(rest.prefix { $0 != "\n" })
            #expect(recover.hasPrefix("session recover ") && recover.hasSuffix(" --yes"))
            gate.open()
            // The journal is let go of when the last write has ended.
            var recovered = await stage.run(recover)
            for _ in 0..<1000 where recovered.status == .conflict {
                await Task.yield()
                recovered = await stage.run(recover)
            }
            #expect(recovered.status == .done, "\(recovered.errors)")
            let pet = await stage.run("get pet fluffy -o json").output
            #expect(pet.contains("\"status\": \"available\""))
        }

        @Test("a change whose reader has gone is undone, and a quiet success")
        func closedOutput() async throws {
            let stage = try await Stage()
            stage.world.output = ClosedOutput()
            let outcome = await stage.run(Self.line)
            #expect(outcome.status == .done)
            #expect(outcome.errors.hasSuffix("undone 1, kept 0, failed 0\n"), "\(outcome.errors)")
        }
    }
}

@Suite("What signals mean to a command")
struct CommandSignalsTests {
    private let said = Words()

    @Test("what only reads is cut, also by a signal that came before it began")
    func reads() async {
        let signals = CommandSignals()
        await signals.receive(.terminate)
        await signals.run { said.add("cut") }
        await signals.receive(.interrupt)
        #expect(said.all == ["cut", "cut"])
        #expect(await signals.first == .terminate)
        #expect(await signals.firstOfUndo == nil)
    }

    @Test("however often Ctrl-C was pressed before the undo, it counts as the first there")
    func pressedBefore() async {
        let signals = CommandSignals()
        for _ in 0..<3 { await signals.receive(.interrupt) }
        await signals.undo(warn: { said.add("warn") }, abandon: { said.add("abandon") })
        #expect(said.all == ["warn"])
        await signals.receive(.interrupt)
        #expect(said.all == ["warn", "abandon"])
        await signals.rest()
        await signals.receive(.interrupt)
        #expect(said.all == ["warn", "abandon"])
    }

    @Test(
        "a request to end does not end an undo", arguments: [Interrupt.terminate, .hangup, .quit])
    func ending(signal: Interrupt) async {
        let signals = CommandSignals()
        await signals.undo(warn: { said.add("warn") }, abandon: { said.add("abandon") })
        for _ in 0..<3 { await signals.receive(signal) }
        #expect(said.all.isEmpty)
        #expect(await signals.firstOfUndo == signal)
    }
}

private final class Words: Sendable {
    private let words = Mutex<[String]>([])
    var all: [String] { words.withLock { $0 } }
    func add(_ word: String) { words.withLock { $0.append(word) } }
}

/// Lets everything through until it is shut, and then nothing until it is opened.
private final class Gate: Sendable {
    private struct State {
        var isShut = false
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    func shut() { state.withLock { $0.isShut = true } }

    func open() {
        let waiting = state.withLock { state in
            state.isShut = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for sink in waiting { sink.finish() }
    }

    /// Returns when the gate is open, or the task is cancelled.
    func pass() async {
        let (wait, sink) = AsyncStream.makeStream(of: Void.self)
        let isShut = state.withLock { state in
            if state.isShut { state.waiting.append(sink) }
            return state.isShut
        }
        guard isShut else { return }
        for await _ in wait {}
    }
}

private struct Gated: Transport {
    let inner: any Transport
    let gate: Gate

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if request.method == .patch { await gate.pass() }
        return try await inner.send(request)
    }
}

private struct ClosedOutput: Output {
    func write(_ bytes: [UInt8]) throws(OutputClosed) { throw OutputClosed() }
}
