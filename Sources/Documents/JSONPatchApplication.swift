extension JSONPatch {
    /// By whose rules a patch is applied.
    package struct Semantics: Sendable, Hashable {
        /// Null on an absent member passes a `test`, `replace` adds it, `copy` finds null there;
        /// values are compared by Go's text; indexes may be negative; the whole document can be
        /// tested and replaced only.
        fileprivate var isKubernetes: Bool
        fileprivate var shortEscapes: Bool

        /// As the RFC says: numbers compare by worth, an absent place fails a `test`.
        package static let rfc6902 = Semantics(isKubernetes: false, shortEscapes: true)
        /// As kube-apiserver does it (seen on 1.20.2 and 1.34.9).
        package static let kubernetes = kubernetes(shortEscapes: true)
        /// As kube-apiserver does it, with the escapes of its Go: see `JSONStyle.goText`.
        package static func kubernetes(shortEscapes: Bool) -> Semantics {
            Semantics(isKubernetes: true, shortEscapes: shortEscapes)
        }
    }

    /// The value after all operations, or an error and no change at all.
    package func applied(
        to value: JSONValue, semantics: Semantics = .rfc6902
    ) throws(JSONPatchError) -> JSONValue {
        var application = Application(value: value, semantics: semantics)
        for (index, operation) in operations.enumerated() {
            do throws(Fault) {
                try application.perform(operation, source: sources[index])
            } catch {
                throw JSONPatchError(error.kind, error.message, at: index)
            }
        }
        return application.value
    }
}

private struct Fault: Error {
    let kind: JSONPatchError.Kind
    let message: String

    static func missing(_ path: JSONPointer) -> Fault {
        Fault(kind: .missing, message: "there is nothing at '\(path)'")
    }
}

private struct Application {
    var value: JSONValue
    let semantics: JSONPatch.Semantics

    mutating func perform(
        _ operation: JSONPatch.Operation, source: JSONDocument?
    ) throws(Fault) {
        switch operation {
        case .add(let path, let new): try add(new, at: path)
        case .remove(let path): _ = try remove(path)
        case .replace(let path, let new): try replace(path, by: new)
        case .move(let from, let path):
            guard from == path || !from.isPrefix(of: path) else {
                throw Fault(
                    kind: .missing, message: "'\(from)' cannot move into itself at '\(path)'")
            }
            try add(try remove(from), at: path)
        case .copy(let from, let path):
            let copied = try find(from)
            guard copied != nil || semantics.isKubernetes else { throw .missing(from) }
            try add(copied ?? .null, at: path)
        case .test(let path, let wanted): try test(path, wanted, source: source)
        }
    }

    private func test(
        _ path: JSONPointer, _ wanted: JSONValue, source: JSONDocument?
    ) throws(Fault) {
        let found = try find(path)
        let passes =
            switch (found, semantics.isKubernetes) {
            case (let found?, false): found.isNumericallyEqual(to: wanted)
            case (nil, false): false
            case (nil, true): wanted.isNull
            case (let found?, true):
                if let source {
                    hasGoText(found, of: source.root)
                } else {
                    hasGoText(found, of: wanted)
                }
            }
        guard passes else {
            throw Fault(kind: .testFailed, message: "the value at '\(path)' is another one")
        }
    }

    private var style: JSONStyle { .goText(shortEscapes: semantics.shortEscapes) }

    private func hasGoText(_ found: JSONValue, of wanted: JSONValue) -> Bool {
        found.bytes(style) == wanted.bytes(style)
    }

    /// Scalars by the text in which the patch wrote them, containers member by member.
    private func hasGoText(_ found: JSONValue, of wanted: JSONView) -> Bool {
        switch (found, wanted.kind) {
        case (.array(let items), .array):
            return items.count == wanted.elements.count
                && zip(items, wanted.elements).allSatisfy { hasGoText($0, of: $1) }
        case (.object(let object), .object):
            var names: Set<[UInt8]> = []
            for (name, _) in wanted.members { names.insert(Array(name.utf8)) }
            return names.count == object.count
                && object.members.allSatisfy { member in
                    wanted[member.name].map { hasGoText(member.value, of: $0) } ?? false
                }
        case (.array, _), (.object, _), (_, .array), (_, .object): return false
        default: return found.bytes(style).elementsEqual(wanted.source)
        }
    }

    /// The value at a place; nil for an absent member of an object that is there.
    private func find(_ path: JSONPointer) throws(Fault) -> JSONValue? {
        var current = value
        for (depth, token) in path.tokens.enumerated() {
            switch current {
            case .object(let object):
                guard let next = object[token] else {
                    guard depth == path.tokens.count - 1 else { throw .missing(path) }
                    return nil
                }
                current = next
            case .array(let items):
                current = items[try index(token, in: items.count, path)]
            default: throw .missing(path)
            }
        }
        return current
    }

    private mutating func add(_ new: JSONValue, at path: JSONPointer) throws(Fault) {
        guard let last = path.tokens.last else {
            guard !semantics.isKubernetes else { throw .missing(path) }
            value = new
            return
        }
        let isKubernetes = semantics.isKubernetes
        try change(path.tokens.dropLast()[...], path) { (parent) throws(Fault) in
            switch parent {
            case .object: parent[last] = new
            case .array(var items):
                parent = .null
                let place =
                    last == "-"
                    ? items.count
                    : Self.index(last, count: items.count + 1, isKubernetes: isKubernetes)
                guard let place else {
                    parent = .array(items)
                    throw .missing(path)
                }
                items.insert(new, at: place)
                parent = .array(items)
            default: throw .missing(path)
            }
        }
    }

    private mutating func remove(_ path: JSONPointer) throws(Fault) -> JSONValue {
        guard let last = path.tokens.last else {
            guard !semantics.isKubernetes else { throw .missing(path) }
            defer { value = .null }
            return value
        }
        guard let old = try find(path) else { throw .missing(path) }
        let isKubernetes = semantics.isKubernetes
        try change(path.tokens.dropLast()[...], path) { (parent) throws(Fault) in
            switch parent {
            case .object: parent[last] = nil
            case .array(var items):
                parent = .null
                if let place = Self.index(last, count: items.count, isKubernetes: isKubernetes) {
                    items.remove(at: place)
                }
                parent = .array(items)
            default: throw .missing(path)
            }
        }
        return old
    }

    private mutating func replace(_ path: JSONPointer, by new: JSONValue) throws(Fault) {
        guard try find(path) != nil else {
            // Only a member of an object that is there: kube-apiserver adds it.
            guard semantics.isKubernetes else { throw .missing(path) }
            return try add(new, at: path)
        }
        try change(path.tokens[...], path) { (place) throws(Fault) in place = new }
    }

    /// Changes the value at a place in the document, in place.
    private mutating func change(
        _ tokens: ArraySlice<String>, _ path: JSONPointer,
        _ body: (inout JSONValue) throws(Fault) -> Void
    ) throws(Fault) {
        try Self.change(&value, tokens, path, semantics.isKubernetes, body)
    }

    private static func change(
        _ value: inout JSONValue, _ tokens: ArraySlice<String>, _ path: JSONPointer,
        _ isKubernetes: Bool, _ body: (inout JSONValue) throws(Fault) -> Void
    ) throws(Fault) {
        guard let token = tokens.first else { return try body(&value) }
        switch value {
        case .object(let object):
            guard var child = object[token] else { throw .missing(path) }
            value[token] = .null
            try change(&child, tokens.dropFirst(), path, isKubernetes, body)
            value[token] = child
        case .array(var items):
            guard let place = index(token, count: items.count, isKubernetes: isKubernetes) else {
                throw .missing(path)
            }
            value = .null
            try change(&items[place], tokens.dropFirst(), path, isKubernetes, body)
            value = .array(items)
        default: throw .missing(path)
        }
    }

    private func index(
        _ token: String, in count: Int, _ path: JSONPointer
    ) throws(Fault) -> Int {
        guard let index = Self.index(token, count: count, isKubernetes: semantics.isKubernetes)
        else { throw .missing(path) }
        return index
    }

    private static func index(_ token: String, count: Int, isKubernetes: Bool) -> Int? {
        // evanphx/json-patch reads indexes with Atoi and counts negative ones from the end.
        guard var index = isKubernetes ? Int(token) : JSONPointer.index(token) else { return nil }
        if index < 0 { index += count }
        return (0..<count).contains(index) ? index : nil
    }
}
