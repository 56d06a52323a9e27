package import Documents

/// A group of the API and its versions, the preferred one first.
package struct APIGroup: Sendable, Hashable {
    /// Empty for the core group.
    package var name: String
    package var versions: [GroupVersion]
    /// What each version serves, where the server told it at once (aggregated discovery).
    package var resources: [GroupVersion: [ResourceType]]?
    /// Versions whose own server does not answer at present.
    package var staleVersions: [GroupVersion]

    package init(
        name: String, versions: [GroupVersion],
        resources: [GroupVersion: [ResourceType]]? = nil, staleVersions: [GroupVersion] = []
    ) {
        self.name = name
        self.versions = versions
        self.resources = resources
        self.staleVersions = staleVersions
    }

    package var preferredVersion: GroupVersion? { versions.first }
}

extension APIGroup {
    /// Reads the answer of `/apis` or `/api` in any of its forms; nil for anything else.
    package static func list(_ json: JSONValue) -> [APIGroup]? {
        switch json["kind"]?.stringValue {
        case "APIGroupDiscoveryList":
            (json["items"]?.arrayValue ?? []).map(APIGroup.init(aggregated:))
        case "APIGroupList":
            (json["groups"]?.arrayValue ?? []).map(APIGroup.init(legacy:))
        case "APIVersions":
            [
                APIGroup(
                    name: "",
                    versions: (json["versions"]?.arrayValue ?? []).compactMap(\.stringValue).map {
                        GroupVersion(group: "", version: $0)
                    })
            ]
        default: nil
        }
    }

    private init(legacy json: JSONValue) {
        let name = json["name"]?.stringValue ?? ""
        let preferred = json["preferredVersion"]?["version"]?.stringValue
        var versions = (json["versions"]?.arrayValue ?? [])
            .compactMap { $0["version"]?.stringValue }
        if let preferred, let index = versions.firstIndex(of: preferred), index > 0 {
            versions.insert(versions.remove(at: index), at: 0)
        }
        self.init(name: name, versions: versions.map { GroupVersion(group: name, version: $0) })
    }

    private init(aggregated json: JSONValue) {
        let name = json["metadata"]?["name"]?.stringValue ?? ""
        var versions: [GroupVersion] = []
        var stale: [GroupVersion] = []
        var resources: [GroupVersion: [ResourceType]] = [:]
        for entry in json["versions"]?.arrayValue ?? [] {
            guard let version = entry["version"]?.stringValue else { continue }
            let groupVersion = GroupVersion(group: name, version: version)
            versions.append(groupVersion)
            if entry["freshness"]?.stringValue == "Stale" { stale.append(groupVersion) }
            resources[groupVersion] = (entry["resources"]?.arrayValue ?? []).compactMap {
                ResourceType(aggregated: $0, in: groupVersion)
            }
        }
        self.init(name: name, versions: versions, resources: resources, staleVersions: stale)
    }
}

extension ResourceType {
    /// Reads an `APIResourceList`, the answer of `/apis/group/version`; nil for anything else.
    package static func list(_ json: JSONValue, of groupVersion: GroupVersion) -> [ResourceType]? {
        guard json["kind"]?.stringValue == "APIResourceList" else { return nil }
        let entries = json["resources"]?.arrayValue ?? []
        var types: [ResourceType] = []
        for entry in entries {
            guard let name = entry["name"]?.stringValue, !name.utf8.contains(47),
                let kind = entry["kind"]?.stringValue
            else { continue }
            // "pets/status" describes a subresource of "pets".
            let subresources = entries.compactMap { $0["name"]?.stringValue }
                .filter { $0.hasPrefix(name + "/") }.map { String($0.dropFirst(name.count + 1)) }
            types.append(
                ResourceType(
                    group: groupVersion.group, version: groupVersion.version, plural: name,
                    singular: entry["singularName"]?.stringValue.nonEmpty, kind: kind,
                    shortNames: entry["shortNames"].strings,
                    categories: entry["categories"].strings,
                    isNamespaced: entry["namespaced"]?.boolValue ?? false,
                    verbs: entry["verbs"].strings, subresources: subresources))
        }
        return types
    }

    fileprivate init?(aggregated json: JSONValue, in groupVersion: GroupVersion) {
        guard let plural = json["resource"]?.stringValue else { return nil }
        let subresources = (json["subresources"]?.arrayValue ?? [])
            .compactMap { $0["subresource"]?.stringValue }
        // A resource that exists only through its subresources has no kind of its own.
        guard let kind = json["responseKind"]?["kind"]?.stringValue.nonEmpty else { return nil }
        self.init(
            group: groupVersion.group, version: groupVersion.version, plural: plural,
            singular: json["singularResource"]?.stringValue.nonEmpty, kind: kind,
            shortNames: json["shortNames"].strings, categories: json["categories"].strings,
            isNamespaced: json["scope"]?.stringValue == "Namespaced",
            verbs: json["verbs"].strings, subresources: subresources)
    }
}

/// Everything that a server serves, as far as it could be learnt.
package struct DiscoveredAPI: Sendable {
    package var groups: [APIGroup]
    package var resources: [ResourceType]
    /// Groups that could not be asked, and why; the others are complete nevertheless.
    package var failures: [GroupVersion: KubernetesError]

    package init(
        groups: [APIGroup] = [], resources: [ResourceType] = [],
        failures: [GroupVersion: KubernetesError] = [:]
    ) {
        self.groups = groups
        self.resources = resources
        self.failures = failures
    }
}

extension JSONValue? {
    fileprivate var strings: [String] {
        (self?.arrayValue ?? []).compactMap(\.stringValue)
    }
}

extension String? {
    fileprivate var nonEmpty: String? {
        guard let self, !self.isEmpty else { return nil }
        return self
    }
}
