import CurlTransport
package import HTTP
package import KubernetesClient
package import SandboxOperator
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
    package var evaluator: (any ExpressionEvaluator)?
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
        let port =
            if let port = options.servicePort { port } else {
                await ServicePorts.free(on: options.hosts)
            }
        let elsewhere = CurlTransport(TransportConfiguration())
        let fleet = PetstoreFleet(
            hosts: options.hosts, port: port,
            store: options.seedsCast ? Cast.service : PetstoreStore(), elsewhere: elsewhere)
        await fleet.connect()
        let client = KubernetesClient(connection: connection, transport: transport)
        let seeder = Seeder(client: client, clock: nil)
        try await seeder.create(
            Cast.stage(hosts: options.hosts, port: port, namespace: options.namespace))
        if options.installsDefinitions { try await seeder.create(Cast.definitions) }
        if options.seedsCast {
            for instance in fleet.instances {
                for fault in Cast.faults { await instance.suffer(fault) }
            }
            try await seeder.create(Cast.actors(in: options.namespace))
        }
        var own = SandboxOptions()
        own.namespace = options.namespace
        own.servicePort = port
        own.evaluator = options.evaluator
        own.log = options.log
        var configuration = operatorConfiguration(own)
        configuration.identity = "petstore-cli-operate-\(DaemonProcess.own)"
        let petstoreOperator = PetstoreOperator(
            client: client, service: fleet, configuration: configuration)
        await started(
            OperateFacts(namespace: options.namespace, services: fleet.authorities))
        let hosts = options.hosts
        let failure = await withTaskGroup(of: SandboxError?.self) { group in
            group.addTask {
                await petstoreOperator.run()
                return nil
            }
            group.addTask { await serve(fleet, port: port, hosts: hosts) }
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
        await elsewhere.shutDown()
        if let failure { throw failure }
    }

    private static func serve(
        _ fleet: PetstoreFleet, port: Int, hosts: [String]
    ) async -> SandboxError? {
        do {
            try await PetstoreFront(fleet).run()
            return nil
        } catch {
            return SandboxError(
                "the petstore service has no port \(port): \(error)",
                hint: "the addresses \(hosts.joined(separator: ", ")) must be ours")
        }
    }
}
