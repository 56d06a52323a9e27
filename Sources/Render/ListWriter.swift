package import Documents

/// Writes a list of objects piece by piece, so that a long one never stands in memory.
///
/// One object alone is written as itself, several as a `List`, as kubectl does. Call `begin`,
/// then `item` for each object, then `end`; each gives the bytes to write.
package struct ListWriter: Sendable {
    private let format: OutputFormat
    private var count = 0

    /// - Parameter format: `.json` or `.yaml`; other formats have no objects to write.
    package init(_ format: OutputFormat) { self.format = format }

    package mutating func begin() -> [UInt8] {
        switch format {
        case .json: Array("{\n    \"apiVersion\": \"v1\",\n    \"items\": [".utf8)
        case .yaml: Array("apiVersion: v1\nitems:".utf8)
        case .table, .wide, .name, .csv, .jsonPath, .customColumns: []
        }
    }

    package mutating func item(_ value: JSONValue) -> [UInt8] {
        defer { count += 1 }
        switch format {
        case .json:
            return (count == 0 ? [] : [UInt8(ascii: ",")])
                + Self.indented(value.bytes(.pretty), by: "        ")
        case .yaml:
            return (count == 0 ? [UInt8(ascii: "\n")] : []) + Self.listItem(YAML.text(value))
        case .table, .wide, .name, .csv, .jsonPath, .customColumns: return []
        }
    }

    package mutating func end() -> [UInt8] {
        let empty = count == 0
        switch format {
        case .json:
            return Array(
                """
                \(empty ? "" : "\n    ")],
                    "kind": "List",
                    "metadata": {
                        "resourceVersion": ""
                    }
                }

                """.utf8)
        case .yaml:
            return Array(
                """
                \(empty ? " []\n" : "")kind: List
                metadata:
                  resourceVersion: ""

                """.utf8)
        case .table, .wide, .name, .csv, .jsonPath, .customColumns: return []
        }
    }

    /// Puts each line of pretty JSON further in; its strings hold no raw line break.
    private static func indented(_ bytes: [UInt8], by blanks: String) -> [UInt8] {
        var out: [UInt8] = [UInt8(ascii: "\n")]
        out += blanks.utf8
        for byte in bytes {
            out.append(byte)
            if byte == UInt8(ascii: "\n") { out += blanks.utf8 }
        }
        return out
    }

    /// A YAML document as an item of a block sequence: `- ` before its first line, two blanks
    /// before the others.
    private static func listItem(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        var first = true
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            if line.isEmpty {
                out.append(UInt8(ascii: "\n"))
            } else {
                out += (first ? "- " : "  ").utf8
                out += line
                out.append(UInt8(ascii: "\n"))
            }
            first = false
        }
        if text.utf8.last == UInt8(ascii: "\n") { out.removeLast() }
        return out
    }
}
