package import Catalog
import Documents
package import KubernetesCore

/// Whether the operator has carried a spec to its API.
package enum SyncVerdict: Sendable, Hashable {
    case synced
    case notYet(String)
    /// Nobody would ever carry it: no operator has looked at the object, or it is paused.
    case nobodyLooks(String)
}

/// Reads that from an object (operator-contract.md, 3.3 and Seen live 9).
///
/// Pure.
package enum SyncJudge {
    /// - Parameters:
    ///   - object: as just read.
    ///   - category: of its kind.
    ///   - fields: the paths whose values the API must show.
    /// - Returns: the verdict, with the reason where it is not synced.
    package static func verdict(
        on object: KubernetesObject, category: Category, showing fields: [FieldPath]
    ) -> SyncVerdict {
        let status = object.status
        guard let state = status["state"]?.stringValue, !state.isEmpty else {
            return .nobodyLooks("no operator has looked at it")
        }
        if object.spec["paused"]?.boolValue == true { return .nobodyLooks("it is paused") }
        if let generation = object.generation {
            let observed = status["observedGeneration"]?.integerValue ?? 0
            guard observed >= generation else {
                return .notYet("the operator has not seen it yet")
            }
        }
        switch state {
        case "Failed":
            return .notYet(status["message"]?.stringValue ?? "the operator reports Failed")
        case "Pending", "Syncing", "Querying", "Executing", "Paused":
            return .notYet("its state is \(state)")
        default: break
        }
        guard category == .resource, state == "Synced" else { return .synced }
        return verdict(spec: object.spec, data: status["response"]?["data"], fields)
    }

    /// Only what the API shows is sound: the operator can publish `Synced` for an older pass.
    private static func verdict(
        spec: JSONValue, data: JSONValue?, _ fields: [FieldPath]
    ) -> SyncVerdict {
        guard let data, data.objectValue != nil else { return .synced }
        for field in fields {
            guard field.steps.first == .member("spec"), field.steps.count > 1,
                case .member(let name) = field.steps[1],
                let wanted = spec[name], let shown = data[name],
                !isNeverSent(wanted), !shows(shown, wanted)
            else { continue }
            return .notYet("the API does not show \(field) yet")
        }
        return .synced
    }

    /// Zero values never overwrite in merge mode (operator-contract.md, 3.2).
    private static func isNeverSent(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false), .integer(0): true
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }

    private static func shows(_ shown: JSONValue, _ wanted: JSONValue) -> Bool {
        switch (shown, wanted) {
        case (.object(let shown), .object(let wanted)):
            return wanted.allSatisfy { member in
                isNeverSent(member.value)
                    || shown[member.name].map { shows($0, member.value) } ?? false
            }
        case (.array(let shown), .array(let wanted)):
            return shown.count == wanted.count && zip(shown, wanted).allSatisfy { shows($0, $1) }
        case (.string(let shown), .string(let wanted)):
            if shown.utf8.elementsEqual(wanted.utf8) { return true }
            guard let first = Timestamp(rfc3339: shown), let second = Timestamp(rfc3339: wanted)
            else { return false }
            return first == second
        default:
            return shown.isNumericallyEqual(to: wanted) || sameText(shown, wanted)
        }
    }
}
