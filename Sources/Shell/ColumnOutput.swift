import Synchronization
import Verbs

/// Whether the line on the screen is open; what all outputs that go to one terminal share.
final class ScreenLine: Sendable {
    private let isOpen = Atomic(false)

    func note(lastByte: UInt8) { isOpen.store(lastByte != 0x0A, ordering: .relaxed) }

    /// Whether the line was open; from now on it counts as ended.
    func end() -> Bool { isOpen.exchange(false, ordering: .relaxed) }
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
    }
}
