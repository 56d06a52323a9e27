package import Documents

/// One step of a field's path, in the spelling of `fieldsV1`: `f:name`, `k:{"key":"value"}`,
/// `v:value` or `i:index`.
package struct FieldStep: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The spelling of `fieldsV1`; keys of list items in Go's text, names sorted.
    package let text: String

    /// A member of an object.
    package static func field(_ name: String) -> FieldStep { FieldStep(canonical: "f:" + name) }
    /// An item of a list, by the members that identify it.
    package static func key(_ key: JSONObject) -> FieldStep {
        FieldStep(canonical: "k:" + JSONValue.object(key).text(.goText))
    }
    /// An item of a set, by its value.
    package static func value(_ value: JSONValue) -> FieldStep {
        FieldStep(canonical: "v:" + value.text(.goText))
    }

    private init(canonical text: String) { self.text = text }

    /// Reads the spelling of `fieldsV1`; nil for `.` and for what is no step.
    package init?(_ text: String) {
        let rest = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:": self = .field(rest)
        case "k:":
            // Steps that cannot be read are nil, whatever the reader objects to.
            guard case .object(let key)? = try? JSONValue(parsing: rest) else { return nil }
            self = .key(key)
        case "v:":
            guard let value = try? JSONValue(parsing: rest) else { return nil }
            self = .value(value)
        case "i:":
            guard Int(rest) != nil else { return nil }
            self.text = text
        default: return nil
        }
    }

    /// The member's name, nil for items of lists.
    package var name: String? { text.hasPrefix("f:") ? String(text.dropFirst(2)) : nil }

    /// The members that identify an item of a list.
    package var key: JSONObject? {
        guard text.hasPrefix("k:") else { return nil }
        // Checked when the step was made.
        return (try? JSONValue(parsing: String(text.dropFirst(2))))?.objectValue
    }

    /// As an API server writes the step in messages: `.name`, `[key="value"]`, `[="value"]`.
    package var description: String {
        switch text.prefix(2) {
        case "f:": return "." + text.dropFirst(2)
        case "k:":
            let members = (key ?? JSONObject()).members
                .sorted { $0.name.precedesByBytes($1.name) }
                .map { "\($0.name)=\($0.value.text(.goText))" }
            return "[" + members.joined(separator: ",") + "]"
        case "v:": return "[=" + text.dropFirst(2) + "]"
        default: return "[" + text.dropFirst(2) + "]"
        }
    }

    package static func == (left: FieldStep, right: FieldStep) -> Bool {
        left.text.hasBytes(of: right.text)
    }

    package static func < (left: FieldStep, right: FieldStep) -> Bool {
        left.text.precedesByBytes(right.text)
    }
}

/// A set of fields as `fieldsV1` of `metadata.managedFields` holds it: who set what.
///
/// A field in the set is a member of its own; that a field below it is in the set says nothing
/// about it.
package struct FieldSet: Sendable, Hashable {
    /// Whether the place at which this set stands is itself in the set: `.` in `fieldsV1`.
    package private(set) var containsSelf = false
    package private(set) var children: [FieldStep: FieldSet] = [:]

    package init() {}

    package init(_ paths: some Sequence<[FieldStep]>) {
        for path in paths { insert(path) }
    }

    package var isEmpty: Bool { !containsSelf && children.isEmpty }

    package mutating func insert(_ path: some Sequence<FieldStep>) {
        var rest = path.makeIterator()
        insert(&rest)
    }

    private mutating func insert(_ rest: inout some IteratorProtocol<FieldStep>) {
        guard let step = rest.next() else {
            containsSelf = true
            return
        }
        children[step, default: FieldSet()].insert(&rest)
    }

    package func contains(_ path: some Sequence<FieldStep>) -> Bool {
        below(path)?.containsSelf ?? false
    }

    /// The part of the set at a path and below it, nil where there is none.
    package func below(_ path: some Sequence<FieldStep>) -> FieldSet? {
        var set = self
        for step in path {
            guard let child = set.children[step] else { return nil }
            set = child
        }
        return set
    }

    /// All fields in the set, at each level the fields themselves before what is below them: the
    /// order in which an API server lists conflicts.
    package var paths: [[FieldStep]] {
        var found: [[FieldStep]] = []
        collect(from: [], into: &found)
        return found
    }

    private func collect(from path: [FieldStep], into found: inout [[FieldStep]]) {
        if path.isEmpty, containsSelf { found.append(path) }
        let sorted = children.sorted { $0.key < $1.key }
        for (step, child) in sorted where child.containsSelf { found.append(path + [step]) }
        for (step, child) in sorted { child.collect(from: path + [step], into: &found) }
    }

    /// What is in one of the sets or in both.
    package func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.containsSelf = containsSelf || other.containsSelf
        for (step, child) in other.children {
            result.children[step] = result.children[step]?.union(child) ?? child
        }
        return result
    }

    package func intersection(_ other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.containsSelf = containsSelf && other.containsSelf
        for (step, child) in children {
            guard let common = other.children[step]?.intersection(child), !common.isEmpty else {
                continue
            }
            result.children[step] = common
        }
        return result
    }

    /// What is in this set and not in the other, field by field.
    package func subtracting(_ other: FieldSet) -> FieldSet {
        var result = self
        result.containsSelf = containsSelf && !other.containsSelf
        for (step, child) in other.children {
            guard let rest = children[step]?.subtracting(child) else { continue }
            result.children[step] = rest.isEmpty ? FieldSet?.none : rest
        }
        return result
    }

    /// What is in this set and neither in the other nor below one of its fields.
    package func subtractingAllBelow(_ other: FieldSet) -> FieldSet {
        guard !other.containsSelf else { return FieldSet() }
        var result = self
        for (step, child) in other.children {
            guard let rest = children[step]?.subtractingAllBelow(child) else { continue }
            result.children[step] = rest.isEmpty ? FieldSet?.none : rest
        }
        return result
    }
}

extension FieldSet {
    /// Reads the `fieldsV1` of an entry; nil for what is none.
    package init?(fieldsV1 json: JSONValue) {
        guard case .object(let object) = json else { return nil }
        for member in object {
            if member.name.hasBytes(of: ".") {
                containsSelf = true
                continue
            }
            guard let step = FieldStep(member.name), var child = FieldSet(fieldsV1: member.value)
            else { return nil }
            // Nothing below it: the field itself.
            if child.isEmpty { child.containsSelf = true }
            children[step] = child
        }
    }

    /// The set as `fieldsV1` holds it, sorted.
    package var fieldsV1: JSONValue {
        var members: [JSONObject.Member] = []
        if containsSelf, !children.isEmpty { members.append(.init(".", [:])) }
        for (step, child) in children.sorted(by: { $0.key < $1.key }) {
            members.append(.init(step.text, child.fieldsV1))
        }
        return .object(JSONObject(distinct: members))
    }
}

extension FieldSet {
    /// Whether the set says who set the value at a place of an object: the place itself, or a whole
    /// value that holds it (a list that is not merged item by item).
    package func owns(_ pointer: JSONPointer, in object: JSONValue) -> Bool {
        guard let path = nearest(to: pointer, in: object) else { return false }
        return path.set.containsSelf && (path.isExact || path.set.children.isEmpty)
    }

    /// Whether anything at a place of an object or below it is in the set.
    package func touches(_ pointer: JSONPointer, in object: JSONValue) -> Bool {
        guard let path = nearest(to: pointer, in: object) else { return false }
        return path.isExact ? !path.set.isEmpty : path.set.containsSelf && path.set.children.isEmpty
    }

    /// Follows a pointer as far as the set goes; nil where it leaves the set among others' fields.
    private func nearest(
        to pointer: JSONPointer, in object: JSONValue
    ) -> (set: FieldSet, isExact: Bool)? {
        var set = self
        var value: JSONValue? = object
        for token in pointer.tokens {
            if set.children.isEmpty { return (set, false) }
            let next = value?.value(at: JSONPointer(tokens: [token]))
            guard
                let step = set.children.keys.first(where: {
                    $0.leads(to: token, value: next, isItem: value?.arrayValue != nil)
                }), let child = set.children[step]
            else { return nil }
            set = child
            value = next
        }
        return (set, true)
    }
}

extension FieldStep {
    /// Whether this step leads from a value to the member or item that a pointer's token means.
    fileprivate func leads(to token: String, value: JSONValue?, isItem: Bool) -> Bool {
        guard isItem else { return name?.hasBytes(of: token) ?? false }
        if let key {
            return key.allSatisfy { value?[$0.name]?.isNumericallyEqual(to: $0.value) ?? false }
        }
        if let value, self == .value(value) { return true }
        return text.hasBytes(of: "i:" + token)
    }
}
