import Synchronization
import Terminal
import Verbs

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One of our standard streams to write to; pieces that are written side by side stay whole.
final class StandardOutput: Output {
    private let descriptor: Int32
    private let lock = Mutex(())

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ bytes: [UInt8]) throws(OutputClosed) {
        let isWritten = lock.withLock { _ in writeAll(bytes) }
        if !isWritten { throw OutputClosed() }
    }

    /// - Returns: false when nobody reads any more, or nothing more can be stored.
    private func writeAll(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe systemWrite(descriptor, buffer.baseAddress, buffer.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                waitUntilWritable()
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Somebody who shares our terminal or pipe may have made it non-blocking.
    private func waitUntilWritable() {
        var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&place, 1, -1)
    }

    private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Darwin)
            unsafe Darwin.write(descriptor, start, count)
        #else
            unsafe Glibc.write(descriptor, start, count)
        #endif
    }
}

/// Standard input by lines; nothing is read, and no thread started, before somebody asks.
actor StandardInput: Input {
    private var reader: LineReader?

    func line() async -> String? {
        do {
            let reader = try reader ?? LineReader(descriptor: 0)
            self.reader = reader
            let event = await withTaskCancellationHandler {
                await reader.nextLine(prompt: "", discardingTypedAhead: false)
            } onCancel: {
                reader.interrupt()
            }
            guard case .line(let text) = event else { return nil }
            return text
        } catch {
            return nil
        }
    }
}
