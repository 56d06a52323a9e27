import Catalog
package import KubernetesCore
import Render

extension ResourceType {
    /// `pet.petstore.example.com/fluffy`, as `-o name` prints it.
    package func qualifiedName(of name: String) -> String { "\(qualifiedKind)/\(name)" }

    /// `pet.petstore.example.com`, a word that means no other kind.
    package var qualifiedKind: String {
        let kind = kind.lowercased()
        return group.isEmpty ? kind : "\(kind).\(group)"
    }

    /// `pet/fluffy`, as people speak of it.
    package func shortName(of name: String) -> String { "\(kind.lowercased())/\(name)" }
}

extension KindWords {
    /// The same step with kinds named as shortly as they may be.
    func shortened(_ step: NextStep) -> NextStep {
        guard step.program == nil else { return step }
        var step = step
        step.words = step.words.map(shortened)
        return step
    }
}
