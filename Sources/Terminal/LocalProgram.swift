import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A program of the user's, run by the system's shell on our own terminal.
///
/// It stays in our group of processes, so that Ctrl-C and Ctrl-Z reach it as they reach us.
package final class LocalProgram: Sendable {
    private struct State {
        var status: Int32?
        var waiting: CheckedContinuation<Int32, Never>?
        var feed: Int32?
    }

    private let process: pid_t

    private let state: Mutex<State>

    /// Starts `/bin/sh -c text`.
    ///
    /// - Parameters:
    ///   - text: what the system's shell reads; it may hold several programs.
    ///   - isFed: whether its standard input is what `write` gives it, in place of ours.
    /// - Throws: when no process can be started.
    package init(_ text: String, isFed: Bool) throws(TerminalError) {
        var feed: Int32?
        let process: pid_t
        if isFed {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { throw LocalProgram.failure(errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            defer { close(ends[0]) }
            do throws(TerminalError) {
                process = try LocalProgram.start(text, input: ends[0])
            } catch {
                close(ends[1])
                throw error
            }
            feed = ends[1]
        } else {
            process = try LocalProgram.start(text, input: nil)
        }
        self.process = process
        state = Mutex(State(feed: feed))
        startThread { [self] in
            var status: Int32 = 0
            while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            end(with: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
        }
    }

    deinit { closeInput() }

    /// Gives the program more to read, as fast as it reads.
    ///
    /// - Returns: false when it reads no more.
    package func write(_ bytes: [UInt8]) -> Bool {
        guard let feed = state.withLock({ $0.feed }) else { return false }
        return writeAll(bytes, to: feed)
    }

    /// Ends what it reads, and waits for its end.
    ///
    /// - Returns: its exit status; 128 + n when signal n ended it.
    package func finish() async -> Int32 {
        closeInput()
        return await withCheckedContinuation { continuation in
            let status: Int32? = state.withLock { state in
                if state.status == nil { state.waiting = continuation }
                return state.status
            }
            if let status { continuation.resume(returning: status) }
        }
    }

    /// Asks the program to end, where it still runs.
    package func end() {
        state.withLock { state in
            guard state.status == nil else { return }
            kill(process, SIGTERM)
        }
    }

    private func closeInput() {
        let feed = state.withLock { state in
            defer { state.feed = nil }
            return state.feed
        }
        if let feed { close(feed) }
    }

    private func end(with status: Int32) {
        let waiting = state.withLock { state in
            state.status = status
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: status)
    }

    private static func failure(_ number: Int32) -> TerminalError {
        TerminalError(message: unsafe "no program can be run: \(String(cString: strerror(number)))")
    }

    private static func start(_ text: String, input: Int32?) throws(TerminalError) -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = unsafe posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        if let input { unsafe posix_spawn_file_actions_adddup2(&actions, input, 0) }
        // We ignore SIGPIPE, and threads of ours block signals; programs expect neither.
        var all = sigset_t()
        var none = sigset_t()
        unsafe sigfillset(&all)
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        let texts = ["sh", "-c", text]
        var words = unsafe texts.map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        var process = pid_t()
        let failed = unsafe posix_spawn(&process, "/bin/sh", &actions, &attributes, words, environ)
        guard failed == 0 else { throw failure(failed) }
        return process
    }
}

/// A file that a result is written to.
package final class ResultFile: Sendable {
    private let descriptor: Int32

    /// Makes the file (for the user alone where it is private), or takes the one that is there.
    ///
    /// - Throws: when it cannot be written.
    package init(
        path: String, appends: Bool, isPrivate: Bool = false
    ) throws(TerminalError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC)
        descriptor = unsafe open(path, flags, isPrivate ? 0o600 : 0o666)
        guard descriptor >= 0 else {
            throw TerminalError(
                message: "\(path) cannot be written: \(TerminalError.lastSystemMessage())")
        }
    }

    deinit { close(descriptor) }

    /// - Returns: false when nothing more can be stored.
    package func write(_ bytes: [UInt8]) -> Bool { writeAll(bytes, to: descriptor) }
}
