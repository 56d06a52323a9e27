import Catalog
import Documents
import KubernetesCore
import Render

/// Which instance of the application an object speaks to, as far as the object says.
struct EffectiveTarget: Sendable {
    let text: String

    init(_ object: KubernetesObject, kind: CatalogKind) {
        let given: [JSONObject.Member]
        switch kind.targeting {
        case .nested:
            given = object.spec["target"]?.objectValue?.members ?? []
        case .flat:
            given = TargetMember.allCases.compactMap { member in
                object.spec[member.flatName].map { .init(member.flatName, $0) }
            }
        case .none:
            given = []
        }
        var lines = given.map { "\($0.name) = \(DataText.scalar($0.value))" }
        if given.isEmpty { lines.append("the operator's own choice") }
        if kind.targeting == .nested, given.map(\.name) == [TargetMember.podOrdinal.rawValue] {
            lines.append("(heeded only by an operator with --strategy=by-ordinal)")
        }
        let asked = object.status["responses"]?.objectValue?.names ?? []
        if !asked.isEmpty { lines.append("asked: \(asked.sorted().joined(separator: ", "))") }
        text = lines.joined(separator: "\n")
    }
}
