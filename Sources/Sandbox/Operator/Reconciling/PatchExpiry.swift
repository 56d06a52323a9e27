import Documents
import KubernetesCore

/// The operator's own way back from a temporary patch: four annotations, looked at in each pass.
struct PatchExpiry: Sendable {
    private let prefix: String
    private let expires: Timestamp

    /// Reads the annotations; nil when there is no readable instant of expiry.
    init?(_ object: KubernetesObject, group: String) {
        prefix = group + "/"
        guard let text = object.annotations[prefix + "patch-expires"],
            let expires = Timestamp(rfc3339: text)
        else { return nil }
        self.expires = expires
    }

    /// The object with its original values and without the annotations, nil before the expiry.
    ///
    /// What cannot be undone this way stays patched: see `TypedSpec.merge`.
    func restoring(
        _ object: KubernetesObject, fields: [String: FieldKind], at now: Timestamp
    ) -> KubernetesObject? {
        guard now >= expires else { return nil }
        var restored = object
        var annotations = object.annotations
        if let text = annotations[prefix + "patch-original-state"],
            let originals = try? JSONValue(parsing: text), case .object(let members) = originals
        {
            restored.spec = TypedSpec.roundTrip(
                TypedSpec.merge(members, into: object.spec, fields: fields), fields: fields)
        }
        for key in ["patch-ttl", "patch-expires", "patch-original-state", "patched-by"] {
            annotations[prefix + key] = nil
        }
        restored.annotations = annotations
        return restored
    }
}

/// What becomes of a spec on its way through the typed structures of a generated operator.
enum TypedSpec {
    /// Lays members over a spec as Go's decoder does.
    ///
    /// A null clears numbers, times and lists (pointers and slices there), and is nothing at all
    /// for texts, flags and nested objects.
    static func merge(
        _ members: JSONObject, into spec: JSONValue, fields: [String: FieldKind]
    ) -> JSONValue {
        var spec = spec
        for member in members {
            guard member.value.isNull else {
                spec[member.name] = member.value
                continue
            }
            switch fields[member.name] ?? controls[member.name] {
            case .text, .flag, .object: break
            case .number, .time, .list, nil: spec[member.name] = nil
            }
        }
        return spec
    }

    private static let controls: [String: FieldKind] = [
        "readOnly": .flag, "paused": .flag, "onDelete": .text,
    ]

    /// The form in which a typed structure is written back.
    ///
    /// Nested objects are always there, flags that are false and texts that are empty are not,
    /// durations are spelled Go's way.
    static func roundTrip(_ spec: JSONValue, fields: [String: FieldKind]) -> JSONValue {
        var result = spec
        for (name, kind) in fields.sorted(by: { $0.key < $1.key }) {
            switch (kind, spec[name]) {
            case (.object, nil): result[name] = [:]
            case (.flag, .bool(false)?), (.text, .string("")?): result[name] = nil
            default: break
            }
        }
        for name in ["readOnly", "paused"] where spec[name] == .bool(false) { result[name] = nil }
        if let text = spec.text("executionInterval"), let span = try? GoDuration.parse(text) {
            result["executionInterval"] = .string(GoDuration.format(span))
        }
        return result
    }
}
