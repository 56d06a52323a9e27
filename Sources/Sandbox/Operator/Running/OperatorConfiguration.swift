import FoundationEssentials
package import KubernetesCore

/// What the flags of a generated operator decide, and what a test wants to hold in its hands.
package struct OperatorConfiguration: Sendable {
    /// Which of several endpoints a call goes to.
    package enum Strategy: String, Sendable, Hashable, CaseIterable {
        case roundRobin = "round-robin"
        case leaderOnly = "leader-only"
        case anyHealthy = "any-healthy"
        case allHealthy = "all-healthy"
        case byOrdinal = "by-ordinal"
    }

    /// How the endpoints of a StatefulSet are written.
    package enum DiscoveryMode: String, Sendable, Hashable {
        case dns
        case podIP = "pod-ip"
    }

    /// The groups and versions whose kinds are served.
    package var groups: [GroupVersion] = []
    /// The namespaces whose objects are looked at (`--watch-namespaces`); empty: all.
    package var watchedNamespaces: Set<String> = []
    /// Base URLs that win over nearly every target (`--base-urls`).
    package var baseURLs: [String] = []
    /// The base URL of last resort but one (`--base-url`).
    package var baseURL: String?
    /// A pod that is called where the object names no target (`--pod-name`).
    package var podName: String?
    /// The StatefulSet of workload discovery, where nothing else says whom to call.
    package var statefulSet: String?
    package var helmRelease: String?
    /// The namespace of the workload; nil: that of the object.
    package var workloadNamespace: String?
    package var port = 8080
    package var basePath = ""
    package var scheme = "http"
    package var strategy = Strategy.roundRobin
    package var discoveryMode = DiscoveryMode.dns
    /// How often a resource is looked at again when its spec does not say.
    package var defaultInterval = Duration.seconds(30)
    /// The longest that a call of the REST API may take.
    package var callTimeout = Duration.seconds(30)
    /// The least time between two passes of one object, and where that grows to in a hot loop.
    package var passGap = Duration.milliseconds(100)
    package var hotPassGap = Duration.milliseconds(400)
    /// The namespace of the Lease.
    package var leaseNamespace = "petstore-system"
    package var leaseName = "petstore.petstore.example.com"
    /// Who holds the Lease; nil: no Lease is held and nobody is waited for.
    package var identity: String?
    package var fieldManager = "petstore-operator"
    package var clock = OperatorClock.system
    /// Is told one line about what went wrong in the background.
    package var log: @Sendable (String) -> Void = { _ in }

    package init() {}

    /// The command line by which a generated operator would be set up so.
    package var commandLine: [String] {
        let flags: [(String, String?)] = [
            ("strategy", strategy.rawValue), ("discovery-mode", discoveryMode.rawValue),
            ("scheme", scheme), ("port", String(port)),
            ("base-path", basePath.isEmpty ? nil : basePath), ("base-url", baseURL),
            ("base-urls", baseURLs.isEmpty ? nil : baseURLs.joined(separator: ",")),
            ("pod-name", podName), ("statefulset-name", statefulSet),
            ("helm-release", helmRelease), ("namespace", workloadNamespace),
            (
                "watch-namespaces",
                watchedNamespaces.isEmpty ? nil : watchedNamespaces.sorted().joined(separator: ",")
            ),
        ]
        let given = flags.compactMap { name, value in value.map { "--\(name)=\($0)" } }
        return given + (identity == nil ? [] : ["--leader-elect"])
    }
}

/// Where the operator's time comes from.
package struct OperatorClock: Sendable {
    package var now: @Sendable () -> Timestamp
    /// Returns when the time has passed, throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's clock.
    package static let system = OperatorClock(
        now: {
            let sinceEpoch = Date().timeIntervalSince1970
            let whole = sinceEpoch.rounded(.down)
            return Timestamp(
                seconds: Int64(whole), nanoseconds: Int32((sinceEpoch - whole) * 1_000_000_000))
        },
        sleep: { try await Task.sleep(for: $0) })
}
