/// JSON Merge Patch (RFC 7386).
package enum MergePatch {
    /// The value after the patch: members are merged, `null` removes, anything else replaces.
    package static func apply(_ patch: JSONValue, to value: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = value.objectValue ?? JSONObject()
        for change in changes {
            if change.value.isNull {
                result[change.name] = nil
            } else {
                let old = result[change.name] ?? .null
                result[change.name] = apply(change.value, to: old)
            }
        }
        return .object(result)
    }

    /// A patch that makes `new` out of `old`.
    ///
    /// A merge patch cannot set a member to `null`: where `new` holds one, below an object, the
    /// patch removes the member instead.
    package static func difference(from old: JSONValue, to new: JSONValue) -> JSONValue {
        guard case .object(let new) = new else { return new }
        let old = old.objectValue ?? JSONObject()
        var patch = JSONObject()
        for member in old where new[member.name] == nil { patch[member.name] = .null }
        for member in new where old[member.name] != member.value {
            if case .object = member.value {
                let before = old[member.name] ?? .null
                patch[member.name] = difference(from: before, to: member.value)
            } else {
                patch[member.name] = member.value
            }
        }
        return .object(patch)
    }
}
