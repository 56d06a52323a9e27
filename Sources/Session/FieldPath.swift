package import Documents

/// Where a value stands in an object, in a form that outlives the list index of the moment.
///
/// A JSON Pointer addresses list items by index only (undo.md, fact 13), and indexes move. Items of
/// lists that the schema keys (`x-kubernetes-list-type: map`) are therefore addressed by their keys
/// here, and become an index again when an object has just been read.
package struct FieldPath: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case member(String)
        /// The item whose key members have these values.
        case item(JSONObject)

        package static func == (left: Step, right: Step) -> Bool {
            switch (left, right) {
            case (.member(let left), .member(let right)): left.utf8.elementsEqual(right.utf8)
            case (.item(let left), .item(let right)):
                sameText(.object(left), .object(right))
            default: false
            }
        }
    }

    package var steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }

    /// A path of members alone.
    package init(members: String...) { steps = members.map(Step.member) }

    package static func label(_ name: String) -> FieldPath {
        FieldPath(members: "metadata", "labels", name)
    }

    package static func annotation(_ name: String) -> FieldPath {
        FieldPath(members: "metadata", "annotations", name)
    }

    package var parent: FieldPath { FieldPath(Array(steps.dropLast())) }

    package func appending(_ step: Step) -> FieldPath { FieldPath(steps + [step]) }

    /// Whether this path is the other one or leads to it.
    package func isPrefix(of other: FieldPath) -> Bool {
        steps.count <= other.steps.count && zip(steps, other.steps).allSatisfy { $0 == $1 }
    }

    /// Whether a value at one path holds the value at the other.
    package func overlaps(_ other: FieldPath) -> Bool {
        isPrefix(of: other) || other.isPrefix(of: self)
    }

    /// The rest of a path below this one.
    package func relative(_ other: FieldPath) -> FieldPath {
        FieldPath(Array(other.steps.dropFirst(steps.count)))
    }

    package var isMetadata: Bool { steps.first == .member("metadata") }
}

extension FieldPath: CustomStringConvertible {
    /// The path as people write it: `spec.target.pod`, `spec.ports[name=http].port`.
    package var description: String {
        guard !steps.isEmpty else { return "(object)" }
        var text = ""
        for step in steps {
            switch step {
            case .member(let name) where name.utf8.allSatisfy(isPlain) && !name.isEmpty:
                text += text.isEmpty ? name : "." + name
            case .member(let name):
                text += "[" + JSONValue.string(name).text() + "]"
            case .item(let keys):
                let pairs = keys.map { $0.name + "=" + shown($0.value) }
                text += "[" + pairs.joined(separator: ",") + "]"
            }
        }
        return text
    }

    private func isPlain(_ byte: UInt8) -> Bool {
        byte == 0x2D || byte == 0x5F || (0x30...0x39).contains(byte)
            || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private func shown(_ value: JSONValue) -> String { value.stringValue ?? value.text() }
}

extension FieldPath {
    /// The path as it stands in a record: a member is a string, an item an object of its keys.
    package var json: JSONValue {
        .array(
            steps.map { step in
                switch step {
                case .member(let name): .string(name)
                case .item(let keys): .object(keys)
                }
            })
    }

    package init?(json: JSONValue) {
        guard let items = json.arrayValue else { return nil }
        steps = []
        for item in items {
            switch item {
            case .string(let name): steps.append(.member(name))
            case .object(let keys): steps.append(.item(keys))
            default: return nil
            }
        }
    }
}

/// What stands at a path: absent is not null.
package enum FieldValue: Sendable, Hashable {
    case absent
    case present(JSONValue)

    package init(_ value: JSONValue?) { self = value.map(FieldValue.present) ?? .absent }

    package var value: JSONValue? {
        guard case .present(let value) = self else { return nil }
        return value
    }

    package var isAbsent: Bool { value == nil }

    /// Whether both are the same as an API server's `test` sees it (undo.md, fact 3).
    package func isSame(as other: FieldValue) -> Bool {
        switch (self, other) {
        case (.absent, .absent): true
        case (.present(let left), .present(let right)): sameText(left, right)
        default: false
        }
    }
}

/// Whether two values have the same text in the API server's encoder, whatever the members' order.
package func sameText(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.array(let left), .array(let right)):
        return left.count == right.count && zip(left, right).allSatisfy { sameText($0, $1) }
    case (.object(let left), .object(let right)):
        guard left.count == right.count else { return false }
        return left.allSatisfy { member in
            guard let other = right[member.name] else { return false }
            return sameText(member.value, other)
        }
    case (.array, _), (.object, _), (_, .array), (_, .object):
        return false
    default:
        return left.bytes(.goText) == right.bytes(.goText)
    }
}
