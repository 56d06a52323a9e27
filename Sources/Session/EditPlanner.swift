import Documents

/// What an edit comes to on an object that was just read: a path that can be undone, and a value.
struct PlannedEdit: Sendable, Hashable {
    var path: FieldPath
    var wanted: FieldValue
}

/// Why edits cannot be planned on an object.
package struct PlanError: Error, Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The path can never be changed here, or leads through something that has no members.
        case impossible
        /// Everything is as wanted already.
        case nothingToChange
        /// The record would not fit.
        case tooLarge
    }

    package var kind: Kind
    package var message: String
    package var hints: [String] = []
}

/// Turns edits as users write them into paths that outlive list indexes.
enum EditPlanner {
    /// Paths that do not overlap, in the order of the edits.
    ///
    /// An edit inside a list whose items have no keys becomes one of the whole list, because
    /// nothing else can be found again (undo.md, fact 13).
    static func plan(
        _ edits: [Edit], on object: JSONValue, rules: FieldRules
    ) throws(PlanError) -> [PlannedEdit] {
        var planned: [PlannedEdit] = []
        for edit in edits {
            try check(edit)
            let (path, rest) = try self.path(of: edit.path, in: object, rules: rules)
            if let index = planned.firstIndex(where: { $0.path.isPrefix(of: path) }) {
                let below = planned[index].path.relative(path).tokens(
                    in: planned[index].wanted.value ?? .null)
                try put(edit, below + rest, into: &planned[index])
                continue
            }
            var new = PlannedEdit(path: path, wanted: path.value(in: object))
            let inner = planned.filter { path.isPrefix(of: $0.path) }
            planned.removeAll { path.isPrefix(of: $0.path) }
            if !rest.isEmpty {
                for old in inner {
                    let tokens = path.relative(old.path).tokens(in: new.wanted.value ?? .null)
                    try put(Edit(edit.path, old.wanted), tokens, into: &new)
                }
            }
            try put(edit, rest, into: &new)
            planned.append(new)
        }
        return planned
    }

    /// The same edits on a later state of the object: items of keyed lists are found by their keys
    /// again, wherever they stand now.
    static func follow(
        _ edits: [Edit], from first: JSONValue, to object: JSONValue, rules: FieldRules
    ) throws(PlanError) -> [Edit] {
        var followed: [Edit] = []
        for edit in edits {
            let (path, rest) = try self.path(of: edit.path, in: first, rules: rules)
            let depth = path.steps.lastIndex { step in
                if case .item = step { return true }
                return false
            }
            guard let depth else {
                followed.append(edit)
                continue
            }
            let place = path.place(in: object)
            guard place.existing > depth else {
                throw PlanError(
                    kind: .impossible,
                    message: "\(FieldPath(Array(path.steps[...depth]))) is not there any more")
            }
            followed.append(
                Edit(JSONPointer(tokens: place.pointer.tokens + rest), edit.value))
        }
        return followed
    }

    private static func check(_ edit: Edit) throws(PlanError) {
        let tokens = edit.path.tokens
        let isMeta =
            tokens.count == 3 && tokens[0] == "metadata"
            && (tokens[1] == "labels" || tokens[1] == "annotations")
        if isMeta && Marks.isMark(tokens[2]) {
            throw PlanError(
                kind: .impossible, message: "\(tokens[2]) is set by the session itself")
        }
        guard isMeta || (tokens.first == "spec" && tokens.count > 1) else {
            throw PlanError(
                kind: .impossible,
                message: "\(edit.path) cannot be changed temporarily:"
                    + " only members of spec, labels and annotations can",
                hints: ["name a field of spec, such as spec.status"])
        }
    }

    /// The path up to the last place that can be found again, and the tokens below it.
    private static func path(
        of pointer: JSONPointer, in object: JSONValue, rules: FieldRules
    ) throws(PlanError) -> (FieldPath, [String]) {
        var steps: [FieldPath.Step] = []
        var here: JSONValue? = object
        var above = JSONPointer()
        for (position, token) in pointer.tokens.enumerated() {
            switch here {
            case .array(let items)?:
                guard let keys = rules.listKeys(above), let index = Int(token),
                    items.indices.contains(index),
                    let values = keyValues(of: items[index], keys)
                else { return (FieldPath(steps), Array(pointer.tokens[position...])) }
                steps.append(.item(values))
                here = items[index]
            case .object?, .null?, nil:
                steps.append(.member(token))
                here = here?[token]
            default:
                throw PlanError(
                    kind: .impossible,
                    message: "\(FieldPath(steps)) is no object, so it has no \(token)")
            }
            above = above.appending(token)
        }
        return (FieldPath(steps), [])
    }

    private static func keyValues(of item: JSONValue, _ keys: [String]) -> JSONObject? {
        guard !keys.isEmpty else { return nil }
        var values = JSONObject()
        for key in keys {
            guard let value = item[key] else { return nil }
            values[key] = value
        }
        return values
    }

    private static func put(
        _ edit: Edit, _ tokens: [String], into planned: inout PlannedEdit
    ) throws(PlanError) {
        guard !tokens.isEmpty else {
            planned.wanted = edit.value
            return
        }
        let root = planned.wanted.value ?? .object(JSONObject())
        guard let changed = root.putting(edit.value, at: tokens[...]) else {
            throw PlanError(
                kind: .impossible, message: "there is no place \(edit.path) in the object")
        }
        planned.wanted = .present(changed)
    }
}

extension FieldPath {
    /// The JSON Pointer's tokens for the rest of a path, looked up in a value.
    func tokens(in value: JSONValue) -> [String] { place(in: value).pointer.tokens }
}

extension JSONValue {
    /// The value with a change below it, absent parents made; nil where there can be no such place.
    fileprivate func putting(_ new: FieldValue, at tokens: ArraySlice<String>) -> JSONValue? {
        guard let token = tokens.first else { return new.value }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var object):
            if rest.isEmpty {
                object[token] = new.value
            } else if object[token] != nil || !new.isAbsent {
                guard let child = (object[token] ?? [:]).putting(new, at: rest) else {
                    return nil
                }
                object[token] = child
            }
            return .object(object)
        case .array(var items):
            if token == "-" || Int(token) == items.count {
                guard
                    let value = rest.isEmpty
                        ? new.value : JSONValue.object(JSONObject()).putting(new, at: rest)
                else { return nil }
                return .array(items + [value])
            }
            guard let index = Int(token), items.indices.contains(index) else { return nil }
            if rest.isEmpty, new.isAbsent {
                items.remove(at: index)
            } else if rest.isEmpty, let value = new.value {
                items[index] = value
            } else {
                guard let child = items[index].putting(new, at: rest) else { return nil }
                items[index] = child
            }
            return .array(items)
        default:
            return nil
        }
    }
}
