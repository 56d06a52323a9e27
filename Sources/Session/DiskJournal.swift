#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The live disk of the journals: one folder, 0700, one file a session, 0600.
///
/// The only place of this room that touches the machine. Calls block; they are short.
package struct DiskJournal: JournalDisk {
    package let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    package func names() throws(DiskError) -> [String] {
        guard let stream = unsafe opendir(directory) else {
            if errno == ENOENT { return [] }
            throw failure("cannot list", directory)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while true {
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package func read(_ name: String) throws(DiskError) -> [UInt8] {
        let path = path(name)
        let descriptor = Self.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
        guard descriptor >= 0 else { throw failure("cannot read", path) }
        defer { _ = Self.close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Self.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot read", path) }
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: chunk.prefix(count))
        }
    }

    package func create(_ name: String) throws(DiskError) -> any JournalFile {
        try makeDirectories()
        let path = path(name)
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = Self.open(path, flags, 0o600)
        guard descriptor >= 0 else { throw failure("cannot make", path) }
        let file = try lock(descriptor, path)
        try syncDirectory(directory)
        return file
    }

    package func open(_ name: String) throws(DiskError) -> any JournalFile {
        let path = path(name)
        let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW
        let descriptor = Self.open(path, flags, 0)
        guard descriptor >= 0 else { throw failure("cannot open", path) }
        return try lock(descriptor, path)
    }

    package func isLocked(_ name: String) -> Bool {
        let descriptor = Self.open(path(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
        guard descriptor >= 0 else { return false }
        defer { _ = Self.close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    package func remove(_ name: String) throws(DiskError) {
        let path = path(name)
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw failure("cannot remove", path)
        }
        try syncDirectory(directory)
    }

    private func path(_ name: String) -> String { directory + "/" + name }

    private func lock(
        _ descriptor: Int32, _ path: String
    ) throws(DiskError) -> any JournalFile {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = failure("cannot lock", path)
            _ = Self.close(descriptor)
            throw error
        }
        return OpenJournal(descriptor: descriptor, path: path)
    }

    private func makeDirectories() throws(DiskError) {
        var path = directory.hasPrefix("/") ? "" : "."
        for part in directory.split(separator: "/") {
            let parent = path.isEmpty ? "/" : path
            path += "/" + part
            if unsafe mkdir(path, 0o700) == 0 {
                try syncDirectory(parent)
            } else if errno != EEXIST {
                throw failure("cannot make the folder", path)
            }
        }
    }

    private func syncDirectory(_ path: String) throws(DiskError) {
        let descriptor = Self.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw failure("cannot open the folder", path) }
        defer { _ = Self.close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw failure("cannot sync the folder", path)
        }
    }

    private static func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        while true {
            #if canImport(Glibc)
                let descriptor = unsafe Glibc.open(path, flags, mode)
            #elseif canImport(Musl)
                let descriptor = unsafe Musl.open(path, flags, mode)
            #else
                let descriptor = unsafe Darwin.open(path, flags, mode)
            #endif
            if descriptor >= 0 || errno != EINTR { return descriptor }
        }
    }

    private static func read(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
        unsafe buffer.withUnsafeMutableBytes { bytes in
            #if canImport(Glibc)
                unsafe Glibc.read(descriptor, bytes.baseAddress, count)
            #elseif canImport(Musl)
                unsafe Musl.read(descriptor, bytes.baseAddress, count)
            #else
                unsafe Darwin.read(descriptor, bytes.baseAddress, count)
            #endif
        }
    }

    fileprivate static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }
}

private func failure(_ what: String, _ path: String) -> DiskError {
    let number = errno
    let kind: DiskError.Kind =
        switch number {
        case EWOULDBLOCK: .locked
        case ENOENT: .notFound
        case EEXIST: .alreadyExists
        case ENOSPC, EDQUOT: .noSpace
        case EACCES, EPERM, EROFS: .denied
        default: .other
        }
    let reason = unsafe String(cString: strerror(number))
    return DiskError(kind, "\(what) \(path): \(reason)")
}

private final class OpenJournal: JournalFile {
    private let descriptor: Int32
    private let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    func truncate(to length: Int) throws(DiskError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw failure("cannot shorten", path)
        }
    }

    func append(_ bytes: [UInt8]) throws(DiskError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot write", path) }
            rest = rest.dropFirst(count)
        }
    }

    func sync() throws(DiskError) {
        guard fsync(descriptor) == 0 else { throw failure("cannot sync", path) }
    }

    var isIntact: Bool {
        var held = stat()
        var named = stat()
        guard unsafe fstat(descriptor, &held) == 0, unsafe lstat(path, &named) == 0 else {
            return false
        }
        return held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }

    func close() {
        // The descriptor itself is closed with the last reference: a late append must fail on a
        // file of ours, never land in another one that got the same number.
        flock(descriptor, LOCK_UN)
    }

    deinit { _ = DiskJournal.close(descriptor) }
}
