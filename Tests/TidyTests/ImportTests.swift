import Testing

/// The picture of the house as a table: who may import whom.
///
/// SwiftPM lets an undeclared import pass an incremental build, so this is a test.
@Suite("Imports go one way")
struct ImportTests {
    /// Room by room, what of our own it may import: a line here is a decision about the house.
    static let rooms: [String: Set<String>] = [
        "HTTP": [],
        "CurlTransport": ["HTTP", "CCurl"],
        "Documents": [],
        "CEL": ["Documents"],
        "KubernetesCore": ["HTTP", "Documents"],
        "KubernetesClient": ["KubernetesCore", "HTTP", "Documents"],
        "Catalog": ["KubernetesCore", "Documents"],
        "Diagnostics": ["Catalog", "KubernetesCore", "Documents"],
        "Session": [
            "CEL", "Catalog", "KubernetesClient", "KubernetesCore", "HTTP", "Documents",
        ],
        "Controller": [
            "Session", "Catalog", "KubernetesClient", "KubernetesCore", "Documents",
        ],
        "StateFiles": ["Catalog", "KubernetesCore", "Documents"],
        "Render": ["Catalog", "KubernetesCore", "Documents"],
        "Verbs": [
            "Session", "Diagnostics", "StateFiles", "Catalog", "Render", "CEL",
            "KubernetesClient", "KubernetesCore", "HTTP", "Documents",
        ],
        "Terminal": ["CEdit"],
        "Shell": [
            "Verbs", "Render", "Terminal", "Session", "Catalog", "KubernetesClient",
            "KubernetesCore", "Documents",
        ],
        "Sandbox/APIServer": ["CEL", "Documents", "KubernetesCore", "HTTP"],
        "Sandbox/Operator": [
            "CEL", "Documents", "KubernetesCore", "KubernetesClient", "Catalog", "HTTP",
        ],
        "Sandbox/PetstoreService": ["Documents", "HTTP"],
        "Sandbox/Cluster": [
            "SandboxAPIServer", "SandboxOperator", "SandboxPetstoreService", "CurlTransport",
            "KubernetesClient", "KubernetesCore", "HTTP", "Documents",
        ],
        "Manual": ["Verbs"],
        "generate-docs": ["Manual", "Verbs"],
        "petstore-cli": [
            "Shell", "Manual", "Verbs", "Render", "Session", "Catalog", "KubernetesClient",
            "KubernetesCore", "HTTP", "Documents", "Terminal", "CurlTransport", "Sandbox",
            "Controller",
        ],
    ]

    /// Libraries of others, and the rooms that may know them.
    static let libraries: [String: Set<String>] = [
        "ArgumentParser": ["Verbs", "Manual", "generate-docs", "petstore-cli"],
        "ArgumentParserToolInfo": ["Manual", "Shell"],
        "Yams": ["Documents"],
        "Subprocess": ["Verbs", "KubernetesClient"],
        "Hummingbird": ["Controller", "Sandbox/APIServer", "Sandbox/PetstoreService"],
        "HummingbirdCore": ["Sandbox/APIServer", "Sandbox/PetstoreService"],
        "HTTPTypes": ["Controller", "Sandbox/APIServer", "Sandbox/PetstoreService"],
        "NIOCore": ["Controller", "Sandbox/APIServer", "Sandbox/PetstoreService"],
        "NIOHTTPTypes": ["Sandbox/APIServer", "Sandbox/PetstoreService"],
        "NIOPosix": ["Sandbox/APIServer", "Sandbox/PetstoreService"],
        "Logging": ["Controller", "Sandbox/APIServer", "Sandbox/PetstoreService"],
        "ServiceLifecycle": ["Sandbox/APIServer", "Sandbox/PetstoreService"],
        "CCurl": ["CurlTransport"],
        "CEdit": ["Terminal"],
        "CLibEdit": [],
    ]

    /// Rooms that hold values only: no system library, hence no file, clock, environment or socket.
    static let pure: Set<String> = [
        "HTTP", "Documents", "CEL", "KubernetesCore", "Catalog", "Diagnostics", "StateFiles",
    ]
    static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch",
        "Synchronization", "SystemPackage", "System",
    ]

    struct Import {
        let file: String
        let room: String
        let module: String
    }

    static let imports: [Import] = SourceTree.swiftFiles(below: "Sources").flatMap { file in
        let room = room(of: file.path)
        return file.code.split(separator: "\n").compactMap { line -> Import? in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
                words[..<at].allSatisfy({
                    $0.hasPrefix("@")
                        || ["package", "internal", "private", "public", "fileprivate"]
                            .contains(String($0))
                })
            else { return nil }
            let kinds: Set<Substring> = [
                "struct", "class", "enum", "protocol", "func", "let", "var",
            ]
            let name = kinds.contains(words[at + 1]) ? words[at + 2] : words[at + 1]
            return Import(
                file: file.path, room: room,
                module: String(name.split(separator: ".").first ?? name))
        }
    }

    static func room(of path: String) -> String {
        let parts = path.split(separator: "/").dropFirst()
        guard let first = parts.first else { return path }
        if first == "Sandbox", let second = parts.dropFirst().first { return "Sandbox/\(second)" }
        return String(first)
    }

    @Test("every file lies in a room of the table")
    func everyFileHasARoom() {
        let unknown = Set(SourceTree.swiftFiles(below: "Sources").map { Self.room(of: $0.path) })
            .subtracting(Self.rooms.keys)
        #expect(unknown.isEmpty)
        #expect(!Self.imports.isEmpty)
    }

    @Test("no import goes upwards or sideways")
    func importsFollowTheTable() {
        for found in Self.imports {
            if let allowed = Self.libraries[found.module] {
                #expect(
                    allowed.contains(found.room), "\(found.file): may not import \(found.module)")
            } else if Self.system.contains(found.module) {
                #expect(
                    !Self.pure.contains(found.room) || found.module == "Synchronization",
                    "\(found.file): a room of values may not import \(found.module)")
            } else {
                #expect(
                    Self.rooms[found.room]?.contains(found.module) == true,
                    "\(found.file): may not import \(found.module)")
            }
        }
    }

    @Test("Package.swift declares just what the table allows")
    func packageAgrees() throws {
        let text = try #require(SourceTree.text(of: "Package.swift"))
        for (path, allowed) in Self.rooms {
            let name = path == "Sandbox/Cluster" ? "Sandbox" : path.replacing("/", with: "")
            let declaration = try #require(
                text.ranges(of: "\"\(name)\",").last { range in
                    let before = text[..<range.lowerBound].filter { !$0.isWhitespace }
                    return before.hasSuffix("room(") || before.hasSuffix("name:")
                }, "\(name) is no target")
            let rest = text[declaration.upperBound...]
            let open = try #require(rest.firstIndex(of: "["))
            let close = try #require(rest[open...].firstIndex(of: "]"))
            let declared = rest[open..<close].split(
                separator: "\"", omittingEmptySubsequences: false
            )
            .enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
            #expect(Set(declared) == allowed, "\(name)")
        }
    }

    @Test("unsafe code stays in the rooms next to C, in the JSON reader, and at the system's edge")
    func unsafeRooms() {
        let allowed: Set<String> = [
            "CurlTransport", "Terminal", "Documents", "petstore-cli", "Session", "Sandbox/Cluster",
        ]
        for file in SourceTree.swiftFiles(below: "Sources") {
            let words = file.code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@") }
            guard words.contains("unsafe") || words.contains("@unsafe") else { continue }
            #expect(allowed.contains(Self.room(of: file.path)), "\(file.path): unsafe")
        }
    }
}
