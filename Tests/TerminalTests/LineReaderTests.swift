import Foundation
import Terminal
import Testing

/// Lines from a pipe, not from a terminal.
struct LineReaderTests {
    private func lines(of text: String, atOnce: Int = 1 << 16) async throws -> [LineEvent] {
        let pipe = Pipe()
        let reader = try LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor)
        let bytes = Data(text.utf8)
        Thread.detachNewThread {
            var rest = bytes[...]
            while !rest.isEmpty {
                pipe.fileHandleForWriting.write(rest.prefix(atOnce))
                rest = rest.dropFirst(atOnce)
            }
            try? pipe.fileHandleForWriting.close()
        }
        var events: [LineEvent] = []
        repeat {
            events.append(await reader.nextLine(prompt: "", discardingTypedAhead: true))
        } while events.last != .endOfInput && events.count < 100
        return events
    }

    @Test func aLastLineWithoutNewlineCounts() async throws {
        #expect(
            try await lines(of: "status\n\nget pets\r\nexit")
                == [.line("status"), .line(""), .line("get pets"), .line("exit"), .endOfInput])
        #expect(try await lines(of: "") == [.endOfInput])
    }

    @Test func aLineLongerThanAnyBufferComesWhole() async throws {
        let long = String(repeating: "寿x", count: 200_000)
        #expect(
            try await lines(of: long + "\nend\n", atOnce: 4093)
                == [.line(long), .line("end"), .endOfInput])
    }

    @Test func stopEndsAWaitingRead() async throws {
        let pipe = Pipe()
        let reader = try LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor)
        async let event = reader.nextLine(prompt: "", discardingTypedAhead: false)
        reader.stop()
        #expect(await event == .stopped)
        #expect(await reader.nextLine(prompt: "", discardingTypedAhead: false) == .stopped)
    }
}
