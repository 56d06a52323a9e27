import KubernetesCore

/// How the objects of a kind say which instance of the application they mean.
package enum TargetingStyle: String, Sendable, Hashable {
    /// `spec.target.podOrdinal`.
    case nested
    /// `spec.targetPodOrdinal`.
    case flat
    /// The schema offers neither, or is not known: nothing may be written then, because the
    /// server would drop it silently.
    case none

    init(spec: SchemaNode?) {
        let nested = spec?.property("target")
        if nested?.properties.contains(where: { TargetMember(rawValue: $0.name) != nil }) == true {
            self = .nested
        } else if TargetMember.flatNames.contains(where: { spec?.property($0) != nil }) {
            self = .flat
        } else {
            self = .none
        }
    }
}

/// A way to choose an instance.
package enum TargetMember: String, Sendable, Hashable, CaseIterable {
    case baseURL, baseURLs, pod, podOrdinal, statefulSet, deployment, helmRelease, namespace
    case labels

    /// The member of the spec in the flat style: `targetPodOrdinal`.
    package var flatName: String {
        "target" + rawValue.prefix(1).uppercased() + rawValue.dropFirst()
    }

    static let flatNames = Set(allCases.map(\.flatName))
}

extension CatalogKind {
    /// The path below `spec` of a target's member; nil where the schema does not offer it.
    package func path(of member: TargetMember) -> [String]? {
        switch targeting {
        case .none: nil
        case .nested:
            schema?.node(at: ["spec", "target", member.rawValue]) == nil
                ? nil : ["target", member.rawValue]
        case .flat:
            schema?.node(at: ["spec", member.flatName]) == nil ? nil : [member.flatName]
        }
    }

    /// The members of a target that the schema offers.
    package var targetMembers: [TargetMember] {
        TargetMember.allCases.filter { path(of: $0) != nil }
    }
}
