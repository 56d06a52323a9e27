import FoundationEssentials
import KubernetesCore
import StateFiles

/// A state in a folder: `PLURAL.GROUP/NAME.yaml`, below the namespace where all were exported.
///
/// An export into the folder of an earlier one brings it up to date: files whose objects are gone
/// are removed. Files of other origin are never touched.
struct StateFolder {
    private let path: String
    private let scope: StateScope
    private var written: Set<String> = []
    private var made: Set<String> = []
    private var removed = 0

    /// Says what the folder covers; comments alone.
    static let scopeFile = "scope.yaml"

    init(_ path: String, scope: StateScope) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.scope = scope
    }

    /// - Throws: `Failure` for a folder that holds something, but no earlier export.
    func open() throws(Failure) {
        let manager = FileManager.default
        var isFolder = false
        if manager.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder else { throw Failure(.mistake, "\(path) is a file, not a folder") }
            let names = (try? manager.contentsOfDirectory(atPath: path)) ?? []
            guard names.isEmpty || names.contains(Self.scopeFile) else {
                throw Failure(
                    .mistake, "\(path) holds other files, and no earlier export",
                    hints: ["name a new folder"])
            }
        }
        // Only a whole export is one that says what it covers.
        try? manager.removeItem(atPath: "\(path)/\(Self.scopeFile)")
        try make(path)
    }

    mutating func write(
        _ document: StateForm.Document, of type: ResourceType
    ) throws(Failure) {
        let object = document.object
        var folder = path
        if scope.namespace == nil, let namespace = object.namespace {
            folder += "/" + Self.fileName(namespace)
        }
        folder += "/" + Self.fileName(type.qualifiedName)
        if made.insert(folder).inserted { try make(folder) }
        var writer = StateWriter()
        var bytes = Array("\(StateWriter.fileHead)\n".utf8)
        writer.append(document, to: &bytes)
        let file = "\(folder)/\(Self.fileName(object.name)).yaml"
        try put(bytes, into: file)
        written.insert(file)
    }

    /// Removes what an earlier export left of objects that are gone, and says what is covered.
    mutating func finish() throws(Failure) {
        for file in StateSource.files(below: path)
        where !written.contains(file) && Self.isOurs(file) {
            do {
                try FileManager.default.removeItem(atPath: file)
                removed += 1
            } catch {
                throw Failure(.ours, "\(file) cannot be removed")
            }
        }
        try put(
            StateWriter().head(scope) + StateWriter(count: written.count).end(),
            into: "\(path)/\(Self.scopeFile)")
    }

    var summary: String {
        let gone = removed == 0 ? "" : ", removed \(removed) of objects that are gone"
        return "wrote \(written.count) file\(written.count == 1 ? "" : "s") below \(path)\(gone)"
    }

    private func make(_ folder: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw Failure(.ours, "\(folder) cannot be made", hints: ["may you write there?"])
        }
    }

    private func put(_ bytes: [UInt8], into file: String) throws(Failure) {
        do {
            // Whole or not at all.
            try Data(bytes).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw Failure(.ours, "\(file) cannot be written")
        }
    }

    private static func isOurs(_ file: String) -> Bool {
        // What cannot be read is not ours to remove.
        guard let data = try? Data(contentsOf: URL(filePath: file)) else { return false }
        return data.starts(with: Array("\(StateWriter.fileHead)\n".utf8))
    }

    /// A name as one part of a path, whatever is in it.
    static func fileName(_ name: String) -> String {
        var out = ""
        for byte in name.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
                || byte == 0x2E && !out.isEmpty
            let digits = String(byte, radix: 16, uppercase: true)
            out +=
                isPlain
                ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }
        return out
    }
}
