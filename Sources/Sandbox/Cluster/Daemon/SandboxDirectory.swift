import Documents
import FoundationEssentials

/// The few files by which commands find a sandbox that runs as a process of its own.
///
/// The folder is its user's alone (0700, files 0600). Nothing of the cluster's data is here.
struct SandboxDirectory: Sendable {
    let path: String

    var kubeconfig: String { path + "/kubeconfig" }
    var log: String { path + "/log" }
    private var facts: String { path + "/daemon.json" }

    /// What a running daemon says about itself.
    struct Facts: Sendable, Hashable {
        var processID: Int32
        var port: Int
        /// Known only to who can read this folder; commands prove themselves by it.
        var token: String
        var services: [String]

        var json: JSONValue {
            [
                "processID": .integer(Int64(processID)), "port": .integer(Int64(port)),
                "token": .string(token), "services": .array(services.map { .string($0) }),
            ]
        }

        init(processID: Int32, port: Int, token: String, services: [String]) {
            self.processID = processID
            self.port = port
            self.token = token
            self.services = services
        }

        init?(_ json: JSONValue) {
            guard let id = json["processID"]?.integerValue.flatMap({ Int32(exactly: $0) }),
                let port = json["port"]?.integerValue.flatMap({ Int(exactly: $0) }),
                let token = json["token"]?.stringValue
            else { return nil }
            self.init(
                processID: id, port: port, token: token,
                services: json["services"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        }
    }

    /// Makes the folder, for its user alone.
    func prepare() throws(SandboxError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw SandboxError(
                "the folder \(path) cannot be made",
                hint: "set XDG_STATE_HOME to a folder that you may write to")
        }
    }

    func read() -> Facts? {
        guard let data = FileManager.default.contents(atPath: facts),
            let json = try? JSONValue(parsing: Array(data))
        else { return nil }
        return Facts(json)
    }

    func write(_ facts: Facts) throws(SandboxError) {
        try write(facts.json.bytes(), to: self.facts)
    }

    /// Writes a kubeconfig whose only context is the sandbox.
    func writeKubeconfig(port: Int, namespace: String) throws(SandboxError) {
        let name: JSONValue = "petstore-sandbox"
        let config: JSONValue = [
            "apiVersion": "v1", "kind": "Config", "current-context": name,
            "clusters": [
                ["name": name, "cluster": ["server": .string("http://127.0.0.1:\(port)")]]
            ],
            "contexts": [
                [
                    "name": name,
                    "context": [
                        "cluster": name, "user": "sandbox-user", "namespace": .string(namespace),
                    ],
                ]
            ],
            "users": [["name": "sandbox-user", "user": [:]]],
        ]
        try write(Array(YAML.text(config).utf8), to: kubeconfig)
    }

    /// Forgets a daemon that is gone.
    func clear() {
        for file in [facts, kubeconfig] { try? FileManager.default.removeItem(atPath: file) }
    }

    /// The last lines of the log, for error messages.
    func logTail(lines: Int = 5) -> String {
        guard let data = FileManager.default.contents(atPath: log) else { return "" }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(lines)
            .joined(separator: "\n")
    }

    func emptyLog() throws(SandboxError) { try write([], to: log) }

    private func write(_ bytes: [UInt8], to file: String) throws(SandboxError) {
        let draft = file + ".new"
        let isMade = FileManager.default.createFile(
            atPath: draft, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        guard isMade,
            (try? FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: draft)) != nil
        else { throw SandboxError("the file \(file) cannot be written") }
        do {
            if FileManager.default.fileExists(atPath: file) {
                try FileManager.default.removeItem(atPath: file)
            }
            try FileManager.default.moveItem(atPath: draft, toPath: file)
        } catch {
            throw SandboxError("the file \(file) cannot be written")
        }
    }
}
