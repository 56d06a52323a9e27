import Synchronization
import Terminal
import Testing

@testable import Shell

/// The interrupt table of the design: what a signal does in each state.
struct ShellSignalsTests {
    /// What happened, in order.
    private final class Log: Sendable {
        private let entries = Mutex<[String]>([])

        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    private let log = Log()
    private let lines = TextLines("status\nget pets")

    private func signals() -> ShellSignals {
        ShellSignals(input: .script(lines)) { [log] in log.add($0) }
    }

    private func running(canBeCut: Bool) -> ShellSignals.Phase {
        .running(cancel: { [log] in log.add("cut") }, canBeCut: canBeCut)
    }

    @Test func aReadIsCutByControlC() {
        let signals = signals()
        signals.enter(running(canBeCut: true))
        signals.receive(.interrupt)
        #expect(log.all == ["cut"])
        #expect(signals.wasInterrupted)
    }

    @Test func controlCEndsAScriptAsAWhole() async {
        let signals = signals()
        signals.enter(.atPrompt)
        signals.receive(.interrupt)
        #expect(signals.ending == .interrupt)
        #expect(await lines.nextLine(prompt: "", discardingTypedAhead: false) == .stopped)
    }

    @Test func aChangeUnderWayIsFinished() {
        let signals = signals()
        signals.enter(running(canBeCut: false))
        signals.receive(.interrupt)
        #expect(log.all == ["finishing the change that is under way, then stopping"])
        #expect(signals.wasInterrupted)
        signals.receive(.suspend)
        #expect(log.all.last == "not suspended: a change is being recorded")
        signals.receive(.terminate)
        #expect(!log.all.contains("cut"))
    }

    @Test func theUndoIsLeftOnlyByASecondPress() {
        let signals = signals()
        signals.enter(.undoing(pending: 2) { [log] in log.add("abandoned") })
        signals.receive(.interrupt)
        #expect(
            log.all == ["still undoing; press Ctrl-C again to leave 2 changes in place"])
        signals.receive(.suspend)
        #expect(log.all.last == "not suspended: changes are being undone")
        signals.receive(.terminate)
        signals.receive(.hangUp)
        #expect(!log.all.contains("abandoned"))
        signals.receive(.interrupt)
        #expect(log.all.last == "abandoned")
    }

    @Test func aSignalToEndStopsTheInputAndCutsAReadThatStartsLate() async {
        let signals = signals()
        signals.enter(.atPrompt)
        signals.receive(.hangUp)
        signals.receive(.terminate)
        // The first one says how the shell ends.
        #expect(signals.ending == .hangUp)
        #expect(await lines.nextLine(prompt: "", discardingTypedAhead: false) == .stopped)
        signals.enter(running(canBeCut: true))
        #expect(log.all == ["cut"])
    }

    @Test func aNewPhaseForgetsTheInterruptOfTheLast() {
        let signals = signals()
        signals.enter(running(canBeCut: true))
        signals.receive(.interrupt)
        signals.enter(.atPrompt)
        #expect(!signals.wasInterrupted)
    }
}
