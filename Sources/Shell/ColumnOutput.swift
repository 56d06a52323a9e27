import Synchronization
import Terminal
import Verbs

/// Whether the line on the screen is open; what all outputs that go to one terminal share.
final class ScreenLine: Sendable {
    private let isOpen = Atomic(false)
    private let copy = Mutex<ResultFile?>(nil)

    func note(lastByte: UInt8) { isOpen.store(lastByte != 0x0A, ordering: .relaxed) }

    /// Whether the line was open; from now on it counts as ended.
    func end() -> Bool { isOpen.exchange(false, ordering: .relaxed) }

    /// Where everything that is shown is written down as well; nil: nowhere.
    func keep(in file: ResultFile?) { copy.withLock { $0 = file } }

    /// Writes down what was typed or shown, where that is wanted.
    func writeDown(_ bytes: [UInt8]) {
        // The screen has it, whatever becomes of the copy.
        copy.withLock { _ = $0?.write(bytes) }
    }
}

/// An output that remembers whether what it wrote last ended its line.
///
/// The prompt must start in the first column, whatever a command printed.
struct ColumnOutput: Output {
    let output: any Output
    let line: ScreenLine

    func write(_ bytes: [UInt8]) throws(OutputClosed) {
        guard let last = bytes.last else { return }
        try output.write(bytes)
        line.note(lastByte: last)
        line.writeDown(bytes)
    }
}
