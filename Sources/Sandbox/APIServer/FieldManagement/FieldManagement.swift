import Documents
import KubernetesCore

/// Who set which field: `metadata.managedFields` and server-side apply (KEP 555), as kube-apiserver
/// keeps them since 1.22.
///
/// Pure: objects in, objects out. It must never store, validate, default or look at a clock.
enum FieldManagement {
    /// Fields of metadata that belong to the server and to nobody else.
    private static let unowned = FieldSet(
        [["apiVersion"], ["kind"], ["metadata"]].map { $0.map(FieldStep.field) }
            + [
                "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName",
                "generation", "managedFields", "resourceVersion",
            ].map { [.field("metadata"), .field($0)] })
    private static let beforeFirstApply = "before-first-apply"
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// The members that a request to an endpoint cannot change: the endpoint puts the live ones
    /// back, and nobody owns them through it.
    static func resetMembers(of subresource: String?) -> [String] {
        switch subresource ?? "" {
        case "": ["status"]
        case "status": ["metadata", "spec"]
        default: []
        }
    }

    /// The new object with the managed fields as they are after a create, update or patch that is
    /// no apply.
    ///
    /// `live` is the stored object, nil on create; `new` is what will be stored. Managed fields in
    /// it are taken as the user's wish: `[]` or `[{}]` stops the tracking, a list that can be read
    /// replaces the live one. `schema` is the OpenAPI v3 schema of the kind with its references
    /// resolved; without one, values are merged by what they are. `ignoring` names the top-level
    /// members that the endpoint resets.
    static func afterUpdate(
        live: JSONValue?, new: JSONValue, manager: String, subresource: String?, time: String,
        schema: JSONValue?, ignoring: [String]? = nil
    ) -> JSONValue {
        var entries = base(live: live, new: new, subresource: subresource)
        // What is not tracked stays so until the first apply.
        guard live == nil || !entries.isEmpty else { return ManagedEntries().written(to: new) }
        let before = withoutEntries(live ?? empty(like: new))
        let after = withoutEntries(new)
        var comparison = FieldComparison(from: before, to: after, type: FieldType(kind: schema))
        comparison.leaveOut(ignored(ignoring ?? resetMembers(of: subresource)))

        var own = ManagedEntry(
            manager: manager, operation: .update,
            apiVersion: new["apiVersion"]?.stringValue ?? "", subresource: subresource)
        let identity = own.identity
        if let present = entries[identity] { own = present }
        entries.take(comparison.written.union(comparison.removed), exceptFrom: identity)
        let written = comparison.written.subtracting(unowned)
        if !written.isEmpty || !own.fields.intersection(comparison.removed).isEmpty {
            own.fields = own.fields.union(written).subtracting(comparison.removed)
            own.time = time
        }
        entries[identity] = own.fields.isEmpty ? ManagedEntry?.none : own
        entries.fold()
        return entries.written(to: new)
    }

    /// The object after a server-side apply, managed fields included.
    ///
    /// Fields that the manager applied before and no longer lists go, unless somebody else owns
    /// them. A value that is the same as the live one is shared with its owners. Parameters are
    /// those of `afterUpdate`; a patch must hold no managed fields. It throws `ApplyConflict` when
    /// a field that somebody else set would change, unless forced.
    static func apply(
        live: JSONValue?, patch: JSONValue, manager: String, force: Bool, subresource: String?,
        time: String, schema: JSONValue?, ignoring: [String]? = nil
    ) throws(ApplyConflict) -> JSONValue {
        let type = FieldType(kind: schema)
        let own = ManagedEntry(
            manager: manager, operation: .apply,
            apiVersion: patch["apiVersion"]?.stringValue ?? "", subresource: subresource)
        let request = Apply(
            type: type, live: live.map(withoutEntries) ?? empty(like: patch),
            patch: withoutEntries(patch), own: own, time: time,
            ignored: ignored(ignoring ?? resetMembers(of: subresource)), unowned: unowned)
        var entries = ManagedEntries(of: live) ?? ManagedEntries()
        if entries.isEmpty, let live { entries = untracked(live, type) }
        do throws(ApplyConflict) {
            return synchronized(try request.perform(on: entries, force: force), patch, manager)
        } catch {
            // kubectl may take over what it applied itself in its client-side way.
            guard manager == "kubectl", let live,
                error.excluding(clientSideApplied(live, type)) == nil
            else { throw error }
            return synchronized(try request.perform(on: entries, force: true), patch, manager)
        }
    }

    /// kubectl's note of what it applied in its client-side way follows what it applies now.
    private static func synchronized(
        _ object: JSONValue, _ patch: JSONValue, _ manager: String
    ) -> JSONValue {
        guard manager == "kubectl",
            var annotations = object["metadata"]?["annotations"], annotations[lastApplied] != nil,
            var metadata = object["metadata"]
        else { return object }
        var applied = withoutEntries(patch)
        if var own = applied["metadata"]?["annotations"] {
            own[lastApplied] = nil
            applied["metadata"]?["annotations"] = own
        }
        annotations[lastApplied] = .string(applied.text(.goText) + "\n")
        metadata["annotations"] = annotations
        var object = object
        object["metadata"] = metadata
        return object
    }

    private static func ignored(_ members: [String]) -> FieldSet {
        FieldSet(members.map { [.field($0)] })
    }

    private static func empty(like object: JSONValue) -> JSONValue {
        var result: JSONObject = [:]
        result["apiVersion"] = object["apiVersion"]
        result["kind"] = object["kind"]
        return .object(result)
    }

    private static func withoutEntries(_ object: JSONValue) -> JSONValue {
        var object = object
        guard var metadata = object["metadata"] else { return object }
        metadata["managedFields"] = nil
        object["metadata"] = metadata
        return object
    }

    /// The entries that an update starts from.
    private static func base(
        live: JSONValue?, new: JSONValue, subresource: String?
    ) -> ManagedEntries {
        let stored = ManagedEntries(of: live) ?? ManagedEntries()
        guard (subresource ?? "").isEmpty,
            let wished = new["metadata"]?["managedFields"]?.arrayValue
        else { return stored }
        if wished.isEmpty || wished == [[:]] { return ManagedEntries() }
        return ManagedEntries(of: new) ?? stored
    }

    /// All of an object that nobody tracked so far, as one entry.
    private static func untracked(_ live: JSONValue, _ type: FieldType) -> ManagedEntries {
        let comparison = FieldComparison(
            from: empty(like: live), to: withoutEntries(live), type: type)
        var entries = ManagedEntries()
        let entry = ManagedEntry(
            manager: beforeFirstApply, operation: .update,
            apiVersion: live["apiVersion"]?.stringValue ?? "", subresource: nil,
            fields: comparison.written.subtracting(unowned))
        if !entry.fields.isEmpty { entries[entry.identity] = entry }
        return entries
    }

    /// The fields that kubectl's own client-side apply set and nobody changed since.
    private static func clientSideApplied(_ live: JSONValue, _ type: FieldType) -> FieldSet {
        let annotations = live["metadata"]?["annotations"]
        guard let text = annotations?[lastApplied]?.stringValue,
            let applied = try? JSONValue(parsing: text)
        else { return FieldSet() }
        let changed = FieldComparison(from: applied, to: live, type: type)
        var fields = type.fields(of: applied)
        fields = fields.subtracting(changed.modified).subtracting(changed.removed)
        fields.insert(["metadata", "annotations", lastApplied].map(FieldStep.field))
        return fields
    }
}

/// One server-side apply.
private struct Apply {
    let type: FieldType
    let live: JSONValue
    let patch: JSONValue
    let own: ManagedEntry
    let time: String
    let ignored: FieldSet
    let unowned: FieldSet

    func perform(
        on entries: ManagedEntries, force: Bool
    ) throws(ApplyConflict) -> JSONValue {
        var entries = entries
        let former = entries[own.identity]
        var mine = own
        mine.fields = type.fields(of: patch).subtractingAllBelow(ignored)
        entries[own.identity] = mine

        let merged = type.merge(live, patch) ?? patch
        let result = pruned(merged, entries, former: former?.fields ?? FieldSet())
        var comparison = FieldComparison(from: live, to: result, type: type)
        comparison.leaveOut(ignored)
        if !force {
            let others = entries.sorted.filter { $0.identity != own.identity }
            if let conflict = ApplyConflict(others, written: comparison.written) {
                throw conflict
            }
        }
        entries.take(comparison.written.union(comparison.removed), exceptFrom: own.identity)
        mine.fields = mine.fields.subtracting(unowned)
        let isSame =
            comparison.isSame && former?.fields == mine.fields
            && former?.apiVersion == mine.apiVersion
        mine.time = isSame ? former?.time : time
        entries[own.identity] = mine.fields.isEmpty ? ManagedEntry?.none : mine
        return entries.written(to: result)
    }

    /// Takes out what the manager listed before, does not list now, and nobody else owns.
    private func pruned(
        _ merged: JSONValue, _ entries: ManagedEntries, former: FieldSet
    ) -> JSONValue {
        guard !former.isEmpty else { return merged }
        let last = type.withNamedFields(former)
        let all = type.withNamedFields(type.fields(of: merged))
        func fields(_ value: JSONValue?) -> FieldSet {
            value.map { type.withNamedFields(type.fields(of: $0)) } ?? FieldSet()
        }
        let owned = entries.entries.reduce(FieldSet()) { $0.union($1.fields) }
        let without = type.remove(last, from: merged)
        let kept = fields(without).union(type.withNamedFields(owned))
        let back = type.remove(all.subtracting(kept), from: merged)
        let gone = all.subtracting(fields(back)).intersection(last)
        return type.remove(gone, from: merged) ?? merged
    }
}
