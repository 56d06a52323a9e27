import Documents

/// What a state file covers: an object that it does not hold, though it falls under this, is not
/// wanted.
///
/// Stands in the file's head as a comment, so that other tools read the file as it is. A file
/// without it covers just the objects in it.
package struct StateScope: Sendable, Hashable {
    /// As `plural.version.group`.
    package var kinds: [String]
    /// Nil: all of them.
    package var namespace: String?
    package var selector: String?
    package var includesDiagnostics: Bool
    /// Whether temporary changes count as they are.
    package var isAsIs: Bool

    package init(
        kinds: [String], namespace: String?, selector: String? = nil,
        includesDiagnostics: Bool = false, isAsIs: Bool = false
    ) {
        self.kinds = kinds
        self.namespace = namespace
        self.selector = selector
        self.includesDiagnostics = includesDiagnostics
        self.isAsIs = isAsIs
    }

    private var json: JSONValue {
        var value: JSONValue = ["kinds": .array(kinds.map { .string($0) })]
        if let namespace { value["namespace"] = .string(namespace) }
        if let selector { value["selector"] = .string(selector) }
        if includesDiagnostics { value["diagnostics"] = true }
        if isAsIs { value["asIs"] = true }
        return value
    }

    private init?(json: JSONValue) {
        guard let kinds = json["kinds"]?.arrayValue?.compactMap(\.stringValue) else { return nil }
        self.init(
            kinds: kinds, namespace: json["namespace"]?.stringValue,
            selector: json["selector"]?.stringValue,
            includesDiagnostics: json["diagnostics"]?.boolValue ?? false,
            isAsIs: json["asIs"]?.boolValue ?? false)
    }
}

extension StateScope {
    private static let mark = "# scope: "
    static let endMark = "# end: "
    static let head = "# State, written by petstore-cli export."

    /// The first lines of a file.
    var headLines: [String] {
        [
            Self.head,
            "# Left out: what the server sets, temporary changes, secrets (named where they were).",
            Self.mark + StateText.comment(json.text(.compact)),
        ]
    }

    /// Reads the head of a file; nil where it has none.
    ///
    /// - Parameter text: of the whole file.
    package init?(headOf text: String) {
        // Comments at the very beginning only: further down they are somebody's text.
        for line in text.utf8.prefix(Self.longestHead).split(separator: UInt8(ascii: "\n")) {
            let line = String(decoding: line, as: UTF8.self)
            guard line.hasPrefix("#") else { return nil }
            guard line.hasPrefix(Self.mark) else { continue }
            // What cannot be read is a comment like any other.
            guard let json = try? JSONValue(parsing: String(line.dropFirst(Self.mark.count)))
            else { return nil }
            self.init(json: json)
            return
        }
        return nil
    }

    private static let longestHead = 65_536

    /// Whether the last line says that the file is whole.
    static func hasEnd(_ text: String) -> Bool {
        let lines = text.utf8.suffix(64).split(separator: UInt8(ascii: "\n"))
        return lines.last.map { String(decoding: $0, as: UTF8.self).hasPrefix(endMark) } ?? false
    }
}

/// Text that stands in a comment of a YAML file.
enum StateText {
    /// Only printable ASCII: YAML takes more characters for line breaks than one would think.
    static func comment(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return text }
        var out = ""
        for unit in text.utf16 {
            if (0x20..<0x7F).contains(unit) {
                out.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                let digits = String(unit, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return out
    }
}
