import Documents
import KubernetesClient
import KubernetesCore
import Synchronization

/// The base URLs that a pass calls.
struct Endpoints: Sendable, Hashable {
    var urls: [String]
    /// Whether all are called and their answers kept one by one.
    var fansOut: Bool
}

/// Why nobody can be called.
struct NoEndpoint: Error, Sendable, Hashable {
    var message: String
}

/// Finds whom to call for an object, in the order of precedence of the generated operators.
final class EndpointResolver: Sendable {
    private let workloads: WorkloadCache
    private let configuration: OperatorConfiguration
    private let turn = Mutex(0)

    init(client: KubernetesClient, configuration: OperatorConfiguration) {
        workloads = WorkloadCache(client: client)
        self.configuration = configuration
    }

    private static let pods = ResourceType(
        group: "", version: "v1", plural: "pods", kind: "Pod")
    private static let statefulSets = ResourceType(
        group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet")
    private static let deployments = ResourceType(
        group: "apps", version: "v1", plural: "deployments", kind: "Deployment")
    private static let services = ResourceType(
        group: "", version: "v1", plural: "services", kind: "Service")

    /// The endpoints for a target.
    ///
    /// - Parameters:
    ///   - target: what the object asks for.
    ///   - namespace: the object's own.
    ///   - dialect: in the flat one an ordinal alone names a pod of the operator's workload.
    /// - Returns: whom to call, one or all.
    /// - Throws: why nobody can be called.
    func resolve(
        _ target: Target, namespace: String, dialect: Dialect
    ) async throws(NoEndpoint) -> Endpoints {
        if let url = target.baseURL { return Endpoints(urls: [trim(url)], fansOut: false) }
        if !target.baseURLs.isEmpty {
            return Endpoints(urls: target.baseURLs.map(trim), fansOut: target.baseURLs.count > 1)
        }
        if !configuration.baseURLs.isEmpty {
            return Endpoints(
                urls: configuration.baseURLs.map(trim), fansOut: configuration.baseURLs.count > 1)
        }
        let place = target.namespace ?? namespace
        if let pod = target.pod { return one(try await url(ofPod: pod, place)) }
        if let release = target.helmRelease {
            return try await choose(
                try await workload(ofRelease: release, target, place), target)
        }
        if let name = target.statefulSet {
            return try await choose(try await endpoints(ofStatefulSet: name, place), target)
        }
        if let name = target.deployment {
            return try await choose(try await endpoints(ofDeployment: name, place), target)
        }
        return try await resolveByConfiguration(target, place, dialect)
    }

    private func resolveByConfiguration(
        _ target: Target, _ namespace: String, _ dialect: Dialect
    ) async throws(NoEndpoint) -> Endpoints {
        let place = configuration.workloadNamespace ?? namespace
        if let pod = configuration.podName { return one(try await url(ofPod: pod, place)) }
        let isOrdinalHeeded = dialect == .flat || configuration.strategy == .byOrdinal
        if isOrdinalHeeded, let ordinal = target.podOrdinal, let set = configuration.statefulSet {
            let members = try await endpoints(ofStatefulSet: set, place)
            return one(try pick(ordinal, among: members))
        }
        if let url = configuration.baseURL { return one(trim(url)) }
        var discovered: Workload
        if let set = configuration.statefulSet {
            discovered = try await endpoints(ofStatefulSet: set, place)
        } else if let release = configuration.helmRelease {
            discovered = try await workload(ofRelease: release, target, place)
        } else {
            throw NoEndpoint(message: "no endpoint is configured and the object names no target")
        }
        if configuration.strategy == .allHealthy, discovered.members.count == 1 {
            // A path of the generated code without a way out, kept as it is.
            throw NoEndpoint(message: "all-healthy needs more than one endpoint")
        }
        discovered.members.sort { $0.ordinal < $1.ordinal }
        return try balance(discovered)
    }

    // MARK: workloads

    /// The endpoints of a workload, each with its ordinal (or its place in the list).
    private struct Workload {
        var name: String
        var members: [(ordinal: Int, url: String)]
    }

    private func one(_ url: String) -> Endpoints { Endpoints(urls: [url], fansOut: false) }

    private func choose(
        _ workload: Workload, _ target: Target
    ) async throws(NoEndpoint) -> Endpoints {
        if let ordinal = target.podOrdinal,
            configuration.strategy != .allHealthy || workload.members.count < 2
        {
            return one(try pick(ordinal, among: workload))
        }
        return try balance(workload)
    }

    private func pick(_ ordinal: Int, among workload: Workload) throws(NoEndpoint) -> String {
        guard let member = workload.members.first(where: { $0.ordinal == ordinal }) else {
            throw NoEndpoint(
                message: "pod with ordinal \(ordinal) not found (\(workload.name)-\(ordinal))")
        }
        return member.url
    }

    private func balance(_ workload: Workload) throws(NoEndpoint) -> Endpoints {
        let urls = workload.members.map(\.url)
        guard let first = urls.first else {
            throw NoEndpoint(message: "no healthy endpoints available for \(workload.name)")
        }
        switch configuration.strategy {
        case .allHealthy: return Endpoints(urls: urls, fansOut: urls.count > 1)
        case .roundRobin:
            let index = turn.withLock { turn in
                defer { turn &+= 1 }
                return turn % urls.count
            }
            return one(urls[index])
        case .leaderOnly, .anyHealthy, .byOrdinal: return one(first)
        }
    }

    private func workload(
        ofRelease release: String, _ target: Target, _ namespace: String
    ) async throws(NoEndpoint) -> Workload {
        let selector = LabelSelector(
            matching: target.labels.merging(["app.kubernetes.io/instance": release]) { $1 })
        if target.deployment == nil {
            let sets = try await workloads.list(Self.statefulSets, namespace, selector).filter {
                target.statefulSet == nil || target.statefulSet == $0.name
            }
            if let set = sets.max(by: { replicas($0) < replicas($1) }) {
                return try await endpoints(ofStatefulSet: set.name, namespace)
            }
        }
        guard target.statefulSet == nil else {
            throw NoEndpoint(message: "no StatefulSet of Helm release \(release) found")
        }
        let deployments = try await workloads.list(Self.deployments, namespace, selector).filter {
            target.deployment == nil || target.deployment == $0.name
        }
        guard let deployment = deployments.max(by: { replicas($0) < replicas($1) }) else {
            throw NoEndpoint(message: "no workload of Helm release \(release) found")
        }
        return try await endpoints(ofDeployment: deployment.name, namespace)
    }

    private func endpoints(
        ofStatefulSet name: String, _ namespace: String
    ) async throws(NoEndpoint) -> Workload {
        let set = try await workloads.get(Self.statefulSets, namespace, name)
        switch configuration.discoveryMode {
        case .dns:
            let service = set.spec["serviceName"]?.stringValue ?? name
            let members = (0..<replicas(set)).map { ordinal in
                (
                    ordinal: ordinal,
                    url: base("\(name)-\(ordinal).\(service).\(namespace).svc.cluster.local")
                )
            }
            return Workload(name: name, members: members)
        case .podIP:
            let pods = try await workloads.list(Self.pods, namespace, selector(of: set))
            let members = pods.compactMap { pod -> (ordinal: Int, url: String)? in
                guard pod.name.hasPrefix("\(name)-"),
                    let ordinal = Int(pod.name.dropFirst(name.count + 1)),
                    let address = readyAddress(pod)
                else { return nil }
                return (ordinal, base(address))
            }
            return Workload(name: name, members: members.sorted { $0.ordinal < $1.ordinal })
        }
    }

    private func endpoints(
        ofDeployment name: String, _ namespace: String
    ) async throws(NoEndpoint) -> Workload {
        let deployment = try await workloads.get(Self.deployments, namespace, name)
        let addresses = try await workloads.list(Self.pods, namespace, selector(of: deployment))
            .compactMap(readyAddress)
        return Workload(
            name: name,
            members: addresses.enumerated().map { ($0.offset, base($0.element)) })
    }

    private func url(ofPod name: String, _ namespace: String) async throws(NoEndpoint) -> String {
        let pod = try await workloads.get(Self.pods, namespace, name)
        guard let address = readyAddress(pod) else {
            throw NoEndpoint(
                message: "pod \(namespace)/\(name) is not running or has no IP address")
        }
        return base(address)
    }

    private func selector(of workload: KubernetesObject) -> LabelSelector {
        let labels = workload.spec["selector", "matchLabels"]?.objectValue?.members ?? []
        return LabelSelector(
            matching: Dictionary(
                labels.compactMap { label in label.value.stringValue.map { (label.name, $0) } },
                uniquingKeysWith: { $1 }))
    }

    private func replicas(_ workload: KubernetesObject) -> Int {
        Int(workload.spec["replicas"]?.integerValue ?? 1)
    }

    /// The IP of a pod that runs and is not on its way out.
    private func readyAddress(_ pod: KubernetesObject) -> String? {
        guard pod.status["phase"]?.stringValue == "Running", pod.deletionTimestamp == nil,
            let address = pod.status["podIP"]?.stringValue, !address.isEmpty
        else { return nil }
        return address
    }

    private func base(_ host: String) -> String {
        let host = host.contains(":") ? "[\(host)]" : host
        return trim("\(configuration.scheme)://\(host):\(configuration.port)")
            + configuration.basePath
    }

    private func trim(_ url: String) -> String {
        var url = Substring(url)
        while url.last == "/" { url.removeLast() }
        return String(url)
    }
}
