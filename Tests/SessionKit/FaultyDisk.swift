package import Session
import Synchronization

// SessionKit: what the tests of the session engine share, with each other and with the simulation.

/// The disk of one machine, in memory: it loses what was not synced, tears lines, and fails.
///
/// Used as it stands it is the disk of a single process; `seen(by:step:)` gives each of several
/// processes a view of its own, whose locks go when that process is killed.
package final class FaultyDisk: JournalDisk {
    fileprivate struct Stored {
        var durable: [UInt8] = []
        var pending: [UInt8] = []
        /// Whether the folder's entry is durable, too.
        var isLinked = false
        /// Removed, but the folder is not synced yet.
        var isGoing = false
        var lock: Lock?
    }

    fileprivate struct Lock: Equatable {
        var process: String
        var number: Int
    }

    fileprivate struct State {
        var files: [String: Stored] = [:]
        var opens = 0
        var failures = 0
        /// Everything that was ever written, for secrets that must not be there.
        var history: [UInt8] = []
        var ignoresSync = false
    }

    fileprivate let state = Mutex(State())
    private let whole: View

    /// - Parameter step: called before and after each action; throwing means that the process died.
    package init(step: @escaping @Sendable (String) throws(DiskError) -> Void = { _ in }) {
        whole = View(process: "only", step: step)
    }

    fileprivate struct View: Sendable {
        var process: String
        var step: @Sendable (String) throws(DiskError) -> Void
    }

    // MARK: What happens to machines

    /// The power fails: locks go, and of what was not synced only so many bytes are left.
    ///
    /// - Parameters:
    ///   - bytes: how much of each file's unsynced end was written all the same.
    ///   - undoing: whether files come back whose removal was not synced.
    package func crash(keeping bytes: Int, undoingRemovals undoing: Bool = true) {
        state.withLock { state in
            for name in state.files.keys.sorted() {
                guard var file = state.files[name] else { continue }
                file.durable += file.pending.prefix(bytes)
                file.pending = []
                file.lock = nil
                let stays = file.isLinked && !(file.isGoing && !undoing)
                file.isGoing = false
                state.files[name] = stays ? file : nil
            }
        }
    }

    /// A process is killed: its locks go, what it wrote stays in the machine's memory.
    package func release(locksOf process: String) {
        state.withLock { state in
            for name in state.files.keys where state.files[name]?.lock?.process == process {
                state.files[name]?.lock = nil
            }
        }
    }

    /// Lets this many of the next appends fail with "no space left".
    package func failAppends(_ count: Int) { state.withLock { $0.failures = count } }

    /// Makes `sync` lie, to prove that somebody notices.
    package func ignoreSyncs() { state.withLock { $0.ignoresSync = true } }

    package var hasUnsyncedData: Bool {
        state.withLock { state in state.files.values.contains { !$0.pending.isEmpty } }
    }

    package var everythingWritten: [UInt8] { state.withLock { $0.history } }

    /// What would be left of a file if the power failed now; nil when nothing.
    package func durableText(of name: String) -> String? {
        state.withLock { state in
            guard let file = state.files[name], file.isLinked else { return nil }
            return String(decoding: file.durable, as: UTF8.self)
        }
    }

    /// The same files on a machine whose processes do not die (any more).
    package func survivor() -> FaultyDisk {
        let disk = FaultyDisk()
        let files = state.withLock { $0.files }
        disk.state.withLock { $0.files = files }
        return disk
    }

    /// A copy of the files on another machine, where nobody holds them.
    package func copy() -> FaultyDisk {
        let disk = survivor()
        disk.state.withLock { state in
            for name in state.files.keys { state.files[name]?.lock = nil }
        }
        return disk
    }

    /// The disk as one of several processes sees it.
    package func seen(
        by process: String, step: @escaping @Sendable (String) throws(DiskError) -> Void
    ) -> any JournalDisk {
        SharedDisk(disk: self, view: View(process: process, step: step))
    }

    // MARK: As the disk of a single process

    package func names() throws(DiskError) -> [String] {
        state.withLock { state in
            state.files.filter { !$0.value.isGoing }.map(\.key).sorted()
        }
    }

    package func read(_ name: String) throws(DiskError) -> [UInt8] {
        let bytes = state.withLock { state in
            state.files[name].flatMap { $0.isGoing ? nil : $0.durable + $0.pending }
        }
        guard let bytes else { throw DiskError(.notFound, "no file \(name)") }
        return bytes
    }

    package func isLocked(_ name: String) -> Bool {
        state.withLock { $0.files[name]?.lock != nil }
    }

    package func create(_ name: String) throws(DiskError) -> any JournalFile {
        try create(name, whole)
    }

    package func open(_ name: String) throws(DiskError) -> any JournalFile {
        try open(name, whole)
    }

    package func remove(_ name: String) throws(DiskError) { try remove(name, whole) }

    fileprivate func create(_ name: String, _ view: View) throws(DiskError) -> any JournalFile {
        try view.step("create")
        let lock = state.withLock { state -> Lock? in
            if let old = state.files[name], !old.isGoing { return nil }
            state.opens += 1
            let lock = Lock(process: view.process, number: state.opens)
            state.files[name] = Stored(lock: lock)
            return lock
        }
        guard let lock else { throw DiskError(.alreadyExists, "\(name) exists") }
        try view.step("created")
        state.withLock { $0.files[name]?.isLinked = true }
        try view.step("linked")
        return OpenFile(disk: self, name: name, lock: lock, view: view)
    }

    fileprivate func open(_ name: String, _ view: View) throws(DiskError) -> any JournalFile {
        enum Outcome { case absent, locked, opened(Lock) }
        let outcome = state.withLock { state -> Outcome in
            guard let file = state.files[name], !file.isGoing else { return .absent }
            guard file.lock == nil else { return .locked }
            state.opens += 1
            let lock = Lock(process: view.process, number: state.opens)
            state.files[name]?.lock = lock
            return .opened(lock)
        }
        switch outcome {
        case .absent: throw DiskError(.notFound, "no file \(name)")
        case .locked: throw DiskError(.locked, "\(name) is locked")
        case .opened(let lock):
            return OpenFile(disk: self, name: name, lock: lock, view: view)
        }
    }

    fileprivate func remove(_ name: String, _ view: View) throws(DiskError) {
        try view.step("remove")
        state.withLock { $0.files[name]?.isGoing = true }
        try view.step("unlinked")
        state.withLock { $0.files[name] = nil }
        try view.step("removed")
    }
}

/// A machine's disk as one process sees it.
private struct SharedDisk: JournalDisk {
    let disk: FaultyDisk
    let view: FaultyDisk.View

    func names() throws(DiskError) -> [String] { try disk.names() }
    func read(_ name: String) throws(DiskError) -> [UInt8] { try disk.read(name) }
    func isLocked(_ name: String) -> Bool { disk.isLocked(name) }
    func create(_ name: String) throws(DiskError) -> any JournalFile {
        try disk.create(name, view)
    }
    func open(_ name: String) throws(DiskError) -> any JournalFile { try disk.open(name, view) }
    func remove(_ name: String) throws(DiskError) { try disk.remove(name, view) }
}

private final class OpenFile: JournalFile {
    let disk: FaultyDisk
    let name: String
    let lock: FaultyDisk.Lock
    let view: FaultyDisk.View

    init(disk: FaultyDisk, name: String, lock: FaultyDisk.Lock, view: FaultyDisk.View) {
        self.disk = disk
        self.name = name
        self.lock = lock
        self.view = view
    }

    func truncate(to length: Int) throws(DiskError) {
        try view.step("truncate")
        disk.state.withLock { state in
            let file = state.files[name]
            let all = (file?.durable ?? []) + (file?.pending ?? [])
            state.files[name]?.durable = Array(all.prefix(length))
            state.files[name]?.pending = []
        }
    }

    func append(_ bytes: [UInt8]) throws(DiskError) {
        try view.step("append")
        let failed = disk.state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                state.files[name]?.pending += bytes.prefix(bytes.count / 2)
                return true
            }
            state.files[name]?.pending += bytes
            state.history += bytes
            return false
        }
        if failed { throw DiskError(.noSpace, "no space left on device") }
        try view.step("appended")
    }

    func sync() throws(DiskError) {
        try view.step("sync")
        disk.state.withLock { state in
            guard !state.ignoresSync else { return }
            let pending = state.files[name]?.pending ?? []
            state.files[name]?.durable += pending
            state.files[name]?.pending = []
        }
        try view.step("synced")
    }

    func close() {
        disk.state.withLock { state in
            if state.files[name]?.lock == lock { state.files[name]?.lock = nil }
        }
    }
}
