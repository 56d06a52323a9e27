import Synchronization

@testable import Session

/// A disk in memory that loses what was not synced, tears lines, and dies at a chosen step.
final class FaultyDisk: JournalDisk {
    struct Stored {
        var durable: [UInt8] = []
        var pending: [UInt8] = []
        var lock: Int?
        /// Everything that was ever written, for secrets that must not be there.
        var history: [UInt8] = []
    }

    struct State {
        var files: [String: Stored] = [:]
        var opens = 0
        /// Fails this many operations with "no space left".
        var failures = 0
    }

    let state = Mutex(State())
    /// Called before each step; throwing means that the process died.
    let step: @Sendable (String) throws(DiskError) -> Void

    init(step: @escaping @Sendable (String) throws(DiskError) -> Void = { _ in }) {
        self.step = step
    }

    /// The process died: locks go, and of what was not synced only so many bytes are left.
    func crash(keeping bytes: Int) {
        state.withLock { state in
            for name in state.files.keys {
                let pending = state.files[name]?.pending ?? []
                state.files[name]?.durable += pending.prefix(bytes)
                state.files[name]?.pending = []
                state.files[name]?.lock = nil
            }
        }
    }

    var everythingWritten: [UInt8] {
        state.withLock { $0.files.values.flatMap(\.history) }
    }

    /// The same files on a machine whose processes do not die (any more).
    func survivor() -> FaultyDisk {
        let disk = FaultyDisk()
        let files = state.withLock { $0.files }
        disk.state.withLock { $0.files = files }
        return disk
    }

    func names() throws(DiskError) -> [String] { state.withLock { $0.files.keys.sorted() } }

    func read(_ name: String) throws(DiskError) -> [UInt8] {
        let bytes = state.withLock { state in
            state.files[name].map { $0.durable + $0.pending }
        }
        guard let bytes else { throw DiskError(.notFound, "no file \(name)") }
        return bytes
    }

    func create(_ name: String) throws(DiskError) -> any JournalFile {
        try step("create")
        let number = state.withLock { state in
            state.opens += 1
            state.files[name] = Stored(lock: state.opens)
            return state.opens
        }
        try step("created")
        return OpenFile(disk: self, name: name, number: number)
    }

    func open(_ name: String) throws(DiskError) -> any JournalFile {
        enum Outcome { case absent, locked, opened(Int) }
        let outcome = state.withLock { state -> Outcome in
            guard let file = state.files[name] else { return .absent }
            guard file.lock == nil else { return .locked }
            state.opens += 1
            state.files[name]?.lock = state.opens
            return .opened(state.opens)
        }
        switch outcome {
        case .absent: throw DiskError(.notFound, "no file \(name)")
        case .locked: throw DiskError(.locked, "\(name) is locked")
        case .opened(let number): return OpenFile(disk: self, name: name, number: number)
        }
    }

    func isLocked(_ name: String) -> Bool { state.withLock { $0.files[name]?.lock != nil } }

    func remove(_ name: String) throws(DiskError) {
        try step("remove")
        state.withLock { $0.files[name] = nil }
        try step("removed")
    }
}

private final class OpenFile: JournalFile {
    let disk: FaultyDisk
    let name: String
    let number: Int

    init(disk: FaultyDisk, name: String, number: Int) {
        self.disk = disk
        self.name = name
        self.number = number
    }

    func truncate(to length: Int) throws(DiskError) {
        disk.state.withLock { state in
            let file = state.files[name]
            let all = (file?.durable ?? []) + (file?.pending ?? [])
            state.files[name]?.durable = Array(all.prefix(length))
            state.files[name]?.pending = []
        }
    }

    func append(_ bytes: [UInt8]) throws(DiskError) {
        try disk.step("append")
        let failed = disk.state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                state.files[name]?.pending += bytes.prefix(bytes.count / 2)
                return true
            }
            state.files[name]?.pending += bytes
            state.files[name]?.history += bytes
            return false
        }
        if failed { throw DiskError(.noSpace, "no space left on device") }
        try disk.step("appended")
    }

    func sync() throws(DiskError) {
        try disk.step("sync")
        disk.state.withLock { state in
            let pending = state.files[name]?.pending ?? []
            state.files[name]?.durable += pending
            state.files[name]?.pending = []
        }
        try disk.step("synced")
    }

    func close() {
        disk.state.withLock { state in
            if state.files[name]?.lock == number { state.files[name]?.lock = nil }
        }
    }
}
