import Documents
import KubernetesCore

/// Where writes meet the record of who owns which field (`metadata.managedFields`).
enum FieldOwnership {
    /// The object after an update, with the fields that it changed in its manager's name.
    static func afterUpdate(
        live: JSONValue?, new: JSONValue, call: WriteCall, target: Target, time: Timestamp
    ) -> JSONValue {
        new
    }

    /// The object after a server-side apply.
    ///
    /// - Throws: 409 when another manager owns a field that the patch sets to another value.
    static func apply(
        live: JSONValue, patch: JSONValue, call: WriteCall, target: Target, time: Timestamp
    ) throws(APIFailure) -> JSONValue {
        MergePatch.apply(patch, to: live)
    }

    /// Whether a write changed nothing but the times in managedFields.
    static func isSame(_ old: JSONValue, _ new: JSONValue) -> Bool {
        withoutTimes(old) == withoutTimes(new)
    }

    private static func withoutTimes(_ object: JSONValue) -> JSONValue {
        guard let entries = object["metadata", "managedFields"]?.arrayValue else { return object }
        var object = object
        object["metadata"]?["managedFields"] = .array(
            entries.map { entry in
                var entry = entry
                entry["time"] = nil
                return entry
            })
        return object
    }
}
