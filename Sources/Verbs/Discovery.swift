package import Catalog
import KubernetesClient
package import KubernetesCore

/// What kinds a cluster offers, by name alone.
package struct Discovery: Sendable {
    /// Which half of the groups: those that a cluster brings, or the custom ones.
    ///
    /// They are asked for apart because most commands never need the former.
    package enum Scope: Sendable, Hashable {
        case custom
        case builtIn

        func covers(_ group: String) -> Bool {
            let isOwn = !group.contains(".") || group.hasSuffix(".k8s.io")
            return isOwn == (self == .builtIn)
        }
    }

    package let resources: [ResourceType]
    package let catalog: Catalog
    /// Groups that could not be asked, as `group/version: why`.
    package let failures: [String]

    init(client: KubernetesClient, scope: Scope, _ freshness: Freshness) async throws {
        let groups = try await client.discoverGroups(freshness).filter { scope.covers($0.name) }
        var versions = groups.flatMap(\.versions)
        if scope == .builtIn { versions.append(GroupVersion(group: "", version: "v1")) }
        var found: [GroupVersion: [ResourceType]] = [:]
        var failures: [String] = []
        await withTaskGroup(
            of: (GroupVersion, Result<[ResourceType], KubernetesError>).self
        ) { group in
            for version in Set(versions) {
                group.addTask {
                    do throws(KubernetesError) {
                        // First the call, then the tuple: Swift 6.3 at -O loses the other
                        // member of a returned tuple in which a call throws a typed error.
                        let resources = try await client.discoverResources(version, freshness)
                        return (version, .success(resources))
                    } catch {
                        return (version, .failure(error))
                    }
                }
            }
            for await (version, result) in group {
                switch result {
                case .success(let resources): found[version] = resources
                case .failure(let error): failures.append("\(version): \(error.message)")
                }
            }
        }
        try Task.checkCancellation()
        resources = versions.flatMap { found[$0] ?? [] }
        catalog = Catalog(resources: resources, schemas: [:])
        self.failures = failures.sorted()
    }
}

/// What is known of a cluster's kinds in this process, and since when.
///
/// Two questions of the same sort side by side cause one request.
struct DiscoveryShelf {
    private struct Known {
        var task: Task<Discovery, any Error>
        var freshness: Freshness
        var at: ContinuousClock.Instant
    }

    /// So long the server's own word serves where only that will do: a few commands of a shell.
    static let certain = Duration.seconds(60)
    /// So long it serves for reads in a shell, before the server is asked whether it still holds.
    static let believable = Duration.seconds(600)

    private var known: [Discovery.Scope: Known] = [:]
    /// The cache misled us: the server is asked, whatever would do otherwise.
    private var isDistrustful = false

    /// The discovery to be waited for, started with `make` unless a known one will do.
    mutating func task(
        _ scope: Discovery.Scope, _ wanted: Freshness,
        make: (Freshness) -> Task<Discovery, any Error>
    ) -> Task<Discovery, any Error> {
        let now = ContinuousClock.now
        var freshness = wanted
        if let known = known[scope] {
            let age = known.at.duration(to: now)
            if wanted == .cached, age < Self.believable { return known.task }
            if known.freshness == .verified, age < Self.certain { return known.task }
            // What this process once knew is out of date; so will be what lies on disk.
            freshness = .verified
        }
        if isDistrustful { freshness = .verified }
        let task = make(freshness)
        known[scope] = Known(task: task, freshness: freshness, at: now)
        return task
    }

    /// The discovery that was made already, if any.
    func known(_ scope: Discovery.Scope) -> Task<Discovery, any Error>? { known[scope]?.task }

    /// Lets go of one that failed.
    mutating func drop(_ scope: Discovery.Scope, _ task: Task<Discovery, any Error>) {
        if known[scope]?.task == task { known[scope] = nil }
    }

    /// Whether anything rests on a cache alone.
    var restsOnCache: Bool {
        let now = ContinuousClock.now
        return known.values.contains {
            $0.freshness == .cached || $0.at.duration(to: now) >= Self.certain
        }
    }

    /// Whether the server was last asked before that instant, or a cache instead of it.
    func isOlder(than begin: ContinuousClock.Instant) -> Bool {
        known.values.contains { $0.freshness == .cached || $0.at < begin }
    }

    mutating func forget() { known = [:] }

    /// Forgets everything, and believes no cache from now on.
    mutating func distrust() {
        known = [:]
        isDistrustful = true
    }
}
