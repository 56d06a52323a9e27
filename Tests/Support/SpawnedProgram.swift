import Foundation

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A process of a test's, started without the help of Foundation's `Process`, which counts a program
/// as running while anything that it started holds one of its descriptors.
enum SpawnedProgram {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    #if canImport(Darwin)
        typealias Actions = posix_spawn_file_actions_t?
    #else
        typealias Actions = posix_spawn_file_actions_t
    #endif

    /// `POSIX_SPAWN_SETSID`, which the headers hide from Swift on Linux.
    #if canImport(Darwin)
        private static let newSession: Int32 = 0x400
    #else
        private static let newSession: Int32 = 0x80
    #endif

    /// Starts a program with every signal as a shell leaves it: not blocked, not ignored.
    ///
    /// - Parameters:
    ///   - program: its path.
    ///   - arguments: without the program's name.
    ///   - environment: all of it.
    ///   - leadsSession: whether it begins a session of its own.
    ///   - prepare: what becomes of its descriptors.
    /// - Returns: the process id.
    /// - Throws: `Failure` when it cannot be started.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String],
        leadsSession: Bool = false, _ prepare: (inout Actions) -> Void
    ) throws -> pid_t {
        #if canImport(Darwin)
            var actions: Actions = nil
            var attributes: posix_spawnattr_t?
        #else
            var actions = unsafe Actions()
            var attributes = posix_spawnattr_t()
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe prepare(&actions)
        var all = sigset_t()
        var none = sigset_t()
        unsafe sigfillset(&all)
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        let flags =
            Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
            | (leadsSession ? newSession : 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) }
        unsafe words.append(nil)
        var settings = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") }
        unsafe settings.append(nil)
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        var process = pid_t()
        let failed = unsafe posix_spawn(&process, program, &actions, &attributes, words, settings)
        guard failed == 0 else {
            throw Failure(description: "\(program) does not start: error \(failed)")
        }
        return process
    }

    /// Waits for the end of a process, on a thread of its own.
    static func whenEnded(_ process: pid_t, _ tell: @escaping @Sendable (Int32) -> Void) {
        Thread.detachNewThread {
            var status: Int32 = 0
            while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
            tell(status)
        }
    }
}
