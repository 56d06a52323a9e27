package import KubernetesCore
package import Session

import Documents

// Controller: the clean-up that lives in the cluster. It follows by watches what sessions left,
// restores what has passed its time, deletes what was made for a while, and announces itself, so
// that sessions can promise more. It must never delete what was only changed, act without the
// guards of an undo, or know anything that the objects themselves do not say.

/// What one namespace wants cleaned up besides the promises of sessions: an object of the kind
/// `DiagnosticCleanupPolicy`.
package struct CleanupPolicy: Sendable, Hashable {
    package static let kind = "DiagnosticCleanupPolicy"
    package static let plural = "diagnosticcleanuppolicies"
    package static let singular = "diagnosticcleanuppolicy"
    package static let version = "v1alpha1"

    package var namespace: String
    package var name: String
    /// What goes by it.
    ///
    /// Of a policy with a problem that is nothing.
    package var limits: SweepLimits
    /// Objects with one of these labels are left alone, also by other policies of the namespace.
    package var excluded: [String: String]
    /// Why it asks for nothing: half of what it says could mean more than the whole.
    package var problem: String?

    package init(
        namespace: String, name: String, limits: SweepLimits, excluded: [String: String] = [:],
        problem: String? = nil
    ) {
        self.namespace = namespace
        self.name = name
        self.limits = limits
        self.excluded = excluded
        self.problem = problem
    }

    /// Reads a policy.
    ///
    /// What it does not ask for in so many words it does not ask for.
    package init(_ object: KubernetesObject) {
        let nothing = SweepLimits(takesExpired: false)
        self.init(
            namespace: object.namespace ?? "", name: object.name, limits: nothing,
            excluded: Self.labels(object.spec["excludeLabels"]))
        do throws(Problem) {
            limits = try Self.limits(object.spec)
        } catch {
            problem = error.message
        }
    }

    /// Why a part of a policy means nothing.
    private struct Problem: Error {
        var message: String
    }

    /// The label for which this policy wants an object left alone; nil where it does not.
    package func exclusion(of labels: [String: String]) -> String? {
        excluded.sorted { $0.key < $1.key }.first { labels[$0.key] == $0.value }
            .map { "\($0.key)=\($0.value)" }
    }

    private static func limits(_ spec: JSONValue) throws(Problem) -> SweepLimits {
        var limits = SweepLimits(takesExpired: spec["ttlExpired"]?.boolValue ?? false)
        if let text = spec["maxAge"]?.stringValue, !text.isEmpty {
            // What is wrong with it is said below.
            guard let age = try? GoDuration.parse(text), age > .zero else {
                throw Problem(message: "spec.maxAge \"\(text)\" is no duration such as 24h")
            }
            limits.maxAge = age
        }
        if let selector = spec["labelSelector"], !selector.isNull {
            limits.aged = try Self.selector(selector)
        }
        return limits
    }

    private static func labels(_ json: JSONValue?) -> [String: String] {
        var labels: [String: String] = [:]
        for member in json?.objectValue ?? JSONObject() {
            labels[member.name] = member.value.stringValue
        }
        return labels
    }

    /// Kubernetes' own form of a selector: `matchLabels` and `matchExpressions`, all of which must
    /// hold.
    private static func selector(_ json: JSONValue) throws(Problem) -> LabelSelector {
        var selector = LabelSelector(matching: labels(json["matchLabels"]))
        for expression in json["matchExpressions"]?.arrayValue ?? [] {
            let values = (expression["values"]?.arrayValue ?? []).compactMap(\.stringValue)
            guard let key = expression["key"]?.stringValue,
                let word = expression["operator"]?.stringValue, let means = operators[word],
                needsValues.contains(word) != values.isEmpty
            else {
                throw Problem(
                    message: "spec.labelSelector holds an expression that means nothing:"
                        + " \(expression.text())")
            }
            selector.requirements.append(.init(key, means, values))
        }
        return selector
    }

    private static let operators: [String: LabelSelector.Requirement.Operator] = [
        "In": .isIn, "NotIn": .isNotIn, "Exists": .exists, "DoesNotExist": .doesNotExist,
    ]
    private static let needsValues: Set<String> = ["In", "NotIn"]
}
