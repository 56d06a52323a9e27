package import Documents
package import HTTP
package import KubernetesClient

/// The embedded cluster, as far as verbs need it; the executable puts the live one behind it.
package protocol SandboxControl: Sendable {
    /// Starts it and returns when it serves.
    ///
    /// - Parameters:
    ///   - port: the port on loopback; nil lets the system choose.
    ///   - foreground: serve in this process until the task is cancelled.
    ///   - started: called once with the facts when it serves.
    /// - Throws: what kept it from serving.
    func start(
        port: Int?, foreground: Bool, started: @Sendable (SandboxFacts) async -> Void
    ) async throws
    /// Facts about the running one; nil when none runs.
    func status() async throws -> SandboxFacts?
    /// Ends it; false when none ran.
    func stop() async throws -> Bool
    /// Puts the cluster and the services back to their first state.
    func reset() async throws
    /// Where the kubeconfig of the running one is, or will be.
    var kubeconfigPath: String { get }
    /// Makes a service instance misbehave, or behave again.
    func fault(_ fault: SandboxFault) async throws
    /// What is wrong with service instances now, instance by instance.
    func serviceFaults() async throws -> [SandboxFault]
    /// Scripts a misbehaviour of the API server, in the form of its `/sandbox/faults`.
    func fault(api script: JSONValue) async throws
    /// The misbehaviours of the API server that are still to come, in the same form.
    func apiFaults() async throws -> [JSONValue]
    /// Takes the API server's misbehaviours away.
    func clearAPIFaults() async throws
    /// A cluster in this process, gone when nobody holds the transport any more.
    func inProcess() async throws -> (connection: ClusterConnection, transport: any Transport)
    /// Runs the operator and the services against another API server until the task is cancelled.
    ///
    /// - Parameters:
    ///   - connection: the cluster.
    ///   - transport: carries the requests to it.
    ///   - request: what to put there.
    ///   - started: called once with what serves, one line each.
    /// - Throws: what kept it from working.
    func operate(
        on connection: ClusterConnection, transport: any Transport, _ request: OperateRequest,
        started: @Sendable ([String]) async -> Void
    ) async throws
}

/// What `sandbox operate` puts into a cluster.
package struct OperateRequest: Sendable, Hashable {
    package var namespace: String
    /// Whether CRDs that are missing, and the sandbox's pets and orders, are put there too.
    package var seeds: Bool

    package init(namespace: String, seeds: Bool = false) {
        self.namespace = namespace
        self.seeds = seeds
    }
}

/// What one wants to know of a running sandbox.
package struct SandboxFacts: Sendable, Hashable {
    package var server: String
    package var processID: Int32
    package var kubeconfigPath: String
    /// The addresses of the service instances.
    package var services: [String]

    package init(
        server: String, processID: Int32, kubeconfigPath: String, services: [String] = []
    ) {
        self.server = server
        self.processID = processID
        self.kubeconfigPath = kubeconfigPath
        self.services = services
    }
}

/// A misbehaviour of one service instance, or of all.
package struct SandboxFault: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Every call is answered with an error.
        case fail
        /// Every call waits that long.
        case latency(Duration)
        /// An object's member has another value than it was given: `pet/123`, `status`, `sold`.
        case drift(object: String, member: String, value: String)
        /// Every connection is reset.
        case down
        /// All faults are taken away.
        case clear
    }

    /// The instance by ordinal; nil: all.
    package var instance: Int?
    package var kind: Kind

    package init(instance: Int?, kind: Kind) {
        self.instance = instance
        self.kind = kind
    }
}
