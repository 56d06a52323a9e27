import CurlTransport
package import HTTP
package import KubernetesClient
import SandboxOperator
import SandboxPetstoreService

/// The sandbox's operator and services on somebody else's API server.
package struct OperateOptions: Sendable {
    package var namespace = "default"
    /// Whether the sandbox's own CRDs are put there; else the cluster must have the generated ones.
    package var installsDefinitions = false
    /// Whether the cast of the specification is put there.
    package var seedsCast = false
    package var hosts = SandboxOptions().hosts
    /// The port of the service instances; nil: one that is free.
    package var servicePort: Int?
    package var log: @Sendable (String) -> Void = { _ in }

    package init() {}
}

/// Where the operator works and whom it calls.
package struct OperateFacts: Sendable, Hashable {
    package var namespace: String
    /// `host:port` of each service instance.
    package var services: [String]
}

extension SandboxCluster {
    /// Runs operator and services against an API server until the task is cancelled.
    ///
    /// Pods, StatefulSet and Service stand for the instances as plain objects, with the loopback
    /// addresses that the instances listen on. They stay when this ends. Objects of the same
    /// names that are not the sandbox's are not touched.
    ///
    /// - Parameters:
    ///   - connection: the cluster.
    ///   - transport: carries the requests to it.
    ///   - options: what to put there besides.
    ///   - started: told once, when the operator begins.
    /// - Throws: what could not be put there, or a service port that could not be had.
    package static func operate(
        on connection: ClusterConnection, transport: any Transport,
        _ options: OperateOptions = OperateOptions(),
        started: @Sendable (OperateFacts) async -> Void = { _ in }
    ) async throws(SandboxError) {
        let elsewhere = CurlTransport(TransportConfiguration())
        let house = await ServiceHouse.open(
            hosts: options.hosts, port: options.servicePort,
            store: options.seedsCast ? Cast.service : PetstoreStore(), elsewhere: elsewhere)
        let result: Result<Void, SandboxError>
        do throws(SandboxError) {
            try await work(house, connection, transport, options, started)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        house.present(nil)
        await elsewhere.shutDown()
        try result.get()
    }

    private static func work(
        _ house: ServiceHouse, _ connection: ClusterConnection, _ transport: any Transport,
        _ options: OperateOptions, _ started: @Sendable (OperateFacts) async -> Void
    ) async throws(SandboxError) {
        let fleet = house.fleet
        guard house.isOpen else {
            throw SandboxError(
                "the petstore service has no port on \(options.hosts.joined(separator: ", "))",
                hint: "these addresses must be this machine's own")
        }
        var own = SandboxOptions()
        own.namespace = options.namespace
        own.servicePort = fleet.port
        own.log = options.log
        var configuration = operatorConfiguration(own)
        configuration.identity = "petstore-cli-operate-\(DaemonProcess.own)"
        let client = KubernetesClient(connection: connection, transport: transport)
        let seeder = Seeder(client: client, clock: nil)
        try await seeder.create(
            Cast.stage(
                hosts: options.hosts, port: fleet.port, namespace: options.namespace,
                command: configuration.commandLine))
        if options.installsDefinitions { try await seeder.create(Cast.definitions) }
        if options.seedsCast {
            for instance in fleet.instances {
                for fault in Cast.faults { await instance.suffer(fault) }
            }
            try await seeder.create(Cast.actors(in: options.namespace))
        }
        let petstoreOperator = PetstoreOperator(
            client: client, service: fleet, configuration: configuration)
        await started(
            OperateFacts(namespace: options.namespace, services: fleet.authorities))
        await petstoreOperator.run()
    }
}
