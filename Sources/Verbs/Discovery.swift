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

    init(client: KubernetesClient, scope: Scope) async throws {
        let groups = try await client.discoverGroups().filter { scope.covers($0.name) }
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
                        let resources = try await client.discoverResources(version)
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
