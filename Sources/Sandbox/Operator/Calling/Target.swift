import Documents

/// Which endpoint an object asks for, read from either generation of the spec.
struct Target: Sendable, Hashable {
    var baseURL: String?
    var baseURLs: [String] = []
    var pod: String?
    var podOrdinal: Int?
    var statefulSet: String?
    var deployment: String?
    var helmRelease: String?
    var namespace: String?
    var labels: [String: String] = [:]

    /// Reads `spec.target`, or the flat `targetPod` and so on.
    init(spec: JSONValue, dialect: Dialect) {
        func text(_ nested: String, _ flat: String) -> String? {
            let value = dialect == .nested ? spec["target", nested] : spec[flat]
            return value?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        }
        baseURL = text("baseURL", "targetBaseURL")
        pod = text("pod", "targetPod")
        statefulSet = text("statefulSet", "targetStatefulSet")
        deployment = text("deployment", "targetDeployment")
        helmRelease = text("helmRelease", "targetHelmRelease")
        namespace = text("namespace", "targetNamespace")
        let ordinal = dialect == .nested ? spec["target", "podOrdinal"] : spec["targetPodOrdinal"]
        podOrdinal = ordinal?.integerValue.flatMap { Int(exactly: $0) }
        guard dialect == .nested else { return }
        baseURLs = spec["target", "baseURLs"]?.arrayValue?.compactMap(\.stringValue) ?? []
        for member in spec["target", "labels"]?.objectValue ?? JSONObject() {
            labels[member.name] = member.value.stringValue
        }
    }
}
