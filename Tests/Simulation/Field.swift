import Documents
import Session

/// A place in an object as this simulation names it: members from the root, keyed items by key.
///
/// It is not the engine's notion of a path, on purpose.
typealias Spot = [String]

extension Spot {
    func isAbove(_ other: Spot) -> Bool { count < other.count && other.starts(with: self) }
    func touches(_ other: Spot) -> Bool { other.starts(with: self) || starts(with: other) }
}

/// The fields of a Pet that sessions and others change.
enum Field: String, CaseIterable, Sendable {
    case status, name, id, pod, ordinal, podLabel, target, categoryName, category, photos, merge
    case port, label, note, extra

    static let portNames = ["http", "admin"]

    /// Where it is; `key` names the item of the keyed list.
    func spot(_ key: String) -> Spot {
        switch self {
        case .status: ["spec", "status"]
        case .name: ["spec", "name"]
        case .id: ["spec", "id"]
        case .pod: ["spec", "target", "pod"]
        case .ordinal: ["spec", "target", "podOrdinal"]
        case .podLabel: ["spec", "target", "labels", "a/b"]
        case .target: ["spec", "target"]
        case .categoryName: ["spec", "category", "name"]
        case .category: ["spec", "category"]
        case .photos: ["spec", "photoUrls"]
        case .merge: ["spec", "mergeOnUpdate"]
        case .port: ["spec", "ports", key, "port"]
        case .label: ["metadata", "labels", "team"]
        case .note: ["metadata", "annotations", "example.com/note"]
        case .extra: ["spec", "extra", "~k/ü"]
        }
    }

    /// What a session writes there; nil removes.
    ///
    /// Texts are the change's own.
    func ours(_ tag: String, _ dice: inout Dice) -> JSONValue? {
        if dice.chance(15), self != .port, self != .name { return nil }
        switch self {
        case .id, .ordinal: return .integer(dice.pick([9_007_199_254_740_993, 0, 17]))
        case .photos: return dice.pick([["http://x/?a=1&b=<2>", .string(tag)], []])
        case .merge: return false
        case .port: return .integer(Int64(dice.number(1000...5999)))
        case .target:
            return dice.pick([
                ["pod": .string(tag)], ["pod": .string(tag), "labels": ["a/b": "x", "q": "y"]],
                .object(JSONObject()),
            ])
        case .category: return dice.pick([["name": .string(tag)], ["id": 1, "name": ""]])
        case .extra:
            return dice.pick([
                .double(1.5), .string(tag), ["x": [1, .null, .object(JSONObject())]], false,
                .string("\u{2028}\u{8}\u{c}<&>"),
            ])
        case .label: return .string(tag.filter { $0.isLetter || $0.isNumber })
        default: return .string(dice.pick([tag, tag + "<&>", tag + "\u{8}\u{2028}é", ""]))
        }
    }

    /// What somebody else writes there: always something that says so.
    func theirs(_ number: Int) -> JSONValue? {
        switch self {
        case .id, .ordinal, .port: .integer(Int64(Deed.firstNumber + number))
        case .photos: [.string("their-\(number)")]
        case .target: ["pod": .string("their-\(number)")]
        case .category: ["name": .string("their-\(number)")]
        case .merge: nil
        default: .string("their-\(number)")
        }
    }
}

/// One wish of a user: a field, and what it is to be.
struct Wish: Sendable, Hashable {
    var field: Field
    var key: String
    var value: JSONValue?

    var spot: Spot { field.spot(key) }

    /// The edit, as somebody makes it who looks at the object now; nil when it makes no sense.
    func edit(on object: JSONValue) -> Edit? {
        var tokens = spot
        if field == .port {
            let ports = object["spec"]?["ports"]?.arrayValue ?? []
            guard let index = ports.firstIndex(where: { $0["name"]?.stringValue == key }) else {
                return nil
            }
            tokens[2] = String(index)
        }
        let pointer = JSONPointer(tokens: tokens)
        return value.map { Edit(set: pointer, to: $0) } ?? Edit(remove: pointer)
    }

    var text: String { "\(spot.joined(separator: ".")) = \(value?.text(.compact) ?? "(absent)")" }
}

/// Objects as trees whose keyed lists are objects, so that places have names.
enum Tree {
    /// Labels, annotations and spec.
    static func of(_ object: JSONValue) -> JSONValue {
        var metadata: JSONValue = [:]
        for name in ["labels", "annotations", "finalizers", "ownerReferences"] {
            metadata[name] = object["metadata"]?[name]
        }
        var spec = object["spec"]
        if let ports = spec?["ports"]?.arrayValue {
            var keyed = JSONObject()
            for port in ports { keyed[port["name"]?.stringValue ?? "?"] = port }
            spec?["ports"] = .object(keyed)
        }
        return ["metadata": metadata, "spec": spec ?? .null]
    }

    static func value(_ tree: JSONValue, _ spot: Spot) -> JSONValue? {
        var here: JSONValue? = tree
        for name in spot {
            guard case .object(let members)? = here else { return nil }
            here = members[name]
        }
        return here
    }

    /// A tree with another value at a place; missing parents are made.
    static func setting(
        _ tree: JSONValue, _ spot: ArraySlice<String>, _ value: JSONValue?
    ) -> JSONValue {
        guard let name = spot.first else { return value ?? .null }
        var members = tree.objectValue ?? JSONObject()
        members[name] =
            spot.count == 1 ? value : setting(members[name] ?? [:], spot.dropFirst(), value)
        return .object(members)
    }

    /// All values without members, by their places.
    static func leaves(_ tree: JSONValue) -> [Spot: JSONValue] {
        var leaves: [Spot: JSONValue] = [:]
        collect(tree, [], into: &leaves)
        return leaves
    }

    private static func collect(
        _ value: JSONValue, _ spot: Spot, into leaves: inout [Spot: JSONValue]
    ) {
        guard case .object(let members) = value, !members.isEmpty else {
            leaves[spot] = value
            return
        }
        for member in members { collect(member.value, spot + [member.name], into: &leaves) }
    }

    /// The places at which two trees differ.
    static func differences(_ left: JSONValue, _ right: JSONValue) -> [Spot] {
        let left = leaves(left)
        let right = leaves(right)
        return Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }
            .sorted { $0.joined(separator: "\u{0}") < $1.joined(separator: "\u{0}") }
    }

    /// Whether a value was written by somebody else in this simulation.
    static func isTheirs(_ value: JSONValue?) -> Bool {
        switch value {
        case .string(let text)?: text.hasPrefix("their-")
        case .integer(let number)?:
            (Int64(Deed.firstNumber)..<Int64(Deed.firstNumber) + 1_000_000).contains(number)
        case .array(let items)?: isTheirs(items.first)
        default: false
        }
    }

    /// What an empty value and none have in common: the operator drops both (Seen live 8).
    static func isEmpty(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .bool(false)?: true
        case .string(let text)?: text.isEmpty
        case .array(let items)?: items.isEmpty
        case .object(let members)?: members.allSatisfy { isEmpty($0.value) }
        default: false
        }
    }
}
