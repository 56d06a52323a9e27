import ArgumentParser
import Catalog
import Documents
import KubernetesCore

/// `--map-namespace a=b`: what a file says of namespace a is meant of b.
struct NamespaceMap: Sendable, Hashable {
    private var places: [String: String] = [:]

    /// - Throws: `Failure` of a usage kind.
    init(_ words: [String]) throws(Failure) {
        for word in words {
            let parts = word.split(separator: "=", omittingEmptySubsequences: false).map(
                String.init)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
                throw Failure(
                    .usage(""), "--map-namespace \(word) is not of the form FROM=TO",
                    hints: ["for example: --map-namespace production=staging"])
            }
            guard places.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw Failure(.usage(""), "--map-namespace maps \(parts[0]) twice")
            }
        }
    }

    func place(of namespace: String) -> String { places[namespace] ?? namespace }

    /// The object as it is meant; references of aggregates to other objects go with it.
    func mapped(_ object: KubernetesObject, _ kind: CatalogKind) -> KubernetesObject {
        guard !places.isEmpty else { return object }
        var object = object
        if let namespace = object.namespace { object.namespace = place(of: namespace) }
        guard kind.category == .aggregate, let members = object.spec["resources"]?.arrayValue else {
            return object
        }
        object.json["spec"]?["resources"] = .array(
            members.map { member in
                guard let namespace = member["namespace"]?.stringValue else { return member }
                var member = member
                member["namespace"] = .string(place(of: namespace))
                return member
            })
        return object
    }
}
