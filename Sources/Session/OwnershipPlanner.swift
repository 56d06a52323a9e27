package import Documents
package import KubernetesCore

/// Gives the ownership of fields back to who had it before a temporary change (undo.md, fact 9).
///
/// A server moves a changed field to the manager of the change, and the former owner's entry may
/// vanish with its last field. The undo's own write keeps us as owner. A second patch puts the
/// entries right: ours without the paths, theirs with them.
package enum OwnershipPlanner {
    /// What has to be remembered before a change: the owners of its paths.
    package static func owners(of paths: [FieldPath], in object: KubernetesObject)
        -> [FieldOwner]
    {
        object.managedFields.compactMap { entry in
            guard let tree = entry["fieldsV1"] else { return nil }
            var kept: JSONValue = [:]
            for path in paths {
                guard let subtree = OwnedFields.subtree(of: tree, at: path) else { continue }
                kept = OwnedFields.inserting(subtree, at: path, in: kept)
            }
            guard kept.objectValue?.isEmpty == false else { return nil }
            return FieldOwner(entry: head(of: entry), fields: kept)
        }
    }

    /// The patch that gives paths back, or nil when the bookkeeping is right as it is.
    ///
    /// - Parameters:
    ///   - paths: what was restored, created parents that went included.
    ///   - parents: created parents that stay, because others put something into them.
    ///   - owners: who owned it before, from the record.
    ///   - object: the object as it is after the undo.
    ///   - manager: the field manager that we write as.
    /// - Returns: a patch that is good for this resource version only.
    package static func plan(
        returning paths: [FieldPath], releasing parents: [FieldPath] = [],
        to owners: [FieldOwner], in object: KubernetesObject, manager: String
    ) -> JSONPatch? {
        let entries = object.managedFields
        // What we do not own (any more) is nobody's to give back but its owner's.
        let ours = entries.first { isOurs($0, manager: manager) }?["fieldsV1"]
        guard let ours else { return nil }
        let paths = paths.filter { OwnedFields.subtree(of: ours, at: $0) != nil }
        let parents = parents.filter { OwnedFields.subtree(of: ours, at: $0) != nil }
        guard !paths.isEmpty || !parents.isEmpty else { return nil }
        let restored = self.entries(
            entries, returning: paths, releasing: parents, to: owners, manager: manager,
            in: object.json)
        guard !sameText(.array(entries), .array(restored)) else { return nil }
        let metadata = JSONPointer(tokens: ["metadata"])
        return JSONPatch([
            .test(metadata.appending("uid"), .string(object.uid)),
            .test(metadata.appending("resourceVersion"), .string(object.resourceVersion)),
            .replace(metadata.appending("managedFields"), .array(restored)),
        ])
    }

    static func entries(
        _ entries: [JSONValue], returning paths: [FieldPath], releasing parents: [FieldPath] = [],
        to owners: [FieldOwner], manager: String, in object: JSONValue
    ) -> [JSONValue] {
        var result: [JSONValue] = []
        for entry in entries {
            guard isOurs(entry, manager: manager), let tree = entry["fieldsV1"] else {
                result.append(entry)
                continue
            }
            guard let left = without(paths, parents, tree) else { continue }
            var entry = entry
            entry["fieldsV1"] = left
            result.append(entry)
        }
        for owner in owners {
            // Somebody may own a part of it by now: only what is ours is ours to give.
            let ours = entries.first { isOurs($0, manager: manager) }?["fieldsV1"] ?? [:]
            let former = present(owner.fields, of: paths, and: parents, in: object)
            let fields = OwnedFields.common(former, ours)
            guard fields.objectValue?.isEmpty == false else { continue }
            if let index = result.firstIndex(where: { owner.isSameOwner($0) }) {
                let tree = OwnedFields.union(result[index]["fieldsV1"] ?? [:], fields)
                result[index]["fieldsV1"] = tree
            } else {
                var entry = JSONValue.object(owner.entry)
                entry["fieldsV1"] = fields
                result.append(entry)
            }
        }
        return result
    }

    private static func without(
        _ paths: [FieldPath], _ parents: [FieldPath], _ tree: JSONValue
    ) -> JSONValue? {
        var left: JSONValue? = tree
        for path in paths { left = left.flatMap { OwnedFields.removing(path, from: $0) } }
        for path in parents { left = left.flatMap { OwnedFields.releasing(path, from: $0) } }
        return left
    }

    /// The former ownership as far as it concerns these paths, or parents as such, and they still
    /// exist.
    private static func present(
        _ tree: JSONValue, of paths: [FieldPath], and parents: [FieldPath], in object: JSONValue
    ) -> JSONValue {
        var result: JSONValue = [:]
        for parent in parents where !parent.value(in: object).isAbsent {
            guard let itself = OwnedFields.itself(of: tree, at: parent) else { continue }
            result = OwnedFields.union(result, itself)
        }
        for path in paths where !path.value(in: object).isAbsent {
            guard let subtree = OwnedFields.subtree(of: tree, at: path) else { continue }
            result = OwnedFields.inserting(subtree, at: path, in: result)
        }
        return result
    }

    static func isOurs(_ entry: JSONValue, manager: String) -> Bool {
        entry["manager"]?.stringValue == manager && entry["operation"]?.stringValue == "Update"
            && (entry["subresource"]?.stringValue ?? "").isEmpty
    }

    private static func head(of entry: JSONValue) -> JSONObject {
        JSONObject((entry.objectValue ?? JSONObject()).filter { $0.name != "fieldsV1" })
    }

    /// How long after a write of ours its second patch may still be on its way.
    private static let transit: Duration = .seconds(15)

    /// Whether we have just written and own a path of which no record speaks: then an undo has put
    /// the value back and not yet given the ownership back.
    static func isInTransit(
        _ pointers: [JSONPointer], in object: KubernetesObject, group: String, manager: String,
        now: Timestamp
    ) -> Bool {
        let entry = object.managedFields.first { isOurs($0, manager: manager) }
        guard let entry, let tree = entry["fieldsV1"],
            let time = entry["time"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            time + transit > now,
            // What we own since the object was made, a session of ours made.
            object.creationTimestamp.map({ time > $0 }) ?? true
        else { return false }
        let records = Marks.records(in: object, group: group).compactMap(\.record)
        return pointers.contains { pointer in
            var tokens = pointer.tokens
            // As far as names go: indexes are no names.
            while let index = tokens.indices.last(where: { Int(tokens[$0]) != nil }) {
                tokens.removeSubrange(index...)
            }
            let path = FieldPath(tokens.map(FieldPath.Step.member))
            return OwnedFields.touches(path, in: tree) && !records.contains { $0.overlaps(path) }
        }
    }

    /// Who last wrote a path, us left out.
    ///
    /// Beneath a change of ours the record of that change knows, and not the server.
    ///
    /// - Parameters:
    ///   - path: of the value in question.
    ///   - object: as just read.
    ///   - uppers: records over the value, from the lowest up.
    ///   - manager: the field manager that we write as.
    /// - Returns: nil where nobody says.
    package static func author(
        of path: FieldPath, in object: KubernetesObject, beneath uppers: [ChangeRecord] = [],
        manager: String
    ) -> FieldAuthor? {
        for upper in uppers where upper.overlaps(path) {
            if let author = latest(of: path, among: upper.owners.map(\.whole), manager) {
                return author
            }
        }
        return latest(of: path, among: object.managedFields, manager)
    }

    private static func latest(
        of path: FieldPath, among entries: [JSONValue], _ manager: String
    ) -> FieldAuthor? {
        entries.compactMap { entry -> FieldAuthor? in
            guard !isOurs(entry, manager: manager), let name = entry["manager"]?.stringValue,
                let tree = entry["fieldsV1"], OwnedFields.touches(path, in: tree)
            else { return nil }
            let time = entry["time"]?.stringValue.flatMap { Timestamp(rfc3339: $0) }
            return FieldAuthor(manager: name, time: time)
        }.max {
            ($0.time ?? Timestamp(seconds: 0)) < ($1.time ?? Timestamp(seconds: 0))
        }
    }
}
