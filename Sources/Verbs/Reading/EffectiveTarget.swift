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
        text =
            given.isEmpty
            ? "the operator's own choice"
            : given.map { "\($0.name) = \(DataText.scalar($0.value))" }.joined(separator: "\n")
    }
}
