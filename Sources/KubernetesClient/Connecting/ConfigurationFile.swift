import FoundationEssentials

/// Reads the small files that a connection is made of: kubeconfigs, certificates, tokens.
enum ConfigurationFile {
    struct Failure: Error, Sendable, Hashable {
        var isMissing: Bool
        /// Why, in the words of the system: "no such file", "permission denied".
        var reason: String
    }

    /// The most that such a file may hold.
    static let limit = 16 << 20

    /// The bytes of a file, or why there are none.
    static func content(of path: String) -> Result<[UInt8], Failure> {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return .failure(Failure(isMissing: true, reason: "no such file"))
        }
        guard !isFolder else {
            return .failure(Failure(isMissing: false, reason: "it is a folder"))
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            return .failure(Failure(isMissing: false, reason: "permission denied"))
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            return .failure(Failure(isMissing: false, reason: "it cannot be read"))
        }
        guard data.count <= limit else {
            return .failure(Failure(isMissing: false, reason: "it is larger than 16 MiB"))
        }
        return .success([UInt8](data))
    }
}

/// Base64 with padding (RFC 4648, section 4), the form that kubeconfigs hold bytes in.
enum Base64 {
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }

    /// The bytes, nil where the text is not Base64; line breaks in it are passed over.
    static func decode(_ text: String) -> [UInt8]? {
        let oneLine = text.utf8.filter { $0 != 0x0A && $0 != 0x0D }
        return Data(base64Encoded: Data(oneLine)).map { [UInt8]($0) }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
