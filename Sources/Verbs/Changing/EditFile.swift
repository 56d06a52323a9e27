import FoundationEssentials

/// The file that an editor works on: its owner's alone, and kept until its text has arrived.
struct EditFile: Sendable {
    let path: String

    /// Makes the file; nobody else may read it.
    ///
    /// - Throws: `Failure` when the folder cannot be written to.
    init(name: String, environment: [String: String]) throws(Failure) {
        let folder = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let mark = String(
            (0..<8).compactMap { _ in "abcdefghijkmnpqrstuvwxyz23456789".randomElement() })
        path = "\(folder)/petstore-cli-edit-\(name)-\(mark).yaml"
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data(), attributes: [.posixPermissions: 0o600])
        guard isMade else {
            throw Failure(
                .ours, "\(path) cannot be written", hints: ["TMPDIR names another folder for it"])
        }
    }

    func write(_ text: String) throws(Failure) {
        do {
            // In place: a new file would have other permissions.
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw Failure(.ours, "\(path) cannot be written: \(error)")
        }
    }

    func read() throws(Failure) -> String {
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        } catch {
            throw Failure(.ours, "\(path) cannot be read: \(error)")
        }
    }

    func remove() {
        // A file that stays behind holds nothing that was not shown.
        try? FileManager.default.removeItem(atPath: path)
    }
}
