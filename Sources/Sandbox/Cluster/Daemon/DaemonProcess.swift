#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The daemon as the system sees it: started in a session of its own, looked for, ended.
enum DaemonProcess {
    /// `POSIX_SPAWN_SETSID`, which the headers hide from Swift on Linux.
    #if canImport(Darwin)
        /// With `POSIX_SPAWN_CLOEXEC_DEFAULT`.
        private static let newSession = Int16(0x400 | 0x4000)
    #else
        private static let newSession = Int16(0x80)
    #endif

    /// Starts a program in a new session, with no input and its output in a file.
    ///
    /// - Returns: its process id.
    /// - Throws: why it could not be started.
    static func launch(
        _ executable: String, _ arguments: [String], environment: [String: String], log: String
    ) throws(SandboxError) -> Int32 {
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
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(
            &actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        #if !canImport(Darwin)
            // Whoever waits for the end of a pipe that we inherited must not wait for the daemon.
            for inherited in Int32(3)..<256 {
                unsafe posix_spawn_file_actions_addclose(&actions, inherited)
            }
        #endif
        unsafe posix_spawnattr_setflags(&attributes, newSession)
        var id: pid_t = 0
        let words = [executable] + arguments
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var argv = unsafe words.map { unsafe strdup($0) } + [nil]
        var envp = unsafe variables.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe argv.forEach { unsafe free($0) }
            unsafe envp.forEach { unsafe free($0) }
        }
        let failure = unsafe posix_spawn(&id, executable, &actions, &attributes, &argv, &envp)
        guard failure == 0 else {
            throw SandboxError(
                "\(executable) cannot be started: \(unsafe String(cString: strerror(failure)))")
        }
        return id
    }

    /// Whether a child of ours has ended meanwhile.
    static func hasEnded(child id: Int32) -> Bool {
        var status: Int32 = 0
        return unsafe waitpid(id, &status, WNOHANG) != 0
    }

    static func isAlive(_ id: Int32) -> Bool { kill(id, 0) == 0 || errno == EPERM }

    static func terminate(_ id: Int32) { _ = kill(id, SIGTERM) }

    static func destroy(_ id: Int32) { _ = kill(id, SIGKILL) }

    static var own: Int32 { getpid() }

    /// Writes a line to standard error, which is the daemon's log.
    static func log(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        unsafe bytes.withUnsafeBytes { buffer in
            _ = unsafe write(2, buffer.baseAddress, buffer.count)
        }
    }
}
