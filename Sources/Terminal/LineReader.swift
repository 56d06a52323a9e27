import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Lines of an input that is not a terminal: no prompt, no echo, no libedit.
///
/// The last line counts without its newline; a carriage return before the newline is dropped.
package final class LineReader: LineSource {
    /// A longer line is refused: nobody types it, and memory is not a buffer for strangers.
    package static let longestLine = 16 << 20

    private enum Work {
        case idle
        case reading(CheckedContinuation<LineEvent, Never>)
        case stopped
    }

    private let descriptor: Int32
    private let wake: WakePipe
    private let work = Mutex(Work.idle)

    /// Reads from the descriptor; it stays the caller's to close.
    package init(descriptor: Int32) throws(TerminalError) {
        self.descriptor = descriptor
        wake = try WakePipe()
        let reader = Reading(descriptor: descriptor, wake: wake)
        startThread { [self] in serve(reader) }
    }

    /// Reads a file.
    package convenience init(path: String) throws(TerminalError) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TerminalError(
                message: "\(path) cannot be read: \(TerminalError.lastSystemMessage())")
        }
        try self.init(descriptor: descriptor)
    }

    package func nextLine(prompt: Prompt, discardingTypedAhead: Bool) async -> LineEvent {
        await withCheckedContinuation { continuation in
            let stopped = work.withLock { work in
                if case .stopped = work { return true }
                work = .reading(continuation)
                return false
            }
            if stopped { continuation.resume(returning: .stopped) } else { wake.wake() }
        }
    }

    package func stop() {
        _ = end(with: .stopped, then: .stopped)
    }

    /// Ends a waiting `nextLine` with `.interrupted`; without one, does nothing.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    package func interrupt() -> Bool {
        end(with: .interrupted, then: .idle)
    }

    private func end(with event: LineEvent, then next: sending Work) -> Bool {
        let waiting: CheckedContinuation<LineEvent, Never>? = work.withLock { work in
            let before = work
            if case .stopped = before { return nil }
            work = next
            if case .reading(let continuation) = before { return continuation }
            return nil
        }
        waiting?.resume(returning: event)
        wake.wake()
        return waiting != nil
    }

    private func serve(_ reader: Reading) {
        var reader = reader
        while true {
            let state = work.withLock { work in
                switch work {
                case .idle: 0
                case .reading: 1
                case .stopped: 2
                }
            }
            switch state {
            case 0:
                _ = waitUntilReadable(input: nil, wake: wake.readEnd)
                _ = wake.drain()
            case 1:
                if let event = reader.next() { answer(event) }
            default: return
            }
        }
    }

    private func answer(_ event: LineEvent) {
        let waiting: CheckedContinuation<LineEvent, Never>? = work.withLock { work in
            guard case .reading(let continuation) = work else { return nil }
            work = .idle
            return continuation
        }
        waiting?.resume(returning: event)
    }
}

/// The bytes read and not yet given away.
private struct Reading {
    let descriptor: Int32
    let wake: WakePipe
    var pending: [UInt8] = []
    var start = 0
    var searched = 0
    var hasEnded = false

    init(descriptor: Int32, wake: WakePipe) {
        self.descriptor = descriptor
        self.wake = wake
    }

    /// The next line, or nil when only the wake pipe had something.
    mutating func next() -> LineEvent? {
        while true {
            if let newline = pending[searched...].firstIndex(of: 0x0A) {
                let line = text(pending[start..<newline])
                start = newline + 1
                searched = start
                return .line(line)
            }
            searched = pending.count
            if hasEnded {
                guard start < pending.count else { return .endOfInput }
                let line = text(pending[start...])
                start = pending.count
                return .line(line)
            }
            if pending.count - start > LineReader.longestLine {
                hasEnded = true
                start = pending.count
                return .failed("a line is longer than \(LineReader.longestLine >> 20) MiB")
            }
            let ready = waitUntilReadable(input: descriptor, wake: wake.readEnd)
            if ready.wake {
                _ = wake.drain()
                return nil
            }
            pending.removeFirst(start)
            searched -= start
            start = 0
            if let bytes = readAvailable(descriptor, limit: 64 << 10) {
                pending += bytes
            } else {
                hasEnded = true
            }
        }
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.last == 0x0D ? bytes.dropLast() : bytes, as: UTF8.self)
    }
}
