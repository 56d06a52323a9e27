import Documents

/// What the server says about itself: version, groups, resources.
enum Discovery {
    static let version: JSONValue = [
        "major": "1", "minor": "32", "gitVersion": "v1.32.0-petstore.sandbox",
        "gitCommit": "", "gitTreeState": "clean", "buildDate": "2024-12-11T00:00:00Z",
        "goVersion": "", "compiler": "", "platform": "linux/amd64",
    ]

    static func rootPaths(_ registry: TypeRegistry) -> [JSONValue] {
        var paths = ["/api", "/api/v1", "/apis"]
        for group in registry.groups where !group.name.isEmpty {
            paths.append("/apis/\(group.name)")
            paths += group.versions.map { "/apis/\(group.name)/\($0)" }
        }
        paths += ["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]
        return paths.map { .string($0) }
    }

    // MARK: - One document for each group version

    /// The document of a discovery path; nil where there is none.
    static func legacy(_ registry: TypeRegistry, _ segments: [String]) -> JSONValue? {
        switch (segments[0], segments.count) {
        case ("api", 1):
            return [
                "kind": "APIVersions", "versions": ["v1"],
                "serverAddressByClientCIDRs": [
                    ["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]
                ],
            ]
        case ("api", 2): return resourceList(registry, segments[1])
        case ("apis", 1):
            return [
                "kind": "APIGroupList", "apiVersion": "v1",
                "groups": .array(
                    registry.groups.filter { !$0.name.isEmpty }.map {
                        group($0.name, $0.versions)
                    }),
            ]
        case ("apis", 2):
            guard let found = registry.groups.first(where: { $0.name == segments[1] }) else {
                return nil
            }
            var document = group(found.name, found.versions)
            document["kind"] = "APIGroup"
            document["apiVersion"] = "v1"
            return document
        case ("apis", 3): return resourceList(registry, "\(segments[1])/\(segments[2])")
        default: return nil
        }
    }

    private static func group(_ name: String, _ versions: [String]) -> JSONValue {
        let list = versions.map { version -> JSONValue in
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return [
            "name": .string(name), "versions": .array(list),
            "preferredVersion": list.first ?? .null,
        ]
    }

    private static func resourceList(
        _ registry: TypeRegistry, _ groupVersion: String
    ) -> JSONValue? {
        let resources = registry.resources(groupVersion: groupVersion)
        guard !resources.isEmpty else { return nil }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(groupVersion),
            "resources": .array(resources.flatMap(entries)),
        ]
    }

    private static func entries(_ resource: ServedResource) -> [JSONValue] {
        var entry: JSONValue = [
            "name": .string(resource.plural), "singularName": .string(resource.singular),
            "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
            "verbs": texts(resource.verbs),
        ]
        if !resource.shortNames.isEmpty { entry["shortNames"] = texts(resource.shortNames) }
        if !resource.categories.isEmpty { entry["categories"] = texts(resource.categories) }
        guard resource.hasStatus else { return [entry] }
        return [
            entry,
            [
                "name": .string("\(resource.plural)/status"), "singularName": "",
                "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
                "verbs": ["get", "patch", "update"],
            ],
        ]
    }

    // MARK: - Everything in one document

    /// `APIGroupDiscoveryList` of the core group (`/api`) or of all others (`/apis`).
    static func aggregated(
        _ registry: TypeRegistry, legacy: Bool, version: String
    ) -> JSONValue {
        let groups = registry.groups.filter { $0.name.isEmpty == legacy }
        return [
            "kind": "APIGroupDiscoveryList",
            "apiVersion": .string("apidiscovery.k8s.io/\(version)"), "metadata": [:],
            "items": .array(
                groups.map { found in
                    var metadata: JSONValue = ["creationTimestamp": .null]
                    if !found.name.isEmpty { metadata["name"] = .string(found.name) }
                    return [
                        "metadata": metadata,
                        "versions": .array(
                            found.versions.map { one in
                                versionDiscovery(registry, found.name, one)
                            }),
                    ]
                }),
        ]
    }

    private static func versionDiscovery(
        _ registry: TypeRegistry, _ group: String, _ version: String
    ) -> JSONValue {
        let name = group.isEmpty ? version : "\(group)/\(version)"
        return [
            "version": .string(version), "freshness": "Current",
            "resources": .array(
                registry.resources(groupVersion: name).map { resource in
                    let kind: JSONValue = [
                        "group": .string(resource.group), "version": .string(resource.version),
                        "kind": .string(resource.kind),
                    ]
                    var entry: JSONValue = [
                        "resource": .string(resource.plural), "responseKind": kind,
                        "scope": resource.isNamespaced ? "Namespaced" : "Cluster",
                        "singularResource": .string(resource.singular),
                        "verbs": texts(resource.verbs),
                    ]
                    if !resource.shortNames.isEmpty {
                        entry["shortNames"] = texts(resource.shortNames)
                    }
                    if !resource.categories.isEmpty {
                        entry["categories"] = texts(resource.categories)
                    }
                    if resource.hasStatus {
                        entry["subresources"] = [
                            [
                                "subresource": "status", "responseKind": kind,
                                "verbs": ["get", "patch", "update"],
                            ]
                        ]
                    }
                    return entry
                }),
        ]
    }

    private static func texts(_ list: [String]) -> JSONValue {
        .array(list.map { .string($0) })
    }
}
