package import Documents
package import KubernetesCore

/// What one change did to one object, as it travels in the object: the authority for its undo.
package struct ChangeRecord: Sendable, Hashable {
    /// One path: what was there, and what we put there.
    package struct Field: Sendable, Hashable {
        package var path: FieldPath
        package var before: FieldValue
        package var ours: FieldValue
        /// Where a keyed list item stood, so that a removed one returns to its place.
        package var index: Int?

        package init(
            path: FieldPath, before: FieldValue, ours: FieldValue, index: Int? = nil
        ) {
            self.path = path
            self.before = before
            self.ours = ours
            self.index = index
        }

        /// Labels and annotations that mark a changed object; not what the user asked for.
        var isMark: Bool {
            guard case .member(let name)? = path.steps.last, path.isMetadata else { return false }
            return Marks.isMark(name)
        }
    }

    /// A parent that was made for a field below it, where nothing or null had been.
    package struct Parent: Sendable, Hashable {
        package var path: FieldPath
        package var before: FieldValue
        /// What is left in it when our fields are gone: `{}`, or what the server put there.
        package var residue: JSONValue

        package init(path: FieldPath, before: FieldValue = .absent, residue: JSONValue) {
            self.path = path
            self.before = before
            self.residue = residue
        }
    }

    package var session: String
    package var sequence: Int
    package var uid: String
    /// By the server's clock.
    package var created: String
    package var deadline: Timestamp?
    /// Counts up from the lowest record of the object: who lies over whom.
    package var layer: Int
    /// The key of the topmost record beneath this one on an equal or overlapping path.
    package var over: String?
    package var fields: [Field]
    package var parents: [Parent]
    /// Who owned our paths before, by the server's bookkeeping.
    package var owners: [FieldOwner]
    /// Whether a Lease told of the session when the change was made.
    package var hasLease: Bool

    package init(
        session: String, sequence: Int, uid: String, created: String, deadline: Timestamp? = nil,
        layer: Int = 1, over: String? = nil, fields: [Field] = [], parents: [Parent] = [],
        owners: [FieldOwner] = [], hasLease: Bool = false
    ) {
        self.session = session
        self.sequence = sequence
        self.uid = uid
        self.created = created
        self.deadline = deadline
        self.layer = layer
        self.over = over
        self.fields = fields
        self.parents = parents
        self.owners = owners
        self.hasLease = hasLease
    }

    func overlaps(_ path: FieldPath) -> Bool { fields.contains { $0.path.overlaps(path) } }
}

extension ChangeRecord {
    private static let form: Int64 = 1

    /// The exact text that stands in the annotation; equal records have equal texts.
    package var text: String { json.text(.compact) }

    package var json: JSONValue {
        var value: JSONValue = [
            "version": .integer(Self.form), "session": .string(session),
            "seq": .integer(Int64(sequence)), "uid": .string(uid), "created": .string(created),
        ]
        if let deadline { value["deadline"] = .string(deadline.rfc3339) }
        value["layer"] = .integer(Int64(layer))
        if let over { value["over"] = .string(over) }
        if hasLease { value["lease"] = true }
        value["fields"] = .array(fields.map(\.json))
        if !parents.isEmpty {
            value["parents"] = .array(parents.map(\.json))
        }
        if !owners.isEmpty { value["owners"] = .array(owners.map(\.json)) }
        return value
    }

    /// Reads the text of an annotation; nil when it is no record of a form that we know.
    package init?(text: String) {
        guard let json = try? JSONValue(parsing: text) else { return nil }
        self.init(json: json)
    }

    package init?(json: JSONValue) {
        guard json["version"]?.integerValue == Self.form,
            let session = json["session"]?.stringValue,
            let sequence = json["seq"]?.integerValue, let uid = json["uid"]?.stringValue,
            let layer = json["layer"]?.integerValue, let fields = json["fields"]?.arrayValue
        else { return nil }
        self.init(
            session: session, sequence: Int(sequence), uid: uid,
            created: json["created"]?.stringValue ?? "",
            deadline: json["deadline"]?.stringValue.flatMap { Timestamp(rfc3339: $0) },
            layer: Int(layer), over: json["over"]?.stringValue,
            hasLease: json["lease"]?.boolValue ?? false)
        for item in fields {
            guard let field = Field(json: item) else { return nil }
            self.fields.append(field)
        }
        for item in json["parents"]?.arrayValue ?? [] {
            guard let path = item["path"].flatMap(FieldPath.init(json:)) else { return nil }
            parents.append(
                Parent(
                    path: path, before: FieldValue(item["before"]),
                    residue: item["residue"] ?? [:]))
        }
        owners = json["owners"]?.arrayValue?.map(FieldOwner.init(json:)) ?? []
    }
}

extension ChangeRecord.Field {
    package var json: JSONValue {
        var value: JSONValue = ["path": path.json]
        if case .present(let before) = before { value["before"] = before }
        if case .present(let ours) = ours { value["ours"] = ours }
        if let index { value["index"] = .integer(Int64(index)) }
        return value
    }

    package init?(json: JSONValue) {
        guard let path = json["path"].flatMap(FieldPath.init(json:)), !path.steps.isEmpty else {
            return nil
        }
        self.init(
            path: path, before: FieldValue(json["before"]), ours: FieldValue(json["ours"]),
            index: json["index"]?.integerValue.map(Int.init))
    }
}

extension ChangeRecord.Parent {
    fileprivate var json: JSONValue {
        var value: JSONValue = ["path": path.json]
        if case .present(let before) = before { value["before"] = before }
        value["residue"] = residue
        return value
    }
}

/// Where records stand in an object, and the labels and annotations that go with them.
package enum Marks {
    package static let temporaryChange = "temporary-change"
    package static let session = "diagnostic-session"
    private static let stem = "original-state."
    private static let annotations = ["ttl", "created-by", "reason", "ticket"]
    private static let operatorKeys = [
        "patch-ttl", "patch-expires", "patch-original-state", "patched-by",
    ]

    /// The prefix of our annotations for a group: `diagnostics.` and the group without its first
    /// label, or the whole group when it has fewer than three.
    package static func prefix(group: String) -> String {
        let parts = group.split(separator: ".", omittingEmptySubsequences: false)
        guard !group.isEmpty else { return "diagnostics.core" }
        guard parts.count >= 3 else { return "diagnostics." + group }
        return "diagnostics." + parts.dropFirst().joined(separator: ".")
    }

    package static func recordKey(group: String, session: String, sequence: Int) -> String {
        "\(prefix(group: group))/\(stem)\(session)-\(sequence)"
    }

    static func key(_ name: String, group: String) -> String {
        prefix(group: group) + "/" + name
    }

    static func operatorKey(_ name: String, group: String) -> String { group + "/" + name }

    /// The annotations by which the operator itself ends a change (operator-contract.md, 3.5).
    package static func operatorKeys(group: String) -> [String] {
        operatorKeys.map { operatorKey($0, group: group) }
    }

    /// Whether a label's or annotation's key is one that we set to mark a changed object.
    static func isMark(_ key: String) -> Bool {
        if key == temporaryChange || key == session { return true }
        guard let slash = key.lastIndex(of: "/") else { return false }
        let name = String(key[key.index(after: slash)...])
        return (key.hasPrefix("diagnostics.") && annotations.contains(name))
            || operatorKeys.contains(name)
    }

    /// All records of an object by their annotation keys, in the order of the keys.
    ///
    /// A text that cannot be read comes with a nil record: it is guarded, never acted on.
    package static func records(
        in object: KubernetesObject, group: String
    ) -> [(key: String, text: String, record: ChangeRecord?)] {
        let start = prefix(group: group) + "/" + stem
        guard let annotations = object.metadata["annotations"]?.objectValue else { return [] }
        return annotations.compactMap { member in
            guard member.name.hasPrefix(start), let text = member.value.stringValue else {
                return nil
            }
            return (member.name, text, ChangeRecord(text: text))
        }.sorted { $0.0 < $1.0 }
    }
}
