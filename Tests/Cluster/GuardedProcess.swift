package import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that cannot outlive the tests: a small shell holds a pipe from here and ends the
/// program when the pipe closes, whatever closed it.
package final class GuardedProcess: Sendable {
    /// Ends the child gently, then not, or at once where that was written to the pipe; at the
    /// end removes `$GUARDED_FOLDER`, if that is set.
    private static let script = """
        exec 3<&0 </dev/null
        "$@" 3<&- & child=$!
        ( if [ "$(cat <&3 2>/dev/null)" = kill ]; then kill -KILL $child 2>/dev/null; exit; fi
          kill -TERM $child 2>/dev/null
          n=0; while [ $n -lt 50 ] && kill -0 $child 2>/dev/null; do sleep 0.1; n=$((n+1)); done
          kill -KILL $child 2>/dev/null ) & watcher=$!
        wait $child
        status=$?
        if [ -n "${GUARDED_FOLDER:-}" ]; then rm -rf "$GUARDED_FOLDER"; fi
        exit $status
        """

    private let process: Process
    private let leash: FileHandle
    /// What the program prints, standard error included; nil where it goes to a file.
    package let output: FileHandle?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: the program and its arguments.
    ///   - log: a file for its output; nil: `output` gives it.
    ///   - folder: removed when the program has ended.
    /// - Throws: what Foundation says when it cannot start.
    package init(_ words: [String], log: String? = nil, removing folder: String? = nil) throws {
        process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", Self.script, "guard"] + words
        if let folder {
            process.environment = ProcessInfo.processInfo.environment
                .merging(["GUARDED_FOLDER": folder]) { $1 }
        }
        let input = Pipe()
        leash = input.fileHandleForWriting
        // Another child that inherited this end would keep the program alive.
        _ = fcntl(leash.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = input
        if let log {
            try Data().write(to: URL(filePath: log))
            let file = try FileHandle(forWritingTo: URL(filePath: log))
            process.standardOutput = file
            process.standardError = file
            output = nil
        } else {
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            output = pipe.fileHandleForReading
        }
        try Self.withoutBlockedSignals { try process.run() }
        try? input.fileHandleForReading.close()
    }

    /// A child inherits the mask of the thread that starts it, and the threads of Swift's pool
    /// block nearly everything: a shell would never learn that its child has ended.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    deinit { stop() }

    package var isRunning: Bool { process.isRunning }

    /// Asks the program to end; it is killed if it does not.
    package func stop() { try? leash.close() }

    /// Kills the program: it has no time to say goodbye.
    package func kill() {
        // Where nobody reads any more it has ended already.
        try? leash.write(contentsOf: Data("kill".utf8))
        stop()
    }

    /// Waits until it has ended.
    package func waitUntilEnded() { process.waitUntilExit() }

    /// Reads its output up to a line that has this in it; nil when the output ended before.
    package func line(containing text: String) -> String? {
        guard let output else { return nil }
        var line: [UInt8] = []
        while let byte = try? output.read(upToCount: 1)?.first {
            guard byte == 0x0A else {
                line.append(byte)
                continue
            }
            let whole = String(decoding: line, as: UTF8.self)
            if whole.contains(text) { return whole }
            line = []
        }
        return nil
    }
}
