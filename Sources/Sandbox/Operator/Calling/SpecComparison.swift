import Documents
import KubernetesCore

/// Holds a spec against what the API has: pure, and with the controllers' own blind spots.
enum SpecComparison {
    /// Spec fields that tell the controller something and are never sent to the API.
    static let controls: Set<String> = [
        "readOnly", "mergeOnUpdate", "onDelete", "executionInterval", "reExecuteInterval",
        "paused", "target", "targetPod", "targetPodOrdinal", "targetBaseURL",
        "targetHelmRelease", "targetNamespace", "targetStatefulSet", "targetDeployment",
    ]

    /// The fields of a spec that belong to the API.
    static func business(_ spec: JSONValue) -> JSONObject {
        JSONObject(
            distinct: (spec.objectValue ?? JSONObject()).members.filter {
                !controls.contains($0.name) && !$0.value.isNull
            })
    }

    /// Whether the API holds something else than the spec asks for.
    ///
    /// Only fields of the spec count; empty lists and objects do not; nested values must match
    /// exactly, while zeros, empty strings and `false` are compared although merge mode can never
    /// write them.
    static func differs(_ spec: JSONValue, from actual: JSONValue) -> Bool {
        business(spec).contains { member in
            !isEmptyContainer(member.value) && !same(member.value, actual[member.name])
        }
    }

    /// Whether a bundle writes its child's spec anew: a field of the API is another in both.
    ///
    /// What the child has not at all does not count, so fields that are added to the bundle later
    /// never reach it.
    static func overwrites(_ wanted: JSONValue, _ child: JSONValue) -> Bool {
        business(wanted).contains { member in
            child[member.name].map { !same(member.value, $0) } ?? false
        }
    }

    /// The object to send: the spec's fields alone, or laid over what the API has.
    static func body(
        _ spec: JSONValue, over actual: JSONValue, merging: Bool
    ) -> JSONValue {
        guard merging else { return .object(business(spec)) }
        var result = actual
        for member in business(spec) where !isZero(member.value) {
            result[member.name] = member.value
        }
        return result
    }

    private static func same(_ wanted: JSONValue, _ actual: JSONValue?) -> Bool {
        guard let actual else { return false }
        if wanted == actual { return true }
        if let left = wanted.doubleValue, let right = actual.doubleValue { return left == right }
        if let left = wanted.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            let right = actual.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        {
            return left == right
        }
        return false
    }

    private static func isEmptyContainer(_ value: JSONValue) -> Bool {
        value.arrayValue?.isEmpty ?? value.objectValue?.isEmpty ?? false
    }

    /// Whether Go would call a value the zero of its type.
    static func isZero(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false), .integer(0), .string(""): true
        case .double(let number): number == 0
        default: isEmptyContainer(value)
        }
    }
}
