// Sandbox: wires API server, operator and petstore service into a cluster, in this process or as a
// process of its own, and puts the cast of the specification on its stage. It must never touch a
// cluster that it was not given, nor keep anything but a few facts about its own process on disk.

package import HTTP
package import KubernetesClient
import KubernetesCore
package import SandboxAPIServer
package import SandboxOperator
package import SandboxPetstoreService

/// What a sandbox is made with.
package struct SandboxOptions: Sendable {
    package var namespace = "default"
    /// One service instance per address; the pods have these addresses.
    package var hosts = ["127.0.1.10", "127.0.1.11", "127.0.1.12"]
    package var servicePort = 8080
    /// Whether the cast is put on stage; without it only the CRDs and the workload are there.
    package var seedsCast = true
    /// Whether the instances tell each other their writes, as if they shared a database.
    package var replicates = true
    package var clock = SandboxClock()
    /// Makes uids the same in every run; nil: random ones.
    package var uidSeed: UInt64?
    /// Carries the operator's calls to anything but the service instances; nil refuses them.
    package var elsewhere: (any Transport)?
    /// Changes the operator's configuration before it starts; for tests.
    package var configureOperator: @Sendable (inout OperatorConfiguration) -> Void = { _ in }
    package var log: @Sendable (String) -> Void = { _ in }
    /// Service instances that are there already, at those hosts and that port.
    var fleet: PetstoreFleet?
    /// The revision before the first change, beyond those of a cluster in whose place this one
    /// steps; what comes before the cast stands is forgotten then.
    var firstRevision: Int64?
    /// Answers what is asked below `/sandbox` on the API server's port.
    var control: (@Sendable (HTTPRequest) async -> HTTPResponse?)?

    package init() {}
}

/// A running sandbox in this process; it ends when nobody holds it any more.
package final class SandboxCluster: Sendable {
    package let server: APIServer
    package let fleet: PetstoreFleet
    private let work: Task<Void, Never>

    private init(server: APIServer, fleet: PetstoreFleet, work: Task<Void, Never>) {
        self.server = server
        self.fleet = fleet
        self.work = work
    }

    deinit { work.cancel() }

    /// Starts a sandbox and returns when the cast has found its states.
    package static func start(
        _ options: SandboxOptions = SandboxOptions()
    ) async throws(SandboxError) -> SandboxCluster {
        var settings = APIServer.Settings(
            clock: { options.clock.now() }, seed: options.uidSeed)
        settings.control = options.control
        settings.firstRevision = options.firstRevision ?? settings.firstRevision
        let fleet: PetstoreFleet
        if let given = options.fleet {
            fleet = given
        } else {
            fleet = PetstoreFleet(
                hosts: options.hosts, port: options.servicePort,
                store: options.seedsCast ? Cast.service : PetstoreStore(),
                replicates: options.replicates, elsewhere: options.elsewhere)
            await fleet.connect()
        }
        settings.pods = fleet
        let server = APIServer(settings)
        let client = KubernetesClient(
            connection: Self.connection(options), transport: OwnTransport(server: server))
        let configuration = Self.operatorConfiguration(options)
        let seeder = Seeder(client: client, clock: options.clock)
        try await seeder.create(
            Cast.stage(
                hosts: options.hosts, port: options.servicePort, namespace: options.namespace,
                command: configuration.commandLine))
        try await seeder.create(Cast.definitions)
        if options.seedsCast {
            for instance in fleet.instances {
                for fault in Cast.faults { await instance.suffer(fault) }
            }
            try await seeder.create(Cast.actors(in: options.namespace))
        }
        let petstoreOperator = PetstoreOperator(
            client: client, service: fleet, configuration: configuration)
        let work = Task { await petstoreOperator.run() }
        let cluster = SandboxCluster(server: server, fleet: fleet, work: work)
        if options.seedsCast {
            await Premiere(client: client, namespace: options.namespace).wait()
        }
        if options.firstRevision != nil { server.compact() }
        return cluster
    }

    /// A sandbox behind a transport, gone when the transport is.
    package static func inProcess(
        _ options: SandboxOptions = SandboxOptions()
    ) async throws(SandboxError) -> (connection: ClusterConnection, transport: SandboxTransport) {
        let cluster = try await start(options)
        return (connection(options), SandboxTransport(cluster))
    }

    /// How the sandbox's operator is set up: one replica leads, as far as no target says else.
    static func operatorConfiguration(_ options: SandboxOptions) -> OperatorConfiguration {
        var configuration = OperatorConfiguration()
        configuration.groups = [PetstoreDefinitions.group, ShelterDefinitions.group].map {
            GroupVersion(group: $0, version: Definition.version)
        }
        configuration.statefulSet = Cast.workload
        configuration.workloadNamespace = options.namespace
        configuration.port = options.servicePort
        configuration.basePath = PetstoreInstance.basePath
        configuration.strategy = .leaderOnly
        configuration.discoveryMode = .podIP
        configuration.identity = "controller-manager-sandbox"
        configuration.log = options.log
        let clock = options.clock
        configuration.clock.now = { clock.now() }
        options.configureOperator(&configuration)
        return configuration
    }

    private static func connection(_ options: SandboxOptions) -> ClusterConnection {
        ClusterConnection(
            server: "http://petstore-sandbox", namespace: options.namespace,
            contextName: "sandbox", clusterName: "sandbox", userName: "sandbox-user")
    }

    /// Ends the operator and the watches.
    package func stop() async {
        work.cancel()
        await work.value
        server.cutWatches()
    }
}

/// Requests of the sandbox itself, by a name that scripted faults spare.
private struct OwnTransport: Transport {
    private let inner: InProcessTransport

    init(server: APIServer) { inner = InProcessTransport(server) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var request = request
        request.headers["User-Agent"] = Fault.sparedClient + "sandbox"
        return try await inner.send(request)
    }
}

/// Requests to an embedded sandbox; holding it keeps the sandbox alive.
package final class SandboxTransport: Transport {
    package let cluster: SandboxCluster
    private let inner: InProcessTransport

    init(_ cluster: SandboxCluster) {
        self.cluster = cluster
        inner = InProcessTransport(cluster.server)
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await inner.send(request)
    }
}
