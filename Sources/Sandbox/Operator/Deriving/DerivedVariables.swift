import Documents
import KubernetesCore

/// What derived values may name: all parts, the counters, one list per kind, one per object.
struct DerivedVariables {
    private(set) var values: [String: JSONValue]

    /// - Parameters:
    ///   - kinds: the kinds that have a list of their own, be it empty.
    ///   - summary: the counters.
    init(kinds: [ResourceType], summary: JSONValue) {
        values = ["summary": summary, "resources": []]
        for kind in kinds { values[kind.plural] = [] }
    }

    /// Adds an object; one that is not there has no spec.
    mutating func add(
        _ type: ResourceType?, name: String, namespace: String, _ object: KubernetesObject?,
        status: JSONValue
    ) {
        guard let type else { return }
        var metadata: JSONValue = ["name": .string(name), "namespace": .string(namespace)]
        for member in ["labels", "annotations"] {
            metadata[member] = object?.metadata[member] ?? [:]
        }
        let element: JSONValue = [
            "kind": .string(type.kind), "metadata": metadata, "spec": object?.spec ?? [:],
            "status": status,
        ]
        for list in ["resources", type.plural] {
            values[list] = .array((values[list]?.arrayValue ?? []) + [element])
        }
        let own = String(name.map { $0 == "-" || $0 == "." ? "_" : $0 })
        values["\(type.kind.lowercased())_\(own)"] = element
    }
}

extension DerivedExpressions {
    /// The `computedValues` for the `derivedValues` of a spec; nil where there are none.
    func computed(_ spec: JSONValue, _ variables: DerivedVariables) -> JSONValue? {
        guard let derived = spec["derivedValues"]?.arrayValue, !derived.isEmpty else { return nil }
        return .array(
            derived.map { item in
                var value: JSONValue = ["name": item["name"] ?? ""]
                do throws(EvaluationFailure) {
                    let text = try evaluate(
                        item.text("expression") ?? "", variables: variables.values)
                    value["value"] = .string(text)
                } catch {
                    value["error"] = .string(error.message)
                }
                return value
            })
    }
}
