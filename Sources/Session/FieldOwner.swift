package import Documents

/// A managedFields entry cut down to paths of ours: who owned them before we wrote.
package struct FieldOwner: Sendable, Hashable {
    /// The entry without its fields: manager, operation, apiVersion, time, subresource.
    package var entry: JSONObject
    /// `fieldsV1`, only as far as our paths go.
    package var fields: JSONValue

    package init(entry: JSONObject, fields: JSONValue) {
        self.entry = entry
        self.fields = fields
    }

    package init(json: JSONValue) {
        entry = json["entry"]?.objectValue ?? JSONObject()
        fields = json["fields"] ?? [:]
    }

    package var json: JSONValue { ["entry": .object(entry), "fields": fields] }

    /// As an entry of `managedFields`.
    var whole: JSONValue {
        var value = JSONValue.object(entry)
        value["fieldsV1"] = fields
        return value
    }

    /// Whether an entry of an object is this owner's, whatever it owns and since when.
    func isSameOwner(_ other: JSONValue) -> Bool {
        ["manager", "operation", "apiVersion", "subresource"].allSatisfy {
            entry[$0]?.stringValue == other[$0]?.stringValue
        }
    }
}

extension [FieldOwner] {
    /// Adds fields of an owner to what is known of it.
    mutating func add(_ fields: JSONValue, of owner: FieldOwner) {
        if let index = firstIndex(where: { owner.isSameOwner(.object($0.entry)) }) {
            self[index].fields = OwnedFields.union(self[index].fields, fields)
        } else {
            append(FieldOwner(entry: owner.entry, fields: fields))
        }
    }
}

/// The tree of `fieldsV1`: which fields a manager owns.
///
/// An empty object is an owned leaf; `.` owns the object or list itself besides what is in it.
enum OwnedFields {
    /// What a tree says about a path and everything below it; nil when nothing.
    static func subtree(of tree: JSONValue, at path: FieldPath) -> JSONValue? {
        var here = tree
        for step in path.steps {
            guard let next = name(of: step, in: here).flatMap({ here[$0] }) else { return nil }
            here = next
        }
        return here
    }

    /// The tree that owns just the object or list at a path itself; nil where that tree does not.
    static func itself(of tree: JSONValue, at path: FieldPath) -> JSONValue? {
        guard let node = subtree(of: tree, at: path)?.objectValue,
            node.isEmpty || node["."] != nil
        else { return nil }
        return inserting([".": [:]], at: path, in: [:])
    }

    /// The tree that owns just that subtree at the path.
    static func inserting(_ subtree: JSONValue, at path: FieldPath, in tree: JSONValue)
        -> JSONValue
    {
        guard let step = path.steps.first else { return union(tree, subtree) }
        var object = tree.objectValue ?? JSONObject()
        let name = name(of: step, in: tree) ?? newName(of: step)
        let rest = FieldPath(Array(path.steps.dropFirst()))
        object[name] = node(object[name], adding: subtree, at: rest)
        return .object(object)
    }

    /// A node below the root: without members it owns itself, which becomes `.` beside others.
    private static func node(
        _ old: JSONValue?, adding subtree: JSONValue, at path: FieldPath
    ) -> JSONValue {
        guard let step = path.steps.first else {
            return old.map { joined($0, subtree) } ?? subtree
        }
        var object = old?.objectValue ?? JSONObject()
        if old != nil, object.isEmpty { object["."] = [:] }
        let name = name(of: step, in: .object(object)) ?? newName(of: step)
        let rest = FieldPath(Array(path.steps.dropFirst()))
        object[name] = node(object[name], adding: subtree, at: rest)
        return .object(object)
    }

    /// Two nodes below the root as one.
    private static func joined(_ left: JSONValue, _ right: JSONValue) -> JSONValue {
        let isLeaf = { (node: JSONValue) in node.objectValue?.isEmpty ?? true }
        guard var result = union(left, right).objectValue else { return right }
        if isLeaf(left) != isLeaf(right) { result["."] = [:] }
        return .object(result)
    }

    /// The tree without the ownership of a node itself, what is in it left as it is; nil when
    /// nothing is left of the tree.
    static func releasing(_ path: FieldPath, from tree: JSONValue) -> JSONValue? {
        guard var object = tree.objectValue else { return tree }
        if let step = path.steps.first {
            guard let name = name(of: step, in: tree), let child = object[name] else {
                return tree
            }
            object[name] = .none
            let rest = FieldPath(Array(path.steps.dropFirst()))
            if let left = releasing(rest, from: child) { object[name] = left }
        } else {
            object["."] = .none
        }
        return object.isEmpty ? nil : .object(object)
    }

    /// The tree without a path; nil when nothing is left of it.
    static func removing(_ path: FieldPath, from tree: JSONValue) -> JSONValue? {
        guard let step = path.steps.first else { return nil }
        guard var object = tree.objectValue, let name = name(of: step, in: tree),
            let child = object[name]
        else { return tree }
        object[name] = .none
        let rest = FieldPath(Array(path.steps.dropFirst()))
        if let left = removing(rest, from: child) { object[name] = left }
        return object.isEmpty ? nil : .object(object)
    }

    static func union(_ left: JSONValue, _ right: JSONValue) -> JSONValue {
        guard var result = left.objectValue, let other = right.objectValue else { return right }
        for member in other {
            result[member.name] =
                result[member.name].map { joined($0, member.value) } ?? member.value
        }
        return .object(result)
    }

    /// What of a tree another one owns, too.
    static func common(_ tree: JSONValue, _ other: JSONValue) -> JSONValue {
        var result = JSONObject()
        for member in tree.objectValue ?? JSONObject() {
            guard let counterpart = other[member.name] else { continue }
            if member.value.objectValue?.isEmpty ?? true {
                result[member.name] = member.value
            } else if counterpart.objectValue?.isEmpty ?? true {
                // It owns the node itself.
                if member.value["."] != nil { result[member.name] = [:] }
            } else {
                let shared = common(member.value, counterpart)
                if shared.objectValue?.isEmpty == false { result[member.name] = shared }
            }
        }
        return .object(result)
    }

    /// Whether the tree owns the path, something below it, or an atomic value above it.
    static func touches(_ path: FieldPath, in tree: JSONValue) -> Bool {
        var here = tree
        for step in path.steps {
            if here.objectValue?.isEmpty == true { return true }
            guard let next = name(of: step, in: here).flatMap({ here[$0] }) else { return false }
            here = next
        }
        return true
    }

    private static func name(of step: FieldPath.Step, in tree: JSONValue) -> String? {
        guard let object = tree.objectValue else { return nil }
        switch step {
        case .member(let name):
            return object["f:" + name] == nil ? nil : "f:" + name
        case .item(let keys):
            // A name that is no key of ours cannot be the one that is looked for.
            return object.names.first { name in
                guard name.hasPrefix("k:"),
                    let value = try? JSONValue(parsing: String(name.dropFirst(2)))
                else { return false }
                return sameText(value, .object(keys))
            }
        }
    }

    private static func newName(of step: FieldPath.Step) -> String {
        switch step {
        case .member(let name): "f:" + name
        case .item(let keys):
            "k:" + JSONValue.object(JSONObject(keys.sorted { $0.name < $1.name })).text(.compact)
        }
    }
}
