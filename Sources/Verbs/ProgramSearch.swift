import FoundationEssentials

/// Looks for the program of a command of the user's before anything is done for its sake.
///
/// Statuses are those of `env` and other programs that run another one (POSIX.1, `env`, EXIT
/// STATUS), because the status of such a command is the command's own.
struct ProgramSearch: Sendable {
    /// Where names without a slash are looked for, folders separated by colons.
    let path: String

    /// - Parameter environment: with its `PATH`; without one the folders of the system count.
    init(environment: [String: String]) {
        path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// Finds the program, without running it.
    ///
    /// - Parameter words: the command; of no words there is nothing to be found.
    /// - Throws: `Failure` with 127 where there is no such program, with 126 where it may not be
    ///   run.
    func check(_ words: [String]) throws(Failure) {
        guard let program = words.first else { return }
        let places =
            program.contains("/")
            ? [program]
            // An empty folder is the current one.
            : path.split(separator: ":", omittingEmptySubsequences: false)
                .map { ($0.isEmpty ? "." : $0) + "/" + program }
        let found = places.filter { FileManager.default.fileExists(atPath: $0) }
        guard let first = found.first, !program.isEmpty else {
            throw Failure(
                .command(ExitStatus.programNotFound.code),
                "\"\(program)\", the command after --, was not found; nothing was changed",
                hints: [
                    program.contains("/")
                        ? "a command with a slash is a file, seen from the current folder"
                        : "it is looked for in PATH; what only a shell knows runs as: -- sh -c '…'"
                ])
        }
        guard !found.contains(where: Self.isProgram) else { return }
        throw Failure(
            .command(ExitStatus.programNotRunnable.code),
            "\"\(first)\", the command after --, may not be run; nothing was changed",
            hints: [Self.isFolder(first) ? "it is a folder" : "chmod +x makes a file a program"])
    }

    private static func isProgram(_ place: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: place) && !isFolder(place)
    }

    private static func isFolder(_ place: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) && isFolder
    }
}
