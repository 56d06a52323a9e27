import HTTP

/// The connection that a pod finds around itself.
struct InCluster {
    static let standardFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    let cluster: ClusterEntry
    let user: UserEntry
    let namespace: String?

    /// Looks for a pod's service account; nil outside a pod.
    ///
    /// - Parameters:
    ///   - environment: `KUBERNETES_SERVICE_HOST` and `…_PORT` say that this is a pod;
    ///     `POD_NAMESPACE` may say in which namespace.
    ///   - folder: where the service account lies; another one in tests.
    /// - Throws: `KubeconfigError` where the service account has a token but no authority.
    init?(
        _ environment: [String: String], folder: String = Self.standardFolder
    ) throws(KubeconfigError) {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty,
            case .success = ConfigurationFile.content(of: "\(folder)/token")
        else { return nil }
        var cluster = ClusterEntry(name: "in-cluster", place: "service account")
        cluster.server = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        cluster.authorityPath = "\(folder)/ca.crt"
        self.cluster = cluster
        var user = UserEntry(name: "service-account", place: "service account")
        user.tokenPath = "\(folder)/token"
        self.user = user
        if let name = environment["POD_NAMESPACE"], !name.isEmpty {
            // The downward API's word goes before the file's, as in kubectl.
            namespace = name
        } else if case .success(let bytes) = ConfigurationFile.content(of: "\(folder)/namespace") {
            let name = String(decoding: bytes, as: UTF8.self).trimmed
            namespace = name.isEmpty ? nil : name
        } else {
            namespace = nil
        }
    }
}
