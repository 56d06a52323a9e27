import Synchronization
import Testing
import Verbs

@testable import Shell

/// The prompt starts in the first column, whatever was printed before it.
struct ColumnOutputTests {
    private final class Written: Output {
        let bytes = Mutex<[UInt8]>([])

        func write(_ more: [UInt8]) throws(OutputClosed) { bytes.withLock { $0 += more } }
    }

    @Test func anOpenLineIsKnownAcrossBothStreamsOfATerminal() throws {
        let line = ScreenLine()
        let output = ColumnOutput(output: Written(), line: line)
        let errors = ColumnOutput(output: Written(), line: line)
        try output.write(Array("whole\n".utf8))
        #expect(!line.end())
        try errors.write(Array("open".utf8))
        try output.write([])
        #expect(line.end())
        #expect(!line.end())
        try output.write(Array("open".utf8))
        try errors.write(Array("ended\n".utf8))
        #expect(!line.end())
    }
}
