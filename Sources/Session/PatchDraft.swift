import Documents

/// A JSON Patch in the making, together with what the object will be when it has been applied.
///
/// Tests come first on the wire, in the order in which they were asked for, each once.
struct PatchDraft {
    private(set) var tests: [JSONPatch.Operation] = []
    private(set) var writes: [JSONPatch.Operation] = []
    /// The object as it will be.
    private(set) var object: JSONValue

    init(_ object: JSONValue) { self.object = object }

    var patch: JSONPatch { JSONPatch(tests + writes) }
    var isEmpty: Bool { writes.isEmpty }

    mutating func test(_ pointer: JSONPointer, _ value: JSONValue) {
        let operation = JSONPatch.Operation.test(pointer, value)
        if !tests.contains(operation) { tests.append(operation) }
    }

    mutating func test(_ guards: [FieldPlace.Guard]) {
        for item in guards { test(item.pointer, item.value) }
    }

    /// Asserts in the middle of the writes, where the earlier ones have been applied.
    mutating func testNow(_ pointer: JSONPointer, _ value: JSONValue) {
        writes.append(.test(pointer, value))
    }

    /// Writes a value: `add` where there is none, `replace` where there is one.
    mutating func set(_ pointer: JSONPointer, _ value: JSONValue, exists: Bool) {
        writes.append(exists ? .replace(pointer, value) : .add(pointer, value))
        object = object.setting(value, at: pointer.tokens[...], inserts: !exists)
    }

    mutating func remove(_ pointer: JSONPointer) {
        writes.append(.remove(pointer))
        object = object.removing(at: pointer.tokens[...])
    }

    /// Makes what must stand above a path, and tells what was made, from the outside in.
    ///
    /// A value that can hold no members (null, say) gives way.
    mutating func makeParents(of path: FieldPath) -> [ChangeRecord.Parent] {
        var made: [ChangeRecord.Parent] = []
        while true {
            let place = path.place(in: object)
            let depth = place.isObstructed ? place.existing : place.existing + 1
            guard place.isObstructed || depth < path.steps.count, depth > 0 else { return made }
            let parent = FieldPath(Array(path.steps.prefix(depth)))
            let residue = Self.container(parent, holding: path.steps[depth])
            made.append(.init(path: parent, before: parent.value(in: object), residue: residue))
            bring(parent, to: .present(residue))
        }
    }

    private static func container(_ path: FieldPath, holding next: FieldPath.Step) -> JSONValue {
        if case .item = next { return .array([]) }
        if case .item(let keys)? = path.steps.last { return .object(keys) }
        return .object(JSONObject())
    }

    /// Brings a path to a value, whatever it holds now; its parents must be there.
    mutating func bring(_ path: FieldPath, to value: FieldValue, at index: Int? = nil) {
        let place = path.place(in: object)
        switch value {
        case .absent:
            if !place.value.isAbsent { remove(place.pointer) }
        case .present(let value):
            var pointer = place.pointer
            if place.value.isAbsent, let index, pointer.tokens.last == "-" {
                pointer = JSONPointer(tokens: pointer.tokens.dropLast() + [String(index)])
            }
            set(pointer, value, exists: !place.value.isAbsent)
        }
    }
}

extension JSONValue {
    /// The value with another one put at a pointer whose parent exists; unchanged where it does not.
    func setting(_ new: JSONValue, at tokens: ArraySlice<String>, inserts: Bool) -> JSONValue {
        guard let token = tokens.first else { return new }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var object):
            if rest.isEmpty {
                object[token] = new
            } else if let child = object[token] {
                object[token] = child.setting(new, at: rest, inserts: inserts)
            }
            return .object(object)
        case .array(var items):
            let index = token == "-" ? items.count : Int(token) ?? items.count
            if rest.isEmpty, inserts, index <= items.count {
                items.insert(new, at: index)
            } else if rest.isEmpty, items.indices.contains(index) {
                items[index] = new
            } else if items.indices.contains(index) {
                items[index] = items[index].setting(new, at: rest, inserts: inserts)
            }
            return .array(items)
        default:
            return self
        }
    }

    /// The value without what stands at a pointer.
    func removing(at tokens: ArraySlice<String>) -> JSONValue {
        guard let token = tokens.first else { return .null }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var object):
            if rest.isEmpty {
                object[token] = .none
            } else if let child = object[token] {
                object[token] = child.removing(at: rest)
            }
            return .object(object)
        case .array(var items):
            guard let index = Int(token), items.indices.contains(index) else { return self }
            if rest.isEmpty {
                items.remove(at: index)
            } else {
                items[index] = items[index].removing(at: rest)
            }
            return .array(items)
        default:
            return self
        }
    }
}
