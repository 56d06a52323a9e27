// SandboxOperator: a controller that behaves as the generated petstore operator does, on any API
// server, through the same client as everything else here. What it may not do: know that it runs
// in a sandbox, reach into the server or the service, or be kinder than the real one beyond what
// the page on differences lists.

package import HTTP
package import KubernetesClient
import KubernetesCore

/// Makes the REST API follow the custom resources, and the resources tell about the API.
package final class PetstoreOperator: Sendable {
    private let client: KubernetesClient
    private let configuration: OperatorConfiguration
    private let caller: RESTCaller
    private let resolver: EndpointResolver

    /// How often kinds that are not served yet are looked for.
    private static let discoveryPause = Duration.seconds(2)

    /// - Parameters:
    ///   - client: speaks to the API server.
    ///   - service: carries the calls of the REST API.
    ///   - configuration: what the flags of a generated operator say.
    package init(
        client: KubernetesClient, service: any Transport, configuration: OperatorConfiguration
    ) {
        self.client = client
        self.configuration = configuration
        caller = RESTCaller(transport: service, timeout: configuration.callTimeout)
        resolver = EndpointResolver(client: client, configuration: configuration)
    }

    /// Works until the task is cancelled; holds the Lease meanwhile, if one is asked for.
    package func run() async {
        guard let identity = configuration.identity else { return await control() }
        let lease = LeaseHolder(
            client: client, configuration: configuration, identity: identity)
        while !Task.isCancelled {
            guard await lease.acquire() else {
                if !Task.isCancelled { await control() }
                return
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.control() }
                group.addTask { await lease.keep() }
                await group.next()
                group.cancelAll()
            }
        }
        // The task is cancelled already, and the farewell is to be carried out all the same.
        await Task { await lease.release() }.value
    }

    /// Runs a controller for each kind, from the moment on when it is served.
    private func control() async {
        await withTaskGroup(of: Void.self) { group in
            for version in configuration.groups {
                let floor = GroupFloor(self, version)
                group.addTask { await floor.run() }
            }
            await group.waitForAll()
        }
    }

    /// The controllers of one group, which look at each other through a registry.
    private final class GroupFloor: Sendable {
        private let house: PetstoreOperator
        private let version: GroupVersion
        private let registry = CacheRegistry()
        private let bell = NeighbourBell()

        init(_ house: PetstoreOperator, _ version: GroupVersion) {
            self.house = house
            self.version = version
        }

        func run() async {
            await withTaskGroup(of: Void.self) { group in
                var running: Set<String> = []
                repeat {
                    for type in await house.types(of: version) where !running.contains(type.kind) {
                        guard let controller = controller(for: type) else { continue }
                        running.insert(type.kind)
                        group.addTask { await controller.run() }
                    }
                } while (try? await Task.sleep(for: PetstoreOperator.discoveryPause)) != nil
                await group.waitForAll()
            }
        }

        private func controller(for type: ResourceType) -> KindController? {
            guard let (binding, dialect) = RESTBinding.of(kind: type.kind) else { return nil }
            let cache = ObjectCache()
            let context = KindContext(
                type: type, dialect: dialect, client: house.client, caller: house.caller,
                resolver: house.resolver, configuration: house.configuration, cache: cache,
                registry: registry)
            let bell = bell
            let controller: KindController
            switch binding {
            case .resource(let binding):
                registry.register(cache, for: type)
                controller = KindController(
                    context: context,
                    reconciler: ResourceReconciler(context: context, binding: binding)
                ) { bell.ring($0) }
            case .query(let binding):
                registry.register(cache, for: type)
                controller = KindController(
                    context: context,
                    reconciler: QueryReconciler(context: context, binding: binding)
                ) { bell.ring($0) }
            case .action(let binding):
                registry.register(cache, for: type)
                controller = KindController(
                    context: context,
                    reconciler: ActionReconciler(context: context, binding: binding)
                ) { bell.ring($0) }
            case .aggregate:
                controller = KindController(
                    context: context, reconciler: AggregateReconciler(context: context)
                ) { _ in }
                bell.attach(cache, controller.queue) { _, _ in true }
            case .bundle:
                controller = KindController(
                    context: context, reconciler: BundleReconciler(context: context)
                ) { _ in }
                bell.attach(cache, controller.queue) { bundle, key in
                    key.name.hasPrefix("\(bundle.name)-")
                }
            }
            return controller
        }
    }

    /// The kinds of a group that are served now.
    private func types(of version: GroupVersion) async -> [ResourceType] {
        do throws(KubernetesError) {
            return try await client.discoverResources(version)
        } catch {
            if !error.isNotFound { configuration.log("discovery: \(error.message)") }
            return []
        }
    }
}
