import Documents
import FoundationEssentials

/// `config.yaml`, as far as `init` writes it.
///
/// The file belongs to the user: everything but the list `apps` stays as it is written there,
/// comments included.
struct OwnConfiguration: Sendable {
    private static let heading = "# What petstore-cli init found; it writes this list anew.\n"

    let path: String
    private let folder: String

    init(folder: String) {
        self.folder = folder
        path = folder + "/config.yaml"
    }

    /// Everything that stands in the file; an empty object where there is none.
    ///
    /// - Throws: `Failure` when the file is no YAML mapping, or cannot be read.
    func settings() throws(Failure) -> JSONValue { try Self.parse(try read(), path) }

    /// Puts the apps of one server in the place of those that were known of it.
    ///
    /// - Throws: `Failure` when the file is no YAML mapping, or cannot be written.
    func remember(_ apps: [JSONValue], of server: String) throws(Failure) {
        let old = try read()
        let text = try Self.replacingApps(in: old, with: apps, of: server, path: path)
        if text != old { try write(text) }
    }

    /// The text of the file with those apps in it.
    static func replacingApps(
        in old: String, with apps: [JSONValue], of server: String, path: String
    ) throws(Failure) -> String {
        var settings = try parse(old, path)
        let others = (settings["apps"]?.arrayValue ?? []).filter {
            $0["server"] != .string(server)
        }
        let all = JSONValue.array(others + apps)
        settings["apps"] = all
        let block = heading + YAML.text(["apps": all])
        let text = replacingBlock(in: old, with: block)
        // An unusual way of writing `apps` is not worth keeping; the values are.
        return (try? parse(text, path)) == settings ? text : YAML.text(settings)
    }

    private static func parse(_ text: String, _ path: String) throws(Failure) -> JSONValue {
        let documents: [JSONValue]
        do throws(YAMLError) {
            documents = try YAML.parse(text)
        } catch {
            throw Failure(
                .mistake, "\(path) cannot be read: \(error.message)",
                hints: ["mend the file or move it away"])
        }
        guard let first = documents.first, !first.isNull else { return [:] }
        guard documents.count == 1, case .object = first else {
            throw Failure(
                .mistake, "\(path) holds no settings: it must be one YAML mapping",
                hints: ["mend the file or move it away"])
        }
        return first
    }

    /// The lines of the top-level key `apps` and its heading exchanged, or put at the end.
    private static func replacingBlock(in text: String, with block: String) -> String {
        var kept: [Substring] = []
        var isInside = false
        var place: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == heading.dropLast() { continue }
            if line.hasPrefix("apps:") {
                isInside = true
                place = place ?? kept.count
                continue
            }
            let goesOn = line.isEmpty || line.hasPrefix(" ") || line.hasPrefix("-")
            if isInside, goesOn { continue }
            isInside = false
            kept.append(line)
        }
        while kept.last?.isEmpty == true { kept.removeLast() }
        let cut = min(place ?? kept.count, kept.count)
        let before = kept[..<cut].map { $0 + "\n" }.joined()
        let after = kept[cut...].map { $0 + "\n" }.joined()
        return before + block + after
    }

    // MARK: The disk

    private func read() throws(Failure) -> String {
        guard FileManager.default.fileExists(atPath: path) else { return "" }
        do {
            let bytes = try Data(contentsOf: URL(filePath: path))
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw Failure(.ours, "\(path) cannot be read: \(error.reason)")
        }
    }

    /// Replaces the file at once: whoever reads sees the old text or the new one.
    ///
    /// Only the user may read folder and file.
    private func write(_ text: String) throws(Failure) {
        let files = FileManager.default
        do {
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            throw Failure(
                .ours, "\(path) cannot be written: \(error.reason)",
                hints: ["XDG_CONFIG_HOME names another folder for it"])
        }
    }
}

extension Error {
    /// The system's own words, where there are any.
    var reason: String {
        guard let error = self as? CocoaError else { return "\(self)" }
        if let cause = error.underlying as? POSIXError { return "\(cause.code)" }
        return switch error.code {
        case .fileWriteNoPermission, .fileReadNoPermission: "no permission"
        case .fileWriteOutOfSpace: "the disk is full"
        case .fileWriteVolumeReadOnly: "the disk is read-only"
        default: "\(error.code)"
        }
    }
}
