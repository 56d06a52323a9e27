import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder of small files that may all be lost at any time: only ours, bounded in age and size.
///
/// Files are replaced whole, so that several processes can use one folder at once. Nothing here
/// fails: what cannot be read is not there, what cannot be written is not kept.
struct CacheFolder: Sendable {
    struct Limits: Sendable {
        /// A larger file is neither written nor read.
        var fileBytes = 16 << 20
        /// When there is more the oldest files go.
        var allBytes = 64 << 20
        var files = 256
        /// Older files go.
        var age: Double = 7 * 24 * 3600
    }

    let path: String
    var limits = Limits()

    private func place(_ name: String) -> String { "\(path)/\(name)" }

    /// The bytes of a file; nil where there is none that is ours.
    func read(_ name: String) -> [UInt8]? {
        guard isOurs(place(name), .typeRegular, atMost: limits.fileBytes),
            let data = FileManager.default.contents(atPath: place(name))
        else { return nil }
        return [UInt8](data)
    }

    /// Replaces a file; whoever reads sees the old bytes or the new ones.
    func write(_ bytes: [UInt8], to name: String) {
        guard bytes.count <= limits.fileBytes, makeFolder() else { return }
        do {
            try Data(bytes).write(to: URL(filePath: place(name)), options: .atomic)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: place(name))
        } catch {
            // A full or read-only disk: the next command asks the server again.
            return
        }
        sweep()
    }

    func remove(_ name: String) {
        // Somebody else was quicker.
        try? FileManager.default.removeItem(atPath: place(name))
    }

    /// Makes the folder for the user alone.
    private func makeFolder() -> Bool {
        let files = FileManager.default
        do {
            if !files.fileExists(atPath: path) {
                try files.createDirectory(
                    atPath: path, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
            guard isOurs(path, .typeDirectory, atMost: .max, othersMayWrite: true) else {
                return false
            }
            try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            return true
        } catch {
            return false
        }
    }

    /// Whether it is of that type, belongs to us, and nobody else may have written it.
    private func isOurs(
        _ path: String, _ type: FileAttributeType, atMost limit: Int,
        othersMayWrite: Bool = false
    ) -> Bool {
        // What cannot be looked at is not ours. Of a link these are the link's own attributes.
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            facts[.type] as? FileAttributeType == type,
            Self.number(facts[.ownerAccountID]) == Int(geteuid()),
            let mode = Self.number(facts[.posixPermissions]), othersMayWrite || mode & 0o022 == 0,
            let size = Self.number(facts[.size]), size <= limit
        else { return false }
        return true
    }

    /// Lets go of what is old or too much.
    private func sweep() {
        // Another process may sweep at the same time: what is gone is gone.
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return }
        var found: [(name: String, size: Int, age: Double)] = []
        for name in names {
            // Gone meanwhile.
            guard let facts = try? FileManager.default.attributesOfItem(atPath: place(name)),
                facts[.type] as? FileAttributeType == .typeRegular,
                let date = facts[.modificationDate] as? Date
            else { continue }
            found.append((name, Self.number(facts[.size]) ?? 0, -date.timeIntervalSinceNow))
        }
        found.sort { $0.age < $1.age }
        var bytes = 0
        for (index, file) in found.enumerated() {
            bytes += file.size
            if index >= limits.files || bytes > limits.allBytes || file.age > limits.age {
                remove(file.name)
            }
        }
    }

    /// A number among the attributes: an integer, or NSNumber where all of Foundation is loaded,
    /// which this room does not know; their text is the same.
    private static func number(_ value: Any?) -> Int? { value.flatMap { Int("\($0)") } }
}
