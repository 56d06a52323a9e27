import Documents
import FoundationEssentials

/// Our own configuration file: `config.yaml` in the configuration folder, for the user alone.
struct ConfigurationStore: Sendable {
    let directory: String

    var path: String { directory + "/config.yaml" }

    /// Puts what was found about a cluster in the place of what was known about it; everything
    /// else in the file stays.
    func remember(_ found: ClusterFindings) throws(Failure) {
        var config = try read()
        let others = (config["apps"]?.arrayValue ?? []).filter { app in
            app["server"]?.stringValue != found.server
        }
        config["apps"] = .array(others + found.configuration)
        try write(YAML.text(config))
    }

    private func read() throws(Failure) -> JSONValue {
        guard FileManager.default.fileExists(atPath: path) else { return .object(JSONObject()) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.ours, "\(path) cannot be read")
        }
        let whole: JSONValue?
        do throws(YAMLError) {
            whole = try YAML.parse(String(decoding: data, as: UTF8.self)).first
        } catch {
            throw Failure(
                .mistake, "\(path) is no YAML: \(error)", hints: ["repair it or move it away"])
        }
        guard let whole, !whole.isNull else { return .object(JSONObject()) }
        guard whole.objectValue != nil else {
            throw Failure(
                .mistake, "\(path) does not hold settings", hints: ["move it away"])
        }
        return whole
    }

    /// Written beside the old file and put in its place, so that a crash leaves one of the two.
    private func write(_ text: String) throws(Failure) {
        let files = FileManager.default
        let draft = path + ".new"
        do {
            try files.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            guard
                files.createFile(
                    atPath: draft, contents: Data(text.utf8),
                    attributes: [.posixPermissions: 0o600])
            else { throw Failure(.ours, "\(draft) cannot be written") }
            if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
            try files.moveItem(atPath: draft, toPath: path)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.ours, "\(path) cannot be written: \(error)")
        }
    }
}
