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
    /// - Throws: `Failure` with 127 where there is no such program, with 126 where it cannot be
    ///   started, as far as that shows without a start.
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
        guard let program = found.first(where: Self.isProgram) else {
            throw Self.unstartable(
                first, "may not be run",
                Self.isFolder(first) ? "it is a folder" : "chmod +x makes a file a program")
        }
        if let interpreter = Self.interpreter(of: program), !Self.isProgram(interpreter) {
            throw Self.unstartable(
                program, "cannot be started",
                "its first line names \(interpreter), which is no program here")
        }
    }

    private static func unstartable(_ place: String, _ why: String, _ hint: String) -> Failure {
        Failure(
            .command(ExitStatus.programNotRunnable.code),
            "\"\(place)\", the command after --, \(why); nothing was changed", hints: [hint])
    }

    /// The most bytes of a first line that a kernel looks at (`BINPRM_BUF_SIZE` of Linux).
    private static let longestFirstLine = 256

    /// What a script's first line says must run it; nil where it is none, or may not be read.
    ///
    /// Whether it is a program for this machine only the start itself tells.
    private static func interpreter(of place: String) -> String? {
        let file = URL(filePath: place).resolvingSymlinksInPath()
        // A program that may be run but not read is started all the same.
        guard let facts = try? FileManager.default.attributesOfItem(atPath: file.path),
            facts[.type] as? FileAttributeType == .typeRegular,
            let bytes = try? Data(contentsOf: file, options: .alwaysMapped)
        else { return nil }
        let head = bytes.prefix(longestFirstLine)
        guard head.starts(with: "#!".utf8) else { return nil }
        let line = head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
        let word = line.drop { isBlank($0) }.prefix { !isBlank($0) }
        return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isProgram(_ place: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: place) && !isFolder(place)
    }

    private static func isFolder(_ place: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) && isFolder
    }
}
