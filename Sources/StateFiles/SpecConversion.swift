package import Catalog
import Documents
package import KubernetesCore

/// Brings an object into the form that the cluster's schema has: older files target with flat
/// members (`targetPodOrdinal`), older clusters do, and the interval has had two names.
package struct SpecConversion: Sendable, Hashable {
    package var object: KubernetesObject
    /// What was moved: `spec.targetPodOrdinal is spec.target.podOrdinal here`.
    package var notes: [String] = []

    package init(_ object: KubernetesObject, to kind: CatalogKind) {
        self.object = object
        guard object.spec.objectValue != nil, let spec = kind.schema?.node(at: ["spec"]) else {
            return
        }
        for member in TargetMember.allCases {
            guard let path = kind.path(of: member) else { continue }
            let other = path.count == 1 ? ["target", member.rawValue] : [member.flatName]
            // A member of that name may be one of the API itself.
            guard kind.schema?.node(at: ["spec"] + other) == nil else { continue }
            move(from: other, to: path)
        }
        if kind.targeting == .flat, self.object.spec["target"] == .object(JSONObject()) {
            self.object.json["spec"]?["target"] = nil
        }
        guard let interval = kind.intervalField else { return }
        for name in CatalogKind.intervalNames where name != interval && spec.property(name) == nil {
            move(from: [name], to: [interval])
        }
    }

    private mutating func move(from old: [String], to new: [String]) {
        let (from, to) = (JSONPointer(tokens: ["spec"] + old), JSONPointer(tokens: ["spec"] + new))
        guard let value = object.json.value(at: from), object.json.value(at: to) == nil else {
            return
        }
        var spec = object.spec
        if old.count == 1 { spec[old[0]] = nil } else { spec[old[0]]?[old[1]] = nil }
        if new.count == 1 {
            spec[new[0]] = value
        } else {
            var parent = spec[new[0]] ?? .object(JSONObject())
            parent[new[1]] = value
            spec[new[0]] = parent
        }
        object.json["spec"] = spec
        notes.append(
            "spec.\(old.joined(separator: ".")) is spec.\(new.joined(separator: ".")) here")
    }
}
