package import Documents
import KubernetesCore

/// What the generated operator does to a spec when it writes it back through its types.
///
/// `{}` is added, `false` and empty texts are dropped, `"0"` becomes `"0s"` (operator-contract.md,
/// Seen live 8). Nobody changed anything then.
package enum OperatorRewriting {
    /// Whether a member with that value may come and go.
    package static func mayVanish(_ value: JSONValue) -> Bool {
        switch value {
        case .bool(false): true
        case .string(let text): text.isEmpty
        case .array(let items): items.isEmpty
        case .object(let members): members.allSatisfy { mayVanish($0.value) }
        default: false
        }
    }

    /// Whether two texts are the same time, such as `60s` and `1m`.
    package static func isSameDuration(_ left: String, _ right: String) -> Bool {
        // Texts that are no durations are just different texts.
        guard let first = try? GoDuration.parse(left), let second = try? GoDuration.parse(right)
        else { return false }
        return first == second
    }
}
