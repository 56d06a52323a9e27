import Catalog
import Documents
import FoundationEssentials

/// What an action uploads: where it comes from, and whether it fits (operator-contract.md, 3.7).
enum Upload {
    /// The sources that generated actions know, in the operator's order of precedence.
    private static let sources = ["data", "dataFrom", "dataURL", "dataFromFile"]
    /// What etcd takes for one object, less room for the rest of it.
    static let largestObject = 1_572_864 - 65_536
    /// Base64 makes four bytes of three.
    static let largestFile = largestObject / 4 * 3

    /// Whether a file can be given for what an action uploads.
    static func takesFile(_ kind: CatalogKind) -> Bool { knownSources(of: kind).contains("data") }

    /// None where the action uploads nothing.
    private static func knownSources(of kind: CatalogKind) -> [String] {
        let known = sources.filter { kind.parameter(named: $0) != nil }
        // An API's own field may be called data as well; two of the four are the generator's.
        return known.count > 1 ? known : []
    }

    /// Puts a file's content into a spec.
    ///
    /// - Throws: `Failure` when it cannot be read, is too large, or the action takes none.
    static func write(
        file: String, into spec: inout JSONValue, of kind: CatalogKind
    ) throws(Failure) {
        guard kind.parameter(named: "data") != nil || kind.schema == nil else {
            throw Failure(
                .mistake, "\(kind.friendlyName) uploads nothing: its schema has no field \"data\"")
        }
        let content: Data
        do {
            content = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw Failure(
                .mistake, "\(file) cannot be read", hints: ["is it there, and may you read it?"])
        }
        guard content.count <= largestFile else {
            throw tooLarge(file, content.count, kind)
        }
        spec["data"] = .string(content.base64EncodedString())
        if kind.parameter(named: "contentType") != nil, spec["contentType"] == nil,
            let type = contentType(of: file)
        {
            spec["contentType"] = .string(type)
        }
    }

    /// Checks what will be uploaded before anything is sent.
    ///
    /// - Throws: `Failure` of kind `.answeredNo` where there is nothing: the operator then fails
    ///   before it calls the API; a usage failure where several sources exclude each other.
    static func check(_ spec: JSONValue, of kind: CatalogKind) throws(Failure) {
        let known = knownSources(of: kind)
        guard !known.isEmpty else { return }
        let given = known.filter { spec[$0] != nil }
        guard let first = given.first else {
            throw Failure(
                .answeredNo,
                "\(kind.friendlyName) was not run: it has nothing to upload, and without one of "
                    + known.joined(separator: ", ")
                    + " the operator fails before it calls the API",
                hints: ["add --file FILE"])
        }
        guard given.count == 1 else {
            throw Failure(
                .usage(""),
                "\(given.joined(separator: " and ")) exclude each other: the operator takes"
                    + " \(first) alone")
        }
        if let text = spec["data"]?.stringValue, text.utf8.count > largestObject {
            throw tooLarge("--data", text.utf8.count / 4 * 3, kind)
        }
    }

    private static func tooLarge(_ what: String, _ size: Int, _ kind: CatalogKind) -> Failure {
        let takesURL = kind.parameter(named: "dataURL") != nil
        return Failure(
            .mistake,
            "\(what) holds \(megabytes(size)), and an object takes at most"
                + " \(megabytes(largestFile)) of it",
            hints: takesURL ? ["--data-url=URL has the operator fetch it"] : [])
    }

    private static func megabytes(_ bytes: Int) -> String {
        let tenths = (bytes * 10 + 524_288) / 1_048_576
        return "\(tenths / 10).\(tenths % 10) MiB"
    }

    private static let contentTypes = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "webp": "image/webp", "svg": "image/svg+xml", "pdf": "application/pdf",
        "txt": "text/plain", "csv": "text/csv", "json": "application/json",
        "xml": "application/xml", "zip": "application/zip",
    ]

    static func contentType(of file: String) -> String? {
        guard let dot = file.lastIndex(of: ".") else { return nil }
        return contentTypes[file[file.index(after: dot)...].lowercased()]
    }
}
