import Documents
import KubernetesCore

/// A creation on its way: what is sent, and what says in it that it is ours.
struct CreationPlan: Sendable {
    var object: KubernetesObject
    /// Also for a permanent object, in the journal alone.
    var record: CreationRecord
    var recordKey: String
}

/// Plans the creation of an object; pure.
struct CreationPlanner: Sendable {
    let request: CreateRequest
    let stamp: ChangeStamp
    let window: Duration

    private var group: String { request.target.type.group }

    /// The name under which it is made: a generated one is ours, so that it can be found again.
    var name: String {
        let given = request.manifest.name
        guard given.isEmpty else { return given }
        let stem = request.manifest.metadata["generateName"]?.stringValue ?? ""
        return stem + stamp.session.suffix(6) + String(stamp.sequence)
    }

    func plan() -> CreationPlan {
        var object = request.manifest
        for member in [
            "generateName", "uid", "resourceVersion", "creationTimestamp", "generation",
            "managedFields", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds",
        ] { object.metadata[member] = nil }
        object.name = name
        object.namespace = request.target.type.isNamespaced ? request.namespace : nil
        var record = CreationRecord(
            session: stamp.session, sequence: stamp.sequence, name: name, created: stamp.now,
            window: window, deadline: stamp.deadline, hasLease: stamp.hasLease,
            acceptsEffects: request.acceptsEffects)
        let key = CreationRecord.key(
            group: group, session: stamp.session, sequence: stamp.sequence)
        if request.isTemporary {
            var labels = object.labels
            var annotations = object.annotations
            for (path, text) in marks {
                guard case .member(let name)? = path.steps.last else { continue }
                let before = FieldValue(
                    object.metadata[path.isLabel ? "labels" : "annotations"]?[name])
                record.marks.append(
                    .init(path: path, before: before, ours: .present(.string(text))))
                if path.isLabel { labels[name] = text } else { annotations[name] = text }
            }
            annotations[key] = record.text
            object.labels = labels
            object.annotations = annotations
        }
        return CreationPlan(object: object, record: record, recordKey: key)
    }

    private var marks: [(FieldPath, String)] {
        var marks: [(FieldPath, String)] = [
            (.label(Marks.temporary), "true"), (.label(Marks.purpose), request.purpose.rawValue),
            (.label(Marks.session), stamp.session),
        ]
        if let set = request.comparisonSet { marks.append((.label(Marks.comparisonSet), set)) }
        func annotate(_ name: String, _ text: String?) {
            guard let text else { return }
            marks.append((.annotation(Marks.key(name, group: group)), text))
        }
        annotate("ttl", stamp.deadline?.rfc3339)
        annotate("created-by", stamp.user)
        annotate("reason", stamp.reason)
        annotate("ticket", stamp.ticket)
        return marks
    }

    /// The first member of the manifest's spec that an answer does not have: the server dropped it.
    static func dropped(_ wanted: JSONValue, from answer: JSONValue?, at path: String) -> String? {
        guard let answer else { return wanted.isNull ? nil : path }
        switch (wanted, answer) {
        case (.object(let members), .object(let shown)):
            for member in members {
                let place = path + "." + member.name
                if let found = dropped(member.value, from: shown[member.name], at: place) {
                    return found
                }
            }
        case (.array(let items), .array(let shown)) where items.count == shown.count:
            for (index, pair) in zip(items, shown).enumerated() {
                if let found = dropped(pair.0, from: pair.1, at: "\(path)[\(index)]") {
                    return found
                }
            }
        default: break
        }
        return nil
    }
}

extension FieldPath {
    fileprivate var isLabel: Bool { steps.count == 3 && steps[1] == .member("labels") }
}
