import Catalog
import Diagnostics
import Documents
import KubernetesCore
import Render
import Session

// How an object goes on: when it is read again, whom it belongs to, what becomes of it at its end,
// and until when it is as it is.
extension Description {
    var life: [Field] {
        var fields: [Field] = []
        if let interval { fields.append(Field("Interval", interval)) }
        for owner in object.ownerReferences {
            let name = "\(owner.kind.lowercased())/\(owner.name)"
            fields.append(
                Field("Owner", name + (owner.isController ? " (it overwrites the spec)" : "")))
        }
        if kind.category == .resource { fields += origin }
        if let ending { fields.append(ending) }
        return fields
    }

    private var interval: String? {
        let given = object.spec[kind.intervalField ?? "executionInterval"].map(DataText.scalar)
        let reading = ReadingAge(object, kind: kind, now: now)
        guard kind.category == .resource else { return given }
        guard let span = reading.interval else {
            return "\(given ?? "0") (not read again by itself)"
        }
        let due = reading.time.map { $0 + span }.flatMap { $0 > now ? $0 : nil }
        let next = due.map { ", next about \($0.rfc3339)" } ?? ""
        return (given ?? "\(GoDuration.format(span)) (the operator's own)") + next
    }

    /// Where the API's object came from decides what becomes of it.
    private var origin: [Field] {
        var fields: [Field] = []
        if let adopted = text("adoptedAt") {
            fields.append(Field("Adopted", "\(adopted) (the API had it before)"))
        }
        let isOurs = object.status["createdByController"]?.boolValue == true
        if object.spec["readOnly"]?.boolValue == true {
            fields.append(Field("On Delete", "nothing happens in the API (read only)"))
        } else if let policy = object.spec["onDelete"]?.stringValue {
            fields.append(Field("On Delete", policy))
        } else if !object.finalizers.isEmpty {
            fields.append(
                Field(
                    "On Delete",
                    isOurs
                        ? "Delete (the operator created the API's object)"
                        : "Orphan (the API had it before)"))
        }
        return fields
    }

    /// The end of a temporary change that the operator undoes, or of a temporary object.
    private var ending: Field? {
        let group = kind.type.group
        if let expires = object.annotations[group + "/patch-expires"] {
            return Field("TTL", time(expires) + change(group), tint: .waiting)
        }
        if let until = object.annotations[Marks.prefix(group: group) + "/ttl"] {
            return Field("TTL", time(until), tint: .waiting)
        }
        return nil
    }

    private func time(_ text: String) -> String {
        guard let end = Timestamp(rfc3339: text) else { return "\(text) (cannot be read)" }
        return end > now
            ? "\(text) (in \(HumanDuration.text(end - now)))"
            : "\(text) (passed \(end.age(until: now)) ago)"
    }

    /// The fields that go back then; their values stand with the temporary changes, if anywhere.
    private func change(_ group: String) -> String {
        // What is no JSON is not heeded by the operator either.
        let original = object.annotations[group + "/patch-original-state"]
            .flatMap { try? JSONValue(parsing: $0) }
        let names = original?.objectValue?.names.joined(separator: ", ") ?? "nothing"
        let author = object.annotations[group + "/patched-by"].map { ", set by \($0)" } ?? ""
        return "; then \(names) goes back\(author)"
    }
}
