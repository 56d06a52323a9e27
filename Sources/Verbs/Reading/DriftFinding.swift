import Catalog
import Documents
import KubernetesCore
import Render

/// Whether the application's API has other values than the spec asks for.
///
/// The operator's own flag is false again as soon as it has corrected a difference, so spec and
/// answer are compared here as the operator compares them: only members that the spec has, empty
/// lists and objects passed over, instants compared as instants, everything else exactly.
struct DriftFinding: Sendable {
    struct Difference: Sendable, Hashable {
        var field: String
        var wanted: JSONValue
        var actual: JSONValue?
    }

    private enum Verdict: Sendable {
        case notApplicable
        case unknown(String)
        case none
        case present([Difference])
    }

    private let verdict: Verdict

    init(_ object: KubernetesObject, kind: CatalogKind) {
        guard kind.category == .resource else {
            verdict = .notApplicable
            return
        }
        let status = object.status
        switch status["state"]?.stringValue {
        case nil, "": verdict = .unknown("not reported yet")
        case "Failed": verdict = .unknown("the last call failed, so its answer is old")
        case "NotFound": verdict = .unknown("the API has no such object")
        default:
            guard let data = status["response"]?["data"] else {
                let isFlagged = status["driftDetected"]?.boolValue == true
                verdict = isFlagged ? .present([]) : .unknown("no answer to compare with")
                return
            }
            let found = Self.differences(object.spec, data, kind)
            let isFlagged = status["driftDetected"]?.boolValue == true
            verdict = found.isEmpty && !isFlagged ? .none : .present(found)
        }
    }

    var isPresent: Bool {
        if case .present = verdict { return true }
        return false
    }

    /// `No`, or `Yes (status: available, API has sold)`.
    var text: String {
        switch verdict {
        case .notApplicable: return "-"
        case .unknown(let why): return "Unknown (\(why))"
        case .none: return "No"
        case .present(let differences):
            guard !differences.isEmpty else { return "Yes" }
            let parts = differences.map { difference in
                let secret = Mask.isSecret(name: difference.field)
                let wanted = secret ? Mask.text : DataText.flow(difference.wanted)
                let actual =
                    secret ? Mask.text : difference.actual.map(DataText.flow) ?? "nothing"
                return "\(difference.field): \(wanted), API has \(actual)"
            }
            return "Yes (\(parts.joined(separator: "; ")))"
        }
    }

    var payload: JSONValue {
        switch verdict {
        case .notApplicable: return ["detected": nil]
        case .unknown(let why): return ["detected": nil, "reason": .string(why)]
        case .none: return ["detected": false]
        case .present(let differences):
            return [
                "detected": true,
                "fields": .array(
                    differences.map { difference in
                        let secret = Mask.isSecret(name: difference.field)
                        return [
                            "field": .string(difference.field),
                            "spec": secret ? .string(Mask.text) : difference.wanted,
                            "actual": secret
                                ? .string(Mask.text) : difference.actual ?? .null,
                        ]
                    }),
            ]
        }
    }

    private static func differences(
        _ spec: JSONValue, _ data: JSONValue, _ kind: CatalogKind
    ) -> [Difference] {
        guard let wanted = spec.objectValue else { return [] }
        return wanted.compactMap { member in
            guard !CatalogKind.steeringFields.contains(member.name),
                !EffectiveTarget.isTarget(member.name, kind), !isEmpty(member.value)
            else { return nil }
            let actual = data[member.name]
            if let actual, same(member.value, actual) { return nil }
            return Difference(field: member.name, wanted: member.value, actual: actual)
        }
    }

    private static func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }

    private static func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if left == right { return true }
        if let one = left.doubleValue, let other = right.doubleValue { return one == other }
        guard let one = left.stringValue.flatMap({ Timestamp(rfc3339: $0) }),
            let other = right.stringValue.flatMap({ Timestamp(rfc3339: $0) })
        else { return false }
        return one == other
    }
}
