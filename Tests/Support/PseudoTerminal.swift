import Foundation
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A terminal for tests: what a program draws on it can be read as text and as a screen.
///
/// Every wait has a limit, and a wait that runs out fails with what was on the screen. Waits block
/// threads of their own, never the pool that the code under test may need.
package final class PseudoTerminal: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// How a program ended.
    package enum Ending: Sendable, Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    private struct State {
        var bytes: [UInt8] = []
        /// Bytes that `expect` has used up.
        var used = 0
        var screen: TerminalScreen
        var process: pid_t?
        var ending: Ending?
        var isEnded = false
        var isGone = false
    }

    private let master: Int32
    private let path: String
    /// The terminal side, held open so that the terminal outlives the programs on it.
    package let descriptor: Int32
    private let exitPipe: (read: Int32, write: Int32)
    private let state: Mutex<State>

    /// Opens a terminal of that size.
    package init(columns: Int = 80, rows: Int = 24) throws {
        (master, path) = try PseudoTerminal.openMaster()
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        descriptor = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var ends: [Int32] = [-1, -1]
        guard descriptor >= 0, unsafe pipe(&ends) == 0 else {
            throw Failure(description: "no terminal side: errno \(errno)")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        exitPipe = (ends[0], ends[1])
        state = Mutex(State(screen: TerminalScreen(columns: columns, rows: rows)))
        setSize(columns: columns, rows: rows)
    }

    private static func openMaster() throws -> (Int32, String) {
        #if canImport(Darwin)
            let master = posix_openpt(O_RDWR | O_NOCTTY)
            guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0,
                let name = unsafe ptsname(master)
            else { throw Failure(description: "no pseudo-terminal: errno \(errno)") }
            return (master, unsafe String(cString: name))
        #else
            // Glibc's module does not show posix_openpt; these are what it does on Linux.
            let unlock: UInt = 0x4004_5431
            let number: UInt = 0x8004_5430
            let master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
            var zero: Int32 = 0
            var index: Int32 = 0
            guard master >= 0, unsafe ioctl(master, unlock, &zero) == 0,
                unsafe ioctl(master, number, &index) == 0
            else { throw Failure(description: "no pseudo-terminal: errno \(errno)") }
            return (master, "/dev/pts/\(index)")
        #endif
    }

    /// Takes the terminal away, as closing its window does.
    package func hangUp() {
        let isFirst = state.withLock { state in
            defer { state.isGone = true }
            return !state.isGone
        }
        guard isFirst else { return }
        close(descriptor)
        close(master)
    }

    deinit {
        let (process, ending) = state.withLock { ($0.process, $0.ending) }
        if let process, ending == nil { kill(process, SIGKILL) }
        hangUp()
        close(exitPipe.read)
        // The write end belongs to the thread that waits for the process, if there was one.
        if process == nil { close(exitPipe.write) }
    }

    // MARK: - Programs

    /// Starts a program with this as its controlling terminal.
    package func start(
        _ program: String, _ arguments: [String], environment: [String: String]
    ) throws {
        // A session leader that opens a terminal gets it as its controlling terminal.
        let process = try unsafe SpawnedProgram.start(
            program, arguments, environment: environment, leadsSession: true
        ) {
            unsafe posix_spawn_file_actions_addopen(&$0, 0, path, O_RDWR, 0)
            unsafe posix_spawn_file_actions_adddup2(&$0, 0, 1)
            unsafe posix_spawn_file_actions_adddup2(&$0, 0, 2)
        }
        state.withLock { $0.process = process }
        let write = exitPipe.write
        SpawnedProgram.whenEnded(process) { [weak self] status in
            let low = status & 0x7F
            let ending = low == 0 ? Ending.exit((status >> 8) & 0xFF) : .signal(low)
            self?.state.withLock { $0.ending = ending }
            close(write)
        }
    }

    /// Sends a signal to the program itself.
    package func signal(_ number: Int32) {
        if let process = state.withLock({ $0.process }) { kill(process, number) }
    }

    /// The number of the program.
    package var processID: Int32? { state.withLock { $0.process } }

    /// Waits for the program's end, reading what it still writes.
    package func ending(within limit: Duration = .seconds(120)) async throws -> Ending {
        try await wait(within: limit, for: "the program to end") { $0.ending }
    }

    // MARK: - Typing and reading

    /// Types; reads meanwhile, so that a program that echoes is never blocked by us.
    package func type(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            var entry = pollfd(fd: master, events: Int16(POLLIN | POLLOUT), revents: 0)
            guard unsafe poll(&entry, 1, 20_000) > 0 else { return }
            if entry.revents & Int16(POLLIN) != 0 {
                guard readMore(milliseconds: 1) else { return }
                continue
            }
            guard entry.revents & Int16(POLLOUT) != 0 else { return }
            let count = unsafe rest.withUnsafeBytes {
                unsafe write(master, $0.baseAddress, min($0.count, 256))
            }
            if count > 0 { rest = rest.dropFirst(count) }
        }
    }

    /// The input and local modes of the terminal, such as echo and line editing.
    package var modes: [UInt32] {
        var settings = termios()
        guard unsafe tcgetattr(descriptor, &settings) == 0 else { return [] }
        return [UInt32(settings.c_iflag), UInt32(settings.c_lflag)]
    }

    /// The terminal gets another size; the program is told by SIGWINCH.
    package func resize(columns: Int, rows: Int) {
        state.withLock { $0.screen.resize(columns: columns, rows: rows) }
        setSize(columns: columns, rows: rows)
    }

    /// Waits for a text in the output after the last one expected; answers all that led to it.
    @discardableResult
    package func expect(_ text: String, within limit: Duration = .seconds(60)) async throws
        -> String
    {
        let wanted = Array(text.utf8)
        return try await wait(within: limit, for: "the text \(text.debugDescription)") { state in
            let fresh = state.bytes[state.used...]
            guard let found = fresh.firstRange(of: wanted) else { return nil }
            state.used = found.upperBound
            return String(decoding: fresh[..<found.upperBound], as: UTF8.self)
        }
    }

    /// Takes what was written so far as expected.
    package func skipOutput() { state.withLock { $0.used = $0.bytes.count } }

    /// Waits until the screen looks as asked; answers its rows.
    @discardableResult
    package func expectScreen(
        _ what: String, within limit: Duration = .seconds(60),
        _ holds: @escaping @Sendable (TerminalScreen) -> Bool
    ) async throws -> [String] {
        try await wait(within: limit, for: what) { holds($0.screen) ? $0.screen.rows : nil }
    }

    /// Everything written so far.
    package var output: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    private func setSize(columns: Int, rows: Int) {
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    private func wait<Answer: Sendable>(
        within limit: Duration, for what: String,
        _ look: @escaping @Sendable (inout StateView) -> Answer?
    ) async throws -> Answer {
        let deadline = ContinuousClock.now + limit
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [self] in
                while true {
                    if let answer = view(look) {
                        return continuation.resume(returning: answer)
                    }
                    let left = deadline - .now
                    guard left > .zero, readMore(milliseconds: Int32(left / .milliseconds(1)))
                    else {
                        // What came with the last byte still counts.
                        if let answer = view(look) {
                            return continuation.resume(returning: answer)
                        }
                        let shown = state.withLock { $0.screen.rows.joined(separator: "\n") }
                        return continuation.resume(
                            throwing: Failure(
                                description: "waited in vain for \(what); the screen:\n\(shown)"))
                    }
                }
            }
        }
    }

    /// What a wait may look at.
    package struct StateView: Sendable {
        var bytes: [UInt8]
        var used: Int
        var screen: TerminalScreen
        var ending: Ending?
    }

    private func view<Answer>(_ look: (inout StateView) -> Answer?) -> Answer? {
        var seen = state.withLock {
            StateView(
                bytes: $0.bytes, used: $0.used, screen: $0.screen,
                ending: $0.isEnded ? $0.ending : nil)
        }
        let answer = look(&seen)
        let used = seen.used
        state.withLock { $0.used = used }
        return answer
    }

    /// Reads what the program writes; false when the time is over.
    private func readMore(milliseconds: Int32) -> Bool {
        // A negative descriptor is not looked at.
        let isGone = state.withLock { $0.isGone }
        var entries = [pollfd(fd: isGone ? -1 : master, events: Int16(POLLIN), revents: 0)]
        let hasProcess = state.withLock { $0.process != nil && !$0.isEnded }
        if hasProcess {
            entries.append(pollfd(fd: exitPipe.read, events: Int16(POLLIN), revents: 0))
        }
        let ready = unsafe poll(&entries, nfds_t(entries.count), max(milliseconds, 1))
        if ready < 0 { return errno == EINTR }
        if ready == 0 { return false }
        if entries[0].revents != 0 {
            var chunk = [UInt8](repeating: 0, count: 16 << 10)
            let count = unsafe read(master, &chunk, chunk.count)
            guard count > 0 else { return count < 0 && (errno == EINTR || errno == EAGAIN) }
            let fresh = Array(chunk[..<count])
            state.withLock { state in
                state.bytes += fresh
                state.screen.draw(fresh)
            }
            return true
        }
        // Only when all it wrote is read does the program count as ended.
        state.withLock { $0.isEnded = true }
        return true
    }
}
