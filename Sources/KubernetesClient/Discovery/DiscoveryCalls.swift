import Documents
import Synchronization
package import KubernetesCore

// What the server is and serves.
extension KubernetesClient {
    package func serverVersion() async throws(KubernetesError) -> ServerVersion {
        let json = try await value(.serverVersion)
        return ServerVersion(
            gitVersion: json["gitVersion"]?.stringValue ?? "",
            major: json["major"]?.stringValue ?? "", minor: json["minor"]?.stringValue ?? "",
            platform: json["platform"]?.stringValue ?? "")
    }

    /// The named groups (not the core one), with their resources where the server aggregates.
    package func discoverGroups() async throws(KubernetesError) -> [APIGroup] {
        try await groups(.groups)
    }

    /// The core group.
    package func discoverCoreGroup() async throws(KubernetesError) -> [APIGroup] {
        try await groups(.coreGroup)
    }

    /// What one version of a group serves; no request where aggregated discovery told it already.
    package func discoverResources(
        _ groupVersion: GroupVersion
    ) async throws(KubernetesError) -> [ResourceType] {
        if let known = memory.withLock({ $0.resources[groupVersion] }) { return known }
        let json = try await value(.resources(of: groupVersion))
        guard let types = ResourceType.list(json, of: groupVersion) else {
            throw KubernetesError(
                .undecodable("\(groupVersion.path) is no list of resources"), server: serverPlace)
        }
        return types
    }

    /// Everything that the server serves.
    ///
    /// A group that cannot be asked is reported and does not keep the others from being found.
    package func discover() async throws(KubernetesError) -> DiscoveredAPI {
        async let core = capture { client throws(KubernetesError) in
            try await client.discoverCoreGroup()
        }
        let named = try await discoverGroups()
        var result = DiscoveredAPI()
        switch await core {
        case .success(let groups): result.groups = groups + named
        case .failure(let error):
            result.groups = named
            result.failures[GroupVersion(group: "", version: "v1")] = error
        }
        let versions = result.groups.flatMap(\.versions)
        let found = await withTaskGroup(
            of: (GroupVersion, Result<[ResourceType], KubernetesError>).self,
            returning: [GroupVersion: Result<[ResourceType], KubernetesError>].self
        ) { tasks in
            for version in versions {
                tasks.addTask {
                    (
                        version,
                        await self.capture { client throws(KubernetesError) in
                            try await client.discoverResources(version)
                        }
                    )
                }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for version in versions {
            switch found[version] {
            case .success(let types): result.resources += types
            case .failure(let error): result.failures[version] = error
            case nil: break
            }
        }
        return result
    }

    private func groups(
        _ request: KubernetesRequest
    ) async throws(KubernetesError) -> [APIGroup] {
        let json = try await value(request)
        guard let groups = APIGroup.list(json) else {
            throw KubernetesError(
                .undecodable("\(request.path) is no list of API groups"), server: serverPlace)
        }
        memory.withLock { memory in
            for group in groups {
                for version in group.versions where !group.staleVersions.contains(version) {
                    memory.resources[version] = group.resources?[version]
                }
            }
        }
        return groups
    }

    private func capture<Value: Sendable>(
        _ body: @Sendable (KubernetesClient) async throws(KubernetesError) -> Value
    ) async -> Result<Value, KubernetesError> {
        do throws(KubernetesError) {
            return .success(try await body(self))
        } catch {
            return .failure(error)
        }
    }
}

/// What a server says it is.
package struct ServerVersion: Sendable, Hashable {
    package var gitVersion: String
    package var major: String
    package var minor: String
    package var platform: String

    package init(gitVersion: String, major: String, minor: String, platform: String) {
        self.gitVersion = gitVersion
        self.major = major
        self.minor = minor
        self.platform = platform
    }
}
