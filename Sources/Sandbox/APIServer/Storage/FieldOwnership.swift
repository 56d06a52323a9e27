import Documents
import KubernetesCore

/// Where writes meet the record of who owns which field (`metadata.managedFields`).
enum FieldOwnership {
    /// The object after a create or update, with what it changed in its manager's name.
    static func afterUpdate(
        live: JSONValue?, new: JSONValue, call: WriteCall, target: Target, time: Timestamp
    ) -> JSONValue {
        FieldManagement.afterUpdate(
            live: live, new: new, manager: call.manager, subresource: target.subresource,
            time: time.rfc3339, schema: target.resource.openAPISchema, ignoring: ignored(target))
    }

    /// The object after a server-side apply.
    ///
    /// Refused with 409 when another manager owns a field that the patch sets to another value.
    static func apply(
        live: JSONValue?, patch: JSONValue, call: WriteCall, target: Target, time: Timestamp
    ) throws(APIFailure) -> JSONValue {
        do throws(ApplyConflict) {
            return try FieldManagement.apply(
                live: live, patch: patch, manager: call.manager, force: call.force ?? false,
                subresource: target.subresource, time: time.rfc3339,
                schema: target.resource.openAPISchema, ignoring: ignored(target))
        } catch {
            throw APIFailure(
                409, "Conflict", error.message,
                details: .init(
                    causes: error.causes.map {
                        .init(reason: $0.reason, message: $0.message, field: $0.field)
                    }))
        }
    }

    /// The members that this endpoint puts back.
    private static func ignored(_ target: Target) -> [String] {
        target.resource.hasStatus ? FieldManagement.resetMembers(of: target.subresource) : []
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
