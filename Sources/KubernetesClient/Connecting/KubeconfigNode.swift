import Documents

/// A value in a kubeconfig that knows its place, so that whoever finds it wrong can say where.
///
/// Absent and null are the same, as in Go.
struct KubeconfigNode: Sendable, Hashable {
    var file: String
    /// `clusters[0].cluster`, empty for the whole document.
    var path: String
    var value: JSONValue

    subscript(key: String) -> KubeconfigNode? {
        guard let member = value[key], !member.isNull else { return nil }
        return KubeconfigNode(
            file: file, path: path.isEmpty ? key : "\(path).\(key)", value: member)
    }

    /// The error that this place is not what it should be; never shows the value.
    func wrong(_ why: String) -> KubeconfigError {
        KubeconfigError(.malformed, "\(place): \(why)")
    }

    /// `FILE: KEY`, for messages.
    var place: String { path.isEmpty ? file : "\(file): \(path)" }

    func checkIsObject() throws(KubeconfigError) {
        guard value.objectValue != nil else { throw wrong("must be a mapping of keys to values") }
    }

    func text(_ key: String) throws(KubeconfigError) -> String? {
        guard let node = self[key] else { return nil }
        guard let text = node.value.stringValue else { throw node.wrong("must be a string") }
        return text.isEmpty ? nil : text
    }

    func flag(_ key: String) throws(KubeconfigError) -> Bool? {
        guard let node = self[key] else { return nil }
        guard let flag = node.value.boolValue else { throw node.wrong("must be true or false") }
        return flag
    }

    /// Base64 of bytes.
    func bytes(_ key: String) throws(KubeconfigError) -> [UInt8]? {
        guard let text = try text(key) else { return nil }
        guard let bytes = Base64.decode(text) else {
            throw self[key]?.wrong("is not valid Base64") ?? wrong("\(key) is not valid Base64")
        }
        return bytes.isEmpty ? nil : bytes
    }

    func list(_ key: String) throws(KubeconfigError) -> [KubeconfigNode] {
        guard let node = self[key] else { return [] }
        guard let items = node.value.arrayValue else { throw node.wrong("must be a list") }
        return items.enumerated().map { index, item in
            KubeconfigNode(file: file, path: "\(node.path)[\(index)]", value: item)
        }
    }

    func texts(_ key: String) throws(KubeconfigError) -> [String] {
        var texts: [String] = []
        for node in try list(key) {
            guard let text = node.value.stringValue else { throw node.wrong("must be a string") }
            texts.append(text)
        }
        return texts
    }

    func object(_ key: String) throws(KubeconfigError) -> KubeconfigNode? {
        guard let node = self[key] else { return nil }
        try node.checkIsObject()
        return node
    }

    /// A path as the file means it: relative ones begin at the file's own folder.
    func filePath(_ key: String) throws(KubeconfigError) -> String? {
        guard let path = try text(key) else { return nil }
        return resolved(path)
    }

    func resolved(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}
