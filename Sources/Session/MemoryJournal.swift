import Synchronization

/// Journals in memory, for a process whose life is the only one it has: a clean-up controller
/// finds everything again in the cluster.
package final class MemoryJournal: JournalDisk {
    private struct Stored {
        var bytes: [UInt8] = []
        var isLocked = false
    }

    private let files = Mutex<[String: Stored]>([:])

    package init() {}

    package func names() throws(DiskError) -> [String] { files.withLock { $0.keys.sorted() } }

    package func read(_ name: String) throws(DiskError) -> [UInt8] {
        guard let bytes = files.withLock({ $0[name]?.bytes }) else {
            throw DiskError(.notFound, "there is no journal \(name)")
        }
        return bytes
    }

    package func create(_ name: String) throws(DiskError) -> any JournalFile {
        let isNew = files.withLock { files in
            guard files[name] == nil else { return false }
            files[name] = Stored(isLocked: true)
            return true
        }
        guard isNew else { throw DiskError(.alreadyExists, "there is a journal \(name)") }
        return MemoryFile(disk: self, name: name)
    }

    package func open(_ name: String) throws(DiskError) -> any JournalFile {
        let wasLocked = files.withLock { files in
            let wasLocked = files[name]?.isLocked
            files[name]?.isLocked = true
            return wasLocked
        }
        guard let wasLocked else { throw DiskError(.notFound, "there is no journal \(name)") }
        guard !wasLocked else { throw DiskError(.locked, "\(name) is in use") }
        return MemoryFile(disk: self, name: name)
    }

    package func isLocked(_ name: String) -> Bool {
        files.withLock { $0[name]?.isLocked ?? false }
    }

    package func remove(_ name: String) throws(DiskError) {
        files.withLock { $0[name] = nil }
    }

    private final class MemoryFile: JournalFile {
        let disk: MemoryJournal
        let name: String

        init(disk: MemoryJournal, name: String) {
            self.disk = disk
            self.name = name
        }

        func truncate(to length: Int) throws(DiskError) {
            disk.files.withLock { files in
                guard let bytes = files[name]?.bytes else { return }
                files[name]?.bytes = Array(bytes.prefix(length))
            }
        }

        func append(_ bytes: [UInt8]) throws(DiskError) {
            disk.files.withLock { $0[name]?.bytes += bytes }
        }

        func sync() throws(DiskError) {}

        func close() { disk.files.withLock { $0[name]?.isLocked = false } }
    }
}

extension JournalStore {
    /// A store that lives as long as the process.
    package static func inMemory() -> JournalStore { JournalStore(disk: MemoryJournal()) }
}
