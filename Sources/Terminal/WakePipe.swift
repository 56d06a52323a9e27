import CEdit

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A pipe that wakes a thread out of `poll`.
final class WakePipe: Sendable {
    let readEnd: Int32
    let writeEnd: Int32

    /// Makes the pipe; both ends close on exec and never block.
    init() throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw TerminalError(message: "cannot make a pipe: \(TerminalError.lastSystemMessage())")
        }
        readEnd = ends[0]
        writeEnd = ends[1]
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func wake() {
        var byte: UInt8 = 0
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Takes everything out of the pipe.
    func drain() -> [UInt8] {
        var taken: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64)
        while true {
            let count = unsafe read(readEnd, &chunk, chunk.count)
            if count <= 0 { return taken }
            taken += chunk[..<count]
        }
    }
}

/// A terminal that cannot be used, and why.
package struct TerminalError: Error, Sendable, CustomStringConvertible {
    package let message: String

    package var description: String { message }

    static func lastSystemMessage() -> String { unsafe String(cString: strerror(errno)) }
}

/// What a wait on two descriptors saw.
struct Readiness {
    var input = false
    var wake = false
}

/// Waits without a limit until one of the descriptors has something; a signal does not end it.
func waitUntilReadable(input: Int32?, wake: Int32) -> Readiness {
    var entries = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
    if let input { entries.append(pollfd(fd: input, events: Int16(POLLIN), revents: 0)) }
    while true {
        let count = unsafe poll(&entries, nfds_t(entries.count), -1)
        if count < 0 && errno == EINTR { continue }
        // A poll that fails for another reason must not become a busy loop: the read tells.
        if count < 0 { return Readiness(input: input != nil, wake: true) }
        return Readiness(
            input: entries.count > 1 && entries[1].revents != 0,
            wake: entries[0].revents != 0)
    }
}

/// Reads what is there; nil at the end of the input or when the terminal is gone.
func readAvailable(_ descriptor: Int32, limit: Int) -> [UInt8]? {
    var chunk = [UInt8](repeating: 0, count: limit)
    while true {
        let count = unsafe read(descriptor, &chunk, limit)
        if count > 0 { return Array(chunk[..<count]) }
        if count < 0 && errno == EINTR { continue }
        if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { return [] }
        return nil
    }
}

/// Writes all of the text, waiting where the terminal is slow; gives up when it is gone.
func writeAll(_ text: String, to descriptor: Int32) {
    _ = writeAll(Array(text.utf8), to: descriptor)
}

/// Writes all of the bytes.
///
/// - Returns: false when nobody reads any more, or nothing more can be stored.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { bytes in
            unsafe write(descriptor, bytes.baseAddress, bytes.count)
        }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = unsafe poll(&entry, 1, 1_000)
        } else if errno != EINTR {
            return false
        }
    }
    return true
}

/// Starts a thread of our own, for work that blocks.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = unsafe Unmanaged.passRetained(Box(body)).toOpaque()
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    #if canImport(Darwin)
        var thread: pthread_t?
        let failed = unsafe pthread_create(
            &thread, &attributes,
            { raw in
                unsafe Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
                return nil
            }, box)
    #else
        var thread = pthread_t()
        let failed = unsafe pthread_create(
            &thread, &attributes,
            { raw in
                guard let raw = unsafe raw else { return nil }
                unsafe Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
                return nil
            }, box)
    #endif
    unsafe pthread_attr_destroy(&attributes)
    // Only a machine out of threads comes here; waiting for a line that never comes would hide it.
    precondition(failed == 0, "no thread can be started")
}
