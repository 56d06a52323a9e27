package import Catalog
package import Documents

/// Which instance of the application a spec asks for, in either style of targeting.
package struct TargetRequest: Sendable, Hashable {
    package var baseURLs: [String] = []
    package var pod: String?
    package var podOrdinal: Int64?
    package var statefulSet: String?
    package var deployment: String?
    package var helmRelease: String?
    package var namespace: String?
    package var labels: [String: String] = [:]

    package init(_ spec: JSONValue, kind: CatalogKind) {
        func value(_ member: TargetMember) -> JSONValue? {
            switch kind.targeting {
            case .nested: spec["target", member.rawValue]
            case .flat: spec[member.flatName]
            case .none: nil
            }
        }
        func text(_ member: TargetMember) -> String? {
            value(member)?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        }
        // One URL wins over several (operator-contract.md, 3.11).
        baseURLs =
            text(.baseURL).map { [$0] }
            ?? value(.baseURLs)?.arrayValue?.compactMap(\.stringValue) ?? []
        pod = text(.pod)
        podOrdinal = value(.podOrdinal)?.integerValue
        statefulSet = text(.statefulSet)
        deployment = text(.deployment)
        helmRelease = text(.helmRelease)
        namespace = text(.namespace)
        for member in value(.labels)?.objectValue ?? JSONObject() {
            labels[member.name] = member.value.stringValue
        }
    }

    /// Whether the spec leaves the choice to the operator.
    package var isEmpty: Bool {
        baseURLs.isEmpty && pod == nil && podOrdinal == nil && statefulSet == nil
            && deployment == nil && helmRelease == nil
    }
}
