import Documents
import FoundationEssentials
import HTTP
package import KubernetesCore

/// What a server said about itself, kept on disk between commands.
///
/// Each answer is a file of its own under a name that tells nothing. Who asked, and whom, stands in
/// the file and is compared: a file of somebody else, of another server or of another time is never
/// taken for ours. Credentials are in neither.
package struct DiscoveryCache: Sendable {
    /// How long the groups and kinds of a server are believed without asking it.
    ///
    /// Kinds that are gone are noticed by the 404, new ones by their name being unknown.
    static let ageOfKinds: Int64 = 6 * 3600
    /// The same of schemas, where nothing tells that they changed.
    static let ageOfSchemas: Int64 = 600

    struct Entry: Sendable, Hashable {
        var body: [UInt8]
        /// What the server calls this version of the answer.
        var tag: String?
        var readAt: Timestamp
    }

    private let folder: CacheFolder
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - folder: made when something is written; a folder `discovery` in it is used.
    ///   - now: the time of day.
    package init(folder: String, now: @escaping @Sendable () -> Timestamp) {
        self.folder = CacheFolder(path: folder + "/discovery")
        self.now = now
    }

    init(_ folder: CacheFolder, now: @escaping @Sendable () -> Timestamp) {
        self.folder = folder
        self.now = now
    }

    /// What is kept of an answer; nil where nothing is that can be trusted.
    func entry(for path: String, of owner: String) -> Entry? {
        guard let bytes = folder.read(Self.name(path, owner)),
            let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end < Self.longestHead,
            // Torn, or not ours: there is nothing.
            let head = try? JSONValue(parsing: Array(bytes[..<end])),
            head["format"] == Self.format, head["owner"]?.stringValue?.isSame(as: owner) == true,
            head["path"]?.stringValue?.isSame(as: path) == true,
            let time = head["read"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        let body = Array(bytes[(end + 1)...])
        guard head["sum"]?.stringValue == Self.sum(of: body) else { return nil }
        return Entry(body: body, tag: head["etag"]?.stringValue, readAt: time)
    }

    /// Whether an entry may be used without asking the server.
    func isYoung(_ entry: Entry, limit: Int64) -> Bool {
        let age = now().seconds - entry.readAt.seconds
        // One from the future tells that a clock was changed.
        return age >= 0 && age < limit
    }

    /// Keeps an answer.
    func keep(_ body: [UInt8], tag: String?, for path: String, of owner: String) {
        var head: JSONValue = [
            "format": Self.format, "owner": .string(owner), "path": .string(path),
            "read": .string(now().rfc3339), "sum": .string(Self.sum(of: body)),
        ]
        if let tag { head["etag"] = .string(tag) }
        let line = head.bytes()
        guard line.count < Self.longestHead else { return }
        folder.write(line + [UInt8(ascii: "\n")] + body, to: Self.name(path, owner))
    }

    func forget(_ path: String, of owner: String) { folder.remove(Self.name(path, owner)) }

    private static let format: JSONValue = "petstore-cli discovery 1"
    private static let longestHead = 64 << 10

    private static func name(_ path: String, _ owner: String) -> String {
        sum(of: Array("\(owner)\n\(path)".utf8)) + ".answer"
    }

    /// FNV-1a, 64 bits: finds what is torn, and makes names; it keeps nobody out.
    static func sum(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

extension ClusterConnection {
    /// The server and who we are there, without anything secret; nil where nothing may be kept.
    var cacheOwner: String? {
        // A URL with a password in it stays in memory.
        guard !server.utf8.contains(UInt8(ascii: "@")) else { return nil }
        var parts = ["server=\(server)", "user=\(userName)", "cluster=\(clusterName)"]
        switch configuration.trust {
        case .system: parts.append("trust=system")
        case .anything: parts.append("trust=any")
        case .only(let authorities): parts.append("trust=\(DiscoveryCache.sum(of: authorities))")
        }
        if let name = configuration.serverName { parts.append("name=\(name)") }
        // Behind another proxy the same name may be another server; its password is no matter.
        if let proxy = configuration.proxy?.split(separator: "@").last {
            parts.append("proxy=\(proxy)")
        }
        if let identity = configuration.identity {
            parts.append("certificate=\(DiscoveryCache.sum(of: identity.certificate))")
        }
        switch credentials.proof {
        case .none: break
        case .token, .tokenFile: parts.append("token")
        case .basic(let user, _): parts.append("basic=\(user)")
        case .plugin: parts.append("plugin")
        }
        if let other = credentials.impersonation {
            parts.append("as=\(other.user) \(other.uid ?? "") \(other.groups)")
        }
        return parts.joined(separator: "\n")
    }
}

extension String {
    /// Equal byte by byte.
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
