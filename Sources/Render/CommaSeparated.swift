import Documents

/// Rows as comma-separated values (RFC 4180): a heading line, CRLF behind each line, quotes where
/// a value needs them.
package enum CommaSeparated {
    /// - Parameters:
    ///   - rows: without the heading.
    ///   - heading: nil: no heading line.
    ///   - onScreen: whether a terminal reads it, which the values must not drive.
    /// - Returns: the bytes.
    package static func bytes(
        _ rows: [[String]], heading: [String]?, onScreen: Bool = false
    ) -> [UInt8] {
        var out: [UInt8] = []
        for row in (heading.map { [$0] } ?? []) + rows {
            for (index, value) in row.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                append(onScreen ? Escape.lines(value) : value, to: &out)
            }
            out += "\r\n".utf8
        }
        return out
    }

    private static func append(_ value: String, to out: inout [UInt8]) {
        let needsQuotes = value.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
        }
        guard needsQuotes else {
            out += value.utf8
            return
        }
        out.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") { out.append(byte) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
    }

    /// Every value of a document that holds no others, as `metadata.labels.app` and its text; for
    /// results that are no table.
    static func leaves(of value: JSONValue, at path: String = "") -> [[String]] {
        switch value {
        case .object(let object) where !object.isEmpty:
            object.flatMap { member in
                leaves(of: member.value, at: path.isEmpty ? member.name : "\(path).\(member.name)")
            }
        case .array(let items) where !items.isEmpty:
            items.enumerated().flatMap { leaves(of: $0.element, at: "\(path)[\($0.offset)]") }
        case .null: [[path, ""]]
        case .string(let text): [[path, text]]
        default: [[path, value.text()]]
        }
    }
}
