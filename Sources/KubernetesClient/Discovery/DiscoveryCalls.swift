import Documents
import HTTP
import Synchronization
package import KubernetesCore

/// How far an answer about what a server serves may be from the truth.
package enum Freshness: Sendable, Hashable {
    /// What a cache tells will do, if it is young: for reads, where a mistake shows as a 404.
    case cached
    /// The server itself says it, or that nothing changed: for whatever leads to a write, and for
    /// questions to which a new kind belongs.
    case verified
}

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
    package func discoverGroups(
        _ freshness: Freshness = .verified
    ) async throws(KubernetesError) -> [APIGroup] {
        try await groups(.groups, freshness)
    }

    /// The core group.
    package func discoverCoreGroup(
        _ freshness: Freshness = .verified
    ) async throws(KubernetesError) -> [APIGroup] {
        try await groups(.coreGroup, freshness)
    }

    /// What one version of a group serves; no request where aggregated discovery told it already.
    package func discoverResources(
        _ groupVersion: GroupVersion, _ freshness: Freshness = .verified
    ) async throws(KubernetesError) -> [ResourceType] {
        if let known = memory.withLock({ $0.resources[groupVersion] }),
            freshness == .cached || known.freshness == .verified
        {
            return known.types
        }
        return try await answer(
            .resources(of: groupVersion), freshness, what: "list of resources"
        ) {
            ResourceType.list($0, of: groupVersion)
        }.value
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
                    let resources = await self.capture { client throws(KubernetesError) in
                        try await client.discoverResources(version)
                    }
                    return (version, resources)
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
        _ request: KubernetesRequest, _ freshness: Freshness
    ) async throws(KubernetesError) -> [APIGroup] {
        let (groups, found) = try await answer(
            request, freshness, what: "list of API groups", APIGroup.list)
        memory.withLock { memory in
            for group in groups {
                for version in group.versions where !group.staleVersions.contains(version) {
                    memory.resources[version] = group.resources?[version].map { ($0, found) }
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

    // MARK: The cache

    /// Whether, since this was asked last, the server did not know a kind that it was asked about.
    package func metUnservedKind() -> Bool {
        memory.withLock { memory in
            defer { memory.metUnservedKind = false }
            return memory.metUnservedKind
        }
    }

    /// An answer about the server, from the cache or from the server itself.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - freshness: how far the cache is believed.
    ///   - what: the answer is, for the message when it is something else.
    ///   - read: makes a value of the answer; nil for what is none. Only what can be read is kept.
    /// - Returns: the value, and who said it.
    /// - Throws: what the server said, or that its answer cannot be read.
    func answer<Value>(
        _ request: KubernetesRequest, _ freshness: Freshness, what: String,
        _ read: (JSONValue) -> Value?
    ) async throws(KubernetesError) -> (value: Value, source: Freshness) {
        if freshness == .cached,
            let kept = kept(request.path, ageLimit: DiscoveryCache.ageOfKinds),
            // What cannot be read is asked for anew.
            let json = try? JSONValue(parsing: kept), let value = read(json)
        {
            return (value, .cached)
        }
        let bytes = try await verified(request)
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes.body)
        } catch {
            throw KubernetesError(
                .undecodable("\(error.message) (\(request.target))"), server: serverPlace)
        }
        guard let value = read(json) else {
            throw KubernetesError(
                .undecodable("\(request.path) is no \(what)"), server: serverPlace)
        }
        keep(bytes, for: request.path)
        return (value, .verified)
    }

    /// The kept answer for a path, if it is young enough.
    func kept(_ path: String, ageLimit: Int64) -> [UInt8]? {
        guard let cache, let owner = connection.cacheOwner,
            let entry = cache.entry(for: path, of: owner), cache.isYoung(entry, limit: ageLimit)
        else { return nil }
        return entry.body
    }

    /// An answer that the server gave now, or of which it said that it is still the same.
    struct VerifiedAnswer {
        var body: [UInt8]
        var tag: String?
    }

    func verified(_ request: KubernetesRequest) async throws(KubernetesError) -> VerifiedAnswer {
        var request = request
        var known: DiscoveryCache.Entry?
        if let cache, let owner = connection.cacheOwner {
            known = cache.entry(for: request.path, of: owner)
            if let tag = known?.tag { request.headers["If-None-Match"] = tag }
        }
        let (response, bytes) = try await send(request)
        if response.status == 304, let known {
            return VerifiedAnswer(body: known.body, tag: known.tag)
        }
        return VerifiedAnswer(body: bytes, tag: response.headers["ETag"])
    }

    func keep(_ answer: VerifiedAnswer, for path: String) {
        guard let cache, let owner = connection.cacheOwner else { return }
        cache.keep(answer.body, tag: answer.tag, for: path, of: owner)
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
