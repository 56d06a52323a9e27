package import Documents

/// A change of an object, in one of the forms that a server understands.
package enum Patch: Sendable {
    /// RFC 7386: members replace members, null removes.
    case merge(JSONValue)
    /// RFC 6902: applied inside the server's storage transaction, so its tests guard it.
    case json(JSONPatch)
    /// Server-side apply of the fields that one manager wants.
    case apply(JSONValue, fieldManager: String, force: Bool)
    /// Kubernetes' own merge by list keys; servers refuse it (415) for custom resources.
    case strategic(JSONValue)

    package var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .json: "application/json-patch+json"
        case .apply: "application/apply-patch+yaml"
        case .strategic: "application/strategic-merge-patch+json"
        }
    }

    /// What is sent; JSON is YAML too, so apply sends JSON as well, without those characters that
    /// YAML forbids or takes for line breaks.
    ///
    /// A server compares the value of a `test` by its text as Go's encoder writes it, so a JSON
    /// Patch is sent in that form: `<` goes as `\u003c`.
    package var body: [UInt8] {
        switch self {
        case .merge(let value), .strategic(let value): value.bytes()
        case .apply(let value, _, _): Self.plainForYAML(value.bytes())
        case .json(let patch): patch.json.bytes(.goText)
        }
    }

    /// JSON with escapes for DEL, the C1 controls, U+2028, U+2029, U+FEFF, U+FFFE and U+FFFF, which
    /// stand in strings only.
    private static func plainForYAML(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 >= 0x7F }) else { return json }
        var plain: [UInt8] = []
        plain.reserveCapacity(json.count)
        var index = 0
        while index < json.count {
            let rest = json[index...].prefix(3)
            if json[index] >= 0x7F,
                let found = escapes.first(where: { rest.starts(with: $0.bytes) })
            {
                plain += found.escape
                index += found.bytes.count
            } else {
                plain.append(json[index])
                index += 1
            }
        }
        return plain
    }

    private static let escapes: [(bytes: [UInt8], escape: [UInt8])] =
        ([0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF] + (0x7F...0x9F)).compactMap {
            Unicode.Scalar($0 as UInt32)
        }.map {
            scalar in
            let digits = String(scalar.value, radix: 16)
            let zeros = String(repeating: "0", count: 4 - digits.count)
            return (Array(String(scalar).utf8), Array("\\u\(zeros)\(digits)".utf8))
        }
}
