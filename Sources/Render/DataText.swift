package import Documents

/// Data of an API for people: YAML's indented form, with small objects and lists on one line, as
/// in `category: { id: 1, name: "Dogs" }`.
package enum DataText {
    /// An object or list is put on one line up to this width.
    private static let inlineWidth = 80

    package static func lines(_ value: JSONValue, indent: Int = 0) -> [String] {
        switch value {
        case .object(let object) where !object.isEmpty:
            object.flatMap { member($0, indent: indent) }
        case .array(let items) where !items.isEmpty:
            items.flatMap { item($0, indent: indent) }
        default: [blanks(indent) + scalar(value)]
        }
    }

    private static func member(_ member: JSONObject.Member, indent: Int) -> [String] {
        let label = blanks(indent) + Escape.line(member.name) + ":"
        switch member.value {
        case .object, .array:
            let flow = flow(member.value)
            if label.displayWidth + 1 + flow.displayWidth <= inlineWidth {
                return ["\(label) \(flow)"]
            }
            return [label] + lines(member.value, indent: indent + 2)
        default:
            return ["\(label) \(scalar(member.value))"]
        }
    }

    private static func item(_ value: JSONValue, indent: Int) -> [String] {
        let flow = flow(value)
        if indent + 2 + flow.displayWidth <= inlineWidth || isScalar(value) {
            let text = isScalar(value) ? scalar(value) : flow
            return ["\(blanks(indent))- \(text)"]
        }
        var lines = lines(value, indent: indent + 2)
        lines[0] = blanks(indent) + "- " + lines[0].dropFirst(indent + 2)
        return lines
    }

    /// A value on one line, strings in quotes.
    package static func flow(_ value: JSONValue) -> String {
        switch value {
        case .object(let object):
            if object.isEmpty { return "{}" }
            let members = object.map { "\(Escape.line($0.name)): \(flow($0.value))" }
            return "{ \(members.joined(separator: ", ")) }"
        case .array(let items):
            return "[\(items.map(flow).joined(separator: ", "))]"
        default:
            return value.text()
        }
    }

    /// A scalar as it stands on a line of its own: strings bare unless that would mislead.
    package static func scalar(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return flow(value) }
        return needsQuotes(text) ? value.text() : text
    }

    private static func needsQuotes(_ text: String) -> Bool {
        if text.isEmpty || Escape.line(text) != text { return true }
        if text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ") {
            return true
        }
        switch text {
        case "true", "false", "null", "~", "{}", "[]", "-": return true
        default: return Double(text) != nil || text.hasPrefix("\"")
        }
    }

    private static func isScalar(_ value: JSONValue) -> Bool {
        switch value {
        case .object, .array: false
        default: true
        }
    }

    private static func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }
}
