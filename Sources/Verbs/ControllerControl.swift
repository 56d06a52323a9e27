package import Catalog
package import Documents
package import KubernetesClient
package import Session

/// The cleanup controller, as far as verbs need it; the executable puts the live one behind it.
package protocol ControllerControl: Sendable {
    /// Works until the task is cancelled.
    ///
    /// - Throws: what kept it from working.
    func run(_ request: ControllerRequest) async throws
    /// What has to be in a cluster for it to run there, in the order in which it is applied.
    ///
    /// - Parameters:
    ///   - group: of the API whose policies are followed.
    ///   - rules: of RBAC, that the work needs.
    ///   - image: of the container.
    /// - Returns: the manifests.
    func manifests(group: String, rules: [JSONValue], image: String) -> [JSONValue]
}

/// What the controller works with.
package struct ControllerRequest: Sendable {
    package var client: KubernetesClient
    /// Whose clock, names and limits count.
    package var environment: SessionEnvironment
    /// Whether it waits while another one holds the Lease; else that is an error.
    package var waitsForLease: Bool
    /// How long the Lease counts without being renewed.
    package var leaseDuration: Duration
    /// Where metrics and health are answered; nil: nowhere.
    package var metricsAddress: String?
    /// The kinds that the cluster offers now, schemas included.
    package var kinds: @Sendable () async throws -> [CatalogKind]
    /// Takes a line of the log.
    package var log: @Sendable (String) -> Void

    package init(
        client: KubernetesClient, environment: SessionEnvironment, waitsForLease: Bool,
        leaseDuration: Duration, metricsAddress: String?,
        kinds: @escaping @Sendable () async throws -> [CatalogKind],
        log: @escaping @Sendable (String) -> Void
    ) {
        self.client = client
        self.environment = environment
        self.waitsForLease = waitsForLease
        self.leaseDuration = leaseDuration
        self.metricsAddress = metricsAddress
        self.kinds = kinds
        self.log = log
    }
}
