import Documents

/// What the kubeconfig files say together, merged by kubectl's rules.
///
/// It is never written.
package struct Kubeconfig: Sendable {
    /// One line of `config get-contexts`.
    package struct Context: Sendable, Hashable {
        package var name: String
        package var cluster: String
        package var user: String
        package var namespace: String?
    }

    /// The files that were read, first come first.
    package private(set) var files: [String] = []
    /// The files that were looked for and are not there; no error, as long as others say enough.
    private(set) var missingFiles: [String] = []
    /// The context that the files select, nil where none does.
    package private(set) var currentContext: String?
    /// The file and key that select it.
    private(set) var currentContextPlace: String?

    private(set) var clusters: [ClusterEntry] = []
    private(set) var users: [UserEntry] = []
    private(set) var contextEntries: [ContextEntry] = []

    package init() {}

    package var contexts: [Context] {
        contextEntries.map {
            Context(
                name: $0.name, cluster: $0.cluster, user: $0.user, namespace: $0.namespace)
        }
    }

    var isEmpty: Bool {
        clusters.isEmpty && users.isEmpty && contextEntries.isEmpty && currentContext == nil
    }

    /// Reads the files that kubectl would read.
    ///
    /// - Parameters:
    ///   - environment: `KUBECONFIG` and `HOME` are looked at, nothing else.
    ///   - explicitPath: `--kubeconfig`: that file alone; it must exist.
    /// - Returns: the merged configuration, empty where no file exists.
    /// - Throws: `KubeconfigError` for a file that cannot be read or is malformed.
    package static func read(
        environment: [String: String], explicitPath: String? = nil
    ) throws(KubeconfigError) -> Kubeconfig {
        var config = Kubeconfig()
        if let explicitPath, !explicitPath.isEmpty {
            try config.add(file: explicitPath, mayBeMissing: false)
            return config
        }
        for path in candidates(environment) { try config.add(file: path, mayBeMissing: true) }
        return config
    }

    private static func candidates(_ environment: [String: String]) -> [String] {
        let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        guard listed.isEmpty else {
            return listed.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
        guard let home = environment["HOME"], !home.isEmpty else { return [] }
        return ["\(home)/.kube/config"]
    }

    private mutating func add(file: String, mayBeMissing: Bool) throws(KubeconfigError) {
        switch ConfigurationFile.content(of: file) {
        case .success(let bytes):
            files.append(file)
            try merge(try Self.document(bytes, file: file))
        case .failure(let failure) where failure.isMissing && mayBeMissing:
            missingFiles.append(file)
        case .failure(let failure):
            throw KubeconfigError(
                .unreadable, "cannot read the kubeconfig \(file): \(failure.reason)")
        }
    }

    private static func document(
        _ bytes: [UInt8], file: String
    ) throws(KubeconfigError) -> KubeconfigNode? {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw KubeconfigError(.malformed, "\(file): not UTF-8")
        }
        let documents: [JSONValue]
        do {
            documents = try YAML.parse(text)
        } catch {
            // The parser's own words may quote the text: only the place is told.
            throw KubeconfigError(
                .malformed,
                "\(file): not YAML: line \(error.line), column \(error.column)")
        }
        guard documents.count <= 1 else {
            throw KubeconfigError(.malformed, "\(file): holds more than one document")
        }
        guard let value = documents.first, !value.isNull else { return nil }
        let node = KubeconfigNode(file: file, path: "", value: value)
        try node.checkIsObject()
        for (key, expected) in [("kind", "Config"), ("apiVersion", "v1")] {
            guard let found = try node.text(key), found != expected else { continue }
            throw KubeconfigError(
                .malformed, "\(file): \(key): is not \(expected): this is no kubeconfig")
        }
        return node
    }

    /// Adds what no earlier file has set: an entry counts as a whole.
    private mutating func merge(_ node: KubeconfigNode?) throws(KubeconfigError) {
        guard let node else { return }
        for (name, entry) in try Self.named("clusters", "cluster", in: node) {
            let cluster = try ClusterEntry(name: name, entry)
            if self.cluster(name) == nil { clusters.append(cluster) }
        }
        for (name, entry) in try Self.named("users", "user", in: node) {
            let user = try UserEntry(name: name, entry)
            if self.user(name) == nil { users.append(user) }
        }
        for (name, entry) in try Self.named("contexts", "context", in: node) {
            let context = try ContextEntry(name: name, entry)
            if self.context(name) == nil { contextEntries.append(context) }
        }
        if currentContext == nil, let current = try node.text("current-context") {
            currentContext = current
            currentContextPlace = "\(node.file): current-context"
        }
    }

    private static func named(
        _ list: String, _ member: String, in node: KubeconfigNode
    ) throws(KubeconfigError) -> [(String, KubeconfigNode)] {
        var entries: [(String, KubeconfigNode)] = []
        for item in try node.list(list) {
            try item.checkIsObject()
            guard let name = try item.text("name") else { throw item.wrong("has no name") }
            guard !entries.contains(where: { $0.0.hasSameBytes(as: name) }) else {
                throw item.wrong("the name \"\(name)\" comes twice")
            }
            let empty = KubeconfigNode(
                file: item.file, path: "\(item.path).\(member)", value: .object(.init()))
            entries.append((name, try item.object(member) ?? empty))
        }
        return entries
    }

    func cluster(_ name: String) -> ClusterEntry? {
        clusters.first { $0.name.hasSameBytes(as: name) }
    }

    func user(_ name: String) -> UserEntry? { users.first { $0.name.hasSameBytes(as: name) } }

    func context(_ name: String) -> ContextEntry? {
        contextEntries.first { $0.name.hasSameBytes(as: name) }
    }
}

extension String {
    /// Names in files are bytes: two spellings of the same letter are two names.
    fileprivate func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
