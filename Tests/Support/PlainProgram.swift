import Foundation

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A program without a terminal, with files for its streams.
///
/// Foundation's `Process` counts a program as running while anything that it started holds one of
/// its descriptors, so it would wait for ever for a command that starts a daemon.
package enum PlainProgram {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Runs it to its end.
    ///
    /// - Returns: its exit status, 128 + n when signal n ended it.
    /// - Throws: `Failure` when it cannot be started.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String], input: String,
        output: String, errors: String
    ) async throws -> Int32 {
        let process = try start(program, arguments, environment, input, output, errors)
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while unsafe waitpid(process, &status, 0) < 0 && errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }

    private static func start(
        _ program: String, _ arguments: [String], _ environment: [String: String],
        _ input: String, _ output: String, _ errors: String
    ) throws -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = unsafe posix_spawn_file_actions_t()
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_TRUNC, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_TRUNC, 0)
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) }
        unsafe words.append(nil)
        var settings = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") }
        unsafe settings.append(nil)
        defer { unsafe (words + settings).forEach { unsafe free($0) } }
        var process = pid_t()
        let failed = unsafe posix_spawn(&process, program, &actions, nil, words, settings)
        guard failed == 0 else {
            throw Failure(description: "\(program) does not start: error \(failed)")
        }
        return process
    }
}
