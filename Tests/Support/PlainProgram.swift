import Foundation

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A program without a terminal, with files for its streams.
package enum PlainProgram {
    /// Runs it to its end.
    ///
    /// - Returns: its exit status, 128 + n when signal n ended it.
    /// - Throws: when it cannot be started.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String], input: String,
        output: String, errors: String
    ) async throws -> Int32 {
        let process = try unsafe SpawnedProgram.start(program, arguments, environment: environment)
        {
            unsafe posix_spawn_file_actions_addopen(&$0, 0, input, O_RDONLY, 0)
            unsafe posix_spawn_file_actions_addopen(&$0, 1, output, O_WRONLY | O_TRUNC, 0)
            unsafe posix_spawn_file_actions_addopen(&$0, 2, errors, O_WRONLY | O_TRUNC, 0)
        }
        return await withCheckedContinuation { continuation in
            SpawnedProgram.whenEnded(process) { status in
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }
}
