import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Runs a program of the user's, which gets our own standard streams.
package enum CommandRunner {
    /// - Returns: its exit status, 128 + n when signal n ended it.
    /// - Throws: `Failure` when it cannot be started.
    package static func run(_ words: [String]) async throws -> Int32 {
        guard let program = words.first else { return 0 }
        do {
            // A name is looked for in PATH, anything with a slash is a place.
            let executable: Executable =
                program.contains("/") ? .path(FilePath(program)) : .name(program)
            let result = try await Subprocess.run(
                executable, arguments: Arguments(Array(words.dropFirst())),
                input: .currentStandardInput, output: .currentStandardOutput,
                error: .currentStandardError)
            switch result.terminationStatus {
            case .exited(let code): return Int32(code)
            case .signaled(let signal): return 128 + Int32(signal)
            }
        } catch let error as SubprocessError {
            throw Failure(.mistake, "\(program) cannot be run: \(error)")
        }
    }
}
