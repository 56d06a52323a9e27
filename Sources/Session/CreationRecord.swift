package import Documents
package import KubernetesCore

/// Says in an object that a session made it, and how to know it again: the authority for its
/// removal.
///
/// The uid of an object is not known before it is made. Its name and the server's own
/// `creationTimestamp` tell it from a copy or a restored backup, which were made later.
package struct CreationRecord: Sendable, Hashable {
    package var session: String
    package var sequence: Int
    package var name: String
    /// When it was sent, by the server's clock.
    package var created: Timestamp
    /// How long the server could take to make it.
    package var window: Duration
    package var deadline: Timestamp?
    package var hasLease: Bool
    /// The user knows and accepts what its deletion does outside the cluster.
    package var acceptsEffects: Bool
    /// Labels and annotations that we added to the manifest, or set otherwise.
    package var marks: [ChangeRecord.Field]

    package init(
        session: String, sequence: Int, name: String, created: Timestamp, window: Duration,
        deadline: Timestamp? = nil, hasLease: Bool = false, acceptsEffects: Bool = false,
        marks: [ChangeRecord.Field] = []
    ) {
        self.session = session
        self.sequence = sequence
        self.name = name
        self.created = created
        self.window = window
        self.deadline = deadline
        self.hasLease = hasLease
        self.acceptsEffects = acceptsEffects
        self.marks = marks
    }

    package static func key(group: String, session: String, sequence: Int) -> String {
        "\(Marks.prefix(group: group))/\(Marks.creationStem)\(session)-\(sequence)"
    }

    /// Whether an object that bears this record is the one it speaks of, and no copy.
    package func speaks(of object: KubernetesObject) -> Bool {
        guard object.name.utf8.elementsEqual(name.utf8), let made = object.creationTimestamp else {
            return false
        }
        // Both are the server's clock, in whole seconds.
        return made >= created - .seconds(2) && made <= created + window + .seconds(2)
    }

    package var text: String { json.text(.compact) }

    package var json: JSONValue {
        var value: JSONValue = [
            "version": 1, "session": .string(session), "seq": .integer(Int64(sequence)),
            "name": .string(name), "created": .string(created.rfc3339),
            "window": .integer(window.components.seconds),
        ]
        if let deadline { value["deadline"] = .string(deadline.rfc3339) }
        if hasLease { value["lease"] = true }
        if acceptsEffects { value["acceptsEffects"] = true }
        value["marks"] = .array(marks.map(\.json))
        return value
    }

    /// Reads the text of an annotation; nil when it is no record of a form that we know.
    package init?(text: String) {
        guard let json = try? JSONValue(parsing: text) else { return nil }
        self.init(json: json)
    }

    package init?(json: JSONValue) {
        guard json["version"]?.integerValue == 1, let session = json["session"]?.stringValue,
            let sequence = json["seq"]?.integerValue, let name = json["name"]?.stringValue,
            let created = json["created"]?.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return nil }
        self.init(
            session: session, sequence: Int(sequence), name: name, created: created,
            window: .seconds(json["window"]?.integerValue ?? 0),
            deadline: json["deadline"]?.stringValue.flatMap { Timestamp(rfc3339: $0) },
            hasLease: json["lease"]?.boolValue ?? false,
            acceptsEffects: json["acceptsEffects"]?.boolValue ?? false,
            marks: (json["marks"]?.arrayValue ?? []).compactMap(ChangeRecord.Field.init(json:)))
    }
}

extension CreationRecord {
    /// The patch that makes the object permanent: our record goes, and those marks that still are
    /// as we wrote them.
    ///
    /// A mark under somebody's change of the object is for the record of that change to take away.
    func keeping(
        _ object: KubernetesObject, key: String, text: String, group: String
    ) -> JSONPatch {
        var draft = PatchDraft(object.json)
        draft.test(FieldPath.annotation(key).place(in: object.json).pointer, .string(text))
        draft.test(JSONPointer(tokens: ["metadata", "uid"]), .string(object.uid))
        var changes = Marks.records(in: object, group: group)
        for change in changes {
            draft.test(
                FieldPath.annotation(change.key).place(in: object.json).pointer,
                .string(change.text))
        }
        for mark in marks where !Self.hand(mark, to: &changes, of: object) {
            let place = mark.path.place(in: object.json)
            guard let value = place.value.value, place.value.isSame(as: mark.ours) else {
                continue
            }
            draft.test(place.pointer, value)
            draft.bring(mark.path, to: mark.before)
        }
        for change in changes {
            guard let record = change.record, record != ChangeRecord(text: change.text) else {
                continue
            }
            draft.bring(.annotation(change.key), to: .present(.string(record.text)))
        }
        draft.bring(.annotation(key), to: .absent)
        for name in ["labels", "annotations"] {
            let parent = FieldPath(members: "metadata", name)
            guard parent.value(in: draft.object).isSame(as: .present([:])) else { continue }
            draft.testNow(JSONPointer(tokens: ["metadata", name]), [:])
            draft.bring(parent, to: .absent)
        }
        return draft.patch
    }

    /// - Returns: whether a change lies over the mark, whose record knows now what was before us.
    private static func hand(
        _ mark: ChangeRecord.Field,
        to changes: inout [(key: String, text: String, record: ChangeRecord?)],
        of object: KubernetesObject
    ) -> Bool {
        let above = changes.indices.filter { index in
            changes[index].record.map { record in
                record.uid == object.uid && record.fields.contains { $0.path == mark.path }
            } ?? false
        }
        let lowest = above.min {
            (changes[$0].record?.layer ?? 0) < (changes[$1].record?.layer ?? 0)
        }
        guard let lowest,
            let field = changes[lowest].record?.fields.firstIndex(where: { $0.path == mark.path })
        else { return false }
        if changes[lowest].record?.fields[field].before.isSame(as: mark.ours) == true {
            changes[lowest].record?.fields[field].before = mark.before
        }
        return true
    }
}

/// All records of creation in an object, by their annotation keys.
extension Marks {
    static let creationStem = "creation."
    package static let temporary = "temporary"
    package static let purpose = "purpose"
    package static let comparisonSet = "comparison-set"

    package static func creations(
        in object: KubernetesObject, group: String
    ) -> [(key: String, text: String, record: CreationRecord?)] {
        let start = prefix(group: group) + "/" + creationStem
        guard let annotations = object.metadata["annotations"]?.objectValue else { return [] }
        return annotations.compactMap { member in
            guard member.name.hasPrefix(start), let text = member.value.stringValue else {
                return nil
            }
            return (member.name, text, CreationRecord(text: text))
        }.sorted { $0.0 < $1.0 }
    }
}
