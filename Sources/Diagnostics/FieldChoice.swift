import Documents

/// A place in what an instance answered: members by name, items by index or by what names them.
package struct AnswerPath: Sendable, Hashable, CustomStringConvertible {
    package enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
        /// An item of a list that is compared without regard to order: `[id=123]`.
        case item(member: String, value: String)
    }

    package var steps: [Step]

    package init(_ steps: [Step] = []) { self.steps = steps }

    func appending(_ step: Step) -> AnswerPath { AnswerPath(steps + [step]) }

    package var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            case .item(let member, let value): text += "[\(member)=\(value)]"
            }
        }
        return text
    }

    /// The names alone.
    package var names: [String] {
        steps.compactMap { step in
            if case .member(let name) = step { return name }
            return nil
        }
    }
}

/// Which fields of an answer are meant: one, and everything below it.
///
/// `category.name`, `tags[0].id`; without an index every item is meant. The parts in front of the
/// answer in an object's status may be given: `response.data.name` and `data.name` mean `name`,
/// unless the answer itself has such a member.
package struct FieldChoice: Sendable, Hashable {
    package let text: String
    private let parts: [String]

    private static let prefixes: [Set<String>] = [
        ["status"], ["response", "results", "result"], ["data"],
    ]

    package init(_ text: String) {
        self.text = text
        parts = Self.parts(of: text)
    }

    /// Whether the state of the observation itself is meant.
    package var meansState: Bool { parts == ["status", "state"] || parts == ["state"] }

    /// `tags[0].id` → `tags`, `[0]`, `id`.
    private static func parts(of text: String) -> [String] {
        var parts: [String] = []
        for word in text.split(separator: ".", omittingEmptySubsequences: true) {
            var rest = word
            if let bracket = rest.firstIndex(of: "[") {
                if bracket > rest.startIndex { parts.append(String(rest[..<bracket])) }
                rest = rest[bracket...]
                parts += rest.split(separator: "]").map { "\($0)]" }
            } else {
                parts.append(String(rest))
            }
        }
        return parts.filter { $0 != "[*]" }
    }

    /// The ways to read it, the literal one first.
    private var readings: [[String]] {
        var readings = [parts]
        var rest = parts[...]
        for prefix in Self.prefixes {
            guard rest.count > 1, let first = rest.first, prefix.contains(first) else { continue }
            rest = rest.dropFirst()
            readings.append(Array(rest))
        }
        return readings
    }

    /// Whether a field is the one that is meant, or lies in it.
    ///
    /// - Parameters:
    ///   - path: of the field.
    ///   - names: the members at the top of the answers, which decide how the text is read.
    /// - Returns: whether it is meant.
    package func covers(_ path: AnswerPath, among names: Set<String>) -> Bool {
        let reading = readings.first { $0.first.map(names.contains) ?? false } ?? readings.last
        guard let reading else { return false }
        let own =
            reading.contains { $0.hasPrefix("[") }
            ? Self.parts(of: path.description)
            : path.names
        return own.starts(with: reading)
    }
}
