#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The lines typed before, one entry a line of a file that several shells share.
///
/// An entry is appended whole and under a lock, so parallel shells lose nothing and a crash costs
/// at most the entry being written. A newline inside an entry stands as `\n`, a backslash as `\\`.
package struct HistoryFile: Sendable {
    /// Beyond so many entries the oldest are forgotten when the file is read.
    package static let mostEntries = 10_000
    private static let mostBytes = 8 << 20

    package let path: String

    package init(path: String) { self.path = path }

    /// Appends an entry; the folder is made when it is missing (0700, the file 0600).
    package func append(_ entry: String) throws(TerminalError) {
        try makeFolder()
        let file = unsafe open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot be opened") }
        defer { close(file) }
        // A file that was there already may be open to others; that it stays so costs no line.
        _ = fchmod(file, 0o600)
        _ = flock(file, LOCK_EX)
        defer { _ = flock(file, LOCK_UN) }
        // A crash can have cut the last entry short; the next one must not be glued to it.
        var last: UInt8 = 0x0A
        if lseek(file, -1, SEEK_END) >= 0 { _ = unsafe read(file, &last, 1) }
        let line = Array(((last == 0x0A ? "" : "\n") + HistoryFile.escaped(entry) + "\n").utf8)
        var rest = line[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot be written") }
            rest = rest.dropFirst(count)
        }
    }

    /// All entries, oldest first; none when there is no file yet.
    package func entries() throws(TerminalError) -> [String] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw failure("cannot be read")
        }
        defer { close(file) }
        _ = flock(file, LOCK_SH)
        defer { _ = flock(file, LOCK_UN) }
        var bytes: [UInt8] = []
        while bytes.count < HistoryFile.mostBytes, let more = readAvailable(file, limit: 1 << 16),
            !more.isEmpty
        {
            bytes += more
        }
        return bytes.split(separator: 0x0A).suffix(HistoryFile.mostEntries)
            .map { HistoryFile.unescaped(String(decoding: $0, as: UTF8.self)) }
    }

    private func makeFolder() throws(TerminalError) {
        guard let slash = path.lastIndex(of: "/") else { return }
        var made = ""
        for part in path[..<slash].split(separator: "/", omittingEmptySubsequences: false) {
            made += part
            let failed = made.isEmpty ? 0 : unsafe mkdir(made, 0o700)
            if failed != 0 && errno != EEXIST {
                throw failure("has no folder, and \(made) cannot be made")
            }
            made += "/"
        }
    }

    private func failure(_ what: String) -> TerminalError {
        TerminalError(message: "the history \(path) \(what): \(TerminalError.lastSystemMessage())")
    }

    static func escaped(_ entry: String) -> String {
        var out = ""
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    static func unescaped(_ line: String) -> String {
        var out = ""
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                out.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
